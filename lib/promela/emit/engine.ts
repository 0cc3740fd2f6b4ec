/**
 * The search with emitted code, behind the same face as the interpreted one (`search/search.ts`), and with the same
 * answers: states, matches, transitions, depth, errors, verdict and trace are equal.
 *
 * Code does what is done a million times. What is rare it leaves to the interpreter: a state in which something is
 * wrong (or not emitted) is given up, expanded again by the interpreter step by step, and only that says what was
 * wrong; traces are repeated by it too. So there is one place that knows what a fault is.
 *
 * The layout rests on a profile. A state that does not fit it is met only in the interpreter's hands; the profile learns
 * it and the search starts again. After many times it stays with the interpreter.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import type { Taken } from '#lib/promela/machine/cursor.ts'
import { endFault } from '#lib/promela/machine/end-state.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { Packer } from '#lib/promela/machine/pack.ts'
import type { Bound, Counts, Fault, Verdict } from '#lib/promela/machine/verdict.ts'
import { computeReduction } from '#lib/promela/reduce/compute.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import { AloneChoice } from '#lib/promela/search/alone.ts'
import { Moves, walkMove } from '#lib/promela/search/moves.ts'
import { positionsOf } from '#lib/promela/search/positions.ts'
import { createSearch, type Progress, type Search, type SearchOptions } from '#lib/promela/search/search.ts'
import { unreachedStatements } from '#lib/promela/search/unreached.ts'
import { err, invariant, ok, type Result, unreachable } from '#lib/result.ts'
import { populationOf, StateCodec } from './codec.ts'
import { type Emitted, emit } from './emit.ts'
import type { EngineHost, Instance } from './host.ts'
import { printJavaScript } from './javascript.ts'
import { bytesOf, roomOf } from './memory.ts'
import { observe, type Profile } from './profile.ts'
import { Stop } from './store.ts'
import { printWasm } from './wasm.ts'
import { watchProgram } from './watch.ts'

const DEFAULT_MAX_STATES = 10_000_000
const DEFAULT_MAX_MEMORY = 2 ** 30

/** Steps that the interpreter takes to make the profile. */
const WATCHED_STEPS = 400

/** So often a search starts again with a better profile. */
const MAX_RESTARTS = 24

/** A move is stored in 16 bits. */
const MAX_MOVES = 0xffff

const PAGE_WORDS = 2 ** 14

/** The error says why the program has to be interpreted. */
export function createEmittedSearch(
  program: Program,
  options: SearchOptions,
  host: EngineHost,
): Result<Search, string> {
  if (options.order === 'dfs') return err('depth-first search is interpreted')
  const reduction = computeReduction(program, { ...options.reduce, lossy: options.lossy ?? false })
  const profile = watchProgram(reduction.program, WATCHED_STEPS)
  const running = start(reduction, profile, options, host)
  return running.ok
    ? ok(new EmittedSearch(program, reduction, options, host, profile, running.value))
    : running
}

type Running = Emitted & { readonly instance: Instance; readonly codec: StateCodec }

function start(
  reduction: Reduction,
  profile: Profile,
  options: SearchOptions,
  host: EngineHost,
): Result<Running, string> {
  const emitted = emit(reduction, profile, {
    unit: host.engine === 'wasm' ? 4 : 1,
    lossy: options.lossy ?? false,
    channelsEmpty: options.channelsEmpty ?? false,
    maxStates: options.maxStates ?? DEFAULT_MAX_STATES,
    maxBytes: options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY,
    memoryBytes: host.memoryBytes,
  })
  if (!emitted.ok) return emitted
  const { module, memory, layout, tables } = emitted.value
  const pages = Math.ceil(memory.words / PAGE_WORDS)
  const instance =
    host.engine === 'wasm'
      ? host.instantiate(printWasm(module, pages), pages)
      : host.instantiate(printJavaScript(module), memory.words)
  if (!instance) return err(`${host.engine} code cannot be run here`)
  instance.words.set(tables, memory.tables)
  return ok({ ...emitted.value, instance, codec: new StateCodec(reduction, layout) })
}

/** How to reach a fault: moves to a stored state, then steps from there. */
type Found = {
  readonly fault: Fault
  readonly state: number
  readonly steps: readonly Taken[]
  readonly moves: number
}

