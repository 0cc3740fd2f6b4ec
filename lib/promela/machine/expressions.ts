/**
 * Expressions as closures over a machine. `base` is the frame of the process that asks.
 *
 * Arithmetic is C's on 32-bit integers, whatever the operand types; a value is cut to its type only when it is
 * stored. What C leaves undefined and Spin reports (an index out of bounds, a division by zero) is reported and
 * counts as 0, so that a search can go on behind it.
 */

import type { Expression, ReceiveField, Reference } from '#lib/promela/4-lower/program.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import { unreachable } from '#lib/result.ts'
import { CONTROL, GLOBALS, LENGTH, LOCALS, MESSAGES, PRIORITY, TAG } from './layout.ts'
import type { Workspace } from './workspace.ts'

export type Evaluate = (base: number) => number

/** The cell of a reference, or -1 when an index is out of bounds (reported). */
export type Locate = (base: number) => number

export function truncation(cell: CellType): (value: number) => number {
  if (cell.bits === 32) return (value) => value | 0
  if (cell.signed) {
    const shift = 32 - cell.bits
    return (value) => (value << shift) >> shift
  }
  const mask = 2 ** cell.bits - 1
  return (value) => value & mask
}

export function compileReference(machine: Workspace, reference: Reference): Locate {
  const { space, offset, indices, text } = reference
  const fixed = space === 'global' ? GLOBALS + offset : LOCALS + offset
  const [first, ...rest] = indices
  if (!first) return space === 'global' ? () => fixed : (base) => base + fixed
  const parts = [first, ...rest].map((item) => ({
    evaluate: compileExpression(machine, item.index),
    length: item.length,
    stride: item.stride,
  }))
  return (base) => {
    let at = space === 'global' ? fixed : base + fixed
    for (const part of parts) {
      const index = part.evaluate(base)
      if (index < 0 || index >= part.length) {
        machine.report('array-bounds', `index ${index} of ${text} is outside 0 .. ${part.length - 1}`)
        return -1
      }
      at += index * part.stride
    }
    return at
  }
}

export function compileExpression(machine: Workspace, expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression
      return () => value
    }
    case 'load':
      return compileLoad(machine, expression.from)
    case 'unary': {
      const operand = compileExpression(machine, expression.operand)
      switch (expression.operator) {
        case '-':
          return (base) => -operand(base) | 0
        case '~':
          return (base) => ~operand(base)
        case '!':
          return (base) => (operand(base) === 0 ? 1 : 0)
        default:
          return unreachable(expression)
      }
    }
    case 'binary':
      return compileBinary(machine, expression)
    case 'conditional': {
      const test = compileExpression(machine, expression.test)
      const whenTrue = compileExpression(machine, expression.whenTrue)
      const whenFalse = compileExpression(machine, expression.whenFalse)
      return (base) => (test(base) !== 0 ? whenTrue(base) : whenFalse(base))
    }
    case 'channel-test': {
      const locate = compileChannel(machine, expression.channel)
      const { test } = expression
      return (base) => {
        const frame = locate(base)
        return frame < 0 ? 0 : channelTest(machine, test, frame)
      }
    }
    case 'poll': {
      const locate = compileChannel(machine, expression.channel)
      const matcher = compileMatch(machine, expression.fields)
      const { anywhere } = expression
      return (base) => {
        const frame = locate(base)
        if (frame < 0) return 0
        if (capacityOf(machine, frame) === 0) {
          machine.report('channel', 'a rendezvous channel cannot be polled')
          return 0
        }
        return findMessage(machine, frame, matcher, base, anywhere) >= 0 ? 1 : 0
      }
    }
    case 'pid':
      return () => machine.pid
    case 'process-count':
      return () => machine.processes
    case 'timeout':
      return () => (machine.timeout ? 1 : 0)
    case 'run': {
      const values = expression.arguments.map((argument) => compileExpression(machine, argument))
      const { proctype, priority } = expression
      return (base) => {
        const pid = machine.addProcess(
          proctype,
          values.map((value) => value(base)),
          priority,
        )
        return pid < 0 ? 0 : pid
      }
    }
    case 'enabled': {
      const process = compileExpression(machine, expression.process)
      return (base) => (machine.canMove(process(base)) ? 1 : 0)
    }
    case 'control-state': {
      const process = compileExpression(machine, expression.process)
      // From 1, as Spin's numbers; those themselves are nobody's contract.
      return (base) => processCell(machine, process(base), CONTROL, -1) + 1
    }
    case 'priority': {
      const process = compileExpression(machine, expression.process)
      return (base) => processCell(machine, process(base), PRIORITY, 0)
    }
    case 'non-progress':
      return () => (machine.isNonProgress() ? 1 : 0)
    case 'at-label': {
      const frame = compileFrame(machine, expression.proctype, expression.process)
      const states = new Set(expression.states)
      return (base) => {
        const at = frame(base)
        return at >= 0 && states.has(machine.cells[at + CONTROL] ?? -1) ? 1 : 0
      }
    }
    case 'remote': {
      const frame = compileFrame(machine, expression.proctype, expression.process)
      const { indices, offset } = expression.variable
      const [index] = indices
      const position = index ? compileExpression(machine, index.index) : () => 0
      return (base) => {
        const at = frame(base)
        if (at < 0) return 0
        const element = position(base)
        if (element < 0 || (index && element >= index.length)) {
          machine.report('array-bounds', `${expression.variable.text}: index ${element} is out of bounds`)
          return 0
        }
        return machine.cells[at + LOCALS + offset + element * (index?.stride ?? 0)] ?? 0
      }
    }
    default:
      return unreachable(expression)
  }
}

