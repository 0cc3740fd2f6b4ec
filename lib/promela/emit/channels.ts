/**
 * Channels as code. Which channel a statement means is mostly known when the module is made; otherwise code for each
 * channel that it may be is chosen by number, so that inside everything is constant again.
 *
 * The messages of a channel lie one behind the other, the head at the lowest bits (see `ChannelPlace`); bits behind
 * the last message are 0. A channel that fits into one word is moved by one shift.
 */

import type { Expression, ReceiveField } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'
import { add, binary, constant, type Expr, load, not, ONE, truth, ZERO } from './ir.ts'
import type { Channel, ChannelPlace } from './layout.ts'
import { extract, insert, maskBits, maskOf } from './view.ts'
import { giveUp, inBranch, type Scene, span } from './world.ts'

/** Writes code for each channel that the expression may mean; what is no channel gives the state up. */
export function withChannel(
  scene: Scene,
  channel: Expression,
  write: (scene: Scene, place: ChannelPlace, channel: Channel) => void,
): void {
  const { code, world } = scene
  const number = world.evaluate(scene, channel)
  if (number.kind === 'const') {
    const known = world.layout.channels[number.value - 1]
    if (known) withShape(scene, known, write)
    else giveUp(code, world)
    return
  }
  const cases = new Map<number, () => void>()
  cases.set(0, () => giveUp(code, world))
  for (const known of world.layout.channels)
    cases.set(known.number, () => withShape(inBranch(scene), known, write))
  const kept = code.keep(number)
  code.when(binary('geu', kept, constant(world.layout.channels.length + 1)), () => giveUp(code, world))
  code.choose(kept, cases, world.layout.channels.length + 1)
}

/** The channel may not exist now, and may have been made by one process or another. */
function withShape(
  scene: Scene,
  channel: Channel,
  write: (scene: Scene, place: ChannelPlace, channel: Channel) => void,
): void {
  const { code, world, view } = scene
  const { channelCount } = world.layout
  const [only, ...more] = channel.shapes
  if (!only) {
    giveUp(code, world)
    return
  }
  if (channel.always && more.length === 0) {
    write(scene, only, channel)
    return
  }
  const exists = channelCount ? binary('ge', view.read(channelCount), constant(channel.number)) : ONE
  const { tag } = channel
  code.when(
    exists,
    () => {
      const inside = inBranch(scene)
      if (!tag) {
        write(inside, only, channel)
        return
      }
      const cases = channel.shapes.map(
        (place, index) => [index, () => write(inBranch(inside), place, channel)] as const,
      )
      code.choose(inside.view.read(tag), new Map(cases), channel.shapes.length)
    },
    () => giveUp(code, world),
  )
}

/** A value that depends on a channel. */
function ofChannel(
  scene: Scene,
  channel: Expression,
  compute: (scene: Scene, place: ChannelPlace) => Expr,
): Expr {
  const { code } = scene
  const number = scene.world.evaluate(scene, channel)
  const known = number.kind === 'const' ? scene.world.layout.channels[number.value - 1] : undefined
  const [only, ...more] = known?.shapes ?? []
  if (known?.always && only && more.length === 0) return compute(scene, only)
  const result = code.variable(ZERO)
  withChannel(scene, channel, (inside, place) => code.set(result, compute(inside, place)))
  return result
}

export function channelTest(scene: Scene, expression: Expression & { kind: 'channel-test' }): Expr {
  return ofChannel(scene, expression.channel, ({ view }, place) => {
    const length = place.length ? view.read(place.length) : ZERO
    const room = constant(Math.max(1, place.capacity))
    switch (expression.test) {
      case 'len':
        return length
      case 'empty':
        return not(truth(length))
      case 'nempty':
        return truth(length)
      case 'full':
        return binary('ge', length, room)
      case 'nfull':
        return binary('lt', length, room)
      default:
        return unreachable(expression.test)
    }
  })
}

export function poll(scene: Scene, expression: Expression & { kind: 'poll' }): Expr {
  return ofChannel(scene, expression.channel, (inside, place) => {
    const { code, world } = inside
    if (!place.length || place.fields.length < expression.fields.length) {
      giveUp(code, world)
      return ZERO
    }
    const found = code.variable(ZERO)
    findMessage(inside, place, expression.fields, expression.anywhere, () => code.set(found, ONE))
    return found
  })
}

