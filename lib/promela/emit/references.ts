/**
 * References as code: the place of a value, found when the module is made or computed when it runs.
 *
 * An array that lies in one word is read and written by a shift; one that spreads over several by a word and a shift.
 * An index out of bounds gives the state up; code then goes on with 0, so that it stays inside the record.
 */

import type { Reference } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'
import { add, binary, constant, type Expr, load, ZERO } from './ir.ts'
import type { Place } from './layout.ts'
import { extract, insert, maskOf, upperBound } from './view.ts'
import { giveUp, type Scene, span } from './world.ts'

/** Where a reference leads: a place, or one of several that is computed. */
export type Found =
  | { readonly kind: 'place'; readonly place: Place }
  /** Values that nobody writes. */
  | { readonly kind: 'table'; readonly address: number; readonly index: Expr }
  /** All possible places lie in one word. */
  | { readonly kind: 'lane'; readonly word: number; readonly shift: Expr; readonly like: FieldType }
  | {
      readonly kind: 'spread'
      readonly firstWord: number
      readonly count: number
      /** Words behind `firstWord`. */
      readonly distance: Expr
      readonly shift: Expr
      readonly like: FieldType
    }

type FieldType = { readonly bits: number; readonly signed: boolean }

/** `null` when an index is out of bounds for certain (the state is given up then). */
export function locate(scene: Scene, reference: Reference): Found | null {
  const { code, world } = scene
  const places = reference.space === 'global' ? world.layout.globals : scene.self.cells
  let offset = reference.offset
  const computed: { index: Expr; length: number; stride: number }[] = []
  for (const item of reference.indices) {
    const index = world.evaluate(scene, item.index)
    if (index.kind === 'const') {
      if (index.value < 0 || index.value >= item.length) {
        giveUp(code, world)
        return null
      }
      offset += index.value * item.stride
      continue
    }
    if (upperBound(index) < item.length) {
      computed.push({ index: code.keep(index), length: item.length, stride: item.stride })
      continue
    }
    const checked = code.variable(index)
    code.when(binary('geu', checked, constant(item.length)), () => {
      giveUp(code, world)
      code.set(checked, ZERO)
    })
    computed.push({ index: checked, length: item.length, stride: item.stride })
  }
  const [only, ...more] = computed
  if (!only) return { kind: 'place', place: places[offset] ?? nothing }
  if (more.length === 0) {
    const all = Array.from({ length: only.length }, (_, at) => places[offset + at * only.stride] ?? nothing)
    return among(scene, all, only.index)
  }
  // Several indices: by the distance from the first cell, with gaps where no combination leads.
  const index = computed.reduce<Expr>(
    (sum, item) => add(sum, binary('mul', item.index, constant(item.stride))),
    ZERO,
  )
  const last = computed.reduce((sum, item) => sum + (item.length - 1) * item.stride, 0)
  const reachable = computed.reduce(
    (cells, item) =>
      cells.flatMap((cell) => Array.from({ length: item.length }, (_, at) => cell + at * item.stride)),
    [0],
  )
  const first = places[offset] ?? nothing
  const all = Array.from({ length: last + 1 }, () => first)
  for (const distance of reachable) all[distance] = places[offset + distance] ?? nothing
  return among(scene, all, index)
}

const nothing: Place = { kind: 'constant', value: 0 }

/** The place number `index` of a list. */
function among(scene: Scene, places: readonly Place[], index: Expr): Found {
  const { world, code } = scene
  const [first] = places
  if (!first || first.kind === 'constant') {
    const values = places.map((place) => (place.kind === 'constant' ? place.value : 0))
    if (values.every((value) => value === values[0])) return { kind: 'place', place: first ?? nothing }
    return { kind: 'table', address: world.table(values), index }
  }
  const bits = places.flatMap((place) => (place.kind === 'bits' ? [place] : []))
  const like = { bits: first.bits, signed: first.signed }
  if (bits.every((place, at) => place.word === first.word && place.shift === first.shift + at * like.bits)) {
    const shift = add(binary('mul', index, constant(like.bits)), constant(first.shift))
    return { kind: 'lane', word: first.word, shift: code.keep(shift), like }
  }
  const perWord = Math.floor(32 / like.bits)
  const firstWord = Math.min(...bits.map((place) => place.word))
  const count = Math.max(...bits.map((place) => place.word)) - firstWord + 1
  const isRegular = bits.every(
    (place, at) =>
      place.word === firstWord + Math.floor(at / perWord) && place.shift === (at % perWord) * like.bits,
  )
  if (isRegular) {
    const power = Math.log2(perWord)
    const whole = Number.isInteger(power)
    const distance = whole ? binary('shru', index, constant(power)) : binary('div', index, constant(perWord))
    const lane = whole ? binary('and', index, constant(perWord - 1)) : binary('rem', index, constant(perWord))
    const shift = binary('mul', lane, constant(like.bits))
    return { kind: 'spread', firstWord, count, distance: code.keep(distance), shift: code.keep(shift), like }
  }
  const positions = world.table(bits.map((place) => ((place.word - firstWord) << 5) | place.shift))
  const position = code.keep(load(binary('mul', index, span(world, 1)), positions))
  const distance = code.keep(binary('shru', position, constant(5)))
  const shift = code.keep(binary('and', position, constant(31)))
  return { kind: 'spread', firstWord, count, distance, shift, like }
}

export function readFound(scene: Scene, found: Found): Expr {
  const { view, code, world } = scene
  switch (found.kind) {
    case 'place':
      return view.read(found.place)
    case 'table':
      return code.keep(load(binary('mul', found.index, span(world, 1)), found.address))
    case 'lane':
      return extract(view.word(found.word), found.shift, found.like)
    case 'spread': {
      const base = view.source(found.firstWord, found.count)
      const pointer = add(base, binary('mul', found.distance, span(world, 1)))
      return extract(code.keep(load(pointer, found.firstWord)), found.shift, found.like)
    }
    default:
      return unreachable(found)
  }
}

export function writeFound(scene: Scene, found: Found, value: Expr): void {
  const { view, code, world } = scene
  switch (found.kind) {
    case 'place':
      view.write(found.place, value)
      return
    case 'table':
      return
    case 'lane': {
      const { bits } = found.like
      view.setWord(
        found.word,
        insert(view.word(found.word), code.keep(value), found.shift, bits, maskOf(value, bits)),
      )
      return
    }
    case 'spread': {
      const { bits } = found.like
      const kept = code.keep(value)
      view.materialise(found.firstWord, found.count)
      const pointer = code.keep(add(view.target, binary('mul', found.distance, span(world, 1))))
      const old = load(pointer, found.firstWord)
      code.store(pointer, found.firstWord, insert(old, kept, found.shift, bits, maskOf(value, bits)))
      view.forget(found.firstWord, found.count)
      return
    }
    default:
      unreachable(found)
  }
}

/** `to = value`, cut to its type. */
export function assign(scene: Scene, to: Reference, value: Expr): void {
  const kept = scene.code.keep(value)
  const found = locate(scene, to)
  if (found) writeFound(scene, found, kept)
}
