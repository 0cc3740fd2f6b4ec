/**
 * What statements touch: expressions from outside in, the places they load and store, the cells of a place.
 *
 * Everything here errs on one side: a place that might be touched is touched.
 */

import type { Action, Expression, ReceiveField, Reference } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'

/** Visits an expression and all that is evaluated for it, indices and arguments included. */
export function eachExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression)
  for (const part of partsOf(expression)) eachExpression(part, visit)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'pid':
    case 'process-count':
    case 'timeout':
    case 'non-progress':
      return []
    case 'load':
      return indicesOf(expression.from)
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.test, expression.whenTrue, expression.whenFalse]
    case 'channel-test':
      return [expression.channel]
    case 'poll':
      return [expression.channel, ...matched(expression.fields)]
    case 'run':
      return expression.arguments
    case 'enabled':
    case 'control-state':
    case 'priority':
      return [expression.process]
    case 'at-label':
      return expression.process ? [expression.process] : []
    case 'remote':
      return [...(expression.process ? [expression.process] : []), ...indicesOf(expression.variable)]
    default:
      return unreachable(expression)
  }
}

function indicesOf(reference: Reference): readonly Expression[] {
  return reference.indices.map(({ index }) => index)
}

function matched(fields: readonly ReceiveField[]): readonly Expression[] {
  return fields.flatMap((field) => (field.kind === 'match' ? [field.value] : []))
}

/** What a statement evaluates, in full: guards, values, channels, and the indices of what it stores to. */
export function evaluatedBy(action: Action): readonly Expression[] {
  switch (action.kind) {
    case 'pass':
    case 'else':
    case 'd_step':
    case 'end':
      return []
    case 'test':
    case 'assert':
      return [action.test]
    case 'assign':
      return action.assignments.flatMap(({ to, value }) => [value, ...indicesOf(to)])
    case 'print':
      return action.arguments
    case 'send':
      return [action.channel, ...action.fields]
    case 'receive':
      return [action.channel, ...matched(action.fields), ...storedBy(action).flatMap(indicesOf)]
    case 'set-priority':
      return [action.process, action.value]
    default:
      return unreachable(action)
  }
}

/**
 * What a statement evaluates that can make a difference to a search: it does not print, so of what is printed only
 * that which can go wrong.
 */
export function decidedBy(action: Action): readonly Expression[] {
  return action.kind === 'print' ? action.arguments.filter(canFail) : evaluatedBy(action)
}

/** Can evaluating it be a fault: an index, a division, a channel that is none? */
function canFail(expression: Expression): boolean {
  let can = false
  eachExpression(expression, (part) => {
    if (part.kind === 'load') can ||= part.from.indices.some(({ index }) => index.kind !== 'constant')
    else if (part.kind === 'binary') can ||= part.operator === '/' || part.operator === '%'
    else can ||= part.kind !== 'constant' && part.kind !== 'pid' && part.kind !== 'unary'
  })
  return can
}

/** The places that a statement stores to. */
export function storedBy(action: Action): readonly Reference[] {
  if (action.kind === 'assign') return action.assignments.map(({ to }) => to)
  if (action.kind !== 'receive') return []
  return action.fields.flatMap((field) => (field.kind === 'store' && field.to ? [field.to] : []))
}

/** Every cell that a place may be, as offsets in its space; none for a constant index that is out of bounds. */
export function cellsOf({ offset, indices }: Reference): readonly number[] {
  let cells = [offset]
  for (const { index, length, stride } of indices) {
    const first = index.kind === 'constant' ? index.value : 0
    const last = index.kind === 'constant' ? index.value : length - 1
    const next: number[] = []
    for (const cell of cells)
      for (let at = first; at <= last; at++) if (at >= 0 && at < length) next.push(cell + at * stride)
    cells = next
  }
  return cells
}

/** How many cells `cellsOf` would list. */
export function cellCount({ indices }: Reference): number {
  return indices.reduce((count, { index, length }) => (index.kind === 'constant' ? count : count * length), 1)
}

/** The one cell of a place without variable indices; `null` for another. */
export function fixedCell(reference: Reference): number | null {
  if (reference.indices.some(({ index }) => index.kind !== 'constant')) return null
  return cellsOf(reference)[0] ?? null
}
