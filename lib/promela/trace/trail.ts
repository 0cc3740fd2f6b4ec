/** A trace is a list of step indices; replaying it gives back the states. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import {
  applyStep,
  enabledSteps,
  endError,
  initialState,
  type State,
  type Step,
  type StepError,
} from '#lib/promela/machine/step.ts'

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
  /** What is wrong with the last state itself: nothing can move, or a guard cannot be evaluated. */
  readonly stuck?: StepError
}

export function replay(program: Program, trace: readonly number[]): Replay {
  const start = initialState(program)
  const steps: ReplayedStep[] = []
  let state = start
  for (const [at, index] of trace.entries()) {
    const choices = enabledSteps(program, state)
    const step = choices[index]
    if (!step) {
      const reason = `step ${at + 1} is choice ${index}, and there are ${choices.length} here`
      return { start, steps, diverged: { at, reason } }
    }
    const result = applyStep(program, state, step)
    state = result.state
    steps.push({ step, state, errors: result.errors })
  }
  const failed = steps[steps.length - 1]?.errors.length ?? 0
  const stuck = failed > 0 ? null : endError(program, state)
  return stuck ? { start, steps, stuck } : { start, steps }
}
