/** Trees of expressions to their lowered form: names become places, mtype names become numbers. */

import type { Expr, ReceiveArg, Stmt, VariableRef } from '#lib/promela/1-parse/ast.ts'
import { structCells } from '#lib/promela/2-bind/bind.ts'
import type { Bindings, RemoteLabel, Resolved, VariableSymbol } from '#lib/promela/2-bind/symbols.ts'
import { applyBinary } from '#lib/promela/arithmetic.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import { invariant, unreachable } from '#lib/result.ts'
import type { NarrowCells } from './bit-arrays.ts'
import type { BinaryOperator, Expression, ReceiveField, Reference } from './program.ts'

/** By labelled statement: the control states that stand for it. The arrays grow while automata are built. */
export type LabelStates = Map<Stmt, number[]>

export const pidCell: CellType = { name: 'pid', bits: 8, signed: false, mtype: null }

const anonymousCell: CellType = { name: 'int', bits: 32, signed: true, mtype: null }

export class ExpressionLowering {
  readonly #bindings: Bindings
  readonly #narrow: NarrowCells
  /** The cell of `_last`. */
  readonly #last: Reference | null
  readonly #labels: LabelStates
  #timeout = false
  #priorities = false

  constructor(bindings: Bindings, narrow: NarrowCells, last: number | null, labels: LabelStates) {
    this.#bindings = bindings
    this.#narrow = narrow
    this.#last =
      last === null ? null : { space: 'global', offset: last, indices: [], cell: pidCell, text: '_last' }
    this.#labels = labels
  }