/** The frame of a process of this proctype: the one with that pid, else the youngest; -1 when there is none. */
function compileFrame(machine: Workspace, proctype: number, process: Expression | null): Evaluate {
  if (process) {
    const pid = compileExpression(machine, process)
    return (base) => {
      const at = pid(base)
      const frame = at >= 0 && at < machine.processes ? (machine.base[at] ?? -1) : -1
      return frame >= 0 && machine.proctypeIndex(frame) === proctype ? frame : -1
    }
  }
  return () => {
    for (let pid = machine.processes - 1; pid >= 0; pid--) {
      const frame = machine.base[pid] ?? -1
      if (frame >= 0 && machine.proctypeIndex(frame) === proctype) return frame
    }
    return -1
  }
}

function compileLoad(machine: Workspace, reference: Reference): Evaluate {
  const fixed = reference.offset + (reference.space === 'global' ? GLOBALS : LOCALS)
  if (reference.indices.length === 0) {
    return reference.space === 'global'
      ? () => machine.cells[fixed] ?? 0
      : (base) => machine.cells[base + fixed] ?? 0
  }
  const locate = compileReference(machine, reference)
  return (base) => {
    const at = locate(base)
    return at < 0 ? 0 : (machine.cells[at] ?? 0)
  }
}

function compileBinary(machine: Workspace, expression: Expression & { kind: 'binary' }): Evaluate {
  const left = compileExpression(machine, expression.left)
  const right = compileExpression(machine, expression.right)
  switch (expression.operator) {
    case '+':
      return (base) => (left(base) + right(base)) | 0
    case '-':
      return (base) => (left(base) - right(base)) | 0
    case '*':
      return (base) => Math.imul(left(base), right(base))
    case '/':
    case '%': {
      const modulo = expression.operator === '%'
      return (base) => {
        const dividend = left(base)
        const divisor = right(base)
        if (divisor === 0) {
          machine.report('division-by-zero', modulo ? 'remainder of a division by zero' : 'division by zero')
          return 0
        }
        return modulo ? (dividend % divisor) | 0 : (dividend / divisor) | 0
      }
    }
    case '<<':
      return (base) => left(base) << right(base)
    case '>>':
      return (base) => left(base) >> right(base)
    case '&':
      return (base) => left(base) & right(base)
    case '|':
      return (base) => left(base) | right(base)
    case '^':
      return (base) => left(base) ^ right(base)
    case '<':
      return (base) => (left(base) < right(base) ? 1 : 0)
    case '<=':
      return (base) => (left(base) <= right(base) ? 1 : 0)
    case '>':
      return (base) => (left(base) > right(base) ? 1 : 0)
    case '>=':
      return (base) => (left(base) >= right(base) ? 1 : 0)
    case '==':
      return (base) => (left(base) === right(base) ? 1 : 0)
    case '!=':
      return (base) => (left(base) !== right(base) ? 1 : 0)
    case '&&':
      return (base) => (left(base) !== 0 && right(base) !== 0 ? 1 : 0)
    case '||':
      return (base) => (left(base) !== 0 || right(base) !== 0 ? 1 : 0)
    default:
      return unreachable(expression.operator)
  }
}

