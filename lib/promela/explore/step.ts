/**
 * One step at a time: the transition system as the page, the replay and the tests see it.
 *
 * Invariant: `enabledSteps` lists the steps of equal states in the same order. Traces store indices into that
 * list and are replayed from them, so anything that depends on insertion order or on time would break every
 * stored trace.
 */
import type { Program } from '../4-lower/program.ts'
import type { OriginFrame, Span } from '../source.ts'
import type { ErrorKind } from './verdict.ts'
import type { StateView } from './view.ts'

/** A snapshot. Never written after it was handed out; survives structured clone. Its cells are private. */
export type State = Int32Array & { readonly brand?: 'State' }

/** A step that can be taken now. */
export type Step = {
  /** Position in `enabledSteps` of its state: what a trace stores. */
  readonly index: number
  readonly pid: number
  /** As `ProcessView.name`. */
  readonly process: string
  /** The statement as the author wrote it; for a rendezvous the send. */
  readonly text: string
  /** The same with inline parameters replaced. */
  readonly expanded: string
  readonly span: Span
  readonly origin: readonly OriginFrame[]
  /** The same process must go on: the step ends inside an atomic. */
  readonly atomic: boolean
  /** The receiver of a rendezvous. */
  readonly partner: {
    readonly pid: number
    readonly process: string
    readonly text: string
    readonly span: Span
  } | null
}

/** What went wrong while a step was taken. */
export type StepError = {
  readonly kind: ErrorKind
  readonly message: string
  readonly span: Span
  readonly pid: number
}

/** The state after a step; `errors` is empty unless the step violated something. */
export type StepResult = {
  readonly state: State
  readonly errors: readonly StepError[]
  readonly printed: string
}

export type BlockedReason = { readonly text: string; readonly span: Span }

export declare function initialState(program: Program): State

/** Steps that can be taken, by pid, then in the order of the text. Empty: the run is over (see `endError`). */
export declare function enabledSteps(program: Program, state: State): readonly Step[]

/** Takes `step`, which must come from `enabledSteps(program, state)`. */
export declare function applyStep(program: Program, state: State, step: Step): StepResult

/** For a state without steps: what is wrong with ending here, or `null` when every process may end here. */
export declare function endError(program: Program, state: State): StepError | null

export declare function describeState(program: Program, state: State): StateView

/** Why `pid` cannot move now; `null` when it can. */
export declare function blockedReason(program: Program, state: State, pid: number): BlockedReason | null