  /** Filled in once the automaton of that process is built: it may stand further down. */
  #statesAt({ statement }: RemoteLabel): readonly number[] {
    const known = this.#labels.get(statement) ?? []
    this.#labels.set(statement, known)
    return known
  }

  /** The type that a cell has in the state. */
  cell(declared: CellType): CellType {
    return this.#narrow.get(declared) ?? declared
  }

  get usesTimeout(): boolean {
    return this.#timeout
  }

  get usesPriorities(): boolean {
    return this.#priorities
  }

  notePriorities(): void {
    this.#priorities = true
  }

  value(expression: Expr): Expression {
    switch (expression.kind) {
      case 'number':
        return { kind: 'constant', value: expression.value }
      case 'variable':
        return this.#load(expression.variable)
      case 'unary': {
        const operand = this.value(expression.operand)
        if (operand.kind === 'constant') {
          const value = operand.value
          const folded =
            expression.operator === '-' ? -value | 0 : expression.operator === '~' ? ~value : value ? 0 : 1
          return { kind: 'constant', value: folded }
        }
        return { kind: 'unary', operator: expression.operator, operand }
      }
      case 'binary': {
        const left = this.value(expression.left)
        const right = this.value(expression.right)
        if (left.kind === 'constant' && right.kind === 'constant') {
          const folded = applyBinary(expression.operator, left.value, right.value)
          if (folded !== null) return { kind: 'constant', value: folded }
        }
        // The parser builds a binary node only from its table of operators, which is this union.
        return { kind: 'binary', operator: expression.operator as BinaryOperator, left, right }
      }
      case 'conditional':
        return {
          kind: 'conditional',
          test: this.value(expression.test),
          whenTrue: this.value(expression.whenTrue),
          whenFalse: this.value(expression.whenFalse),
        }
      case 'channel-test':
        return { kind: 'channel-test', test: expression.test, channel: this.#load(expression.channel) }
      case 'poll':
        return {
          kind: 'poll',
          channel: this.#load(expression.channel),
          fields: this.receiveFields(expression.fields),
          anywhere: expression.anywhere,
        }
      case 'run': {
        const process = this.#bindings.processes.find((item) => item.unit.name === expression.proctype)
        invariant(process, 'the binder reports a run of something unknown')
        if (expression.priority !== null) this.#priorities = true
        return {
          kind: 'run',
          proctype: process.index,
          arguments: this.messageValues(expression.arguments),
          // 0 counts as none given.
          priority: expression.priority || 1,
        }
      }
      case 'process-function': {
        const process = this.value(expression.process)
        if (expression.name === 'enabled') return { kind: 'enabled', process }
        if (expression.name === 'pc_value') return { kind: 'control-state', process }
        this.#priorities = true
        return { kind: 'priority', process }
      }
      case 'timeout':
        this.#timeout = true
        return { kind: 'timeout' }
      case 'non-progress':
        return { kind: 'non-progress' }
      case 'remote-label': {
        const label = this.#bindings.remoteLabels.get(expression)
        invariant(label, 'a label that is not there was reported')
        const process = expression.process && this.value(expression.process)
        return { kind: 'at-label', proctype: label.process, process, states: this.#statesAt(label) }
      }
      case 'remote-variable': {
        const remote = this.#bindings.remoteVariables.get(expression)
        invariant(remote, 'a variable that is not there was reported')
        const variable = this.target(remote.reference)
        invariant(variable, 'a remote variable is one of a process')
        const process = expression.process && this.value(expression.process)
        return { kind: 'remote', proctype: remote.process, process, variable }
      }
      case 'temporal':
        return invariantFails(`${expression.kind} is reported before lowering`)
      default:
        return unreachable(expression)
    }
  }

  #load(variable: VariableRef): Expression {
    const resolved = this.#resolved(variable)
    if (resolved.kind === 'mtype') return { kind: 'constant', value: resolved.value }
    if (resolved.kind === 'variable') return { kind: 'load', from: this.#reference(variable, resolved) }
    switch (resolved.name) {
      case '_pid':
        return { kind: 'pid' }
      case '_nr_pr':
        return { kind: 'process-count' }
      case '_priority':
        this.#priorities = true
        return { kind: 'priority', process: { kind: 'pid' } }
      case '_last':
        invariant(this.#last, '_last has a cell where it is used')
        return { kind: 'load', from: this.#last }
      case '_':
        return invariantFails(`${resolved.name} is reported before lowering`)
      default:
        return unreachable(resolved.name)
    }
  }

  /** `null` for `_`, which swallows what is written to it. */
  target(variable: VariableRef): Reference | null {
    const resolved = this.#resolved(variable)
    return resolved.kind === 'variable' ? this.#reference(variable, resolved) : null
  }

  #reference(variable: VariableRef, resolved: Resolved & { kind: 'variable' }): Reference {
    return {
      space: resolved.root.space,
      offset: resolved.offset,
      indices: resolved.indices.map((item) => ({
        index: this.value(item.index),
        length: item.length,
        stride: item.stride,
      })),
      cell: resolved.last.type.kind === 'cell' ? this.cell(resolved.last.type.cell) : anonymousCell,
      text: referenceText(variable),
    }
  }

  /** The fields of a message: a structure gives all of its cells, in order. */
  messageValues(values: readonly Expr[]): Expression[] {
    return values.flatMap((value) => {
      const cells = value.kind === 'variable' ? this.#structReferences(value.variable) : null
      return cells ? cells.map((from): Expression => ({ kind: 'load', from })) : [this.value(value)]
    })
  }

  receiveFields(fields: readonly ReceiveArg[]): ReceiveField[] {
    return fields.flatMap((field): ReceiveField[] => {
      if (field.kind === 'constant')
        return [{ kind: 'match', value: { kind: 'constant', value: field.value } }]
      if (field.kind === 'eval') return [{ kind: 'match', value: this.value(field.value) }]
      const resolved = this.#resolved(field.variable)
      if (resolved.kind === 'mtype')
        return [{ kind: 'match', value: { kind: 'constant', value: resolved.value } }]
      const cells = this.#structReferences(field.variable)
      if (cells) return cells.map((to) => ({ kind: 'store', to }))
      return [{ kind: 'store', to: this.target(field.variable) }]
    })
  }

  #structReferences(variable: VariableRef): Reference[] | null {
    const resolved = this.#resolved(variable)
    if (resolved.kind !== 'variable' || resolved.last.type.kind !== 'struct') return null
    const base = this.#reference(variable, resolved)
    return structCells(resolved.last.type.struct).map((cell, index) => ({
      ...base,
      cell: this.cell(cell),
      offset: base.offset + index,
    }))
  }

  #resolved(variable: VariableRef): Resolved {
    const resolved = this.#bindings.resolved.get(variable)
    invariant(resolved, `${variable.name} is resolved, else there was an error`)
    return resolved
  }
}

/** All cells of a variable, in order. */
export function variableCells(symbol: VariableSymbol): CellType[] {
  const one = symbol.type.kind === 'cell' ? [symbol.type.cell] : structCells(symbol.type.struct)
  const cells: CellType[] = []
  for (let index = 0; index < (symbol.length ?? 1); index++) cells.push(...one)
  return cells
}

function referenceText(variable: VariableRef): string {
  const index = variable.index ? '[…]' : ''
  return `${variable.name}${index}${variable.field ? `.${referenceText(variable.field)}` : ''}`
}

function invariantFails(message: string): never {
  throw new Error(`invariant violated: ${message}`)
}
