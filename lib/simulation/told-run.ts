/** What a story is told of. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { State } from '#lib/promela/machine/step.ts'
import type { ClaimEnd } from '#lib/promela/machine/verdict.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import type { Naming } from '#lib/promela/trace/naming.ts'
import type { Moment } from './run.ts'

/** A run, as far as its story needs it: a `Run` is one. */
export type Told = {
  readonly program: Program
  readonly start: State
  readonly startView: StateView
  readonly moments: readonly Moment[]
}

export type StoryOptions = {
  readonly naming: Naming
  /** What was asked of the model, in words: `safety`, the name of an ltl block. */
  readonly property: string
  /** Of a broken claim about runs (`claimEnd`): where it begins to repeat, if it does. */
  readonly end?: ClaimEnd | null
}
