/**
 * How wide the elements of a `bit` or `bool` array are.
 *
 * Spin cuts a single bit to 0 or 1, but gives each element of an array a byte and does not cut it: after
 * `bool b[2]; b[0] = 2` its verifier finds `b[0] == 2`. Counts must agree, so the elements have eight bits here,
 * too. Kernel models are full of such arrays and hardly ever write anything but 0 and 1 to them; where that can
 * be seen in the text, one bit is enough and nothing changes.
 */
import type { Declarator, Expr, Model, ReceiveArg, Stmt, VariableRef } from '#lib/promela/1-parse/ast.ts'
import type { Bindings, VariableSymbol } from '#lib/promela/2-bind/symbols.ts'
import { childSequences } from '#lib/promela/3-check/walk-tree.ts'
import type { CellType } from '#lib/promela/cell-type.ts'

/** Cells that may take one bit instead of eight. */
export type NarrowCells = ReadonlyMap<CellType, CellType>

export function narrowBitArrays(model: Model, bindings: Bindings): NarrowCells {
  const wide = new Set<CellType>()
  const scan = new Scan(bindings, wide)
  for (const unit of model.units) {
    if (unit.kind === 'declaration') for (const declarator of unit.variables) scan.declarator(declarator)
    if (unit.kind === 'proctype') for (const step of unit.body.steps) scan.statement(step)
  }
  const narrow = new Map<CellType, CellType>()
  for (const cell of scan.arrays) if (!wide.has(cell)) narrow.set(cell, { ...cell, bits: 1 })
  return narrow
}

class Scan {
  readonly arrays = new Set<CellType>()
  readonly #bindings: Bindings
  readonly #wide: Set<CellType>

  constructor(bindings: Bindings, wide: Set<CellType>) {
    this.#bindings = bindings
    this.#wide = wide
    for (const symbol of bindings.declared.values()) {
      const cell = arrayCell(symbol)
      if (cell) this.arrays.add(cell)
    }
  }

  declarator(declarator: Declarator): void {
    const symbol = this.#bindings.declared.get(declarator)
    const cell = symbol && arrayCell(symbol)
    if (!cell || !declarator.initial || declarator.initial.kind === 'channel') return
    const values = declarator.initial.kind === 'list' ? declarator.initial.values : [declarator.initial.value]
    if (!values.every((value) => this.#isBit(value))) this.#wide.add(cell)
  }

  statement(statement: Stmt): void {
    switch (statement.kind) {
      case 'declare':
        for (const declarator of statement.declaration.variables) this.declarator(declarator)
        break
      case 'assign':
        if (!this.#isBit(statement.value)) this.#widen(statement.to)
        break
      case 'step':
      case 'for':
      case 'for-in':
      case 'select':
        this.#widen(statement.kind === 'step' ? statement.to : statement.index)
        break
      case 'receive':
        for (const field of statement.arguments) this.#receive(field)
        break
      case 'unless':
        this.statement(statement.normal)
        this.statement(statement.escape)
        break
    }
    for (const sequence of childSequences(statement)) for (const step of sequence.steps) this.statement(step)
  }

  #receive(field: ReceiveArg): void {
    if (field.kind === 'variable') this.#widen(field.variable)
  }

  /** All arrays that a write to this may reach: for a whole structure, all of its fields. */
  #widen(variable: VariableRef): void {
    const resolved = this.#bindings.resolved.get(variable)
    if (resolved?.kind === 'variable') this.#widenSymbol(resolved.last)
  }

  #widenSymbol(symbol: VariableSymbol): void {
    if (symbol.type.kind === 'cell') this.#wide.add(symbol.type.cell)
    else for (const field of symbol.type.struct.fields) this.#widenSymbol(field)
  }

  /** Surely 0 or 1. */
  #isBit(value: Expr): boolean {
    switch (value.kind) {
      case 'number':
        return value.value === 0 || value.value === 1
      case 'unary':
        return value.operator === '!'
      case 'binary':
        return comparisons.has(value.operator)
      case 'conditional':
        return this.#isBit(value.whenTrue) && this.#isBit(value.whenFalse)
      case 'channel-test':
        return value.test !== 'len'
      case 'poll':
      case 'timeout':
        return true
      case 'variable': {
        const resolved = this.#bindings.resolved.get(value.variable)
        return (
          resolved?.kind === 'variable' &&
          resolved.last.type.kind === 'cell' &&
          resolved.last.type.cell.bits === 1
        )
      }
      default:
        return false
    }
  }
}

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||'])

function arrayCell(symbol: VariableSymbol): CellType | null {
  if (symbol.length === null || symbol.type.kind !== 'cell') return null
  const { cell } = symbol.type
  return cell.name === 'bit' || cell.name === 'bool' ? cell : null
}
