/*
 * wake-order.pml: can a futex wait sleep through the wake that was meant for it?
 *
 * Modelled: WAITERS waits on one futex word, each in the steps of
 * futex_wait_setup(); one waker that stores a new value and then calls
 * futex_wake() for everybody. A waiter is a thread that will sleep or a ring
 * request that will stay armed: both queue in these steps, and differ only
 * afterwards. hb->lock and hb->waiters are those of one hash bucket.
 *
 * What must hold:
 *   - nobody stays queued once the wake that follows the store has returned
 *     (the assertion in futex_queue(); a waiter that sleeps for ever is
 *     reported as an invalid end state as well);
 *   - the last waiter to leave finds hb->waiters at zero.
 *
 * Not modelled: the memory barriers of hb_waiters_inc() and
 * hb_waiters_pending() (every step here is sequentially consistent; what smp_mb
 * is needed for is a question for herd7), page faults on the word, time-outs
 * and signals, a second bucket, requeue, a value that changes back, nr_wake
 * below the number of waiters.
 *
 * Parameter: WAITERS (default 2).
 * Variants:  none              the order of the kernel
 *            VALUE_BEFORE_LOCK the word is read before hb->lock is taken
 *            INC_AFTER_READ    hb->waiters is raised after the word was read
 *
 * Locks hold 0 when free, else the holder's pid + 1.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef WAITERS
#define WAITERS 2
#endif

#define EXPECTED 0			/* the val argument of every wait */
#define CHANGED  1

byte futex_word = EXPECTED;
byte hb_waiters;			/* hb->waiters: queued, or about to be */
byte hb_lock;				/* hb->lock */
bool queued[WAITERS];			/* this waiter's futex_q is on hb->chain */
bool wake_returned;			/* futex_wake() is over */
byte left;				/* waiters that returned */

inline spin_lock(lock)
{
	atomic { lock == 0 -> lock = _pid + 1 }
}

inline spin_unlock(lock)
{
	atomic { assert(lock == _pid + 1); lock = 0 }
}

/* futex_hb_waiters_inc(): announces the waiter before it holds the lock */
inline hb_waiters_inc()
{
	hb_waiters++
}

inline hb_waiters_dec()
{
	hb_waiters--
}

/* futex_get_value_locked() */
inline get_futex_value(uval)
{
	uval = futex_word
}

/* futex_queue(): the wake that would take this entry off must still be to come */
inline futex_queue()
{
	atomic { queued[_pid] = true; assert(!wake_returned) }
}

/* schedule() of a thread, or the time that a request stays armed */
inline sleep_until_woken()
{
	!queued[_pid]
}

/* __futex_wake_mark(): off the chain, and counted down, under hb->lock */
inline futex_wake_mark(q)
{
	atomic { queued[q] = false; hb_waiters-- }
}

inline leave()
{
	atomic { left++; assert(left < WAITERS || hb_waiters == 0) }
}

active [WAITERS] proctype waiter()
{
	byte uval;

#ifdef VALUE_BEFORE_LOCK
	get_futex_value(uval);
	hb_waiters_inc();
	spin_lock(hb_lock);
#else
#ifdef INC_AFTER_READ
	spin_lock(hb_lock);
	get_futex_value(uval);
	hb_waiters_inc();
#else
	hb_waiters_inc();
	spin_lock(hb_lock);
	get_futex_value(uval);
#endif
#endif
	if
	:: uval != EXPECTED ->		/* -EAGAIN: somebody changed it */
		spin_unlock(hb_lock);
		hb_waiters_dec()
	:: else ->
		futex_queue();
		spin_unlock(hb_lock);
		sleep_until_woken()
	fi;
	leave()
}

active proctype waker()
{
	byte q;

	futex_word = CHANGED;		/* user space, before the system call */
	if				/* futex_hb_waiters_pending() */
	:: atomic { hb_waiters == 0 -> wake_returned = true }	/* back without the lock */
	:: hb_waiters != 0 ->
		spin_lock(hb_lock);
		do			/* walk hb->chain */
		:: q < WAITERS && queued[q] -> futex_wake_mark(q)
		:: q < WAITERS && !queued[q] -> q++
		:: q == WAITERS -> break
		od;
		atomic { spin_unlock(hb_lock); wake_returned = true }
	fi
}
