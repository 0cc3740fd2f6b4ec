/*
 * hand-over.pml: the model that a new proposal begins with. It runs, and it
 * has a mistake on purpose. Run it, read its counterexample, mend it; then
 * write your own in its place.
 *
 * Modelled: a waiter looks whether there is work and, if there is none, goes
 * to sleep; a waker brings the work and wakes who sleeps.
 * What must hold: both end. A waiter that sleeps for ever is what the checker
 * calls an invalid end state.
 * Not modelled: what the work is, a second waiter, memory ordering.
 *
 * SPDX-License-Identifier: CC0-1.0
 */

bool work;			/* there is something to do */
bool asleep;			/* the waiter sleeps until this is false */

active proctype waiter()
{
	if
	:: work ->
		skip
	:: !work ->
		/* What happens if the waker runs here? */
		asleep = true;
		!asleep		/* sleeps */
	fi
}

active proctype waker()
{
	work = true;
	if
	:: asleep ->
		asleep = false	/* wakes */
	:: !asleep ->
		skip
	fi
}
