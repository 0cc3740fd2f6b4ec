/**
 * What a search answers with, whichever way it looked: the interpreted one, the one in emitted code and the one for
 * cycles say the same of the same model, to the letter. Verdicts are compared and stored, so what is said of a fault,
 * of a limit and of the steps that lead there is written once.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import type { Taken } from '#lib/promela/machine/cursor.ts'
import { endFault } from '#lib/promela/machine/end-state.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { Packer } from '#lib/promela/machine/pack.ts'
import type { Counts, Fault, Verdict } from '#lib/promela/machine/verdict.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import type { Span } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'
import { AloneChoice } from './alone.ts'
import { type Moves, walkMove } from './moves.ts'
import { positionsOf } from './positions.ts'
import { unreachedStatements } from './unreached.ts'

export type Limits = { readonly maxStates: number; readonly maxMemoryBytes: number }

/** `maxStates`: the default; a search for cycles stores more for each state than others. */
export function limitsOf(options: Partial<Limits>, maxStates = 10_000_000): Limits {
  return {
    maxStates: options.maxStates ?? maxStates,
    maxMemoryBytes: options.maxMemoryBytes ?? 2 ** 30,
  }
}

export function unfinished(
  counts: Counts,
  bound: 'time' | 'cancelled' | 'states' | 'memory',
  limits: Limits,
): Verdict {
  return { kind: 'unfinished', counts, bound, message: boundWords(bound, limits) }
}

function boundWords(bound: 'time' | 'cancelled' | 'states' | 'memory', limits: Limits): string {
  switch (bound) {
    case 'time':
      return 'stopped by the time limit'
    case 'cancelled':
      return 'stopped on request'
    case 'states':
      return `stopped at ${limits.maxStates} states`
    case 'memory':
      return `stopped at ${Math.round(limits.maxMemoryBytes / 2 ** 20)} MiB of states`
  }
}

type How = {
  readonly errors: number
  /** The search went on to the end after the first violation. */
  readonly complete: boolean
  /** Positions among the steps of the program. */
  readonly trace: readonly number[]
  readonly cycleStart?: number
}

export function violated(counts: Counts, fault: Fault, how: How): Verdict {
  const { kind: error, message, span, pid } = fault
  return { kind: 'violated', counts, error, message, span, pid, ...how }
}

/** The current move's atomic goes round and never gives up control. `nowhere`: where no statement is known. */
export function endlessStep(moves: Moves, nowhere: Span): Fault {
  const { first } = moves
  const span = first?.executable.transition.span ?? nowhere
  return { kind: 'endless-step', message: 'this atomic never ends', span, pid: first?.pid ?? 0 }
}

/** How to reach a fault: moves to a stored state, then steps from there. */
export type Found = {
  readonly fault: Fault
  readonly state: number
  readonly steps: readonly Taken[]
  /** From the start to the fault. */
  readonly moves: number
}

/** A fault that `Moves` shows, with the steps from the state that is expanded; `moves`: 1 when they make one. */
export type Met = { readonly fault: Fault; readonly steps: readonly Taken[]; readonly moves: 0 | 1 }

/** What is wrong with the step that was just taken. Clears it. */
export function faultOfStep(machine: Machine, moves: Moves): Met | null {
  const [fault] = machine.errors
  if (!fault) return null
  machine.errors = []
  return { fault, steps: moves.taken(), moves: 1 }
}

/** What is wrong with tests that did not let their statement go: the state itself is at fault. Clears it. */
export function faultOfTests(moves: Moves): Met | null {
  const [fault] = moves.failures
  if (!fault) return null
  moves.failures = []
  return { fault, steps: moves.taken(), moves: moves.depth >= 0 ? 1 : 0 }
}

export function faultOfEndless(moves: Moves): Met {
  return { fault: endlessStep(moves, NOWHERE), steps: moves.taken(), moves: 1 }
}

/** Of a state in which nothing moves; null when it may end there. */
export function faultOfEnd(machine: Machine, options: { readonly channelsEmpty: boolean }): Met | null {
  const fault = endFault(machine, options)
  return fault && { fault, steps: [], moves: 0 }
}

const NOWHERE = { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 }

/** What the answers have to know of the search that they are about. */
type Asked = {
  readonly program: Program
  readonly reduction: Reduction
  readonly lossy: boolean
  readonly allErrors: boolean
  readonly limits: Limits
  readonly onFault: ((fault: Fault) => void) | undefined
  counts(): Counts
  /** The numbers of the moves that lead from the start to a stored state. */
  movesTo(state: number): readonly number[]
}

/** The faults that a search for states has met, and the verdict that follows from them. */
export class Answers {
  readonly #asked: Asked
  #errors = 0
  #found: Found | null = null

  constructor(asked: Asked) {
    this.#asked = asked
  }

  /** Forgets what was met: the search begins again. */
  begin(): void {
    this.#errors = 0
    this.#found = null
  }

  get isViolated(): boolean {
    return this.#found !== null
  }

  /** Takes a fault at `state`, which is `depth` moves deep; the moves to the best one so far. */
  note({ fault, steps, moves }: Met, state: number, depth: number): number {
    const found = this.#found
    this.#errors++
    this.#asked.onFault?.(fault)
    if (found && found.moves <= depth + moves) return found.moves
    this.#found = { fault, state, steps, moves: depth + moves }
    return depth + moves
  }

  /** Everything was looked at. `reached`: by transition, whether a run executed it. */
  atEnd(reached: Uint8Array): Verdict {
    const { program } = this.#asked
    return (
      this.#violated(true) ?? {
        kind: 'holds',
        counts: this.#asked.counts(),
        unreached: unreachedStatements(program, reached),
      }
    )
  }

  /** The search ends before it looked at everything: with the fault that was met, if one was. */
  early(bound: 'time' | 'cancelled' | 'states' | 'memory'): Verdict {
    return this.#violated(false) ?? unfinished(this.#asked.counts(), bound, this.#asked.limits)
  }

  /** The search ends at a fault that it has just noted. */
  atFault(): Verdict {
    const verdict = this.#violated(false)
    invariant(verdict, 'a fault was noted')
    return verdict
  }

  #violated(atEnd: boolean): Verdict | null {
    const found = this.#found
    if (!found) return null
    const { program, lossy, allErrors } = this.#asked
    return violated(this.#asked.counts(), found.fault, {
      errors: this.#errors,
      complete: atEnd && allErrors,
      trace: positionsOf(program, lossy, [...this.#stepsTo(found.state), ...found.steps]),
    })
  }

  /** Repeats the moves from the start and notes the steps that each one takes. */
  #stepsTo(state: number): readonly Taken[] {
    const { reduction, lossy } = this.#asked
    const { machine, packer, alone } = walker(reduction, lossy)
    machine.reset()
    const steps: Taken[] = []
    for (const move of this.#asked.movesTo(state)) {
      steps.push(...walkMove(machine, packer, move, alone).taken())
      // The search went on from the state as it was stored.
      packer.pack()
      packer.unpack(packer.words, 0)
    }
    return steps
  }
}

/** What walks through a reduced program, for a search and for the repetition of its traces alike. */
export function walker(
  reduction: Reduction,
  lossy: boolean,
): { readonly machine: Machine; readonly packer: Packer; readonly alone: AloneChoice | null } {
  const machine = new Machine(reduction.program)
  machine.lossy = lossy
  const packer = new Packer(machine, reduction.program, reduction.dead)
  const alone = reduction.alone && new AloneChoice(machine, reduction.alone)
  return { machine, packer, alone }
}
