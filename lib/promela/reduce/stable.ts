/**
 * What stays the same as long as its process lives: cells that nothing stores to after the start, and expressions of
 * such cells. A parameter that names a channel is the usual one: it tells which channel a process will ever use.
 *
 * `hidden` cells are never stable: they are not part of a stored state.
 */
import type { Expression, Program, Reference } from '#lib/promela/4-lower/program.ts'
import { cellsOf, storedBy } from './walk.ts'

export type Stability = {
  /** By proctype: 1 for a local cell that is stored to. */
  readonly locals: readonly Uint8Array[]
  readonly globals: Uint8Array
}

export function findStability(program: Program): Stability {
  const globals = Uint8Array.from(program.kept, (kept) => (kept ? 0 : 1))
  const locals = program.proctypes.map(({ states, kept }) => {
    const stored = Uint8Array.from(kept, (isKept) => (isKept ? 0 : 1))
    for (const { transitions } of states) {
      for (const { action } of transitions) {
        for (const reference of storedBy(action)) {
          const cells = reference.space === 'global' ? globals : stored
          for (const cell of cellsOf(reference)) cells[cell] = 1
        }
      }
    }
    return stored
  })
  return { locals, globals }
}

/** May it be a channel without room for messages? Only a global that names one channel for ever is known not to be. */
export function mayBeRendezvous(program: Program, { globals }: Stability, channel: Expression): boolean {
  if (program.channelShapes.every(({ capacity }) => capacity > 0)) return false
  if (channel.kind !== 'load' || channel.from.space !== 'global') return true
  const hasRoom = (cell: number): boolean =>
    globals[cell] === 0 &&
    program.initialise.some(
      (item) =>
        item.kind === 'channel' &&
        item.offset <= cell &&
        cell < item.offset + item.count &&
        (program.channelShapes[item.channel]?.capacity ?? 0) > 0,
    )
  return !cellsOf(channel.from).every(hasRoom)
}

/** Is its value fixed from the start of the process to its end? */
export function isStable({ locals, globals }: Stability, proctype: number, expression: Expression): boolean {
  const visit = (part: Expression): boolean => {
    switch (part.kind) {
      case 'constant':
      case 'pid':
        return true
      case 'unary':
        return visit(part.operand)
      case 'binary':
        return visit(part.left) && visit(part.right)
      case 'conditional':
        return visit(part.test) && visit(part.whenTrue) && visit(part.whenFalse)
      case 'load': {
        const stored = part.from.space === 'global' ? globals : locals[proctype]
        return hasStablePlace(part.from) && cellsOf(part.from).every((cell) => stored?.[cell] === 0)
      }
      default:
        return false
    }
  }
  const hasStablePlace = ({ indices }: Reference): boolean => indices.every(({ index }) => visit(index))
  return visit(expression)
}
