/**
 * One state that can be worked on, and the program as functions over it.
 *
 * The program is compiled to closures once per machine: a page that forbids generated code runs them as they
 * are, and a back end that emits JavaScript or WebAssembly replaces exactly what `Executable` names. Tests never
 * change the state; what applies is applied in place, and whoever needs the old state keeps a copy (`Cursor`).
 */

import type { Initialiser, Program, Transition } from '#lib/promela/4-lower/program.ts'
import { MAX_MESSAGE_FIELDS } from '#lib/promela/cell-type.ts'
import { invariant } from '#lib/result.ts'
import { compileTransition } from './actions.ts'
import { compileTrace, type Observer } from './event-trace.ts'
import { compileExpression, compileReference, type Evaluate, type Locate, truncation } from './expressions.ts'
import {
  CHANNELS,
  CONTROL,
  channelFrameSize,
  GLOBALS,
  LOCALS,
  MAX_FRAMES,
  PRIORITY,
  PROCESSES,
  processFrameSize,
  TAG,
} from './layout.ts'
import type { ErrorKind, Fault } from './verdict.ts'
import type { Executable, Workspace } from './workspace.ts'

/** A state may not grow beyond this many cells; then `run` fails like a full process table. */
const MAX_STATE_CELLS = 4_000_000

type Start = (base: number) => void

export class Machine implements Workspace {
  readonly program: Program
  cells: Int32Array
  /** Cells in use. */
  size = 0
  /** Frame of each process, by pid. */
  readonly base = new Int32Array(MAX_FRAMES + 1)
  /** Frame of each channel, by number; numbers start at 1. */
  readonly channelBase = new Int32Array(MAX_FRAMES + 2)
  /** Names the arrangement of frames that `base` and `channelBase` describe; no two share a number. */
  structure = 0
  /** Processes of which `canMove` is just finding out. */
  readonly #asked = new Set<number>()
  #structures = 0
  /** The process whose statement is tested or applied. */
  pid = 0
  timeout = false
  errors: Fault[] = []
  /** While set, errors are not noted: somebody only asks whether a process could move. */
  quiet = false
  /** `printf` writes only for who reads it. */
  printing = false
  printed = ''
  /** Spin's -m: a send on a full channel loses its message instead of waiting. */
  lossy = false
  /** By statement id: 1 once it was executed. */
  readonly reached: Uint8Array
  /** By proctype and control state, in the order of `ControlState.transitions`. */
  readonly executables: readonly (readonly (readonly Executable[])[])[]
  readonly provided: readonly (Evaluate | null)[]
  current: Transition | null = null
  readonly #starts: readonly (readonly Start[])[]
  readonly #globalStart: readonly Start[]
  readonly #fieldTruncations: readonly (readonly ((value: number) => number)[])[]

  readonly #trace: Observer | null

