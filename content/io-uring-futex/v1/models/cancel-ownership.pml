/*
 * cancel-ownership.pml: who completes a ring request that is woken and
 * cancelled at the same time, and who may still touch its futex_q?
 *
 * Modelled: REQUESTS armed futex waits of one ring, all on one futex word, so
 * in one hash bucket. Three parties meet:
 *   waker       futex_wake() for all; calls io_futex_wake_fn() under hb->lock
 *   canceler    walks ctx->futex_list under uring_lock: IORING_OP_ASYNC_CANCEL,
 *               a linked time-out, ring exit and task exit all come this way
 *   completion  the request's task work: io_futex_complete() under uring_lock
 * There is one completion process for each request, so task work may run in
 * any order, and as soon as it is queued.
 *
 * What must hold:
 *   - io_futex_data (it contains the futex_q) is not touched after it was freed;
 *   - each request completes exactly once (never twice: assertion; never at
 *     all: its completion process is stuck, an invalid end state);
 *   - no deadlock between uring_lock and hb->lock.
 *
 * Not modelled: arming (requests start armed), the memory of the request
 * itself, requeue to another bucket (futex_unqueue() would retry), the
 * vectored wait, a ring whose task is dead, a second waker, memory ordering
 * (every step here is sequentially consistent), sleeping under a spin lock.
 *
 * Parameter: REQUESTS (default 1).
 * Variants:  none                        ownership gate and uring_lock
 *            NO_URING_LOCK_IN_COMPLETION the gate without the lock
 *            NO_GATE                     the lock without the gate: the cancel
 *                                        ignores what futex_unqueue() returned
 *            FREE_IN_CALLBACK            the wake callback completes and frees
 *            COMPLETE_IN_CALLBACK        the same, and takes uring_lock for it
 * In the last two the callback leaves no task work, so a completion that never
 * runs is no error there: what is violated needs the cancel.
 *
 * Locks hold 0 when free, else the holder's pid + 1.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef REQUESTS
#define REQUESTS 1
#endif

byte hb_lock;				/* hb->lock, a spin lock */
byte uring_lock;			/* ctx->uring_lock, a mutex */
bool queued[REQUESTS] = true;		/* futex_q on hb->chain, lock_ptr not NULL */
bool on_list[REQUESTS] = true;		/* request on ctx->futex_list */
bool ifd_allocated[REQUESTS] = true;	/* io_futex_data, with the futex_q inside */
byte task_work[REQUESTS];		/* completions queued and not yet run */
byte cqes[REQUESTS];			/* completions posted */

inline spin_lock(lock)
{
	atomic { lock == 0 -> lock = _pid + 1 }
}

inline spin_unlock(lock)
{
	atomic { assert(lock == _pid + 1); lock = 0 }
}

inline mutex_lock(lock)
{
	atomic { lock == 0 -> lock = _pid + 1 }
}

inline mutex_unlock(lock)
{
	atomic { assert(lock == _pid + 1); lock = 0 }
}

inline io_req_task_work_add(r)
{
	task_work[r]++
}

inline run_task_work(r)
{
	atomic { task_work[r] > 0 -> task_work[r]-- }
}

/* hlist_del_init(&req->hash_node) */
inline hlist_del(r)
{
	on_list[r] = false
}

inline free_ifd(r)
{
	atomic { assert(ifd_allocated[r]); ifd_allocated[r] = false }
}

inline post_cqe(r)
{
	cqes[r]++
}

inline complete(r)
{
	assert(cqes[r] == 0);		/* once, and never again */
	hlist_del(r);
	free_ifd(r);
	post_cqe(r)
}

/* __futex_wake_mark(): off the chain, lock_ptr = NULL: the waker owns the request */
inline futex_wake_mark(r)
{
	atomic { assert(ifd_allocated[r]); queued[r] = false }
}

/*
 * futex_unqueue(): owner becomes true if this caller took the entry off the
 * chain. lock_ptr is read without a lock, so the entry is looked at again once
 * hb->lock is held. Each look reads the futex_q, so it must not be freed.
 */
inline futex_unqueue(r, owner)
{
	if
	:: atomic { queued[r] -> assert(ifd_allocated[r]) };
		spin_lock(hb_lock);
		if
		:: atomic { queued[r] -> assert(ifd_allocated[r]); queued[r] = false; owner = true }
		:: atomic { !queued[r] -> assert(ifd_allocated[r]); owner = false }
		fi;
		spin_unlock(hb_lock)
	:: atomic { !queued[r] -> assert(ifd_allocated[r]); owner = false }
	fi
}

/* io_futex_complete(), as task work of the request */
active [REQUESTS] proctype completion()
{
#ifdef FREE_IN_CALLBACK
end_callback_completed:
#endif
#ifdef COMPLETE_IN_CALLBACK
end_callback_completed:
#endif
	run_task_work(_pid);		/* stuck here for ever: never completed */
again:
#ifdef NO_URING_LOCK_IN_COMPLETION
	complete(_pid);
#else
	mutex_lock(uring_lock);
	complete(_pid);
	mutex_unlock(uring_lock);
#endif
end_completed:
	run_task_work(_pid);
	goto again
}

active proctype waker()
{
	byte r;

	spin_lock(hb_lock);
	do				/* walk hb->chain */
	:: r < REQUESTS && queued[r] ->	/* q->wake is io_futex_wake_fn() */
		futex_wake_mark(r);
#ifdef FREE_IN_CALLBACK
		complete(r);
#else
#ifdef COMPLETE_IN_CALLBACK
		mutex_lock(uring_lock);
		complete(r);
		mutex_unlock(uring_lock);
#else
		io_req_task_work_add(r);	/* res = 0 */
#endif
#endif
		r++
	:: r < REQUESTS && !queued[r] -> r++
	:: r == REQUESTS -> break
	od;
	spin_unlock(hb_lock)
}

active proctype canceler()
{
	byte r;
	bool owner;

	mutex_lock(uring_lock);
	do				/* walk ctx->futex_list */
	:: r < REQUESTS && on_list[r] ->
		futex_unqueue(r, owner);
#ifdef NO_GATE
		owner = true;		/* whatever futex_unqueue() found */
#endif
		if
		:: owner ->
			hlist_del(r);
			io_req_task_work_add(r)	/* res = -ECANCELED */
		:: !owner		/* the waker's task work will complete it */
		fi;
		r++
	:: r < REQUESTS && !on_list[r] -> r++
	:: r == REQUESTS -> break
	od;
	mutex_unlock(uring_lock)
}

/* Nothing waits for ever: each request is completed, by the waker or by the canceler. */
ltl completed { <> (cqes[0] == 1) }
