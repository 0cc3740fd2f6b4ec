/**
 * What one claim says of one mutant. Apart from the searches, so that a page can tell an answer of its worker without
 * having them.
 */
import type { Bound, Counts, ErrorKind, Verdict } from '#lib/promela/machine/verdict.ts'
import type { MutationKind } from '#lib/promela/mutate/mutants.ts'

export type Answer =
  | {
      readonly kind: 'noticed'
      readonly error: ErrorKind
      readonly message: string
      /** Statements of the counterexample: breadth first a shortest one, in moves. */
      readonly steps: number
    }
  | { readonly kind: 'survived'; readonly states: number }
  /** Nothing was left out, and the graph has the same counts as the model's. */
  | { readonly kind: 'equivalent'; readonly states: number }
  | { readonly kind: 'unfinished'; readonly bound: Bound; readonly states: number }

/** A mutant may be larger than the model: without a lock more interleavings are left. */
const GROWTH = 20
const ENOUGH_STATES = 200_000

/** So many states a mutant may have before it is left as unfinished. */
export function mutantBound({ states }: Counts): number {
  return Math.max(ENOUGH_STATES, GROWTH * states)
}

/** What a claim says of a mutant, given the counts of the model of which it holds. */
export function answerOf(verdict: Verdict, base: Counts, kind: MutationKind): Answer {
  const { states, matched, transitions } = verdict.counts
  switch (verdict.kind) {
    case 'violated':
      return { kind: 'noticed', error: verdict.error, message: verdict.message, steps: verdict.trace.length }
    case 'unfinished':
      return { kind: 'unfinished', bound: verdict.bound, states }
    case 'holds': {
      const same = states === base.states && matched === base.matched && transitions === base.transitions
      const rearranges = kind === 'order' || kind === 'guard' || kind === 'atomic'
      return { kind: same && rearranges ? 'equivalent' : 'survived', states }
    }
  }
}
