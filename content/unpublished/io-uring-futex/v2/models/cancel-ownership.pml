/*
 * cancel-ownership.pml: who completes a ring request that is woken and
 * cancelled at the same time, from its arming to its end?
 *
 * Modelled: REQUESTS futex waits of one ring on one word, so in one bucket.
 *   submitter   arms them one after the other under uring_lock
 *   waker       futex_wake() of everybody, or nobody comes to wake at all
 *   canceler    walks ctx->futex_list under uring_lock, twice: at any time (a
 *               cancel request, a linked time-out), and once all are armed (exit
 *               of ring or task). Every cancel of a futex wait comes this way
 *   completion  the task work of each request, in any order, as soon as it is
 *               queued; with FALLBACK one kworker runs it, one at a time, because
 *               the submitter is dead
 *
 * What must hold:
 *   safety     io_futex_data (with the futex_q) and the request are not touched
 *              after they were freed; a request completes once, with the result
 *              of the one who took it off the chain; a completion leaves nothing
 *              behind, on the list or allocated; nobody is stuck, so a request
 *              that nobody wakes is completed by the cancel
 *   completed  every request completes in the end
 *
 * Not modelled: a word that differs at arming, requeue (requeue.pml), vectors
 * (waitv-claim.pml), other rings (lock-order.pml), arming by io-wq, memory order.
 *
 * Parameter: REQUESTS (1).
 * Variants: none                        6.16 and later
 *           LIST_FIRST                  6.7 to 6.15: listed before it is queued
 *           FALLBACK                    the submitter is dead
 *           NOTIFY_AFTER_UNLOCK         the waker queues task work after hb->lock
 *           NO_URING_LOCK_IN_COMPLETION token without the lock
 *           NO_URING_LOCK_IN_CANCEL     token without the lock, the other side
 *           NO_GATE                     lock without the token: the cancel ignores
 *                                       what futex_unqueue() returned
 *           LIST_WITHOUT_LOCK           put on the list after uring_lock was dropped
 *           FREE_IN_CALLBACK            the callback completes and frees
 *           COMPLETE_IN_CALLBACK        the same, and takes uring_lock for it
 *           TASK_WORK_FIRST             the callback sets the result last
 *           LOSER_OVERWRITES            a cancel that came late sets the result
 *           CANCEL_DOES_NOTHING         the cancel walks and unqueues nobody
 *           COMPLETION_FREES_NOTHING    io_futex_data is not given back
 * In FREE_IN_CALLBACK and COMPLETE_IN_CALLBACK a completion process that never
 * runs is no error: what is violated is something else.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef REQUESTS
#define REQUESTS 1
#endif
#define ENTRIES REQUESTS

#define WAKER (REQUESTS + 1)		/* its pid: after the submitter and the completions */

#include "kernel.pml"

bool on_list[REQUESTS];			/* on ctx->futex_list */
bool req_alive[REQUESTS] = true;	/* the request itself */
byte result[REQUESTS];			/* req->cqe.res */
byte armed;				/* requests that were issued */
byte completed_requests;
#ifdef FALLBACK
byte kworker;				/* one of them at a time */
#endif

inline set_result(r, res)
{
	atomic { assert(req_alive[r]); result[r] = res }
}

/* hlist_add_head(): what is listed can be looked at, so its io_futex_data must be there; hlist_del_init() */
inline hlist_add(r)
{
	atomic { assert(req_alive[r] && q_alive[r]); on_list[r] = true }
}

inline hlist_del(r)
{
	on_list[r] = false
}

/* io_futex_complete(), and the request is given back with its CQE */
inline complete(r)
{
	assert(cqes[r] == 0 && req_alive[r]);	/* once, and never again */
	hlist_del(r);
#ifndef COMPLETION_FREES_NOTHING
	free_q(r);
#endif
	atomic {
		assert(result[r] == (q_taken_by[r] == WAKER + 1 -> RES_WOKEN : RES_CANCELED));
		cqes[r]++;
		completed_requests++
	};
	atomic { assert(!q_alive[r] && !on_list[r]); req_alive[r] = false }
}

/* futex_queue() under hb->lock, which io_futex_wait() entered with uring_lock */
inline arm(r)
{
	mutex_lock(uring_lock[0]);
	futex_q_lock(r, 0);
#ifdef LIST_FIRST
	hlist_add(r);
	mutex_unlock(uring_lock[0]);
	plist_add(r, 0);
	spin_unlock(hb_lock[0])
#else
	plist_add(r, 0);
	spin_unlock(hb_lock[0]);
#ifdef LIST_WITHOUT_LOCK
	mutex_unlock(uring_lock[0]);
	hlist_add(r)
#else
	hlist_add(r);
	mutex_unlock(uring_lock[0])
#endif
#endif
}

