/**
 * Global cells in groups that the program cannot tell apart, so that who touches what fits in a few bits.
 *
 * Two cells are one *object* when every reference that covers one of them covers the other: a scalar is an object, an
 * array that is only ever indexed by variables is one, too. Cells that nothing stores to are none: who only reads
 * disturbs nobody.
 *
 * An object is *indexed* when some process reaches its cells by an index of its own that stays the same, as in
 * `flag[_pid]`: then it pays to compare cells instead of objects.
 */
import type { Expression, Program, Reference } from '#lib/promela/4-lower/program.ts'
import { isStable, type Stability } from './stable.ts'
import { cellCount, cellsOf, eachExpression, evaluatedBy, storedBy } from './walk.ts'

/** Cells of all different references together. A program above it is not looked at. */
const MAX_COVERED = 2_000_000

export class GlobalObjects {
  readonly #objects: Int32Array
  readonly #known = new Map<string, readonly number[]>()
  readonly indexed: ReadonlySet<number>

  private constructor(objects: Int32Array, indexed: (object: number) => boolean, count: number) {
    this.#objects = objects
    this.indexed = new Set(Array.from({ length: count }, (_, object) => object).filter(indexed))
  }

  /** `null` when there is too much of it. */
  static of(program: Program, stability: Stability): GlobalObjects | null {
    const references = globalReferences(program)
    let covered = 0
    for (const { reference } of references.values()) covered += cellCount(reference)
    if (covered > MAX_COVERED) return null
    const objects = Int32Array.from(stability.globals, (stored) => (stored ? 0 : -1))
    let count = 1
    for (const { reference } of references.values()) {
      const parts = new Map<number, number>()
      for (const cell of cellsOf(reference)) {
        const object = objects[cell] ?? -1
        if (object < 0) continue
        const part = parts.get(object) ?? count++
        parts.set(object, part)
        objects[cell] = part
      }
    }
    const indexed = new Set<number>()
    for (const { reference, proctype } of references.values()) {
      if (!hasVariableIndex(reference) || !hasStablePlace(stability, proctype, reference)) continue
      for (const cell of cellsOf(reference)) indexed.add(objects[cell] ?? -1)
    }
    return new GlobalObjects(objects, (object) => indexed.has(object), count)
  }

  /** The objects that a reference may touch; none for what is only ever read. */
  touchedBy(reference: Reference): readonly number[] {
    const key = placeKey(reference)
    const known = this.#known.get(key)
    if (known) return known
    const found = new Set(cellsOf(reference).map((cell) => this.#objects[cell] ?? -1))
    found.delete(-1)
    const objects = [...found]
    this.#known.set(key, objects)
    return objects
  }
}

export function hasStablePlace(stability: Stability, proctype: number, { indices }: Reference): boolean {
  return indices.every(({ index }) => isStable(stability, proctype, index))
}

/** The same for references that name their place in the same way. */
export function placeKey({ space, offset, indices }: Reference): string {
  return `${space} ${offset} ${JSON.stringify(indices)}`
}

function hasVariableIndex({ indices }: Reference): boolean {
  return indices.some(({ index }) => index.kind !== 'constant')
}

/** Each once for each proctype that has it. */
function globalReferences(program: Program) {
  const found = new Map<string, { readonly reference: Reference; readonly proctype: number }>()
  for (const proctype of program.proctypes) {
    const note = (reference: Reference): void => {
      if (reference.space !== 'global') return
      const key = `${proctype.index} ${placeKey(reference)}`
      if (!found.has(key)) found.set(key, { reference, proctype: proctype.index })
    }
    const look = (part: Expression): void => {
      if (part.kind === 'load') note(part.from)
    }
    if (proctype.provided) eachExpression(proctype.provided, look)
    for (const { transitions } of proctype.states) {
      for (const { action } of transitions) {
        for (const expression of evaluatedBy(action)) eachExpression(expression, look)
        for (const reference of storedBy(action)) note(reference)
      }
    }
  }
  return found
}