class EmittedSearch implements Search {
  readonly #program: Program
  readonly #reduction: Reduction
  readonly #options: SearchOptions
  readonly #host: EngineHost
  readonly #profile: Profile
  readonly #machine: Machine
  readonly #moves: Moves
  readonly #maxStates: number
  #running: Running
  #restarts = 0
  #errors = 0
  #found: Found | null = null
  #verdict: Verdict | null = null
  /** The interpreter, once code was given up. */
  #instead: Search | null = null
  /** The last answer of a search whose memory was given back. */
  #last: Progress | null = null

  constructor(
    program: Program,
    reduction: Reduction,
    options: SearchOptions,
    host: EngineHost,
    profile: Profile,
    running: Running,
  ) {
    this.#program = program
    this.#reduction = reduction
    this.#options = options
    this.#host = host
    this.#profile = profile
    this.#running = running
    this.#machine = this.#newMachine()
    this.#moves = new Moves(this.#machine, this.#newPacker(this.#machine), this.#aloneChoice(this.#machine))
    this.#maxStates = options.maxStates ?? DEFAULT_MAX_STATES
    this.#begin()
  }

  step(budget: number): Progress {
    if (this.#instead) return this.#instead.step(budget)
    if (this.#last) return this.#last
    if (budget > 0 && !this.#verdict) {
      this.#set('budget', budget)
      while (!this.#verdict && !this.#instead && this.#get('budget') > 0) this.#advance()
      if (this.#instead) return this.step(0)
    }
    const progress = this.#progress()
    if (this.#verdict) this.#finish(progress)
    return progress
  }

  verdict(): Verdict | null {
    return this.#instead ? this.#instead.verdict() : this.#verdict
  }

  stop(bound: 'time' | 'cancelled'): Verdict {
    if (this.#instead) return this.#instead.stop(bound)
    this.#verdict ??= this.#found
      ? this.#violated(this.#found, false)
      : this.#unfinished(bound, bound === 'time' ? 'stopped by the time limit' : 'stopped on request')
    if (!this.#last) this.#finish(this.#progress())
    return this.#verdict
  }

  #finish(progress: Progress): void {
    this.#last = progress
    this.#close()
  }

  #close(): void {
    const { memory, instance, layout } = this.#running
    const slots = (instance.words[memory.mask] ?? 0) + 1
    const touched = memory.table + 2 * slots + this.#get('count') * (layout.words + 2)
    const dirty = [[0, memory.scratch] as const, [memory.table, memory.table + 2 * slots] as const]
    instance.close({ dirty, touched })
  }

  // --- The code's side ------------------------------------------------------------------------------------

  #get(name: 'count' | 'next' | 'depth' | 'matched' | 'transitions' | 'budget'): number {
    const value = this.#running.instance.words[this.#running.memory[name]] ?? 0
    return name === 'budget' ? value : value >>> 0
  }

  #set(name: keyof Running['memory'], value: number): void {
    this.#running.instance.words[this.#running.memory[name]] = value
  }

  /** A word address as a pointer. */
  #pointer(address: number): number {
    return address * this.#running.module.unit
  }

  /** Puts the first state into an empty memory. */
  #begin(): void {
    const { memory } = this.#running
    this.#errors = 0
    this.#found = null
    this.#set('mask', memory.firstSlots - 1)
    this.#set('roomFor', this.#roomFor(memory.firstSlots))
    // The interpreter looks at the limit when it finds a state, so it never stops at the first one.
    this.#set('stopAt', Math.max(2, Math.min(this.#maxStates, memory.capacity)))
    this.#set('nextLevel', 1)
    this.#emptyBatch(0)
    this.#machine.errors = []
    this.#machine.reset()
    const [fault] = this.#machine.errors
    if (!this.#insert(-1, 0)) return
    if (fault) this.#note(fault, 0, [], 0)
  }

  #roomFor(slots: number): number {
    const room = roomOf(slots)
    return room >= this.#running.memory.capacity ? 0x7fffffff : room
  }

  #emptyBatch(next: number): void {
    const { memory } = this.#running
    this.#set('batchEnd', this.#pointer(memory.batch))
    this.#set('segmentEnd', this.#pointer(memory.segments))
    this.#set('batchParent', next)
    this.#set('batchMove', 0)
  }