/** Runs `write` with the number of the first message that fits: the head only, unless `anywhere`. */
export function findMessage(
  scene: Scene,
  place: ChannelPlace,
  fields: readonly ReceiveField[],
  anywhere: boolean,
  write: (scene: Scene, message: Expr) => void,
): void {
  const { code, view } = scene
  if (!place.length) return
  code.when(truth(view.read(place.length)), () => {
    const inside = inBranch(scene)
    const wanted = fields.flatMap((field, index) =>
      field.kind === 'match' ? [{ index, value: code.keep(scene.world.evaluate(inside, field.value)) }] : [],
    )
    const fits = (message: Expr): Expr =>
      wanted.reduce<Expr>(
        (all, item) =>
          binary('and', all, binary('eq', readField(inside, place, message, item.index), item.value)),
        ONE,
      )
    if (!anywhere || wanted.length === 0) {
      code.when(fits(ZERO), () => write(inBranch(inside), ZERO))
      return
    }
    const length = inside.view.read(place.length ?? NO_LENGTH)
    const message = code.variable(ZERO)
    code.block((found) => {
      code.block((none) => {
        code.loop((again) => {
          code.when(fits(message), found)
          code.set(message, add(message, ONE))
          code.when(binary('lt', message, length), again)
          none()
        })
      })
      code.set(message, constant(-1))
    })
    code.when(binary('ge', message, ZERO), () => write(inBranch(inside), message))
  })
}

const NO_LENGTH = { kind: 'constant', value: 0 } as const

// --- Messages -------------------------------------------------------------------------------------------------

/** A field of a message, cut to its type when it was sent. */
export function readField(scene: Scene, place: ChannelPlace, message: Expr, index: number): Expr {
  const field = place.fields[index]
  if (!field) return ZERO
  const { view, code, world } = scene
  const like = { bits: field.cell.bits, signed: field.cell.signed }
  if (message.kind === 'const') {
    const at = partOf(place, message.value, field.part)
    return extract(view.word(at.word), at.shift + field.shift, like)
  }
  const { distance, shift } = computedPart(place, message, field.part)
  if (wordsOf(place) === 1) {
    const start = add(shift, constant(place.firstShift + field.shift))
    return extract(view.word(place.firstWord), start, like)
  }
  const base = view.source(place.firstWord, wordsOf(place))
  const pointer = add(base, binary('mul', distance, span(world, 1)))
  const word = code.keep(load(pointer, place.firstWord))
  return extract(word, add(shift, constant(field.shift)), like)
}

export function wordsOf(place: ChannelPlace): number {
  return place.parts > 1 ? place.capacity * place.parts : Math.ceil(place.capacity / place.lanes)
}

function partOf(place: ChannelPlace, message: number, part: number) {
  if (place.parts > 1) return { word: place.firstWord + message * place.parts + part, shift: 0 }
  return {
    word: place.firstWord + Math.floor(message / place.lanes),
    shift: place.firstShift + (message % place.lanes) * place.laneBits,
  }
}

function computedPart(place: ChannelPlace, message: Expr, part: number): { distance: Expr; shift: Expr } {
  if (place.parts > 1) {
    return { distance: add(binary('mul', message, constant(place.parts)), constant(part)), shift: ZERO }
  }
  if (wordsOf(place) === 1) return { distance: ZERO, shift: binary('mul', message, constant(place.laneBits)) }
  if (place.lanes === 1) return { distance: message, shift: ZERO }
  return {
    distance: binary('div', message, constant(place.lanes)),
    shift: binary('mul', binary('rem', message, constant(place.lanes)), constant(place.laneBits)),
  }
}

