/*
 * requeue.pml: does a cancel find its entry while a requeue moves it, and a wake
 * takes it?
 *
 * Modelled: WAITS armed requests on the first of two words, each word in a bucket
 * of its own. A requeue moves everybody from the first to the second; another
 * moves everybody back. A wake comes to each word, or nobody comes. A cancel
 * calls futex_unqueue() for each request, once, at any time.
 *
 * What must hold:
 *   safety  a chain is changed only under its own lock; each request is taken off
 *           by exactly one of wake and cancel; a requeue leaves nobody behind, a
 *           wake leaves nobody whom it met; hb->waiters of each bucket is the
 *           number of entries in it once all is quiet; no deadlock between the
 *           two bucket locks
 *   everybody_taken  each request is taken off in the end
 *
 * Not modelled: the order of a chain, nr_requeue, requeue to PI, RCU and the
 * private hash (hash-pivot.pml, exit-order.pml).
 *
 * Parameter: WAITS (1).
 * Variants: none             futex_unqueue() looks at lock_ptr again under the lock
 *           NO_RETRY         it believes the first look
 *           ONE_LOCK         the requeue holds the lock of its source only
 *           LOCK_PTR_STAYS   the requeue moves the entry and not its lock_ptr
 *           UNORDERED_LOCKS  each requeue takes its source's lock first
 *           CANCEL_DOES_NOTHING
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef WAITS
#define WAITS 1
#endif
#define ENTRIES WAITS
#define BUCKETS 2

#include "kernel.pml"

byte owners[WAITS];			/* how many took this request off a chain */
byte taken;				/* requests that somebody took off */
byte over;				/* processes that are done */

inline own(e)
{
	atomic { owners[e]++; assert(owners[e] == 1); taken++ }
}

/* The requests are armed before anybody moves. */
init {
	byte e;

	atomic {
		do
		:: e < WAITS ->
			q_chain[e] = CHAIN_OF(0);
			q_lock_ptr[e] = CHAIN_OF(0);
			hb_waiters[0]++;
			e++
		:: e == WAITS -> break
		od;
		run requeue(0, 1);
		run requeue(1, 0);
		run wake(0);
		run wake(1);
		run canceler()
	};
	over == 5;
	atomic {
		e = 0;
		do
		:: e < WAITS -> assert(owners[e] == 1); e++
		:: e == WAITS -> break
		od;
		assert(hb_waiters[0] == 0 && hb_waiters[1] == 0)
	}
}

/* double_lock_hb(): the lower address first */
inline double_lock_hb(from, to)
{
#ifdef UNORDERED_LOCKS
	spin_lock(hb_lock[from]);
	spin_lock(hb_lock[to])
#else
#ifdef ONE_LOCK
	spin_lock(hb_lock[from])
#else
	spin_lock(hb_lock[0]);
	spin_lock(hb_lock[1])
#endif
#endif
}

inline double_unlock_hb(from, to)
{
#ifndef ONE_LOCK
	spin_unlock(hb_lock[to]);
#endif
	spin_unlock(hb_lock[from])
}

/* requeue_futex(): list, counts, lock_ptr, under both locks */
inline requeue_futex(e, from, to)
{
	plist_del(e);
	futex_hb_waiters_dec(from);
	futex_hb_waiters_inc(to);
#ifdef ONE_LOCK
	q_chain[e] = CHAIN_OF(to);
#else
	plist_add(e, to);
#endif
#ifndef LOCK_PTR_STAYS
	q_lock_ptr[e] = CHAIN_OF(to)
#endif
}

proctype requeue(byte from; byte to)
{
	byte e;

	double_lock_hb(from, to);
	do
	:: e < WAITS && q_chain[e] == CHAIN_OF(from) -> requeue_futex(e, from, to); e++
	:: e < WAITS && q_chain[e] != CHAIN_OF(from) -> e++
	:: e == WAITS -> break
	od;
	double_unlock_hb(from, to);
	over++
}

proctype wake(byte b)
{
	byte e;

	if
	:: true ->
		spin_lock(hb_lock[b]);
		do
		:: e < WAITS && q_chain[e] == CHAIN_OF(b) ->
			__futex_wake_mark(e);
			futex_hb_waiters_dec(b);
			own(e);
			e++
		:: e < WAITS && q_chain[e] != CHAIN_OF(b) -> e++
		:: e == WAITS -> break
		od;
		spin_unlock(hb_lock[b])
	:: true				/* nobody wakes this word */
	fi;
	over++
}

/* As in kernel.pml, with the count of the bucket, and with the look that NO_RETRY leaves out. */
inline unqueue(e, ptr, owner)
{
	do
	:: ptr = q_lock_ptr[e];
		if
		:: ptr == LOCK_NULL -> owner = false; break
		:: else ->
			spin_lock(hb_lock[ptr - 1]);
			if
#ifdef NO_RETRY
			:: true ->
#else
			:: ptr == q_lock_ptr[e] ->
#endif
				plist_del(e);
				futex_hb_waiters_dec(ptr - 1);
				q_lock_ptr[e] = LOCK_NULL;
				owner = true;
				spin_unlock(hb_lock[ptr - 1]);
				break
#ifndef NO_RETRY
			:: ptr != q_lock_ptr[e] -> spin_unlock(hb_lock[ptr - 1])
#endif
			fi
		fi
	od
}

proctype canceler()
{
	byte e, ptr;
	bool owner;

	do
	:: e < WAITS ->
#ifndef CANCEL_DOES_NOTHING
		unqueue(e, ptr, owner);
#endif
		if
		:: owner -> own(e)
		:: !owner
		fi;
		e++
	:: e == WAITS -> break
	od;
	over++
}

ltl everybody_taken { <> (taken == WAITS) }
