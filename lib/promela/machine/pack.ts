/**
 * States as bits: what the visited set stores and compares.
 *
 * Each cell takes the bits of its type, one after the other, low bits first, across word borders; the last word
 * is filled with zeros. Frames say what they are, so the row can be read back without knowing its length, and
 * no packed state is a prefix of another: comparing the words of the shorter one is enough.
 *
 *     processes:8 channels:8 | globals … | frame: tag, control state, (priority:8), locals … | channel: tag, length:8, messages …
 *
 * Cells that are dead where their process stands are left out and come back as 0. `exclusive` is left out: stored
 * states have none. `hidden` cells are no part of the state, but keep their values along a path: they lie in front of
 * the row, a word each, and the visited set does not look there. What comes back is what the first path left.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import {
  CHANNELS,
  CONTROL,
  EXCLUSIVE,
  GLOBALS,
  LENGTH,
  LOCALS,
  MESSAGES,
  PRIORITY,
  PROCESSES,
  TAG,
} from './layout.ts'
import type { Machine } from './machine.ts'

/** Bits of each cell, negative when the value is signed, 0 when it is not stored. */
type Widths = Int8Array

export class Packer {
  readonly #machine: Machine
  readonly #globals: Widths
  /** By proctype and control state. */
  readonly #locals: readonly (readonly Widths[])[]
  readonly #controlBits: readonly number[]
  readonly #fields: readonly Widths[]
  readonly #capacities: readonly number[]
  readonly #tagBits: number
  readonly #priorities: boolean
  /** Globals that are `hidden`, in front of each row. */
  readonly #hidden: readonly number[]
  words = new Int32Array(64)
  #count = 0
  #word = 0
  #used = 0
  #source: Int32Array = new Int32Array(0)
  #at = 0