/** The words of a message from the values of its fields. */
export function packMessage(scene: Scene, place: ChannelPlace, values: readonly Expr[]): readonly Expr[] {
  const parts = Array.from<unknown, Expr>({ length: place.parts }, () => ZERO)
  for (const [index, field] of place.fields.entries()) {
    const value = values[index] ?? ZERO
    const { bits } = field.cell
    const inside = maskOf(value, bits) ? binary('and', value, constant(maskBits(bits))) : value
    parts[field.part] = binary('or', parts[field.part] ?? ZERO, binary('shl', inside, constant(field.shift)))
  }
  return parts.map((part) => scene.code.keep(part))
}

/** The values of a message as a receiver sees them: cut to the types of the fields. */
export function cutValues(scene: Scene, place: ChannelPlace, values: readonly Expr[]): readonly Expr[] {
  return place.fields.map(({ cell }, index) => {
    const value = values[index] ?? ZERO
    if (cell.bits === 32) return scene.code.keep(value)
    if (cell.signed) {
      const shift = constant(32 - cell.bits)
      return scene.code.keep(binary('shr', binary('shl', value, shift), shift))
    }
    const cut = maskOf(value, cell.bits) ? binary('and', value, constant(maskBits(cell.bits))) : value
    return scene.code.keep(cut)
  })
}

/** Puts a message behind the others; there must be room. */
export function append(scene: Scene, place: ChannelPlace, message: readonly Expr[]): void {
  const { view, code, world } = scene
  if (!place.length) return
  const length = code.keep(view.read(place.length))
  const words = wordsOf(place)
  const { distance, shift } = computedPart(place, length, 0)
  const first = place.firstWord
  if (words === 1) {
    const start = add(shift, constant(place.firstShift))
    const moved = binary('shl', message[0] ?? ZERO, start)
    view.setWord(first, place.laneBits === 32 ? (message[0] ?? ZERO) : binary('or', view.word(first), moved))
  } else {
    view.materialise(first, words)
    const pointer = code.keep(add(view.target, binary('mul', distance, span(world, 1))))
    for (const [part, value] of message.entries()) {
      const whole = place.parts > 1 || place.lanes === 1
      const word = whole ? value : binary('or', load(pointer, first), binary('shl', value, shift))
      code.store(pointer, first + part, word)
    }
    view.forget(first, words)
  }
  view.advance(place.length, 1)
}

/** Takes the head out. */
export function removeHead(scene: Scene, place: ChannelPlace): void {
  const { view } = scene
  if (!place.length) return
  const words = wordsOf(place)
  const first = place.firstWord
  if (words === 1) {
    const bits = place.lanes * place.laneBits
    const field = extract(view.word(first), place.firstShift, { bits, signed: false })
    const rest = place.laneBits >= 32 ? ZERO : binary('shru', field, constant(place.laneBits))
    view.setWord(first, insert(view.word(first), rest, constant(place.firstShift), bits, false))
  } else {
    for (let word = 0; word < words; word++) {
      const hasNext = word + place.parts < words
      const next = hasNext ? view.word(first + word + place.parts) : ZERO
      if (place.parts > 1 || place.lanes === 1) {
        view.setWord(first + word, next)
        continue
      }
      const up = constant((place.lanes - 1) * place.laneBits)
      const head = binary('and', next, constant(maskBits(place.laneBits)))
      const rest = binary('shru', view.word(first + word), constant(place.laneBits))
      view.setWord(first + word, binary('or', rest, binary('shl', head, up)))
    }
  }
  view.advance(place.length, -1)
}

/** Takes message number `message` out and moves those behind it up. */
export function removeAt(scene: Scene, place: ChannelPlace, message: Expr): void {
  if (message.kind === 'const' && message.value === 0) {
    removeHead(scene, place)
    return
  }
  const { view, code } = scene
  if (!place.length) return
  if (wordsOf(place) === 1) {
    const { word, field, below } = aroundMessage(scene, place, message)
    const above = binary('and', binary('shru', field, constant(place.laneBits)), not32(below))
    const rest = place.laneBits >= 32 ? ZERO : binary('or', binary('and', field, below), above)
    const bits = place.lanes * place.laneBits
    view.setWord(place.firstWord, insert(word, rest, constant(place.firstShift), bits, false))
  } else {
    const last = code.keep(add(view.read(place.length), constant(-1)))
    const at = code.variable(message)
    view.materialise(place.firstWord, wordsOf(place))
    code.loop((again) => {
      code.when(binary('lt', at, last), () => {
        copyMessage(scene, place, add(at, ONE), at)
        code.set(at, add(at, ONE))
        again()
      })
    })
    for (let part = 0; part < place.parts; part++) storePart(scene, place, last, part, ZERO)
    view.forget(place.firstWord, wordsOf(place))
  }
  view.advance(place.length, -1)
}