  constructor(program: Program) {
    this.program = program
    this.cells = new Int32Array(1024)
    this.reached = new Uint8Array(program.transitions.length)
    const known = new Map<number, Executable>()
    const executable = (transition: Transition): Executable => {
      const plain = known.get(transition.id) ?? compileTransition(this, transition)
      known.set(transition.id, plain)
      return transition.escape === 0 ? plain : { ...plain, transition }
    }
    this.executables = program.proctypes.map((proctype) =>
      proctype.states.map((state) => state.transitions.map(executable)),
    )
    this.provided = program.proctypes.map((proctype) =>
      proctype.provided ? compileExpression(this, proctype.provided) : null,
    )
    this.#starts = program.proctypes.map((proctype) =>
      proctype.initialise.map((item) => compileInitialiser(this, item)),
    )
    this.#fieldTruncations = program.channelShapes.map((shape) => shape.fields.map(truncation))
    this.#trace = compileTrace(this)
    this.#globalStart = program.initialise.map((item) => compileInitialiser(this, item))
  }

  get processes(): number {
    return this.cells[PROCESSES] ?? 0
  }

  get channels(): number {
    return this.cells[CHANNELS] ?? 0
  }

  /** The state before the first step. */
  reset(): void {
    this.size = GLOBALS + this.program.cells.length
    this.#reserve(0)
    this.cells.fill(0, 0, this.size)
    this.touchStructure()
    for (const start of this.#globalStart) start(0)
    for (const proctype of this.program.initial) {
      this.addProcess(proctype, [], this.program.proctypes[proctype]?.priority ?? 1)
    }
  }

  /** Takes over a copy of a state. */
  load(state: Int32Array, size = state.length): void {
    this.size = size
    this.#reserve(0)
    this.cells.set(size === state.length ? state : state.subarray(0, size))
    this.reindex()
  }

  save(): Int32Array {
    return this.cells.slice(0, this.size)
  }

  /** Finds the frames again. */
  reindex(): void {
    let at = GLOBALS + this.program.cells.length
    let process = 0
    let channel = 1
    while (at < this.size) {
      const tag = this.cells[at + TAG] ?? 0
      if ((tag & 1) === 0) {
        this.base[process++] = at
        at += processFrameSize(this.program, tag >> 1)
      } else {
        this.channelBase[channel++] = at
        at += channelFrameSize(this.program, tag >> 1)
      }
    }
    this.touchStructure()
  }

  proctypeIndex(base: number): number {
    return (this.cells[base + TAG] ?? 0) >> 1
  }

  /** Cuts a value to the type of a message field. */
  fieldTruncation(frame: number, field: number): (value: number) => number {
    return this.#fieldTruncations[(this.cells[frame + TAG] ?? 0) >> 1]?.[field] ?? ((value) => value)
  }

  /** The proctype index of a live process. */
  proctypeOf(pid: number): number {
    return (this.cells[(this.base[pid] ?? 0) + TAG] ?? 0) >> 1
  }

  /** What a process can try, in order. */
  executablesOf(pid: number): readonly Executable[] {
    const base = this.base[pid] ?? 0
    const states = this.executables[(this.cells[base + TAG] ?? 0) >> 1]
    return states?.[this.cells[base + CONTROL] ?? 0] ?? []
  }

  /** Makes a process on top; its pid, or -1 when there is no room. */
  addProcess(index: number, values: readonly number[], priority: number): number {
    const proctype = this.program.proctypes[index]
    invariant(proctype, 'a proctype of this program')
    const pid = this.processes
    if (pid >= MAX_FRAMES || !this.#push(processFrameSize(this.program, index))) {
      this.report('too-many-processes', `there is no room for another process: ${pid} are running`)
      return -1
    }
    const base = this.size - processFrameSize(this.program, index)
    this.base[pid] = base
    this.cells[PROCESSES] = pid + 1
    this.cells[base + TAG] = index << 1
    this.cells[base + CONTROL] = proctype.entry
    this.cells[base + PRIORITY] = priority
    for (let parameter = 0; parameter < proctype.parameters; parameter++) {
      const cell = proctype.cells[parameter]
      if (cell) this.cells[base + LOCALS + parameter] = truncation(cell)(values[parameter] ?? 0)
    }
    const caller = this.pid
    this.pid = pid
    for (const start of this.#starts[index] ?? []) start(base)
    this.pid = caller
    return pid
  }

  /** Takes the youngest process and its channels away. */
  removeYoungest(): void {
    const pid = this.processes - 1
    const base = this.base[pid] ?? 0
    let channels = this.channels
    while (channels > 0 && (this.channelBase[channels] ?? 0) > base) channels--
    this.cells[CHANNELS] = channels
    this.cells[PROCESSES] = pid
    this.size = base
    this.touchStructure()
  }

  /** Makes a channel on top; its number, or 0 when there is no room. */
  addChannel(shape: number): number {
    const channel = this.channels + 1
    const size = channelFrameSize(this.program, shape)
    if (channel > MAX_FRAMES || !this.#push(size)) {
      this.report('channel', `there is no room for another channel: ${channel - 1} exist`)
      return 0
    }
    const base = this.size - size
    this.channelBase[channel] = base
    this.cells[CHANNELS] = channel
    this.cells[base + TAG] = (shape << 1) | 1
    return channel
  }

  observe(kind: 'send' | 'receive', frame: number, at: number): void {
    if (this.#trace && !this.quiet) this.#trace(kind, frame, at)
  }

  isNonProgress(): boolean {
    for (let pid = 0; pid < this.processes; pid++) {
      const states = this.program.proctypes[this.proctypeOf(pid)]?.states
      if (states?.[this.cells[(this.base[pid] ?? 0) + CONTROL] ?? 0]?.progress) return false
    }
    return true
  }

  report(kind: ErrorKind, message: string): void {
    if (this.quiet) return
    const span = this.current?.span ?? {
      file: this.program.main,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
    }
    this.errors.push({ kind, message, span, pid: this.pid })
  }

  /** Could this process move, if nobody else did? Escapes, atomics and priorities are not asked. */
  canMove(pid: number): boolean {
    if (pid < 0 || pid >= this.processes) return false
    // Who waits for enabled() of itself, or two of each other, would be asked for ever: it never becomes true.
    if (this.#asked.has(pid)) return false
    const caller = this.pid
    const wasQuiet = this.quiet
    this.pid = pid
    this.quiet = true
    this.#asked.add(pid)
    const base = this.base[pid] ?? 0
    const moves = this.executablesOf(pid).some((item) => item.test(base) || (item.offer?.(base) ?? 0) > 0)
    this.#asked.delete(pid)
    this.pid = caller
    this.quiet = wasQuiet
    return moves
  }

  /** For whoever has just written `base` and `channelBase` himself. */
  touchStructure(): void {
    this.structure = ++this.#structures
  }

  /** Room for `extra` more cells; past the limit of a state it stays as it is. */
  ensure(extra: number): void {
    this.#reserve(extra)
  }

  /** Room for a message behind the state, and for `extra` cells of frames. */
  #reserve(extra: number): boolean {
    const needed = this.size + extra + MESSAGE_ROOM
    if (needed <= this.cells.length) return true
    if (needed > MAX_STATE_CELLS) return false
    const grown = new Int32Array(Math.min(MAX_STATE_CELLS, needed * 2))
    grown.set(this.cells)
    this.cells = grown
    return true
  }

  #push(size: number): boolean {
    if (!this.#reserve(size)) return false
    this.cells.fill(0, this.size, this.size + size)
    this.size += size
    this.touchStructure()
    return true
  }
}

/** Cells behind the state where a rendezvous puts its message. */
const MESSAGE_ROOM = MAX_MESSAGE_FIELDS

function compileInitialiser(machine: Machine, initialiser: Initialiser): Start {
  if (initialiser.kind === 'channel') {
    const { offset, count, channel, space } = initialiser
    return (base) => {
      const from = space === 'global' ? GLOBALS + offset : base + LOCALS + offset
      for (let index = 0; index < count; index++) {
        const made = machine.addChannel(channel)
        machine.cells[from + index] = made
      }
    }
  }
  const locate: Locate = compileReference(machine, initialiser.to)
  const evaluate = compileExpression(machine, initialiser.value)
  const truncate = truncation(initialiser.to.cell)
  const { count } = initialiser
  return (base) => {
    const value = truncate(evaluate(base))
    const at = locate(base)
    for (let index = 0; index < count; index++) machine.cells[at + index] = value
  }
}
