/*
 * hash-pivot.pml: does a private wake look in the table in which its waiter
 * stands, while the process gets its private hash?
 *
 * Modelled: one process. A task arms a private wait through a ring while it is
 * single-threaded, then makes its first thread, which gives the process a private
 * hash. The thread changes the word and wakes. Both tables have one bucket. Who
 * looks the table up uses what it found a step later, as the kernel does.
 *
 * What must hold: a wake that was called after the wait was armed ends it.
 *   safety   the wake returns 1
 *   reached  the wait ends
 *
 * Not modelled: resizing a private hash, NUMA, shared keys, a cancel.
 *
 * Variants: ALLOC_AT_PREP     7.3: prep of the wait allocates the private hash
 *           none              6.16 to 7.2: the first thread does, nobody moves
 *           MIGRATE           the allocation moves the entries of the old table
 *           MIGRATE_AND_WAIT  the same, and first waits until nobody uses the old
 *                             table any more
 *           NEVER_WAKES       the waker finds the entry and leaves it
 * WAKE_EARLY: the waker exists before the private hash does (it is another task of
 * the same mm, CLONE_VM without CLONE_THREAD, or the ring's SQPOLL thread), so that
 * it may look up in between. MIGRATE and MIGRATE_AND_WAIT imply it.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

#define BUCKETS 2			/* of the global table, and of the private one */
#define GLOBAL 0
#define PRIVATE 1

#ifdef MIGRATE
#define WAKE_EARLY
#endif
#ifdef MIGRATE_AND_WAIT
#define WAKE_EARLY
#define MIGRATE
#endif

#include "kernel.pml"

bool private_hash;			/* mm->futex_phash */
byte users_of_global;			/* look-ups of this mm in flight: only MIGRATE_AND_WAIT counts them */
bool armed, threaded, ended;

/* futex_hash() */
inline futex_hash(b)
{
	atomic {
		b = (private_hash -> PRIVATE : GLOBAL);
		if
		:: b == GLOBAL -> users_of_global++
		:: else
		fi
	}
}

inline futex_hash_put(b)
{
	atomic {
		if
		:: b == GLOBAL -> users_of_global--
		:: else
		fi
	}
}

/* futex_hash_allocate_default() */
inline allocate_private_hash()
{
#ifdef MIGRATE
#ifndef MIGRATE_AND_WAIT
	spin_lock(hb_lock[GLOBAL]);
#endif
	atomic {
#ifdef MIGRATE_AND_WAIT
		users_of_global == 0;
#endif
		private_hash = true;
		if
		:: q_chain[0] == CHAIN_OF(GLOBAL) ->
			q_chain[0] = CHAIN_OF(PRIVATE);
			q_lock_ptr[0] = CHAIN_OF(PRIVATE)
		:: else
		fi
	}
#ifndef MIGRATE_AND_WAIT
	;
	spin_unlock(hb_lock[GLOBAL])
#endif
#else
	private_hash = true
#endif
}

active proctype owner()
{
	byte b;

#ifdef ALLOC_AT_PREP
	allocate_private_hash();
#endif
	futex_hash(b);
	futex_q_lock(0, b);
	plist_add(0, b);
	spin_unlock(hb_lock[b]);
	futex_hash_put(b);
	armed = true;
	if
	:: !private_hash -> allocate_private_hash()	/* clone(CLONE_THREAD) */
	:: else
	fi;
	threaded = true;
	run_task_work(0);
	ended = true
}

active proctype waker()
{
	byte b, ret;

#ifdef WAKE_EARLY
	armed;
#else
	threaded;
#endif
	futex_hash(b);
	spin_lock(hb_lock[b]);
	if
	:: q_chain[0] == CHAIN_OF(b) ->
#ifndef NEVER_WAKES
		__futex_wake_mark(0);
		io_req_task_work_add(0);
		ret++
#endif
	:: else
	fi;
	spin_unlock(hb_lock[b]);
	futex_hash_put(b);
	assert(ret == 1)		/* it was armed: the wake meets it */
}

/* The wait ends. */
ltl reached { <> ended }
