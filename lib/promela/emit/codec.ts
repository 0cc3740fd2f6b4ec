/** States between the two engines: packed words here, cells of the interpreter's machine there. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import {
  CHANNELS,
  CONTROL,
  channelFrameSize,
  GLOBALS,
  LENGTH,
  LOCALS,
  MESSAGES,
  PRIORITY,
  PROCESSES,
  processFrameSize,
  TAG,
} from '#lib/promela/machine/layout.ts'
import type { Machine } from '#lib/promela/machine/machine.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import type { ChannelPlace, Layout, Place } from './layout.ts'
import type { Population } from './profile.ts'
import { maskBits } from './view.ts'

export class StateCodec {
  readonly #program: Program
  readonly #layout: Layout
  /** Shapes of the channels that a process of each proctype makes, in order. */
  readonly #own: readonly (readonly number[])[]
  readonly #global: readonly number[]

  /** By proctype and control state: cells that are stored as 0. */
  readonly #dead: Reduction['dead']

  constructor({ program, dead }: Reduction, layout: Layout) {
    this.#program = program
    this.#dead = dead
    this.#layout = layout
    const shapes = (items: Program['initialise']): number[] =>
      items.flatMap((item) => (item.kind === 'channel' ? Array<number>(item.count).fill(item.channel) : []))
    this.#own = program.proctypes.map((proctype) => shapes(proctype.initialise))
    this.#global = shapes(program.initialise)
  }

  /** Puts the state at `heap[at]` into the machine. */
  load(machine: Machine, heap: Int32Array, at: number): void {
    const cells: number[] = [0, 0, 0]
    for (const place of this.#layout.globals) cells.push(read(heap, at, place))
    let channels = 0
    const addChannel = (shape: number): void => {
      const place = this.#layout.channels[channels++]?.shapes.find((item) => item.shape === shape)
      const start = cells.length
      for (let index = channelFrameSize(this.#program, shape); index > 0; index--) cells.push(0)
      cells[start + TAG] = (shape << 1) | 1
      if (!place?.length) return
      const length = read(heap, at, place.length)
      cells[start + LENGTH] = length
      for (let message = 0; message < length; message++) {
        for (const index of place.fields.keys()) {
          const field = fieldPlace(place, message, index)
          cells[start + MESSAGES + message * place.fields.length + index] = read(heap, at, field)
        }
      }
    }
    for (const shape of this.#global) addChannel(shape)
    let processes = 0
    for (const slot of this.#layout.slots) {
      const value = read(heap, at, slot.at)
      if (value === 0) break
      processes++
      const self = slot.occupants.findLast((item) => item.firstAt <= value)
      if (!self) break
      const start = cells.length
      for (let index = processFrameSize(this.#program, self.proctype); index > 0; index--) cells.push(0)
      cells[start + TAG] = self.proctype << 1
      cells[start + CONTROL] = value - self.firstAt
      cells[start + PRIORITY] = 1
      for (const [cell, place] of self.cells.entries()) cells[start + LOCALS + cell] = read(heap, at, place)
      for (const shape of this.#own[self.proctype] ?? []) addChannel(shape)
    }
    cells[PROCESSES] = processes
    cells[CHANNELS] = channels
    machine.load(Int32Array.from(cells))
  }

  /** Packs the machine's state to `heap[at]`; false when it does not fit the layout. */
  store(machine: Machine, heap: Int32Array, at: number): boolean {
    const { cells } = machine
    const { words, globals, slots, channels, processCount, channelCount } = this.#layout
    heap.fill(0, at, at + words)
    if (machine.processes > slots.length || machine.channels > channels.length) return false
    for (const [cell, place] of globals.entries())
      if (!write(heap, at, place, cells[GLOBALS + cell] ?? 0)) return false
    if (processCount) write(heap, at, processCount, machine.processes)
    if (channelCount) write(heap, at, channelCount, machine.channels)
    for (let pid = 0; pid < machine.processes; pid++) {
      const base = machine.base[pid] ?? 0
      const slot = slots[pid]
      const proctype = machine.proctypeOf(pid)
      const self = slot?.occupants.find((item) => item.proctype === proctype)
      if (!slot || !self) return false
      write(heap, at, slot.at, self.firstAt + (cells[base + CONTROL] ?? 0))
      const dead = this.#dead?.[proctype]?.[cells[base + CONTROL] ?? 0] ?? []
      for (const [cell, place] of self.cells.entries()) {
        if (place.kind === 'bits' && dead.includes(cell)) continue
        if (!write(heap, at, place, cells[base + LOCALS + cell] ?? 0)) return false
      }
    }
    for (let number = 1; number <= machine.channels; number++) {
      const base = machine.channelBase[number] ?? 0
      const channel = channels[number - 1]
      const index = channel?.shapes.findIndex((item) => item.shape === (cells[base + TAG] ?? 0) >> 1) ?? -1
      const place = channel?.shapes[index]
      if (!channel || !place) return false
      if (channel.tag) write(heap, at, channel.tag, index)
      if (!place.length) continue
      const length = cells[base + LENGTH] ?? 0
      write(heap, at, place.length, length)
      for (let message = 0; message < length; message++) {
        for (const field of place.fields.keys()) {
          const value = cells[base + MESSAGES + message * place.fields.length + field] ?? 0
          write(heap, at, fieldPlace(place, message, field), value)
        }
      }
    }
    return true
  }
}

/** What a profile wants to know about the machine's state. */
export function populationOf(machine: Machine): Population {
  const { program, cells } = machine
  const processes = Array.from({ length: machine.processes }, (_, pid) => {
    const from = (machine.base[pid] ?? 0) + LOCALS
    const proctype = machine.proctypeOf(pid)
    const size = program.proctypes[proctype]?.cells.length ?? 0
    return { proctype, cells: cells.subarray(from, from + size) }
  })
  const channels = Array.from(
    { length: machine.channels },
    (_, index) => (cells[(machine.channelBase[index + 1] ?? 0) + TAG] ?? 0) >> 1,
  )
  return { processes, channels }
}

function fieldPlace(place: ChannelPlace, message: number, index: number): Place {
  const field = place.fields[index]
  if (!field) return { kind: 'constant', value: 0 }
  const { bits, signed } = field.cell
  const inWord = place.parts > 1
  const word = inWord
    ? place.firstWord + message * place.parts + field.part
    : place.firstWord + Math.floor(message / place.lanes)
  const start = inWord ? 0 : place.firstShift + (message % place.lanes) * place.laneBits
  return { kind: 'bits', word, shift: start + field.shift, bits, signed }
}

function read(heap: Int32Array, at: number, place: Place): number {
  if (place.kind === 'constant') return place.value
  const word = heap[at + place.word] ?? 0
  const value = (word >>> place.shift) & maskBits(place.bits)
  const unused = 32 - place.bits
  return place.signed ? (value << unused) >> unused : value
}

/** False: the layout takes it for another constant. */
function write(heap: Int32Array, at: number, place: Place, value: number): boolean {
  if (place.kind === 'constant') return place.value === value
  heap[at + place.word] = (heap[at + place.word] ?? 0) | ((value & maskBits(place.bits)) << place.shift)
  return true
}