/* io_futex_wake_fn(), with hb->lock held */
inline io_futex_wake_fn(r)
{
	__futex_wake_mark(r);
#ifdef FREE_IN_CALLBACK
	set_result(r, RES_WOKEN);
	complete(r)
#else
#ifdef COMPLETE_IN_CALLBACK
	set_result(r, RES_WOKEN);
	mutex_lock(uring_lock[0]);
	complete(r);
	mutex_unlock(uring_lock[0])
#else
#ifdef NOTIFY_AFTER_UNLOCK
	pending[r] = true
#else
#ifdef TASK_WORK_FIRST
	io_req_task_work_add(r);
	set_result(r, RES_WOKEN)
#else
	set_result(r, RES_WOKEN);
	io_req_task_work_add(r)
#endif
#endif
#endif
#endif
}

active proctype submitter()
{
	byte r;

	do
	:: r < REQUESTS -> arm(r); r++; armed++
	:: r == REQUESTS -> break
	od
}

/* The number of a request is the number of its completion process, less one. */
#define MINE (_pid - 1)

active [REQUESTS] proctype completion()
{
#ifdef FREE_IN_CALLBACK
end_callback_completed:
#endif
#ifdef COMPLETE_IN_CALLBACK
end_callback_completed:
#endif
	run_task_work(MINE);		/* stuck here for ever: never completed */
again:
#ifdef FALLBACK
	mutex_lock(kworker);
#endif
#ifndef NO_URING_LOCK_IN_COMPLETION
	mutex_lock(uring_lock[0]);
#endif
	complete(MINE);
#ifndef NO_URING_LOCK_IN_COMPLETION
	mutex_unlock(uring_lock[0]);
#endif
#ifdef FALLBACK
	mutex_unlock(kworker);
#endif
end_completed:
	run_task_work(MINE);
	goto again
}

active proctype waker()
{
	byte r;
#ifdef NOTIFY_AFTER_UNLOCK
	bool pending[REQUESTS];
#endif

	if
	:: true ->
		spin_lock(hb_lock[0]);
		do			/* walk hb->chain */
		:: r < REQUESTS && q_chain[r] != 0 -> io_futex_wake_fn(r); r++
		:: r < REQUESTS && q_chain[r] == 0 -> r++
		:: r == REQUESTS -> break
		od;
		atomic {		/* whom a wake met is off the chain */
			r = 0;
			do
			:: r < REQUESTS -> assert(q_chain[r] == 0); r++
			:: else -> break
			od
		};
		spin_unlock(hb_lock[0]);
#ifdef NOTIFY_AFTER_UNLOCK
		r = 0;
		do
		:: r < REQUESTS && pending[r] ->
			set_result(r, RES_WOKEN);
			io_req_task_work_add(r);
			r++
		:: r < REQUESTS && !pending[r] -> r++
		:: r == REQUESTS -> break
		od
#endif
	:: true				/* nobody wakes: the cancel must end the wait */
	fi
}

/* One walk over ctx->futex_list */
inline cancel_pass()
{
#ifndef NO_URING_LOCK_IN_CANCEL
	mutex_lock(uring_lock[0]);
#endif
	do
	:: r < REQUESTS && on_list[r] ->
#ifdef CANCEL_DOES_NOTHING
		owner = false;
#else
		futex_unqueue(r, ptr, owner);
#endif
#ifdef NO_GATE
		owner = true;		/* whatever futex_unqueue() found */
#endif
		if
		:: owner ->
			hlist_del(r);
			set_result(r, RES_CANCELED);
			io_req_task_work_add(r)
		:: !owner		/* the waker's task work will complete it */
#ifdef LOSER_OVERWRITES
			-> set_result(r, RES_CANCELED)
#endif
		fi;
		r++
	:: r < REQUESTS && !on_list[r] -> r++
	:: r == REQUESTS -> r = 0; break
	od;
#ifndef NO_URING_LOCK_IN_CANCEL
	mutex_unlock(uring_lock[0])
#else
	skip
#endif
}

active proctype canceler()
{
	byte r, ptr;
	bool owner;

	cancel_pass();			/* at any time */
	armed == REQUESTS;
	cancel_pass()			/* at exit: nothing is armed any more after it */
}

/* Nothing waits for ever: each request is completed, by the waker or by the canceler. */
ltl completed { <> (completed_requests == REQUESTS) }
