/**
 * What a process may do to what others see, as *facts* that a set can hold: "stores to object 3", "sends on the
 * channel that its parameter names", "may start a process".
 *
 * Facts of one process that only it can spell out (a cell by its own index, a channel by its own parameter) say little
 * about a process that does not run yet. `widened` is what they become for whoever may start one: any cell, any channel.
 */
import type { Expression, Reference } from '#lib/promela/4-lower/program.ts'
import { type GlobalObjects, placeKey } from './global-objects.ts'

/** Names of bits, beside those of objects: `runs`, `ends` and `counts` of processes, and `misses` a partner. */
export type Fact =
  | { readonly kind: 'bit'; readonly name: string }
  | { readonly kind: 'cell'; readonly reference: Reference; readonly stores: boolean }
  | { readonly kind: 'channel'; readonly channel: Expression; readonly use: number }
  | { readonly kind: 'any-channel'; readonly use: number }

/**
 * How an object was touched, as a bit's name. `own`: by a process that names the cell by a place of its own that stays
 * the same, so that cells can be compared; only of indexed objects.
 */
export function objectBit(object: number, stores: boolean, own: boolean): string {
  return `${stores ? 'stores' : 'loads'} ${object}${own ? ' own' : ''}`
}

export class Facts {
  readonly #numbers = new Map<string, number>()
  readonly #facts: Fact[] = []
  readonly #widened: (readonly number[])[] = []
  readonly #objects: GlobalObjects

  constructor(objects: GlobalObjects) {
    this.#objects = objects
  }

  get count(): number {
    return this.#facts.length
  }

  fact(number: number): Fact {
    const fact = this.#facts[number]
    if (!fact) throw new RangeError(`no fact ${number}`)
    return fact
  }

  /** The same facts, as somebody knows them who may start the process. */
  widened(number: number): readonly number[] {
    return this.#widened[number] ?? []
  }

  /** The number of a fact: equal facts have one. */
  number(fact: Fact): number {
    const key = keyOf(fact)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#facts.length
    this.#numbers.set(key, number)
    this.#facts.push(fact)
    this.#widened.push([number])
    if (fact.kind === 'cell') {
      this.#widened[number] = this.#objects
        .touchedBy(fact.reference)
        .map((object) => this.number({ kind: 'bit', name: objectBit(object, fact.stores, false) }))
    } else if (fact.kind === 'channel') {
      this.#widened[number] = [this.number({ kind: 'any-channel', use: fact.use })]
    }
    return number
  }
}

function keyOf(fact: Fact): string {
  switch (fact.kind) {
    case 'bit':
      return fact.name
    case 'cell':
      return `${fact.stores} ${placeKey(fact.reference)}`
    case 'channel':
      return `${fact.use} ${JSON.stringify(fact.channel)}`
    default:
      return `any ${fact.use}`
  }
}
