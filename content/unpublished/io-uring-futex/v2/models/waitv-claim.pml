/*
 * waitv-claim.pml: a vectored wait on two words, woken through both
 *
 * Modelled: one WAITV request with an entry on word A and one on word B; behind
 * it on B a thread. One wake of A, two wakes of B, each for one waiter, and a
 * cancel that may or may not come. The first of wake and cancel that sets the
 * claim bit of the request queues its completion, which takes the remaining
 * entries off and frees the vector.
 *
 * What must hold:
 *   safety           a counted wake takes an entry off a chain; the request
 *                    completes once, with what the claimer said; no entry is
 *                    used after the vector was freed
 *   thread_released  after two wakes of B the thread behind is woken: the vector
 *                    may take one of them, not both
 *
 * Not modelled: the set-up of a vector, more than one vector, requeue.
 *
 * Variants: none                7.1 and later: an entry that lost the claim is
 *                               dequeued by the wake that met it
 *           LOST_CLAIM_STAYS    6.7 to 7.0: it stays until the completion has run
 *           NO_CLAIM            each entry queues a completion
 *           ENTRIES_LEFT        the completion frees the vector at once
 *           LOSER_OVERWRITES    who lost the claim sets the index all the same
 *           COUNTS_ONLY         a wake counts the first entry, and does nothing
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define BUCKETS 2
#define ENTRIES 3
#define A 0
#define B 1
#define THREAD 2			/* the entry of the thread, second on B */
#define BY_CANCEL 3			/* in claimed_by: else the word, plus 1 */

#include "kernel.pml"

bool claim_bit;				/* futexv->owned */
byte claimed_by;			/* A + 1, B + 1, BY_CANCEL. For the assertions */
byte result;				/* the index that the CQE will say, plus 1 */
bool vector_alive = true;
bool thread_woken, wakes_of_b_done;
bool a_done, cancel_done;

/* test_and_set: true for exactly one caller */
inline claim(by, won)
{
	atomic { assert(vector_alive); won = !claim_bit; claim_bit = true;
		if :: won -> claimed_by = by :: else fi }
}

/* io_futex_wakev_fn(), under hb->lock */
inline wake_vector(w)
{
	claim(w + 1, won);
#ifdef NO_CLAIM
	won = true;
	claimed_by = w + 1;
#endif
	if
	:: won ->
		__futex_wake_mark(w);
		dequeued++;
		result = w + 1;
		io_req_task_work_add(0)
	:: !won ->
#ifdef LOSER_OVERWRITES
		result = w + 1;
#endif
#ifdef LOST_CLAIM_STAYS
		skip
#else
		__futex_wake_mark(w);
		dequeued++
#endif
	fi
}

inline wake_thread()
{
	__futex_wake_mark(THREAD);
	dequeued++;
	thread_woken = true
}

/* futex_wake(w, 1). The vector's entry is first in line. */
inline futex_wake(w)
{
	counted = 0;
	dequeued = 0;
	spin_lock(hb_lock[w]);
	if
	:: q_chain[w] != 0 ->
		counted++;
#ifndef COUNTS_ONLY
		wake_vector(w)
#endif
	:: q_chain[w] == 0 && w == B && q_chain[THREAD] != 0 -> counted++; wake_thread()
	:: else
	fi;
	assert(counted == dequeued);
	spin_unlock(hb_lock[w])
}

init {
	atomic {
		q_chain[A] = CHAIN_OF(A); q_lock_ptr[A] = CHAIN_OF(A);
		q_chain[B] = CHAIN_OF(B); q_lock_ptr[B] = CHAIN_OF(B);
		q_chain[THREAD] = CHAIN_OF(B); q_lock_ptr[THREAD] = CHAIN_OF(B);
		run wake_a();
		run wake_b();
		run canceler();
		run completion()
	}
}

proctype wake_a()
{
	byte counted, dequeued;
	bool won;

	futex_wake(A);
	a_done = true
}

proctype wake_b()
{
	byte counted, dequeued;
	bool won;

	futex_wake(B);
	futex_wake(B);
	wakes_of_b_done = true
}

proctype canceler()
{
	bool won;

	if
	:: true ->
		mutex_lock(uring_lock[0]);
		if
		:: cqes[0] == 0 ->	/* still on ctx->futex_list */
			claim(BY_CANCEL, won);
			if
			:: won -> result = BY_CANCEL; io_req_task_work_add(0)
			:: !won		/* a wake owns the request */
			fi
		:: else
		fi;
		mutex_unlock(uring_lock[0])
	:: true
	fi;
	cancel_done = true
}

/* One entry of futex_unqueue_multiple() */
inline unqueue_entry(w)
{
	futex_unqueue(w, ptr, owner);
	assert(q_chain[w] == 0)
}

proctype completion()
{
	byte ptr;
	bool owner;

	run_task_work(0);
	mutex_lock(uring_lock[0]);
#ifndef ENTRIES_LEFT
	unqueue_entry(A);
	unqueue_entry(B);
#endif
	assert(result == claimed_by);
	free_q(A);
	free_q(B);
	vector_alive = false;
	cqes[0]++;
	mutex_unlock(uring_lock[0]);
	a_done && wakes_of_b_done && cancel_done;
	assert(task_work[0] == 0)	/* nobody completes it again */
}

/* Two wakes of B, one for the vector at most: the thread is woken. */
ltl thread_released { [] (wakes_of_b_done -> <> thread_woken) }
