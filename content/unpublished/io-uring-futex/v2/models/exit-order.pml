/*
 * exit-order.pml: which waits of an exiting process must be taken off, and when?
 *
 * Modelled: a process with one ring wait armed exits, in the order of do_exit():
 * io_uring_files_cancel(), the private hash freed with the mm, the exit work of
 * the ring, late and in a kworker. On a shared word another process wakes once, at
 * any time, and a thread of a third one stands behind the wait.
 *
 * What must hold:
 *   no bucket is used after its table was freed; a wake that comes once the
 *   process is gone (its parent knows) is not taken by it, so it reaches the
 *   thread behind; the wait is off the chain in the end
 *
 * Not modelled: more waits, robust lists (ring-exit.pml), exec, threads of the
 * process that live on, RCU.
 *
 * KEY_SHARED: the wait is on a shared word, so its bucket is in the global table.
 * Variants: TRACK_ALL      6.16 to 7.2, and 6.18 up to 6.18.48
 *           TRACK_PRIVATE  7.3, and 6.18.49, 7.1.11, 7.2.1 (read, not run)
 *           TRACK_NONE     a 6.16 release candidate, and before 6.16
 *           REQUEUE_TO_PRIVATE  a shared wait is moved to a private word before
 *                          the exit: sys_futex_requeue() with unequal flags, until
 *                          7.0 and 6.18.21
 *           CANCEL_DOES_NOTHING  the exit finds the wait and leaves it
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define BUCKETS 2			/* of the global table, of the private one */
#define ENTRIES 2
#define GLOBAL 0
#define PRIVATE 1
#define RING_WAIT 0
#define THREAD 1			/* of another process, on the shared word only */

#ifdef KEY_SHARED
#define WORD GLOBAL
#else
#define WORD PRIVATE
#endif
#ifdef TRACK_ALL
#define TRACKED
#endif
#ifdef TRACK_PRIVATE
#ifndef KEY_SHARED
#define TRACKED
#endif
#endif

#include "kernel.pml"

bool private_hash_alive = true;
bool process_gone;			/* waitpid() returned */
bool exit_over, wake_over;

inline use_bucket(b)
{
	assert(b != PRIVATE || private_hash_alive)
}

/* __io_futex_cancel(), under uring_lock */
inline cancel_wait()
{
	mutex_lock(uring_lock[0]);
#ifndef CANCEL_DOES_NOTHING
	if
	:: q_lock_ptr[RING_WAIT] != LOCK_NULL ->
		use_bucket(q_lock_ptr[RING_WAIT] - 1);
		futex_unqueue(RING_WAIT, ptr, owner)
	:: else
	fi;
#endif
	mutex_unlock(uring_lock[0])
}

init {
	atomic {
		q_chain[RING_WAIT] = CHAIN_OF(WORD);
		q_lock_ptr[RING_WAIT] = CHAIN_OF(WORD);
#ifdef KEY_SHARED
		q_chain[THREAD] = CHAIN_OF(GLOBAL);
		q_lock_ptr[THREAD] = CHAIN_OF(GLOBAL);
#endif
		run do_exit();
#ifdef KEY_SHARED
		run wake()
#else
		wake_over = true
#endif
	};
	exit_over && wake_over;
	assert(q_chain[RING_WAIT] == 0)	/* nothing of the dead stays queued */
}

proctype do_exit()
{
	byte ptr;
	bool owner;

#ifdef REQUEUE_TO_PRIVATE
	spin_lock(hb_lock[GLOBAL]);
	spin_lock(hb_lock[PRIVATE]);
	if
	:: q_chain[RING_WAIT] == CHAIN_OF(GLOBAL) ->
		plist_del(RING_WAIT);
		plist_add(RING_WAIT, PRIVATE);
		q_lock_ptr[RING_WAIT] = CHAIN_OF(PRIVATE)
	:: else
	fi;
	spin_unlock(hb_lock[PRIVATE]);
	spin_unlock(hb_lock[GLOBAL]);
#endif
#ifdef TRACKED
	cancel_wait();			/* io_uring_files_cancel() */
#endif
	private_hash_alive = false;	/* exit_mm() */
	process_gone = true;
	cancel_wait();			/* exit_files(), and later the ring's exit work */
	exit_over = true
}

/* Another process wakes a shared word. A private one is only the process's own, which is exiting. */
proctype wake()
{
	bool was_gone;

	was_gone = process_gone;
	spin_lock(hb_lock[WORD]);
	if
	:: q_chain[RING_WAIT] == CHAIN_OF(WORD) ->
		__futex_wake_mark(RING_WAIT);
		assert(!was_gone)	/* taken by a process that was gone already */
	:: q_chain[RING_WAIT] != CHAIN_OF(WORD) && q_chain[THREAD] == CHAIN_OF(WORD) ->
		__futex_wake_mark(THREAD)
	:: else
	fi;
	spin_unlock(hb_lock[WORD]);
	wake_over = true
}
