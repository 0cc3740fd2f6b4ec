/*
 * keys.pml: one flag of the user, and the keys that a wait and a wake make of it
 *
 * Modelled: a wait is armed, then a wake comes with the same flag; each computes
 * the kind of its key. Both kinds have a bucket of their own here, which says
 * that unequal keys never meet. The flag is chosen freely, shared or private.
 *
 * What must hold: the wake returns 1, and the wait ends.
 *
 * Not modelled: addresses, sizes, NUMA; the word, which the wake does not look at.
 *
 * Variants: none      one translation for wait and wake
 *           POLARITY  2021: the wait passes its flags on, in which bit 0 happens to
 *                     mean shared; the wake passes !(flags & SHARED) to a parameter
 *                     that is called shared
 *           TWO_BITS  both sides translate, one of them by another bit
 *           NEVER_WAKES
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define BUCKETS 2			/* of private keys, and of shared ones */

#include "kernel.pml"

bit sqe_flag_shared;			/* what the user says, of wait and wake */
bool armed, ended;

/* futex2_to_flags(), and then get_futex_key(): 0 private, 1 shared */
inline key_of_wait(shared)
{
	shared = sqe_flag_shared
}

inline key_of_wake(shared)
{
#ifdef POLARITY
	shared = 1 - sqe_flag_shared
#else
#ifdef TWO_BITS
	shared = 0
#else
	shared = sqe_flag_shared
#endif
#endif
}

active proctype waiter()
{
	byte b;

	if
	:: sqe_flag_shared = 0
	:: sqe_flag_shared = 1
	fi;
	key_of_wait(b);
	futex_q_lock(0, b);
	plist_add(0, b);
	spin_unlock(hb_lock[b]);
	armed = true;
	run_task_work(0);
	ended = true
}

active proctype waker()
{
	byte b, ret;

	armed;
	key_of_wake(b);
	spin_lock(hb_lock[b]);
	if
#ifndef NEVER_WAKES
	:: q_chain[0] == CHAIN_OF(b) -> __futex_wake_mark(0); io_req_task_work_add(0); ret = 1
#endif
	:: else
	fi;
	spin_unlock(hb_lock[b]);
	assert(ret == 1)		/* equal flags meet */
}

ltl wait_ends { <> ended }
