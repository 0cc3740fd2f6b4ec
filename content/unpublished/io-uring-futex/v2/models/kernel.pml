/*
 * kernel.pml: words of the kernel that the models of this proposal share.
 *
 * Included by every model of this folder. A model says first how many of each
 * thing it has (BUCKETS, ENTRIES, RINGS); what it does not call costs no state.
 * Each inline is one step, or the steps that the kernel takes under a lock; the
 * name is that of the kernel's function where it has one.
 *
 *   locks       hold 0 when free, else the holder's pid + 1. A spin lock and a
 *               mutex differ in the kernel (one may sleep), not here
 *   bucket      hb_lock[b], hb_waiters[b], and a chain: the entries e with
 *               q_chain[e] == b + 1. A model that needs the order of the chain
 *               says who stands in front
 *   futex_q     q_lock_ptr[e] is b + 1, or 0 for NULL; q_alive[e] ends when the
 *               memory is given back
 *   request     task_work[r] completions queued and not yet run, cqes[r] posted
 *
 * Left out everywhere: priorities (all waiters are equal), page faults, signals
 * that are not named, compilers, and the memory order except in
 * wake-barriers.pml. Plain Promela: spin and Coherent read the same text.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#ifndef BUCKETS
#define BUCKETS 1
#endif
#ifndef ENTRIES
#define ENTRIES 1
#endif
#ifndef RINGS
#define RINGS 1
#endif

#define LOCK_NULL 0			/* q->lock_ptr == NULL */
#define CHAIN_OF(b) ((b) + 1)		/* in q_chain, and &hb->lock in q_lock_ptr */

/* What a completion says. 0 is the result of a wake; it is kept apart from no result. */
#define NO_RESULT 0
#define RES_WOKEN 1
#define RES_CANCELED 2
#define RES_AGAIN 3

/* --- spinlock_t, struct mutex ------------------------------------------------ */

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

/* --- the bucket and its entries ---------------------------------------------- */

byte hb_lock[BUCKETS];			/* hb->lock */
byte hb_waiters[BUCKETS];		/* hb->waiters: queued, or about to be */
byte q_chain[ENTRIES];			/* the chain that holds the entry: b + 1, or 0 */
byte q_lock_ptr[ENTRIES];		/* q->lock_ptr: b + 1, or LOCK_NULL */
bool q_alive[ENTRIES] = true;		/* its memory was not given back */
byte q_taken_by[ENTRIES];		/* pid + 1 of who took it off last. For assertions: no such field exists */

/* Both orders of announcing and reading are a model's own; see wake-order.pml. */
inline futex_hb_waiters_inc(b)
{
	hb_waiters[b]++
}

inline futex_hb_waiters_dec(b)
{
	atomic { assert(hb_waiters[b] > 0); hb_waiters[b]-- }
}

/* futex_q_lock(): lock_ptr names the lock before the lock is held */
inline futex_q_lock(e, b)
{
	q_lock_ptr[e] = CHAIN_OF(b);
	spin_lock(hb_lock[b])
}

/* plist_add() to the chain of b, whose lock is held */
inline plist_add(e, b)
{
	atomic {
		assert(hb_lock[b] == _pid + 1 && q_alive[e] && q_chain[e] == 0);
		q_chain[e] = CHAIN_OF(b)
	}
}

/* plist_del(): a chain is changed under its own lock, and by nobody else */
inline plist_del(e)
{
	atomic {
		assert(q_alive[e] && q_chain[e] != 0);
		assert(hb_lock[q_chain[e] - 1] == _pid + 1);
		q_chain[e] = 0;
		q_taken_by[e] = _pid + 1
	}
}

/* smp_store_release(&q->lock_ptr, NULL): the last store of a waker to the entry */
inline invalidate(e)
{
	atomic { assert(q_alive[e]); q_lock_ptr[e] = LOCK_NULL }
}

/* __futex_wake_mark(): first off the chain, then lock_ptr */
inline __futex_wake_mark(e)
{
	plist_del(e);
	invalidate(e)
}

/*
 * futex_unqueue(): owner becomes true if the caller took the entry off the chain.
 * lock_ptr is read without a lock, so it is looked at again once the lock that it
 * named is held: the entry may have been woken or moved meanwhile.
 */
inline futex_unqueue(e, ptr, owner)
{
	do
	:: atomic { assert(q_alive[e]); ptr = q_lock_ptr[e] };
		if
		:: ptr == LOCK_NULL -> owner = false; break
		:: else ->
			spin_lock(hb_lock[ptr - 1]);
			if
			:: atomic { ptr == q_lock_ptr[e] -> assert(q_alive[e]) };
				plist_del(e);
				q_lock_ptr[e] = LOCK_NULL;
				owner = true;
				spin_unlock(hb_lock[ptr - 1]);
				break
			:: atomic { ptr != q_lock_ptr[e] -> assert(q_alive[e]) };
				spin_unlock(hb_lock[ptr - 1])
			fi
		fi
	od
}

/* kfree(), or the return of the function whose stack frame it was */
inline free_q(e)
{
	atomic { assert(q_alive[e] && q_chain[e] == 0); q_alive[e] = false }
}

/* --- the request and its ring ------------------------------------------------ */

byte uring_lock[RINGS];			/* ctx->uring_lock */
byte task_work[ENTRIES];		/* completions queued and not yet run */
byte cqes[ENTRIES];			/* completions posted */

/*
 * io_req_task_work_add(): from here on the completion may run, at any time. A request
 * is queued once: its list node cannot stand in two places.
 */
inline io_req_task_work_add(r)
{
	atomic { assert(task_work[r] == 0 && cqes[r] == 0); task_work[r]++ }
}

/* The task of the request runs what was queued; so does the fallback worker if that task is dead. */
inline run_task_work(r)
{
	atomic { task_work[r] > 0 -> task_work[r]-- }
}
