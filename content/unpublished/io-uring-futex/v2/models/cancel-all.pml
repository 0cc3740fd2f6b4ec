/*
 * cancel-all.pml: does the exit of a ring, which cancels until nothing is found, end?
 *
 * Modelled: one armed request. The task of the ring walks ctx->futex_list again and
 * again until a walk finds nothing, and runs its task work only after that. A
 * waker takes the entry at any time, so that its completion waits for this very
 * task. (Errata of the first revision: nothing there could show it.)
 *
 * What must hold: the walk ends, and the request completes.
 *
 * Not modelled: io_ring_exit_work()'s own time-outs, other requests of the ring.
 *
 * Variants: none         since March 2024: whatever the walk met leaves the list
 *           KEEP_ON_LIST 6.7 and 6.8: an entry that lost its token stays listed, and
 *                        counts as found
 *           CANCEL_DOES_NOTHING  the walk takes it off the list and no more
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#include "kernel.pml"

bool on_list = true;
bool over;

init {
	atomic {
		q_chain[0] = CHAIN_OF(0); q_lock_ptr[0] = CHAIN_OF(0);
		run ring_exit();
		run waker()
	}
}

proctype ring_exit()
{
	byte ptr;
	bool owner, found;

	do
	:: mutex_lock(uring_lock[0]);
		found = on_list;
		if
		:: on_list ->
#ifndef CANCEL_DOES_NOTHING
			futex_unqueue(0, ptr, owner);
#endif
#ifdef KEEP_ON_LIST
			on_list = !owner;
#else
			on_list = false;
#endif
			if
			:: owner -> owner = false; io_req_task_work_add(0)
			:: else
			fi
		:: else
		fi;
		mutex_unlock(uring_lock[0]);
		if
		:: found
		:: !found -> break
		fi
	od;
	run_task_work(0);		/* this task's own, and only now */
	free_q(0);
	cqes[0]++;
	over = true
}

proctype waker()
{
	if
	:: true ->
		spin_lock(hb_lock[0]);
		if
		:: q_chain[0] != 0 -> __futex_wake_mark(0); io_req_task_work_add(0)
		:: else
		fi;
		spin_unlock(hb_lock[0])
	:: true
	fi
}

ltl ends { <> over }
