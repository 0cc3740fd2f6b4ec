/** A trace is a list of step indices; replaying it gives back the states. */
import type { Program } from '../4-lower/program.ts'
import type { State, Step, StepError } from './step.ts'

export type ReplayedStep = {
  readonly step: Step
  readonly state: State
  readonly errors: readonly StepError[]
}

export type Replay = {
  readonly start: State
  /** The k-th step taken and the state after it. */
  readonly steps: readonly ReplayedStep[]
  /** Set when an index names no step: the program is not the one the trace was made with. */
  readonly diverged?: { readonly at: number; readonly reason: string }
  /** Nothing can move after the last step, and that is an error. */
  readonly stuck?: StepError
}

export declare function replay(program: Program, trace: readonly number[]): Replay
