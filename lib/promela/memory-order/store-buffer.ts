/**
 * The store buffer of one process, as cells of its frame and as expressions over them.
 *
 * Slot 0 holds the oldest store: `variable[0]` says which cell it is for (counted from 1 over all annotated cells; 0
 * is a free slot) and `value[0]` what is stored. Free slots hold zeros, so that equal buffers are equal states.
 */
import type { BinaryOperator, Expression, Reference, Variable } from '#lib/promela/4-lower/program.ts'
import { applyBinary } from '#lib/promela/arithmetic.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import { cellCount } from './annotation.ts'

type Assignments = readonly { readonly to: Reference; readonly value: Expression }[]

/** One cell of an annotated variable: its address in buffers, and its place in memory. */
export type BufferedCell = {
  readonly address: number
  readonly name: string
  readonly memory: Reference
}

const INT: CellType = { name: 'int', bits: 32, signed: true, mtype: null }

export class StoreBuffer {
  readonly cells: readonly BufferedCell[]
  readonly capacity: number
  readonly variableCell: CellType
  readonly valueCell: CellType
  readonly #variables: readonly { readonly variable: Variable; readonly base: number }[]
  readonly #first: number

  /** `first`: the number of cells of the process frame so far; `names`: index of the mtype set of cell names. */
  constructor(variables: readonly Variable[], capacity: number, first: number, names: number) {
    let base = 1
    this.#variables = variables.map((variable) => {
      const start = base
      base += cellCount(variable)
      return { variable, base: start }
    })
    this.cells = this.#variables.flatMap(({ variable, base: start }) =>
      scalarsOf(variable, '', 0).map(({ name, offset, cell }) => ({
        address: start + offset - variable.offset,
        name,
        memory: { space: 'global' as const, offset, indices: [], cell, text: name },
      })),
    )
    this.capacity = capacity
    this.#first = first
    const bits = Math.ceil(Math.log2(base))
    this.variableCell = { name: `unsigned:${bits}`, bits, signed: false, mtype: names }
    const types = this.cells.map(({ memory }) => memory.cell)
    const [type] = types
    const same =
      type &&
      types.every(
        ({ bits, signed, mtype }) => bits === type.bits && signed === type.signed && mtype === type.mtype,
      )
    this.valueCell = same ? type : INT
  }

  /** Is this a place that stores are delayed to? */
  holds(reference: Reference): boolean {
    return this.#entry(reference) !== undefined
  }

  get isEmpty(): Expression {
    return binary('==', this.#variable(0), constant(0))
  }

  get hasRoom(): Expression {
    return binary('==', this.#variable(this.capacity - 1), constant(0))
  }

  get isFull(): Expression {
    return binary('!=', this.#variable(this.capacity - 1), constant(0))
  }

  /** What the process sees: its own newest store, else memory. */
  forward(from: Reference): Expression {
    const address = this.#address(from)
    const inside = inRange(from)
    let seen: Expression = { kind: 'load', from }
    for (let slot = 0; slot < this.capacity; slot++) {
      const match = binary('==', this.#variable(slot), address)
      seen = {
        kind: 'conditional',
        test: inside ? binary('&&', inside, match) : match,
        whenTrue: { kind: 'load', from: this.#valueAt(slot) },
        whenFalse: seen,
      }
    }
    return seen
  }

  /** `null` when the place has no index that could be wrong. */
  inRange(to: Reference): Expression | null {
    return inRange(to)
  }

  /** Into the first free slot. From the last slot to the first, each assignment sees the ones before it undone. */
  append(to: Reference, value: Expression): Assignments {
    const address = this.#address(to)
    const cut = this.valueCell === INT ? truncated(value, to.cell) : value
    const assignments: { to: Reference; value: Expression }[] = []
    for (let slot = this.capacity - 1; slot >= 0; slot--) {
      const free = binary('==', this.#variable(slot), constant(0))
      const isNext =
        slot === 0 ? free : binary('&&', free, binary('!=', this.#variable(slot - 1), constant(0)))
      const choose = (place: Reference, chosen: Expression): void => {
        const kept: Expression = { kind: 'load', from: place }
        assignments.push({
          to: place,
          value: { kind: 'conditional', test: isNext, whenTrue: chosen, whenFalse: kept },
        })
      }
      choose(this.#valueAt(slot), cut)
      choose(this.#variableAt(slot), address)
    }
    return assignments
  }

  /** Can the oldest store go to memory, when it is one to `cell` (and, if given, of this value)? */
  canDrain(cell: BufferedCell, value: number | null): Expression {
    const match = binary('==', this.#variable(0), constant(cell.address))
    if (value === null) return match
    return binary('&&', match, binary('==', { kind: 'load', from: this.#valueAt(0) }, constant(value)))
  }

  /** The oldest store to memory, the others one slot down. */
  drain(cell: BufferedCell): Assignments {
    const assignments = [{ to: cell.memory, value: { kind: 'load', from: this.#valueAt(0) } as Expression }]
    for (let slot = 0; slot < this.capacity; slot++) {
      const isLast = slot + 1 === this.capacity
      const next = (place: Reference): Expression => (isLast ? constant(0) : { kind: 'load', from: place })
      assignments.push({ to: this.#valueAt(slot), value: next(this.#valueAt(slot + 1)) })
      assignments.push({ to: this.#variableAt(slot), value: next(this.#variableAt(slot + 1)) })
    }
    return assignments
  }

  /** For whoever shows a state. */
  variables(span: Variable['span'], taken: ReadonlySet<string>): readonly Variable[] {
    const name = (wanted: string): string => (taken.has(wanted) ? name(`${wanted}_`) : wanted)
    const array = (wanted: string, offset: number, cell: CellType): Variable => ({
      name: name(wanted),
      typeName: cell.name,
      offset,
      length: this.capacity,
      stride: 1,
      cell,
      fields: null,
      hidden: false,
      span,
    })
    return [
      array('buffered_variable', this.#first, this.variableCell),
      array('buffered_value', this.#first + this.capacity, this.valueCell),
    ]
  }

  #entry({ space, offset }: Reference) {
    if (space !== 'global') return undefined
    return this.#variables.find(
      ({ variable }) => offset >= variable.offset && offset < variable.offset + cellCount(variable),
    )
  }

  #address(reference: Reference): Expression {
    const entry = this.#entry(reference)
    let address: Expression = constant((entry?.base ?? 0) + reference.offset - (entry?.variable.offset ?? 0))
    for (const { index, stride } of reference.indices) {
      const scaled = stride === 1 ? index : binary('*', index, constant(stride))
      address = binary('+', address, scaled)
    }
    return address
  }

  #variable(slot: number): Expression {
    return { kind: 'load', from: this.#variableAt(slot) }
  }

  #variableAt(slot: number): Reference {
    return this.#slotAt(this.#first + slot, this.variableCell, `buffered_variable[${slot}]`)
  }

  #valueAt(slot: number): Reference {
    return this.#slotAt(this.#first + this.capacity + slot, this.valueCell, `buffered_value[${slot}]`)
  }

  #slotAt(offset: number, cell: CellType, text: string): Reference {
    return { space: 'local', offset, indices: [], cell, text }
  }
}

/** The annotated cells by name, in the order of their addresses: `x`, `flag[0]`, `s.f`. */
export function scalarsOf(
  variable: Variable,
  prefix: string,
  base: number,
): readonly { readonly name: string; readonly offset: number; readonly cell: CellType }[] {
  const { name, length, stride, fields, cell } = variable
  const own = prefix === '' ? name : `${prefix}.${name}`
  return Array.from({ length: length ?? 1 }, (_, index) => index).flatMap((index) => {
    const offset = base + variable.offset + index * stride
    const full = length === null ? own : `${own}[${index}]`
    if (fields) return fields.flatMap((field) => scalarsOf(field, full, offset))
    return [{ name: full, offset, cell: cell ?? INT }]
  })
}

function inRange({ indices }: Reference): Expression | null {
  let all: Expression | null = null
  for (const { index, length } of indices) {
    if (index.kind === 'constant' && index.value >= 0 && index.value < length) continue
    const inside = binary('&&', binary('>=', index, constant(0)), binary('<', index, constant(length)))
    all = all ? binary('&&', all, inside) : inside
  }
  return all
}

/** A store cuts its value to the type of the variable; the slot may be wider. */
export function truncated(value: Expression, { bits, signed }: CellType): Expression {
  if (bits === 32) return value
  if (!signed) return binary('&', value, constant(2 ** bits - 1))
  const shift = constant(32 - bits)
  return binary('>>', binary('<<', value, shift), shift)
}

export function constant(value: number): Expression {
  return { kind: 'constant', value }
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  if (left.kind === 'constant' && right.kind === 'constant') {
    const folded = applyBinary(operator, left.value, right.value)
    if (folded !== null) return constant(folded)
  }
  return { kind: 'binary', operator, left, right }
}
