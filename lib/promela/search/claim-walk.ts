/**
 * What a claim can do while the model runs: an `ltl` block as the automaton of its negation, a never claim as the
 * process it is written as. Either looks at a stored state, takes an edge that fits, and then the model moves.
 */

import type { Claim } from '#lib/promela/4-lower/program.ts'
import { Cursor } from '#lib/promela/machine/cursor.ts'
import { compileExpression } from '#lib/promela/machine/expressions.ts'
import type { Machine } from '#lib/promela/machine/machine.ts'
import type { Executable } from '#lib/promela/machine/workspace.ts'
import type { Span } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'

/** `marks`: bit `k` is set when the edge belongs to acceptance set `k`. */
export type ClaimEdge = { readonly target: number; readonly marks: number }

export type ClaimWalk = {
  /** For messages: `ltl p`, `the never claim`. */
  readonly name: string
  readonly span: Span
  readonly initial: number
  /** Acceptance sets of edges; 0 where states accept. */
  readonly sets: number
  /** An accept label. */
  isAccepting(state: number): boolean
  /** Why a run that comes to this state is over, whatever follows; `null` when it is not. */
  broken(state: number): string | null
  /** The edges that fit the machine's state. May leave faults in the machine. */
  edges(state: number): readonly ClaimEdge[]
}

/** Steps inside one atomic of a never claim. */
const MAX_ATOMIC = 100

export function walkFormula(machine: Machine, claim: Claim): ClaimWalk {
  const { automaton } = claim
  const atoms = claim.atoms.map((atom) => compileExpression(machine, atom))
  const name = `ltl ${claim.name}`
  return {
    name,
    span: claim.span,
    initial: 0,
    sets: automaton.sets,
    isAccepting: () => false,
    broken: (state) =>
      state === automaton.universal
        ? `${name} does not hold: no way to go on from here can satisfy it`
        : null,
    edges: (state) => {
      prepare(machine, claim.usesTimeout)
      const known: (boolean | undefined)[] = []
      const isTrue = (atom: number): boolean => (known[atom] ??= atoms[atom]?.(0) !== 0)
      const fitting = (automaton.edges[state] ?? []).filter(
        ({ holds, fails }) => holds.every(isTrue) && !fails.some(isTrue),
      )
      // An index out of bounds in a formula has no statement; the block is the place.
      if (machine.errors.length > 0)
        machine.errors = machine.errors.map((fault) => ({ ...fault, span: claim.span }))
      return fitting
    },
  }
}

export function walkNever(machine: Machine, proctype: number): ClaimWalk {
  const claim = machine.program.proctypes[proctype]
  const executables = machine.executables[proctype]
  invariant(claim && executables, 'a never claim is a proctype of its program')
  const { uses } = machine.program
  const collect = (state: number, edges: ClaimEdge[], depth: number): void => {
    let some = false
    for (const executable of executables[state] ?? []) {
      const { transition } = executable
      if (transition.action.kind === 'end' || (executable.isElse && some)) continue
      if (!executable.test(0)) continue
      some = true
      executable.apply(0)
      if (transition.keepsControl && depth < MAX_ATOMIC && canGoOn(executables[transition.target]))
        collect(transition.target, edges, depth + 1)
      else edges.push({ target: transition.target, marks: 0 })
    }
  }
  const name = claim.name === 'never' ? 'the never claim' : `the never claim ${claim.name}`
  return {
    name,
    span: claim.span,
    initial: claim.entry,
    sets: 0,
    isAccepting: (state) => claim.states[state]?.accept ?? false,
    broken: (state) => (claim.states[state]?.validEnd ? `${name} comes to its end` : null),
    edges: (state) => {
      prepare(machine, uses.timeout)
      const edges: ClaimEdge[] = []
      collect(state, edges, 0)
      return edges
    },
  }
}

function canGoOn(next: readonly Executable[] | undefined): boolean {
  return next?.some((item) => item.transition.action.kind !== 'end' && item.test(0)) ?? false
}

/** A search that has no claim, as one that allows everything. */
export function walkFreely(name: string, span: Span): ClaimWalk {
  const edges: readonly ClaimEdge[] = [{ target: 0, marks: 0 }]
  return { name, span, initial: 0, sets: 0, isAccepting: () => false, broken: () => null, edges: () => edges }
}

/** For the claim `timeout` means: the model cannot move here. */
function prepare(machine: Machine, usesTimeout: boolean): void {
  let stuck = false
  if (usesTimeout) {
    const faults = machine.errors
    const cursor = new Cursor(machine)
    cursor.start()
    stuck = !cursor.next() || machine.timeout
    cursor.restore()
    machine.errors = faults
  }
  machine.pid = 0
  machine.timeout = stuck
  machine.current = null
}