function processCell(machine: Workspace, pid: number, cell: number, missing: number): number {
  if (pid < 0 || pid >= machine.processes) return missing
  return machine.cells[(machine.base[pid] ?? 0) + cell] ?? missing
}

// --- Channels -----------------------------------------------------------------------------------------------

/** The frame of the channel whose number an expression gives, or -1 when there is none (reported). */
export function compileChannel(machine: Workspace, channel: Expression): Locate {
  const evaluate = compileExpression(machine, channel)
  const text = channel.kind === 'load' ? channel.from.text : 'this'
  return (base) => {
    const number = evaluate(base)
    if (number >= 1 && number <= machine.channels) return machine.channelBase[number] ?? -1
    machine.report('channel', `${text} is no channel: it was never given one`)
    return -1
  }
}

export function capacityOf(machine: Workspace, frame: number): number {
  return machine.program.channelShapes[(machine.cells[frame + TAG] ?? 0) >> 1]?.capacity ?? 0
}

export function fieldCount(machine: Workspace, frame: number): number {
  return machine.program.channelShapes[(machine.cells[frame + TAG] ?? 0) >> 1]?.fields.length ?? 0
}

function channelTest(
  machine: Workspace,
  test: 'len' | 'empty' | 'nempty' | 'full' | 'nfull',
  frame: number,
): number {
  const length = machine.cells[frame + LENGTH] ?? 0
  // A rendezvous channel has room for the one message of a handshake, so between steps it is never full.
  const room = Math.max(1, capacityOf(machine, frame))
  switch (test) {
    case 'len':
      return length
    case 'empty':
      return length === 0 ? 1 : 0
    case 'nempty':
      return length > 0 ? 1 : 0
    case 'full':
      return length >= room ? 1 : 0
    case 'nfull':
      return length < room ? 1 : 0
    default:
      return unreachable(test)
  }
}

/** Does the message at `message` fit the constants and evals of a receive? */
export type Match = (base: number, message: number) => boolean

export function compileMatch(machine: Workspace, fields: readonly ReceiveField[]): Match {
  const wanted = fields.flatMap((field, index) =>
    field.kind === 'match' ? [{ index, value: compileExpression(machine, field.value) }] : [],
  )
  if (wanted.length === 0) return () => true
  return (base, message) => {
    for (const item of wanted) if (machine.cells[message + item.index] !== item.value(base)) return false
    return true
  }
}

/** The cell where the first fitting message starts, or -1: the head only, unless `anywhere`. */
export function findMessage(
  machine: Workspace,
  frame: number,
  match: Match,
  base: number,
  anywhere: boolean,
): number {
  const length = machine.cells[frame + LENGTH] ?? 0
  const fields = fieldCount(machine, frame)
  const last = anywhere ? length : Math.min(1, length)
  for (let index = 0; index < last; index++) {
    const at = frame + MESSAGES + index * fields
    if (match(base, at)) return at
  }
  return -1
}