/** Puts a message before the first that is larger, field by field from the left. */
export function insertSorted(
  scene: Scene,
  place: ChannelPlace,
  values: readonly Expr[],
  message: readonly Expr[],
): void {
  const { view, code } = scene
  if (!place.length) return
  const length = code.keep(view.read(place.length))
  const slot = code.variable(ZERO)
  code.block((found) => {
    code.loop((again) => {
      code.when(binary('lt', slot, length), () => {
        const inside = inBranch(scene)
        code.block((equalOrAbove) => {
          for (const [index, value] of values.entries()) {
            const other = code.keep(readField(inside, place, slot, index))
            code.when(binary('lt', value, other), found)
            code.when(binary('gt', value, other), equalOrAbove)
          }
        })
        code.set(slot, add(slot, ONE))
        again()
      })
    })
  })
  if (wordsOf(place) === 1) {
    if (place.laneBits >= 32) {
      view.setWord(place.firstWord, message[0] ?? ZERO)
    } else {
      const { word, field, below } = aroundMessage(scene, place, slot)
      const above = binary('shl', binary('and', field, not32(below)), constant(place.laneBits))
      const moved = binary('shl', message[0] ?? ZERO, binary('mul', slot, constant(place.laneBits)))
      const all = binary('or', binary('or', binary('and', field, below), above), moved)
      const bits = place.lanes * place.laneBits
      view.setWord(place.firstWord, insert(word, all, constant(place.firstShift), bits, false))
    }
  } else {
    const at = code.variable(length)
    view.materialise(place.firstWord, wordsOf(place))
    code.loop((again) => {
      code.when(binary('gt', at, slot), () => {
        copyMessage(scene, place, add(at, constant(-1)), at)
        code.set(at, add(at, constant(-1)))
        again()
      })
    })
    for (const [part, value] of message.entries()) storePart(scene, place, slot, part, value)
    view.forget(place.firstWord, wordsOf(place))
  }
  view.advance(place.length, 1)
}

/** Of a channel in one word: its bits, and a mask of those below a message. */
function aroundMessage(scene: Scene, place: ChannelPlace, message: Expr) {
  const word = scene.view.word(place.firstWord)
  const bits = place.lanes * place.laneBits
  const field = scene.code.keep(extract(word, place.firstShift, { bits, signed: false }))
  const shift = binary('mul', message, constant(place.laneBits))
  const below = scene.code.keep(add(binary('shl', ONE, shift), constant(-1)))
  return { word, field, below }
}

function not32(value: Expr): Expr {
  return binary('xor', value, constant(-1))
}

/** Both in the record that is being made. */
function copyMessage(scene: Scene, place: ChannelPlace, from: Expr, to: Expr): void {
  const { view, code, world } = scene
  for (let part = 0; part < place.parts; part++) {
    const { distance, shift } = computedPart(place, from, part)
    const pointer = add(view.target, binary('mul', distance, span(world, 1)))
    const word = load(pointer, place.firstWord)
    const whole = place.parts > 1 || place.lanes === 1
    const value = whole ? word : extract(word, shift, { bits: place.laneBits, signed: false })
    storePart(scene, place, to, part, code.keep(value))
  }
}

function storePart(scene: Scene, place: ChannelPlace, message: Expr, part: number, value: Expr): void {
  const { view, code, world } = scene
  const { distance, shift } = computedPart(place, message, part)
  const pointer = code.keep(add(view.target, binary('mul', distance, span(world, 1))))
  const whole = place.parts > 1 || place.lanes === 1
  const old = load(pointer, place.firstWord)
  const word = whole ? value : insert(old, value, shift, place.laneBits, false)
  code.store(pointer, place.firstWord, word)
}
