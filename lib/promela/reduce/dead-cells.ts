/**
 * Dead cells: which locals a process will not read again before it writes them, for each of its control states.
 *
 * The usual backward flow of live variables, on the control automaton itself. What is special to Promela falls out of
 * that automaton, because it already has every way on as a transition: an escape is one of the transitions of each state
 * it guards, the statements of a d_step are states of their own behind its entry, a goto is a target.
 *
 * - A state *uses* what any of its transitions evaluates, also the tests of those that are not taken.
 * - A store to one known cell ends a life; a store to `a[i]` ends none.
 * - Printing uses only what can go wrong in it: a search does not print, a replay has the real values.
 * - At the closing brace nothing lives.
 *
 * A cell that is read from outside its process (`P:x`, also in a claim; `provided`) never dies, nor does the number of
 * a process's own channel. After a d_step
 * that blocks, which is a fault, its later stores have not happened, so beyond that fault a search with all errors may
 * count other states than without this reduction.
 */
import type { Expression, Proctype, Program } from '#lib/promela/4-lower/program.ts'
import { cellsOf, decidedBy, eachExpression, evaluatedBy, fixedCell, storedBy } from './walk.ts'

/** Words of live sets of one proctype. Above it nothing of the proctype is dead: a model made to be large. */
const MAX_WORDS = 1_000_000

/** `[proctype][state]`: cells of the frame, ascending. */
export function findDeadCells(program: Program): readonly (readonly (readonly number[])[])[] {
  const watched = watchedCells(program)
  return program.proctypes.map((proctype) => deadCellsOf(proctype, watched[proctype.index] ?? []))
}

function deadCellsOf(proctype: Proctype, watched: readonly number[]): readonly (readonly number[])[] {
  const { states, cells } = proctype
  const words = (cells.length + 31) >> 5
  if (words === 0 || proctype.kind === 'never' || words * states.length > MAX_WORDS)
    return states.map(() => [])
  const live = liveSets(proctype, watched, words)
  return states.map((_, state) => {
    const set = live[state]
    return cells.flatMap((_, cell) => (set && !has(set, cell) ? [cell] : []))
  })
}

type Flow = { readonly uses: Int32Array; readonly defines: Int32Array; readonly to: readonly number[] }

function liveSets(proctype: Proctype, watched: readonly number[], words: number): readonly Int32Array[] {
  const always = new Int32Array(words)
  for (const cell of watched) put(always, cell)
  if (proctype.provided) for (const cell of loadedCells([proctype.provided])) put(always, cell)
  const landing = landings(proctype)
  const flows = proctype.states.map(({ transitions }) =>
    transitions.map(({ action, target }): Flow => {
      const uses = new Int32Array(words)
      const defines = new Int32Array(words)
      for (const cell of loadedCells(decidedBy(action))) put(uses, cell)
      for (const reference of storedBy(action)) {
        const cell = reference.space === 'local' ? fixedCell(reference) : null
        if (cell !== null) put(defines, cell)
      }
      if (action.kind === 'end') return { uses, defines, to: [] }
      if (action.kind === 'd_step') return { uses, defines, to: [action.entry] }
      return { uses, defines, to: [target, ...(landing.get(target) ?? [])] }
    }),
  )
  const live = proctype.states.map(() => always.slice())
  const before = predecessors(flows)
  const queue = flows.map((_, state) => state)
  const queued = flows.map(() => true)
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    queued[state] = false
    if (!grow(live[state], flows[state] ?? [], live)) continue
    for (const earlier of before[state] ?? []) {
      if (queued[earlier]) continue
      queued[earlier] = true
      queue.push(earlier)
    }
  }
  return live
}

/**
 * Where a d_step that leaves its last statement for one state lets its process stand in another one: the transition
 * of the whole decides. The two are the same as far as we know; where they are not, both are followed.
 */
function landings({ states }: Proctype): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  for (const { transitions } of states) {
    for (const { action, target } of transitions) {
      if (action.kind !== 'd_step') continue
      for (const exit of exitsOf(states, action.entry)) {
        if (exit !== target) found.set(exit, [...(found.get(exit) ?? []), target])
      }
    }
  }
  return found
}

function exitsOf(states: Proctype['states'], entry: number): ReadonlySet<number> {
  const seen = new Set([entry])
  const exits = new Set<number>()
  for (const state of seen) {
    if (!states[state]?.inDStep) exits.add(state)
    else for (const { target } of states[state].transitions) seen.add(target)
  }
  return exits
}

function predecessors(flows: readonly (readonly Flow[])[]): readonly (readonly number[])[] {
  const before: number[][] = flows.map(() => [])
  for (const [state, transitions] of flows.entries())
    for (const { to } of transitions) for (const target of to) before[target]?.push(state)
  return before
}

/** Adds what its transitions need to the live set of a state; did it grow? */
function grow(set: Int32Array | undefined, flows: readonly Flow[], live: readonly Int32Array[]): boolean {
  if (!set) return false
  let changed = false
  for (const { uses, defines, to } of flows) {
    for (let word = 0; word < set.length; word++) {
      let after = 0
      for (const target of to) after |= live[target]?.[word] ?? 0
      const now = (set[word] ?? 0) | (uses[word] ?? 0) | (after & ~(defines[word] ?? 0))
      if (now !== set[word]) {
        set[word] = now
        changed = true
      }
    }
  }
  return changed
}

function loadedCells(expressions: readonly Expression[]): readonly number[] {
  const cells: number[] = []
  for (const expression of expressions) {
    eachExpression(expression, (part) => {
      if (part.kind === 'load' && part.from.space === 'local')
        for (const cell of cellsOf(part.from)) cells.push(cell)
    })
  }
  return cells
}

/** By proctype: the cells that others read. */
function watchedCells(program: Program): readonly (readonly number[])[] {
  const watched: number[][] = program.proctypes.map(({ initialise }) =>
    // Numbers of channels tell who may use them: the search of processes that can go alone asks for them.
    initialise.flatMap((item) =>
      item.kind === 'channel' && item.space === 'local'
        ? Array.from({ length: item.count }, (_, index) => item.offset + index)
        : [],
    ),
  )
  const look = (part: Expression): void => {
    if (part.kind === 'remote') for (const cell of cellsOf(part.variable)) watched[part.proctype]?.push(cell)
  }
  for (const { atoms } of program.claims) for (const atom of atoms) eachExpression(atom, look)
  for (const { initialise, states, provided } of program.proctypes) {
    for (const item of initialise) if (item.kind === 'value') eachExpression(item.value, look)
    if (provided) eachExpression(provided, look)
    for (const { transitions } of states)
      for (const { action } of transitions) for (const part of evaluatedBy(action)) eachExpression(part, look)
  }
  return watched
}

function put(set: Int32Array, cell: number): void {
  set[cell >> 5] = (set[cell >> 5] ?? 0) | (1 << (cell & 31))
}

function has(set: Int32Array, cell: number): boolean {
  return (((set[cell >> 5] ?? 0) >>> (cell & 31)) & 1) === 1
}
