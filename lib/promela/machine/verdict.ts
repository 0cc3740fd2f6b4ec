/**
 * What a search found. Three cases and no fourth: "not found within the limit" is not "proved".
 */
import type { Span } from '#lib/promela/source.ts'

/** Raised whenever a change could alter a verdict, a count or a trace of some model; stored with each verdict. */
export const checkerVersion = 'coherent-promela-2'

export type ErrorKind =
  | 'assertion'
  | 'invalid-end-state'
  | 'array-bounds'
  | 'division-by-zero'
  | 'channel'
  | 'd_step-blocked'
  | 'endless-step'
  | 'too-many-processes'
  | 'priority-range'
  | 'event-trace'
  | 'claim'
  | 'acceptance-cycle'
  | 'non-progress-cycle'

export type Bound = 'states' | 'memory' | 'time' | 'depth' | 'cancelled'

/** Counts as Spin's unreduced graph has them: `states` is its "stored", `matched` its "matched". */
export type Counts = {
  readonly states: number
  readonly matched: number
  readonly transitions: number
  /** Longest shortest path from the start, in moves (an atomic or a d_step is one); depth first, longest path taken. */
  readonly depth: number
  /** Bytes of state storage: pool, table and back pointers. */
  readonly bytes: number
}

/** What goes wrong in one step, or in a state where nothing can move. */
export type Fault = {
  readonly kind: ErrorKind
  /** For a reader: "assertion violated: n == 2". */
  readonly message: string
  /** The failing statement, or the statement that the first stuck process cannot pass. */
  readonly span: Span
  readonly pid: number
}

/** A violation with the schedule that leads to it. */
export type Violation = {
  /** Which rule was broken. (Not `kind`, which tells the verdicts apart.) */
  readonly error: ErrorKind
  /** For a reader: "assertion violated: n == 2". */
  readonly message: string
  /** Where: the failing statement, or the statement that the first stuck process cannot pass. */
  readonly span: Span
  /** The process that fails; for an invalid end state the first stuck one. */
  readonly pid: number
  /** Step indices from the initial state, for `replay`. The last one is the failing step, if a step fails. */
  readonly trace: readonly number[]
  /**
   * Of a run without end: where in `trace` the part begins that repeats for ever. Equal to the length of the
   * trace when nothing moves any more.
   */
  readonly cycleStart?: number
}

/** A statement that no explored run executed. */
export type Unreached = { readonly proctype: string; readonly text: string; readonly span: Span }

export type Verdict =
  | { readonly kind: 'holds'; readonly counts: Counts; readonly unreached: readonly Unreached[] }
  | ({
      readonly kind: 'violated'
      readonly counts: Counts
      /** The first (breadth first: a shortest) violation; how many there were when all were asked for. */
      readonly errors: number
      /** The search went on to the end (`allErrors`), so the counts are those of the whole graph. */
      readonly complete: boolean
    } & Violation)
  | {
      readonly kind: 'unfinished'
      readonly counts: Counts
      readonly bound: Bound
      /** For a reader: "stopped at 1,000,000 states". */
      readonly message: string
    }

/**
 * Does a claim stand: is the verdict the one that its text needs? Most need `holds`, one about a rejected alternative
 * `violated`. `unfinished` and `stale` never are: they prove nothing. Texts, as they come from documents and rows.
 */
export function isAsClaimed(expected: string, verdict: string): boolean {
  return verdict === expected
}

/** How a violation of a claim ends: where it begins to repeat, if it does. `null` for the violations of a state or step. */
export type ClaimEnd = { readonly cycleStart: number | null; readonly message: string }

export function claimEnd({ error, message, cycleStart }: Violation): ClaimEnd | null {
  const isClaim = error === 'claim' || error === 'acceptance-cycle' || error === 'non-progress-cycle'
  return isClaim ? { cycleStart: cycleStart ?? null, message } : null
}
