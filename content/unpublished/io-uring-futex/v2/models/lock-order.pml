/*
 * lock-order.pml: do the locks of rings and buckets ever wait in a circle?
 *
 * Modelled: RINGS rings, each with one armed request; all requests are on one
 * word. A task of the first ring (of the first WAKERS) issues an inline wake, or
 * does not: it holds its own ring's uring_lock while the callback of another
 * ring's request runs under hb->lock. For each ring a cancel of its request by
 * somebody else, and the task work of its request. Beside them two callers that hold two bucket locks, as FUTEX_WAKE_OP and requeue do,
 * in opposite directions.
 *
 * What must hold:
 *   safety         nobody is stuck, so no locks are waited for in a circle; each
 *                  request completes once
 *   all_completed  every request completes
 *
 * Not modelled: the scheduler's locks under hb->lock (they are leaves: what is
 * called with them takes no lock of these), completion_lock, the workqueue and
 * timer locks of fallback work, priorities and PREEMPT_RT, where hb->lock sleeps.
 *
 * Parameters: RINGS (2), WAKERS (1).
 * Variants: none                  uring_lock, then hb->lock, low bucket first
 *           COMPLETE_IN_CALLBACK  the callback takes the uring_lock of its request
 *           EVENTFD_IN_CALLBACK   it signals an eventfd on which somebody waits who
 *                                 then wakes the same bucket
 *           EVENTFD_DEFERRED      the same from the task work
 *           UNORDERED_BUCKETS     two bucket locks, each caller its own first
 *           LOCK_BEFORE_RING      a cancel takes hb->lock first
 *           CANCEL_DOES_NOTHING, NEVER_WAKES  both, for completeness of the claims
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef RINGS
#define RINGS 2
#endif
#ifndef WAKERS
#define WAKERS 1
#endif
#define ENTRIES RINGS
#define BUCKETS 2

#include "kernel.pml"

byte completed;

inline wake_word_again()
{
	spin_lock(hb_lock[0]);		/* futex_wake() of the same bucket */
	spin_unlock(hb_lock[0])
}

/* q->wake() of request r, under hb->lock of bucket 0 */
inline io_futex_wake_fn(r)
{
	__futex_wake_mark(r);
#ifdef COMPLETE_IN_CALLBACK
	mutex_lock(uring_lock[r]);
	cqes[r]++;
	completed++;
	mutex_unlock(uring_lock[r]);
#endif
#ifdef EVENTFD_IN_CALLBACK
	wake_word_again();
#endif
	io_req_task_work_add(r)
}

inline futex_wake_all()
{
	r = 0;
	do
#ifndef NEVER_WAKES
	:: r < RINGS && q_chain[r] != 0 -> io_futex_wake_fn(r); r++
	:: r < RINGS && q_chain[r] == 0 -> r++
#else
	:: r < RINGS -> r++
#endif
	:: r == RINGS -> break
	od;
	atomic {			/* whom a wake met is off the chain */
		r = 0;
		do
		:: r < RINGS -> assert(q_chain[r] == 0); r++
		:: else -> break
		od;
		r = 0
	}
}

init {
	byte r;

	atomic {
		do
		:: r < RINGS ->
			q_chain[r] = CHAIN_OF(0);
			q_lock_ptr[r] = CHAIN_OF(0);
			if
			:: r < WAKERS -> run wake_by(r)
			:: else
			fi;
			run cancel_of(r);
			run task_work_of(r);
			r++
		:: r == RINGS -> break
		od;
		run two_buckets(0);
		run two_buckets(1)
	}
}

/* A task of the ring issues a wake inline, or does not; it holds its own ring's uring_lock. */
proctype wake_by(byte ring)
{
	byte r;

	if
	:: true ->
		mutex_lock(uring_lock[ring]);
		spin_lock(hb_lock[0]);
		futex_wake_all();
		spin_unlock(hb_lock[0]);
		mutex_unlock(uring_lock[ring])
	:: true				/* nobody wakes: the cancel must end the wait */
	fi
}

/* A cancel request of another task, a time-out, the exit work */
proctype cancel_of(byte ring)
{
	byte ptr;
	bool owner;

#ifdef LOCK_BEFORE_RING
	spin_lock(hb_lock[0]);
	mutex_lock(uring_lock[ring]);
	owner = (q_chain[ring] != 0);
	if
	:: owner -> plist_del(ring); q_lock_ptr[ring] = LOCK_NULL
	:: else
	fi;
	spin_unlock(hb_lock[0]);
#else
	mutex_lock(uring_lock[ring]);
#ifndef CANCEL_DOES_NOTHING
	futex_unqueue(ring, ptr, owner);
#endif
#endif
	if
	:: owner -> io_req_task_work_add(ring)
	:: !owner			/* the waker's task work will complete it */
	fi;
	mutex_unlock(uring_lock[ring])
}

proctype task_work_of(byte ring)
{
	run_task_work(ring);
	mutex_lock(uring_lock[ring]);
	cqes[ring]++;
	assert(cqes[ring] == 1);
	completed++;
	mutex_unlock(uring_lock[ring])
#ifdef EVENTFD_DEFERRED
	;
	wake_word_again()
#endif
}

/* futex_wake_op(), futex_requeue(): double_lock_hb() */
proctype two_buckets(byte mine)
{
#ifdef UNORDERED_BUCKETS
	spin_lock(hb_lock[mine]);
	spin_lock(hb_lock[1 - mine]);
#else
	spin_lock(hb_lock[0]);
	spin_lock(hb_lock[1]);
#endif
	spin_unlock(hb_lock[1]);
	spin_unlock(hb_lock[0])
}

ltl all_completed { <> (completed == RINGS) }
