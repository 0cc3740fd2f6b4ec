/*
 * ring-exit.pml: one wake, a ring wait first in line that is dying, and a thread
 * of another process behind it
 *
 * Modelled: a process whose ring wait stands first; its end by close() of the ring
 * or by SIGKILL of the whole process (KILLED); the ring's exit work in a kworker,
 * later. The survivor is a thread of another process, second in line. With KILLED
 * the process also owned the robust lock on which both wait: its owner thread does
 * the one wake in exit_robust_list(), and the thread that submitted the ring wait
 * walks its own list, and its pending slot if it set one, in its own exit. Without
 * KILLED the wake comes from somebody else, after the close.
 *
 * What must hold (helped): once the wake is over somebody alive was woken, or will
 * be: the survivor, or a process that can still act on its completion.
 *
 * Not modelled: the word itself, more waiters, a survivor that times out, the
 * thread that dies between its wake and its lock while the process lives.
 *
 * Variants: none                 close(), exit work late (today)
 *           CANCEL_BEFORE_CLOSE  user space cancels and reaps first
 *           CANCEL_IN_CLOSE      close() itself takes the waits off
 *           KILLED               wait not tracked: 7.3 and 6.18.49, shared word
 *           KILLED, TRACKED      tracked: each task cancels its own at its exit;
 *                                the owner may exit first
 *           KILLED, TRACKED, CANCEL_FIRST  the owner's exit cancels the whole
 *                                process's waits before it wakes (no kernel)
 *           KILLED, TRACKED, PENDING  the submitter kept its pending slot set
 *           NEVER_WAKES          the waker wakes nobody
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define ENTRIES 2
#define RING_WAIT 0
#define SURVIVOR 1

#include "kernel.pml"

bool ring_alive = true;			/* its completion can still be seen by somebody */
bool wake_over;
bool survivor_woken, ring_woken;
bool closed;				/* the last reference is gone: exit work is queued */

/* futex_wake(word, 1): whoever is first in line */
inline wake_one()
{
	spin_lock(hb_lock[0]);
	if
	:: q_chain[RING_WAIT] != 0 ->
		__futex_wake_mark(RING_WAIT);
		io_req_task_work_add(RING_WAIT)
	:: q_chain[RING_WAIT] == 0 && q_chain[SURVIVOR] != 0 ->
		__futex_wake_mark(SURVIVOR);
		survivor_woken = true
	:: q_chain[RING_WAIT] == 0 && q_chain[SURVIVOR] == 0
	fi;
	spin_unlock(hb_lock[0])
}

inline cancel_wait()
{
	mutex_lock(uring_lock[0]);
	futex_unqueue(RING_WAIT, ptr, owner);
	mutex_unlock(uring_lock[0])
}

init {
	atomic {
		q_chain[RING_WAIT] = CHAIN_OF(0); q_lock_ptr[RING_WAIT] = CHAIN_OF(0);
		q_chain[SURVIVOR] = CHAIN_OF(0); q_lock_ptr[SURVIVOR] = CHAIN_OF(0);
		run submitter();
		run exit_work();
		run waker()
	}
}

/* The task of the ring: closes it, or is killed. */
proctype submitter()
{
	byte ptr;
	bool owner;

#ifdef CANCEL_BEFORE_CLOSE
	cancel_wait();
#endif
#ifdef CANCEL_IN_CLOSE
	cancel_wait();
#endif
#ifdef KILLED
#ifdef TRACKED
	cancel_wait();			/* io_uring_files_cancel() of this task */
#endif
#ifdef PENDING
	ring_alive = false;
	wake_one();			/* exit_robust_list(): list_op_pending */
#endif
#endif
	ring_alive = false;
	closed = true
}

/* io_ring_exit_work(), in a kworker */
proctype exit_work()
{
	byte ptr;
	bool owner;

	closed;
	cancel_wait()
}

#ifdef KILLED
/* The thread that owned the lock: dies with its process, and wakes once. */
proctype waker()
{
	byte ptr;
	bool owner;

#ifdef CANCEL_FIRST
	cancel_wait();
#endif
	wake_one();			/* exit_robust_list(): the lock was held */
	wake_over = true
}
#else
/* Somebody else, who does not know of the close, or knows and wakes after it. */
proctype waker()
{
	closed;
#ifndef NEVER_WAKES
	wake_one();
#endif
	wake_over = true
}
#endif

ltl helped { <> survivor_woken }
