/*
 * Own model, CC0. The fast path of futex_wake(): it looks at hb->waiters without taking hb->lock. The waker has
 * stored the new value before, the waiter announces itself before it reads the value, and each needs a full barrier
 * between the two. -DNO_MB leaves the waker's out: harmless when everybody sees stores at once, a lost wake-up when
 * the store can wait in a buffer.
 */
/* coherent: tso uval, waiters, hb_lock, queued */
/* coherent: fence smp_mb */
#ifndef NW
#define NW 2
#endif
#define NONE 255
byte uval, waiters, hb_lock = NONE;
bool queued[NW];

inline spin_lock(l)   { atomic { l == NONE -> l = _pid } }
inline spin_unlock(l) { l = NONE }
inline smp_mb()       { skip }

proctype waiter(byte me)
{
	atomic { waiters++ };		/* futex_hb_waiters_inc(): locked, a full barrier */
	spin_lock(hb_lock);
	if
	:: uval == 0 -> queued[me] = true; spin_unlock(hb_lock); !queued[me]	/* schedule() */
	:: else -> spin_unlock(hb_lock)
	fi;
	atomic { waiters-- }
}

proctype waker()
{
	byte i;
	uval = 1;
#ifndef NO_MB
	smp_mb();
#endif
	if
	:: waiters == 0 -> goto out	/* nobody to wake, no lock taken */
	:: else
	fi;
	spin_lock(hb_lock);
	for (i : 0 .. NW-1) { if :: queued[i] -> queued[i] = false :: else fi };
	spin_unlock(hb_lock);
out:	skip
}

init { byte i; atomic { for (i : 0 .. NW-1) { run waiter(i) }; run waker() } }
