/**
 * Which cells can ever change. A cell that nothing writes is a constant of its process (a table, a parameter, the
 * number of a channel): it needs no bits in a state, and code that is specialised for the process folds it away.
 *
 * References with an index that is computed are taken for all the cells they may mean. The cells of such a
 * reference are either all constant or none is, so that code for it need not tell them apart.
 */
import type { Action, Expression, Proctype, Program, Reference } from '#lib/promela/4-lower/program.ts'

/** By cell; `true`: some statement may write it. */
export type Written = {
  readonly globals: readonly boolean[]
  /** By proctype, then by cell. */
  readonly locals: readonly (readonly boolean[])[]
}

export function writtenCells(program: Program): Written {
  const globals = program.cells.map(() => false)
  const locals = program.proctypes.map((proctype) => proctype.cells.map(() => false))
  const references = allReferences(program)
  const rowOf = ({ reference, proctype }: Occurrence): boolean[] =>
    reference.space === 'global' ? globals : (locals[proctype] ?? [])
  for (const occurrence of references) {
    if (!occurrence.writes) continue
    const row = rowOf(occurrence)
    for (const cell of coveredCells(occurrence.reference)) row[cell] = true
  }
  for (let again = true; again; ) {
    again = false
    for (const occurrence of references) {
      if (isFixed(occurrence.reference)) continue
      if (spread(rowOf(occurrence), coveredCells(occurrence.reference))) again = true
    }
  }
  return { globals, locals }
}

/** If one of the cells is marked, marks all; whether that changed anything. */
export function spread(row: boolean[], cells: readonly number[]): boolean {
  if (!cells.some((cell) => row[cell]) || cells.every((cell) => row[cell])) return false
  for (const cell of cells) row[cell] = true
  return true
}

/** The cells that a reference may mean, in order of its indices; indices that are constants are followed. */
export function coveredCells(reference: Reference): readonly number[] {
  let cells = [reference.offset]
  for (const { index, length, stride } of reference.indices) {
    const steps =
      index.kind === 'constant' ? [index.value] : Array.from({ length }, (_, position) => position)
    cells = cells.flatMap((cell) =>
      steps.filter((step) => step >= 0 && step < length).map((step) => cell + step * stride),
    )
  }
  return cells
}

export function isFixed(reference: Reference): boolean {
  return reference.indices.every(({ index }) => index.kind === 'constant')
}

export type Occurrence = {
  readonly reference: Reference
  readonly proctype: number
  readonly writes: boolean
}

/** Every reference in a statement, a provided clause or an initialiser of a process. */
export function allReferences(program: Program): readonly Occurrence[] {
  return program.proctypes.flatMap((proctype) => referencesOf(proctype))
}

export function referencesOf(proctype: Proctype): readonly Occurrence[] {
  const found: Occurrence[] = []
  const read = (expression: Expression): void => {
    eachReference(expression, (reference) =>
      found.push({ reference, proctype: proctype.index, writes: false }),
    )
  }
  const write = (reference: Reference): void => {
    found.push({ reference, proctype: proctype.index, writes: true })
    for (const { index } of reference.indices) read(index)
  }
  for (const state of proctype.states)
    for (const { action } of state.transitions) eachPart(action, read, write)
  if (proctype.provided) read(proctype.provided)
  for (const item of proctype.initialise) {
    if (item.kind !== 'value') continue
    read(item.value)
    // What a process sets in its own frame as it starts is the value that the cell then keeps.
    if (item.to.space === 'global') write(item.to)
  }
  return found
}

function eachPart(
  action: Action,
  read: (expression: Expression) => void,
  write: (reference: Reference) => void,
): void {
  switch (action.kind) {
    case 'test':
    case 'assert':
      read(action.test)
      return
    case 'assign':
      for (const { to, value } of action.assignments) {
        write(to)
        read(value)
      }
      return
    case 'print':
      for (const item of action.arguments) read(item)
      return
    case 'send':
      read(action.channel)
      for (const item of action.fields) read(item)
      return
    case 'receive':
      read(action.channel)
      for (const field of action.fields) {
        if (field.kind === 'match') read(field.value)
        else if (field.to) write(field.to)
      }
      return
    case 'set-priority':
      read(action.process)
      read(action.value)
      return
    default:
  }
}

function eachReference(expression: Expression, visit: (reference: Reference) => void): void {
  switch (expression.kind) {
    case 'load':
      visit(expression.from)
      for (const { index } of expression.from.indices) eachReference(index, visit)
      return
    case 'unary':
      eachReference(expression.operand, visit)
      return
    case 'binary':
      eachReference(expression.left, visit)
      eachReference(expression.right, visit)
      return
    case 'conditional':
      eachReference(expression.test, visit)
      eachReference(expression.whenTrue, visit)
      eachReference(expression.whenFalse, visit)
      return
    case 'channel-test':
      eachReference(expression.channel, visit)
      return
    case 'poll':
      eachReference(expression.channel, visit)
      for (const field of expression.fields) if (field.kind === 'match') eachReference(field.value, visit)
      return
    case 'run':
      for (const item of expression.arguments) eachReference(item, visit)
      return
    case 'enabled':
    case 'control-state':
    case 'priority':
      eachReference(expression.process, visit)
      return
    default:
  }
}
