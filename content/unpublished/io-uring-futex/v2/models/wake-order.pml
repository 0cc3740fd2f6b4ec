/*
 * wake-order.pml: can a futex wait sleep through the wake that was meant for it?
 *
 * Modelled: WAITERS waits on one word, in the steps of futex_wait_setup(). The
 * first RING of them are requests of a ring: they leave by task work that the
 * wake callback queues under hb->lock. The others are threads: they go through
 * task state, schedule() and a wake_q that the waker works off after unlock.
 * One waker stores a new value and then calls futex_wake(NR_WAKE).
 *
 * What must hold:
 *   safety    a waiter leaves with -EAGAIN only if the word had changed, and with
 *             0 only if a wake took it off the chain; a wake returns NR_WAKE or
 *             leaves nobody in the chain; nobody queues behind a wake that has
 *             returned; nobody is stuck; hb->waiters counts down to zero
 *   released  every waiter leaves in the end (NR_WAKE is everybody)
 *
 * With NR_WAKE below WAITERS whoever queued and was not chosen stays: there the
 * wait of such a waiter is an allowed end, and `released` is not asked.
 *
 * Not modelled: memory order (wake-barriers.pml), page faults, time-outs,
 * signals, requeue, a value that changes back, bitsets.
 *
 * Parameters: WAITERS (2), RING (1), NR_WAKE (WAITERS).
 * Variants: none                the order of the kernel, 6.16 and later
 *           WAITERS_DEC_LAST    5.10 to 6.15: a mismatch unlocks, then counts down
 *           VALUE_BEFORE_LOCK   the word is read before hb->lock is taken
 *           INC_AFTER_READ      hb->waiters is raised after the word was read
 *           WAKE_BEFORE_STORE   the waker wakes first and stores the value then
 *           STATE_AFTER_CHECK   a thread says that it sleeps after its last look
 *                               at the chain
 *           NEVER_WAITS         each wait ends with -EAGAIN
 *           NEVER_WAKES         the waker passes every entry and wakes none
 *           NO_WAKE_Q           threads are marked, and then not woken
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef WAITERS
#define WAITERS 2
#endif
#ifndef RING
#define RING 1
#endif
#ifndef NR_WAKE
#define NR_WAKE WAITERS
#define EVERYBODY
#endif
#define ENTRIES WAITERS
#define EXPECTED 0			/* val of every wait */
#define CHANGED 1
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1

#include "kernel.pml"

byte futex_word = EXPECTED;
bool wake_returned;			/* futex_wake() is over */
byte left;				/* waits that ended */
bit task_state[WAITERS];		/* p->__state */
bool on_wake_q[WAITERS];		/* woken once hb->lock is dropped */
bool woken[WAITERS];			/* a wake took the entry off */

inline get_futex_value(uval)
{
	uval = futex_word
}

/* futex_queue(): whoever queues now, the wake must still be to come */
inline futex_queue(e)
{
	atomic { plist_add(e, 0); assert(!wake_returned) }
}

inline set_current_state(value)
{
	task_state[_pid] = value
}

/* Sleeps only while the state says so; who is woken before that goes on. */
inline schedule()
{
	task_state[_pid] == TASK_RUNNING
}

inline wake_up_process(p)
{
	task_state[p] = TASK_RUNNING
}

inline wait_ended()
{
	atomic { left++; assert(left <= WAITERS) }
}

inline futex_wait_mismatch()
{
	assert(futex_word != EXPECTED);	/* -EAGAIN is said of a changed word only */
#ifdef WAITERS_DEC_LAST
	spin_unlock(hb_lock[0]);
	futex_hb_waiters_dec(0)
#else
	futex_hb_waiters_dec(0);
	spin_unlock(hb_lock[0])
#endif
}