  #advance(): void {
    const status = this.#running.instance.run()
    switch (status) {
      case Stop.paused:
        return
      case Stop.grow:
        this.#grow()
        return
      case Stop.full:
        this.#stopAtLimit()
        return
      case Stop.done:
      case Stop.level:
        this.#verdict = this.#found
          ? this.#violated(this.#found, true)
          : {
              kind: 'holds',
              counts: this.#counts(),
              unreached: unreachedStatements(this.#program, this.#reached()),
            }
        return
      case Stop.interpret:
        this.#interpret()
        return
      default:
        invariant(false, 'code stops for a known reason')
    }
  }

  #grow(): void {
    const { memory, instance } = this.#running
    const slots = 2 * ((instance.words[memory.mask] ?? 0) + 1)
    instance.words.fill(0, memory.table, memory.table + 2 * slots)
    this.#set('mask', slots - 1)
    this.#set('roomFor', this.#roomFor(slots))
    instance.rebuild()
  }

  #reached(): Uint8Array {
    const { memory, instance } = this.#running
    const { reached } = this.#machine
    return reached.map((own, id) => own | (instance.words[memory.reached + id] ?? 0))
  }

  // --- The interpreter's side -----------------------------------------------------------------------------

  /** Expands the state that code gave up, as `search/search.ts` does. */
  #interpret(): void {
    const { memory, instance, codec, layout } = this.#running
    const state = this.#get('next')
    const machine = this.#machine
    const moves = this.#moves
    codec.load(machine, instance.words, memory.pool + state * layout.words)
    machine.errors = []
    moves.begin()
    let hasForward = false
    for (let move = 0; !this.#verdict; ) {
      const event = moves.next()
      switch (event) {
        case 'inside':
          this.#noteFaults(state)
          break
        case 'arrived':
          if (moves.failures.length > 0) this.#noteFailure(state)
          this.#noteFaults(state)
          if (this.#verdict) break
          hasForward ||= this.#isForward(state)
          if (!this.#insert(state, move++)) return
          break
        case 'left':
        case 'endless':
          this.#noteFailure(state)
          if (event === 'endless') this.#noteEndless(state)
          break
        case 'alone':
          this.#noteFailure(state)
          // The others are not lost: they follow behind a state that is expanded later than this one.
          if (!hasForward || this.#verdict) break
          this.#leave(state, move)
          return
        case 'done':
          this.#noteFailure(state)
          if (!this.#verdict && moves.stuck) this.#noteStuck(state)
          this.#leave(state, move)
          return
        default:
          unreachable(event)
      }
    }
  }

  /** The state is expanded: code goes on with the next one. */
  #leave(state: number, moves: number): void {
    this.#set('next', state + 1)
    this.#emptyBatch(state + 1)
    this.#set('budget', this.#get('budget') - 1 - moves)
  }

  /** Will the machine's state be expanded later than this one? Asked where a process may be expanded alone. */
  #isForward(state: number): boolean {
    const { memory, instance, codec } = this.#running
    if (!this.#reduction.alone || !codec.store(this.#machine, instance.words, memory.batch)) return false
    const from = this.#pointer(memory.batch)
    return instance.forward(from, from + this.#pointer(memory.stride), state) !== 0
  }

  /** Stores the machine's state; false when there is nothing to go on with: another layout, or the interpreter. */
  #insert(parent: number, move: number): boolean {
    const { memory, instance, codec } = this.#running
    if (move > MAX_MOVES) {
      this.#giveUp()
      return false
    }
    if (!codec.store(this.#machine, instance.words, memory.batch)) {
      this.#restart()
      return false
    }
    const end = this.#pointer(memory.batch + memory.stride)
    this.#set('batchParent', parent)
    this.#set('batchMove', move)
    instance.words[memory.segments] = end
    let status = instance.drain(end)
    if (status === Stop.grow) {
      this.#grow()
      status = instance.drain(end)
    }
    this.#emptyBatch(Math.max(parent, 0))
    if (status === Stop.full) this.#stopAtLimit()
    return true
  }

  /** The machine's state does not fit the layout. */
  #restart(): void {
    this.#restarts++
    const left = this.#get('budget')
    const learnt = observe(this.#profile, populationOf(this.#machine))
    this.#close()
    const running =
      learnt && this.#restarts <= MAX_RESTARTS
        ? start(this.#reduction, this.#profile, this.#options, this.#host)
        : err('the profile does not settle')
    if (!running.ok) {
      this.#instead = createSearch(this.#program, this.#options)
      return
    }
    this.#running = running.value
    this.#begin()
    this.#set('budget', left)
  }

  #giveUp(): void {
    this.#close()
    this.#instead = createSearch(this.#program, this.#options)
  }

  #noteFaults(state: number): void {
    const [fault] = this.#machine.errors
    if (!fault) return
    this.#machine.errors = []
    this.#note(fault, state, this.#moves.taken(), 1)
  }

  #noteFailure(state: number): void {
    const [failure] = this.#moves.failures
    if (!failure) return
    this.#moves.failures = []
    this.#note(failure, state, this.#moves.taken(), this.#moves.depth >= 0 ? 1 : 0)
  }

  #noteEndless(state: number): void {
    const { first } = this.#moves
    const span = first?.executable.transition.span ?? nowhere
    const message = 'this atomic never ends'
    this.#note({ kind: 'endless-step', message, span, pid: first?.pid ?? 0 }, state, this.#moves.taken(), 1)
  }

  #noteStuck(state: number): void {
    const fault = endFault(this.#machine, { channelsEmpty: this.#options.channelsEmpty ?? false })
    if (fault) this.#note(fault, state, [], 0)
  }

  #note(fault: Fault, state: number, steps: readonly Taken[], moves: number): void {
    const depth = this.#get('depth')
    const found = { fault, state, steps, moves: depth + moves }
    this.#errors++
    this.#options.onFault?.(fault)
    if (!this.#found || found.moves < this.#found.moves) this.#found = found
    if (this.#options.allErrors) return
    this.#set('stopAtLevel', 1)
    if (this.#found.moves <= depth) this.#verdict = this.#violated(this.#found, false)
  }

  // --- Answers --------------------------------------------------------------------------------------------

  #stopAtLimit(): void {
    if (this.#found) {
      this.#verdict = this.#violated(this.#found, false)
      return
    }
    const maxMemory = this.#options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY
    this.#verdict =
      this.#get('count') >= this.#maxStates
        ? this.#unfinished('states', `stopped at ${this.#maxStates} states`)
        : this.#unfinished('memory', `stopped at ${Math.round(maxMemory / 2 ** 20)} MiB of states`)
  }

  #progress(): Progress {
    const frontier = this.#get('count') - this.#get('next')
    return { ...this.#counts(), frontier, done: this.#verdict !== null }
  }

  #counts(): Counts {
    const states = this.#get('count')
    return {
      states,
      matched: this.#get('matched'),
      transitions: this.#get('transitions'),
      depth: this.#get('depth'),
      bytes: bytesOf(this.#running.layout.words, states),
    }
  }

  #unfinished(bound: Bound, message: string): Verdict {
    return { kind: 'unfinished', counts: this.#counts(), bound, message }
  }

  #violated(found: Found, complete: boolean): Verdict {
    const { fault } = found
    return {
      kind: 'violated',
      counts: this.#counts(),
      errors: this.#errors,
      complete: complete && (this.#options.allErrors ?? false),
      error: fault.kind,
      message: fault.message,
      span: fault.span,
      pid: fault.pid,
      trace: positionsOf(this.#program, this.#machine.lossy, [...this.#stepsTo(found.state), ...found.steps]),
    }
  }

  /** Repeats the moves from the start and notes the steps that each one takes. */
  #stepsTo(target: number): readonly Taken[] {
    const { memory, instance } = this.#running
    const moves: number[] = []
    for (let state = target; state > 0; state = instance.words[memory.parents + state] ?? 0)
      moves.push(instance.halves[2 * memory.moves + state] ?? 0)
    const machine = this.#newMachine()
    machine.reset()
    const packer = this.#newPacker(machine)
    const alone = this.#aloneChoice(machine)
    const steps: Taken[] = []
    for (const move of moves.reverse()) {
      steps.push(...walkMove(machine, packer, move, alone).taken())
      // The search went on from the state as it was stored.
      packer.pack()
      packer.unpack(packer.words, 0)
    }
    return steps
  }

  #newMachine(): Machine {
    const machine = new Machine(this.#reduction.program)
    machine.lossy = this.#options.lossy ?? false
    return machine
  }

  #newPacker(machine: Machine): Packer {
    return new Packer(machine, this.#reduction.program, this.#reduction.dead)
  }

  #aloneChoice(machine: Machine): AloneChoice | null {
    return this.#reduction.alone && new AloneChoice(machine, this.#reduction.alone)
  }
}

const nowhere = { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 }
