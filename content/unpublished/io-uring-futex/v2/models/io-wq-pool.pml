/*
 * io-wq-pool.pml: waits that each occupy a worker, as in the series of 2021
 *
 * Modelled: WAITS wait requests on one word and POOL io-wq workers. A wait queues
 * only once a worker runs it. A wake request changes the word and wakes everybody
 * who is queued. With ABA the word is changed back before late waits look.
 *
 * What must hold:
 *   safety    nobody is stuck; a wait says -EAGAIN only of a word that was changed
 *   all_done  each wait ends
 *
 * Not modelled: cancels, more than one word, priorities, other work in the pool.
 *
 * Parameters: WAITS (3), POOL (2).
 * Variants: none           the wake runs inline, the word stays changed
 *           PUNTED_WAKE    the wake met a fault and is itself work for a worker
 *           ABA            the word is changed back right after the wake
 *           ARM_AT_ISSUE   today's: a wait queues when it is submitted, needs no worker
 *           NEVER_WAITS, NEVER_WAKES
 * ARM_AT_ISSUE goes with PUNTED_WAKE and with ABA.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef WAITS
#define WAITS 3
#endif
#ifndef POOL
#define POOL 2
#endif
#define ENTRIES WAITS
#define EXPECTED 0
#define CHANGED 1

#include "kernel.pml"

byte futex_word = EXPECTED;
bool ever_changed;			/* for the assertion: the word may have changed back */
byte free_workers = POOL;
byte submitted;				/* waits that were submitted; all are before the wake */
byte done;

inline get_worker()
{
	atomic { free_workers > 0 -> free_workers-- }
}

inline put_worker()
{
	free_workers++
}

/* futex_wait() by a worker, or the arming of a request: compare and queue under hb->lock */
inline compare_and_queue()
{
	futex_q_lock(_pid, 0);
	uval = futex_word;
#ifdef NEVER_WAITS
	uval = CHANGED;
#endif
	if
	:: uval == EXPECTED -> plist_add(_pid, 0); spin_unlock(hb_lock[0])
	:: else -> assert(ever_changed); spin_unlock(hb_lock[0])
	fi
}

active [WAITS] proctype wait_request()
{
	byte uval;

#ifdef ARM_AT_ISSUE
	compare_and_queue();
	submitted++;
#else
	submitted++;
	get_worker();
	compare_and_queue();
#endif
	if
	:: uval == EXPECTED -> run_task_work(_pid)
	:: else
	fi;
#ifndef ARM_AT_ISSUE
	put_worker();
#endif
	done++
}

active proctype wake_request()
{
	byte e;

	submitted == WAITS;
#ifdef PUNTED_WAKE
	get_worker();
#endif
	atomic { futex_word = CHANGED; ever_changed = true };
	spin_lock(hb_lock[0]);
	do
#ifndef NEVER_WAKES
	:: e < WAITS && q_chain[e] != 0 -> __futex_wake_mark(e); io_req_task_work_add(e); e++
	:: e < WAITS && q_chain[e] == 0 -> e++
#else
	:: e < WAITS -> e++
#endif
	:: e == WAITS -> break
	od;
	spin_unlock(hb_lock[0]);
#ifdef ABA
	futex_word = EXPECTED;
#endif
#ifdef PUNTED_WAKE
	put_worker()
#else
	skip
#endif
}

ltl all_done { <> (done == WAITS) }
