/*
 * wake-barriers.pml: which barrier keeps a wake from passing its waiter?
 *
 * The waiter raises hb->waiters and then reads the word. The waker stores the
 * word and then reads hb->waiters. Each of the two has a barrier between its
 * store and its load: (A) in futex_hb_waiters_inc(), (B) in
 * futex_hb_waiters_pending(). Without one the store may become visible later
 * than the load was done.
 *
 * Modelled: one waiter, one waker, and a store buffer for each with room for one
 * store. A process of its own lets a buffered store become visible at any
 * time. spin_unlock() waits until the buffer is empty (it is a release);
 * spin_lock() does not (an acquire orders nothing that came before it). A
 * barrier waits until the buffer is empty. This is weaker than x86-TSO, where
 * the atomic increment of (A) is a full barrier by itself, and enough to tell
 * the two barriers apart.
 *
 * What must hold: the waiter does not stay queued behind a wake that passed.
 *
 * Not modelled: loads that overtake loads, more than one store in flight, the
 * compiler. That the model of memory is that of an architecture is not claimed.
 *
 * Variants: none             both barriers
 *           NO_BARRIER_A     the increment orders nothing
 *           NO_BARRIER_B     the waker looks without a barrier
 *           NEVER_WAITS, NEVER_WAKES  as in wake-order.pml
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define EXPECTED 0
#define CHANGED 1

#include "kernel.pml"

byte futex_word = EXPECTED;
bool word_buffered, waiters_buffered;	/* stored, and not yet visible */
bool released;				/* the wait ended */

inline smp_mb(buffered)
{
	!buffered
}

/* The store leaves its buffer. */
inline become_visible(buffered, variable, value)
{
	atomic { buffered -> variable = value; buffered = false }
}

active proctype waiter()
{
	byte uval;

	waiters_buffered = true;	/* atomic_inc(&hb->waiters) */
#ifndef NO_BARRIER_A
	smp_mb(waiters_buffered);
#endif
	futex_q_lock(0, 0);
	uval = futex_word;
#ifdef NEVER_WAITS
	uval = CHANGED;
#endif
	if
	:: uval == EXPECTED ->
		plist_add(0, 0);
		smp_mb(waiters_buffered);	/* spin_unlock() is a release */
		spin_unlock(hb_lock[0]);
		run_task_work(0)
	:: else ->
		assert(futex_word != EXPECTED || word_buffered);
		smp_mb(waiters_buffered);
		spin_unlock(hb_lock[0])
	fi;
	released = true
}

active proctype waker()
{
	word_buffered = true;		/* *uaddr = CHANGED */
#ifndef NO_BARRIER_B
	smp_mb(word_buffered);
#endif
	if
	:: hb_waiters[0] == 0
	:: else ->
		spin_lock(hb_lock[0]);
		if
#ifdef NEVER_WAKES
		:: true
#else
		:: q_chain[0] != 0 -> __futex_wake_mark(0); io_req_task_work_add(0)
		:: else
#endif
		fi;
		smp_mb(word_buffered);
		spin_unlock(hb_lock[0])
	fi
}

active proctype store_buffer_of_waiter()
{
	become_visible(waiters_buffered, hb_waiters[0], 1)
}

active proctype store_buffer_of_waker()
{
	become_visible(word_buffered, futex_word, CHANGED)
}

/* No lost wake: the wait ends. */
ltl wait_ends { <> released }