/* futex_do_wait() of a thread */
inline futex_do_wait()
{
#ifdef STATE_AFTER_CHECK
	if
	:: q_chain[_pid] != 0 ->
		set_current_state(TASK_INTERRUPTIBLE);
#else
	if
	:: q_chain[_pid] != 0 ->
#endif
#ifndef EVERYBODY
end_not_chosen:
#endif
		schedule()
	:: else
	fi;
	set_current_state(TASK_RUNNING);
	futex_unqueue(_pid, ptr, owner);
	assert(!owner)			/* no time-out and no signal here: it was woken */
}

active [WAITERS] proctype waiter()
{
	byte uval, ptr;
	bool owner;

#ifdef VALUE_BEFORE_LOCK
	get_futex_value(uval);
	futex_hb_waiters_inc(0);
	futex_q_lock(_pid, 0);
#else
#ifdef INC_AFTER_READ
	futex_q_lock(_pid, 0);
	get_futex_value(uval);
	futex_hb_waiters_inc(0);
#else
	futex_hb_waiters_inc(0);
	futex_q_lock(_pid, 0);
	get_futex_value(uval);
#endif
#endif
	if
#ifdef NEVER_WAITS
	:: true -> futex_wait_mismatch()
#else
	:: uval != EXPECTED -> futex_wait_mismatch()
	:: else ->
		if
		:: _pid < RING ->		/* io_futex_wait(): armed, nobody sleeps */
			futex_queue(_pid);
			spin_unlock(hb_lock[0]);
#ifndef EVERYBODY
end_armed:
#endif
			run_task_work(_pid)
		:: else ->			/* a thread in futex() */
#ifndef STATE_AFTER_CHECK
			set_current_state(TASK_INTERRUPTIBLE);
#endif
			futex_queue(_pid);
			spin_unlock(hb_lock[0]);
			futex_do_wait()
		fi;
		assert(woken[_pid])	/* result 0 */
#endif
	fi;
	wait_ended()
}

/* q->wake(): of a request it queues the completion here and now, of a thread later */
inline wake_entry(e)
{
	woken[e] = true;
	__futex_wake_mark(e);
	futex_hb_waiters_dec(0);
	if
	:: e < RING -> io_req_task_work_add(e)
	:: else -> on_wake_q[e] = true
	fi
}

inline futex_wake()
{
	if				/* futex_hb_waiters_pending() */
	:: atomic { hb_waiters[0] == 0 -> wake_returned = true }
	:: hb_waiters[0] != 0 ->
		spin_lock(hb_lock[0]);
		do			/* walk the chain */
		:: e < WAITERS && ret < NR_WAKE && q_chain[e] != 0 ->
#ifndef NEVER_WAKES
			wake_entry(e);
			ret++;
#endif
			e++
		:: e < WAITERS && ret < NR_WAKE && q_chain[e] == 0 -> e++
		:: e == WAITERS || ret == NR_WAKE -> break
		od;
		atomic {		/* woke as many as asked for, or everybody */
			e = 0;
			do
			:: e < WAITERS && ret < NR_WAKE -> assert(q_chain[e] == 0); e++
			:: else -> break
			od;
			e = 0
		};
		atomic { spin_unlock(hb_lock[0]); wake_returned = true };
		do			/* wake_up_q() */
		:: e < WAITERS && on_wake_q[e] ->
#ifndef NO_WAKE_Q
			wake_up_process(e);
#endif
			on_wake_q[e] = false
		:: e < WAITERS && !on_wake_q[e] -> e++
		:: e == WAITERS -> break
		od
	fi
}

active proctype waker()
{
	byte e, ret;

#ifdef WAKE_BEFORE_STORE
	futex_wake();
	futex_word = CHANGED;
#else
	futex_word = CHANGED;		/* user space, before the system call */
	futex_wake();
#endif
#ifdef EVERYBODY
	left == WAITERS;		/* stuck here: a wait never ended */
	assert(hb_waiters[0] == 0)
#endif
}

/* No lost wake: each wait ends. */
ltl released { <> (left == WAITERS) }