  /** `dead`: cells that are left out as well, by proctype and control state. */
  constructor(machine: Machine, program: Program, dead: Reduction['dead'] = null) {
    this.#machine = machine
    this.#globals = widths(program.cells, program.kept)
    this.#locals = program.proctypes.map((proctype) => {
      const all = widths(proctype.cells, proctype.kept)
      return proctype.states.map((_, state) => without(all, dead?.[proctype.index]?.[state] ?? []))
    })
    this.#controlBits = program.proctypes.map((proctype) => bitsFor(proctype.states.length))
    this.#fields = program.channelShapes.map((shape) => widths(shape.fields, null))
    this.#capacities = program.channelShapes.map((shape) => shape.capacity)
    this.#tagBits = bitsFor(2 * Math.max(program.proctypes.length, program.channelShapes.length))
    this.#priorities = program.uses.priorities
    this.#hidden = hiddenGlobals(program)
  }

  /** Packs the machine's state into `words`; how many words it takes. */
  pack(): number {
    const { cells, size } = this.#machine
    this.#count = 0
    this.#word = 0
    this.#used = 0
    if (this.words.length < size + 4) this.words = new Int32Array(2 * size + 4)
    for (const cell of this.#hidden) this.words[this.#count++] = cells[GLOBALS + cell] ?? 0
    this.#put(cells[PROCESSES] ?? 0, 8)
    this.#put(cells[CHANNELS] ?? 0, 8)
    this.#putAll(cells, GLOBALS, this.#globals)
    let at = GLOBALS + this.#globals.length
    while (at < size) {
      const tag = cells[at + TAG] ?? 0
      this.#put(tag, this.#tagBits)
      const index = tag >> 1
      if ((tag & 1) === 0) {
        const control = cells[at + CONTROL] ?? 0
        this.#put(control, this.#controlBits[index] ?? 0)
        if (this.#priorities) this.#put(cells[at + PRIORITY] ?? 0, 8)
        const locals = this.#locals[index]?.[control]
        if (!locals) break
        this.#putAll(cells, at + LOCALS, locals)
        at += LOCALS + locals.length
      } else {
        const fields = this.#fields[index]
        if (!fields) break
        const length = cells[at + LENGTH] ?? 0
        this.#put(length, 8)
        for (let slot = 0; slot < length; slot++)
          this.#putAll(cells, at + MESSAGES + slot * fields.length, fields)
        at += MESSAGES + (this.#capacities[index] ?? 0) * fields.length
      }
    }
    if (this.#used > 0) this.words[this.#count++] = this.#word
    return this.#count
  }

  /** Reads a packed state into the machine. */
  unpack(words: Int32Array, from: number): void {
    const machine = this.#machine
    this.#source = words
    this.#at = from + this.#hidden.length
    this.#used = 0
    let frames = 0
    let cells: Int32Array = machine.cells
    const processes = this.#take(8)
    const channels = this.#take(8)
    cells[PROCESSES] = processes
    cells[CHANNELS] = channels
    cells[EXCLUSIVE] = 0
    frames = processes + channels
    this.#takeAll(cells, GLOBALS, this.#globals)
    for (const [index, cell] of this.#hidden.entries()) cells[GLOBALS + cell] = words[from + index] ?? 0
    let at = GLOBALS + this.#globals.length
    let process = 0
    let channel = 1
    for (; frames > 0; frames--) {
      const tag = this.#take(this.#tagBits)
      const index = tag >> 1
      const isProcess = (tag & 1) === 0
      const control = isProcess ? this.#take(this.#controlBits[index] ?? 0) : 0
      const locals = this.#locals[index]?.[control]
      const fields = this.#fields[index]
      const capacity = this.#capacities[index] ?? 0
      const size = isProcess ? LOCALS + (locals?.length ?? 0) : MESSAGES + capacity * (fields?.length ?? 0)
      if (at + size >= cells.length - 600) {
        machine.size = at
        machine.ensure(size)
        cells = machine.cells
      }
      cells[at + TAG] = tag
      if (isProcess && locals) {
        machine.base[process++] = at
        cells[at + CONTROL] = control
        cells[at + PRIORITY] = this.#priorities ? this.#take(8) : 1
        this.#takeAll(cells, at + LOCALS, locals)
      } else if (fields) {
        machine.channelBase[channel++] = at
        const length = this.#take(8)
        cells[at + LENGTH] = length
        const used = length * fields.length
        for (let slot = 0; slot < length; slot++)
          this.#takeAll(cells, at + MESSAGES + slot * fields.length, fields)
        cells.fill(0, at + MESSAGES + used, at + size)
      }
      at += size
    }
    machine.size = at
    machine.touchStructure()
  }

  #putAll(cells: Int32Array, from: number, bits: Widths): void {
    for (let index = 0; index < bits.length; index++) {
      const width = bits[index] ?? 0
      if (width !== 0) this.#put(cells[from + index] ?? 0, width < 0 ? -width : width)
    }
  }

  #takeAll(cells: Int32Array, from: number, bits: Widths): void {
    for (let index = 0; index < bits.length; index++) {
      const width = bits[index] ?? 0
      if (width > 0) cells[from + index] = this.#take(width)
      else if (width < 0) cells[from + index] = (this.#take(-width) << (32 + width)) >> (32 + width)
      else cells[from + index] = 0
    }
  }

  #put(value: number, width: number): void {
    const bits = width === 32 ? value : value & ((1 << width) - 1)
    const used = this.#used
    this.#word |= bits << used
    if (used + width < 32) {
      this.#used = used + width
      return
    }
    this.words[this.#count++] = this.#word
    this.#used = used + width - 32
    this.#word = used === 0 ? 0 : bits >>> (32 - used)
  }

  #take(width: number): number {
    if (width === 0) return 0
    const used = this.#used
    let value = (this.#source[this.#at] ?? 0) >>> used
    if (used + width >= 32) {
      this.#at++
      if (used > 0) value |= (this.#source[this.#at] ?? 0) << (32 - used)
    }
    this.#used = (used + width) & 31
    return width === 32 ? value | 0 : value & ((1 << width) - 1)
  }
}

/** Only globals can be hidden. */
function hiddenGlobals({ kept }: Program): readonly number[] {
  return kept.flatMap((isKept, cell) => (isKept ? [] : [cell]))
}

/** Words in front of each packed row that a visited set must not compare. */
export function hiddenWords(program: Program): number {
  return hiddenGlobals(program).length
}

function widths(cells: readonly CellType[], kept: readonly boolean[] | null): Widths {
  return Int8Array.from(cells, (cell, index) => {
    if (kept && !kept[index]) return 0
    return cell.signed && cell.bits < 32 ? -cell.bits : cell.bits
  })
}

function without(all: Widths, cells: readonly number[]): Widths {
  if (cells.length === 0) return all
  const rest = all.slice()
  for (const cell of cells) rest[cell] = 0
  return rest
}

/** Bits that tell `count` things apart. */
function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1)
}
