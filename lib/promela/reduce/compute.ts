/** From a program to the tables of the reductions that are wanted. */
import type { Expression, Program } from '../4-lower/program.ts'
import { findAloneRules } from './alone-rules.ts'
import { findDeadCells } from './dead-cells.ts'
import type { Reduction } from './reduction.ts'

export type ReductionOptions = {
  readonly dead?: boolean
  /** For safety only: claims see orders that this leaves out. */
  readonly por?: boolean
  /** Spin's -m: then sends and receives on one channel do not commute. */
  readonly lossy?: boolean
  /** What somebody outside the processes evaluates in stored states: the atoms of a claim. */
  readonly spare?: readonly Expression[]
}

export function computeReduction(program: Program, options: ReductionOptions): Reduction {
  return {
    names: [...(options.dead ? (['dead'] as const) : []), ...(options.por ? (['por'] as const) : [])],
    dead: options.dead ? findDeadCells(program, options.spare ?? []) : null,
    alone: options.por ? findAloneRules(program, options.lossy ?? false) : null,
  }
}
