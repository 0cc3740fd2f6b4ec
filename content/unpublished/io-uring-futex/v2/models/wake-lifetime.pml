/*
 * wake-lifetime.pml: who may touch a futex_q, and the task in it, and until when?
 *
 * Modelled: one waiter, whose futex_q lies on its stack, and one waker in the
 * steps of futex_wake() and wake_up_q(). The waiter leaves because it was woken
 * or, at any time, because of a signal; then its stack frame is gone, and it
 * exits, so that its task is freed with the last reference. With RING_ENTRY the
 * futex_q belongs to a request instead, and only the completion frees it.
 *
 * What must hold:
 *   safety  no use of a futex_q or of a task that was freed; after a wake the
 *           entry is off the chain; nobody is stuck
 *   leaves  the waiter leaves in the end, by the wake alone if no signal comes
 *
 * Not modelled: nr_wake, requeue, RCU, a task that is woken by somebody else.
 *
 * Variants: none              mark_wake_futex(): reference, plist_del, NULL, unlock,
 *                             wake, put
 *           NULL_BEFORE_DEL   the two stores of the wake swapped
 *           NO_TASK_REF       no reference to the task is taken
 *           CALLBACK_BEFORE   a callback in the futex_q, called before the NULL
 *           CALLBACK_AFTER    the same, called after it
 *           RING_ENTRY        what was merged: called after it, futex_q of a request
 *           NEVER_WAKES       the waker marks nobody
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#include "kernel.pml"

byte task_refs = 1;			/* p->usage */
bool task_alive = true;
bool runnable;				/* the waiter was woken */
bool signal_pending;
bool waiter_queued;			/* the wait was set up: what follows is about its end */
bool left;				/* the wait is over */

inline get_task_struct()
{
	atomic { assert(task_alive); task_refs++ }
}

inline put_task_struct()
{
	atomic {
		assert(task_alive && task_refs > 0);
		task_refs--;
		if
		:: task_refs == 0 -> task_alive = false
		:: else
		fi
	}
}

inline wake_up_process()
{
	atomic { assert(task_alive); runnable = true }
}

/* q->wake(q), or q->cb(q->arg): reads the futex_q */
inline callback()
{
	assert(q_alive[0])
}

inline mark_wake_futex()
{
#ifndef RING_ENTRY
#ifndef NO_TASK_REF
	get_task_struct();
#endif
#endif
#ifdef CALLBACK_BEFORE
	callback();
#endif
#ifdef NULL_BEFORE_DEL
	invalidate(0);
	plist_del(0);
#else
	__futex_wake_mark(0);
#endif
#ifdef CALLBACK_AFTER
	callback();
#endif
#ifdef RING_ENTRY
	callback();			/* req = ifd->req */
	io_req_task_work_add(0);
#endif
	marked = true
}

active proctype waker()
{
	bool marked;

	waiter_queued;
	spin_lock(hb_lock[0]);
	if
	:: q_chain[0] != 0 ->
#ifndef NEVER_WAKES
		mark_wake_futex()
#endif
	:: q_chain[0] == 0		/* it left because of a signal */
	fi;
	assert(q_chain[0] == 0);	/* whom a wake met is off the chain */
	spin_unlock(hb_lock[0]);
#ifndef RING_ENTRY
	if
	:: marked ->			/* wake_up_q() */
		wake_up_process();
#ifndef NO_TASK_REF
		put_task_struct()
#endif
	:: else
	fi
#endif
}

#ifndef RING_ENTRY
active proctype waiter()
{
	byte ptr;
	bool owner;

	futex_q_lock(0, 0);
	plist_add(0, 0);
	spin_unlock(hb_lock[0]);
	waiter_queued = true;
	if
	:: signal_pending = true
	:: true
	fi;
	runnable || signal_pending;	/* schedule() */
	futex_unqueue(0, ptr, owner);
	free_q(0);			/* the stack frame is gone */
	left = true;
	put_task_struct()		/* and then the task */
}
#else
active proctype completion()
{
	futex_q_lock(0, 0);		/* armed when the request was issued */
	plist_add(0, 0);
	spin_unlock(hb_lock[0]);
	waiter_queued = true;
	run_task_work(0);
	free_q(0);
	left = true
}
#endif

/* The waiter leaves, also if no signal comes. */
ltl leaves { <> left }
