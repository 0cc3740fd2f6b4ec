/** Processes that begin and end. A process owns the bits of its slot and the channels that it made. */
import type { Initialiser } from '#lib/promela/4-lower/program.ts'
import { wordsOf } from './channels.ts'
import { evaluate } from './expressions.ts'
import { add, binary, constant, type Expr, ZERO } from './ir.ts'
import type { Bits, Channel, Place, Slot } from './layout.ts'
import { assign } from './references.ts'
import { extract, maskBits, maskOf } from './view.ts'
import { giveUp, type Scene } from './world.ts'

/** Makes the process of a proctype in a free slot. `scene` is the maker's; its view is changed. */
export function startProcess(scene: Scene, slot: Slot, proctype: number, values: readonly Expr[]): void {
  const { code, world, view } = scene
  const declared = world.program.proctypes[proctype]
  const self = slot.occupants.find((item) => item.proctype === proctype)
  if (!declared || !self) {
    giveUp(code, world)
    return
  }
  const { processCount } = world.layout
  if (processCount) view.advance(processCount, 1)
  // The slot was free: adding to its bits sets them.
  view.advance(slot.at, self.firstAt + declared.entry)
  const newborn: Scene = { ...scene, slot, self }
  for (let parameter = 0; parameter < declared.parameters; parameter++) {
    const type = declared.cells[parameter]
    if (type) put(newborn, self.cells[parameter], type, values[parameter] ?? ZERO)
  }
  let made = 0
  for (const item of declared.initialise) {
    if (item.kind === 'channel') {
      makeChannels(newborn, item, made)
      made += item.count
      continue
    }
    const value = evaluate(newborn, item.value)
    if (item.to.space === 'global') {
      assign(newborn, item.to, value)
      continue
    }
    for (let at = 0; at < item.count; at++) put(newborn, self.cells[item.to.offset + at], item.to.cell, value)
  }
}

/** Stores into a cell of a process that begins; a cell that the profile takes for constant must get that value. */
function put(
  { code, world, view }: Scene,
  place: Place | undefined,
  type: { readonly bits: number; readonly signed: boolean },
  value: Expr,
): void {
  if (!place) return
  if (place.kind === 'bits') {
    view.write(place, value)
    return
  }
  const cut = type.signed || maskOf(value, type.bits) ? extract(value, 0, type) : value
  code.when(binary('ne', cut, constant(place.value)), () => giveUp(code, world))
}

/** Channels of a process: their numbers must be those that the profile knows, or the interpreter makes them. */
function makeChannels(scene: Scene, item: Initialiser & { kind: 'channel' }, _made: number): void {
  const { code, world, view, self } = scene
  const { channelCount } = world.layout
  for (let at = 0; at < item.count; at++) {
    const place = self.cells[item.offset + at]
    const channel = place?.kind === 'constant' ? world.layout.channels[place.value - 1] : undefined
    const shape = channel?.shapes.findIndex((known) => known.shape === item.channel) ?? -1
    if (item.space === 'global' || !channelCount || !channel || shape < 0) {
      giveUp(code, world)
      return
    }
    const isNext = binary('eq', add(view.read(channelCount), constant(1)), constant(channel.number))
    code.when(binary('eq', isNext, ZERO), () => giveUp(code, world))
    view.advance(channelCount, 1)
    if (channel.tag) view.advance(channel.tag, shape)
  }
}

/** Takes the process of the scene away, with its channels: all its bits become 0. */
export function endProcess(scene: Scene): void {
  const { code, world, view, slot, self } = scene
  const masks = new Map<number, number>()
  const mark = (place: Bits | null): void => {
    if (place) masks.set(place.word, (masks.get(place.word) ?? 0) | (maskBits(place.bits) << place.shift))
  }
  mark(slot.at)
  for (const place of self.cells) if (place.kind === 'bits') mark(place)
  const declared = world.program.proctypes[self.proctype]
  const { channelCount, processCount } = world.layout
  let channels = 0
  for (const item of declared?.initialise ?? []) {
    if (item.kind !== 'channel' || item.space === 'global') continue
    for (let at = 0; at < item.count; at++) {
      const place = self.cells[item.offset + at]
      const channel = place?.kind === 'constant' ? world.layout.channels[place.value - 1] : undefined
      if (!channel) {
        giveUp(code, world)
        return
      }
      markChannel(channel, mark)
      channels++
    }
  }
  for (const [word, mask] of masks) view.clear(word, mask)
  if (processCount) view.advance(processCount, -1)
  if (channelCount && channels > 0) view.advance(channelCount, -channels)
}

function markChannel(channel: Channel, mark: (place: Bits) => void): void {
  if (channel.tag) mark(channel.tag)
  for (const place of channel.shapes) {
    if (!place.length) continue
    mark(place.length)
    const words = wordsOf(place)
    const bits = words > 1 ? 32 : place.lanes * place.laneBits
    const shift = words > 1 ? 0 : place.firstShift
    for (let word = 0; word < words; word++)
      mark({ kind: 'bits', word: place.firstWord + word, shift, bits, signed: false })
  }
}
