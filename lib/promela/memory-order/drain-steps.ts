/**
 * The ways in which a process's buffer can drain, each with words that say what it does: "store buffer of waker
 * drains: uval = 1". A statement's words are fixed, so where only constants are stored there is one step for each.
 */
import type {
  Expression,
  Proctype,
  Program,
  Reference,
  StatementPlace,
} from '#lib/promela/4-lower/program.ts'
import { drainWords } from './drain-words.ts'
import type { Effects } from './effects.ts'
import type { BufferedCell, StoreBuffer } from './store-buffer.ts'
import { truncated } from './store-buffer.ts'

export type DrainStep = {
  readonly place: StatementPlace
  readonly test: Expression
  readonly assignments: readonly { readonly to: Reference; readonly value: Expression }[]
}

/** More values than this are not told apart. */
const MAX_VALUES = 4

export function drainSteps(
  proctype: Proctype,
  buffer: StoreBuffer,
  effects: Effects,
  mtypes: Program['mtypes'],
): readonly DrainStep[] {
  return buffer.cells.flatMap((cell) => {
    const values = storedValues(proctype, cell, buffer, effects)
    return values.map((value): DrainStep => {
      const what = value === null ? 'its oldest value' : valueText(cell, value, mtypes)
      const text = drainWords(proctype.name, cell.name, what)
      const place = { text, expanded: text, span: proctype.span, origin: [] }
      return { place, test: buffer.canDrain(cell, value), assignments: buffer.drain(cell) }
    })
  })
}

/** Constants that this process may store there, or only `null`: any value. Empty: it never stores there. */
function storedValues(
  proctype: Proctype,
  cell: BufferedCell,
  buffer: StoreBuffer,
  effects: Effects,
): readonly (number | null)[] {
  const values = new Set<number | null>()
  for (const state of proctype.states) {
    for (const transition of state.transitions) {
      if (transition.action.kind !== 'assign' || !effects.isDelayed(transition)) continue
      for (const { to, value } of transition.action.assignments) {
        if (!buffer.holds(to) || !mayBe(to, cell)) continue
        const cut = truncated(value, cell.memory.cell)
        values.add(cut.kind === 'constant' ? cut.value : null)
      }
    }
  }
  if (!values.has(null)) return values.size <= MAX_VALUES ? [...values] : [null]
  return cell.memory.cell.bits === 1 ? [0, 1] : [null]
}

/** Does the reference, with some indices, name this cell? */
function mayBe(to: Reference, { memory }: BufferedCell): boolean {
  const fits = (offset: number, indices: Reference['indices']): boolean => {
    const [first, ...rest] = indices
    if (!first) return offset === memory.offset
    const candidates =
      first.index.kind === 'constant'
        ? [first.index.value]
        : Array.from({ length: first.length }, (_, index) => index)
    return candidates.some((index) => fits(offset + index * first.stride, rest))
  }
  return fits(to.offset, to.indices)
}

function valueText({ memory }: BufferedCell, value: number, mtypes: Program['mtypes']): string {
  const { name, mtype } = memory.cell
  if (name === 'bool') return value === 0 ? 'false' : 'true'
  return (mtype !== null && mtypes[mtype]?.names[value - 1]) || String(value)
}
