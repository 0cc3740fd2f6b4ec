/** From a program to the tables of the reductions that are wanted. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { findAloneRules } from './alone-rules.ts'
import { findDeadCells } from './dead-cells.ts'
import { mergeSteps } from './merge-steps.ts'
import type { Reduction } from './reduction.ts'

export type ReductionOptions = {
  /** For claims, too: what they read of a process never counts as dead. */
  readonly dead?: boolean
  /** For safety only: claims see orders that this leaves out. */
  readonly por?: boolean
  /** Spin's -m: then sends and receives on one channel do not commute. */
  readonly lossy?: boolean
}

export function computeReduction(program: Program, options: ReductionOptions): Reduction {
  const lossy = options.lossy ?? false
  // What a hidden variable holds in a stored state depends on the path that came there first. Leave the paths alone.
  const hides = program.kept.includes(false)
  const rules = options.por && !hides ? findAloneRules(program, lossy) : null
  const merged = rules ? mergeSteps(program, rules) : program
  return {
    names: [...(options.dead ? (['dead'] as const) : []), ...(options.por ? (['por'] as const) : [])],
    program: merged,
    dead: options.dead && !hides ? findDeadCells(merged) : null,
    alone: rules && findAloneRules(merged, lossy),
  }
}
