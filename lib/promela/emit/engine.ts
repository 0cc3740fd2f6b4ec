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
import type { Machine } from '#lib/promela/machine/machine.ts'
import type { Counts, Verdict } from '#lib/promela/machine/verdict.ts'
import { computeReduction } from '#lib/promela/reduce/compute.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import {
  Answers,
  faultOfEnd,
  faultOfEndless,
  faultOfStep,
  faultOfTests,
  type Limits,
  limitsOf,
  type Met,
  walker,
} from '#lib/promela/search/answers.ts'
import { Moves } from '#lib/promela/search/moves.ts'
import { createSearch, type Progress, type Search, type SearchOptions } from '#lib/promela/search/search.ts'
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
  const limits = limitsOf(options)
  const emitted = emit(reduction, profile, {
    unit: host.engine === 'wasm' ? 4 : 1,
    lossy: options.lossy ?? false,
    channelsEmpty: options.channelsEmpty ?? false,
    maxStates: limits.maxStates,
    maxBytes: limits.maxMemoryBytes,
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

class EmittedSearch implements Search {
  readonly #program: Program
  readonly #reduction: Reduction
  readonly #options: SearchOptions
  readonly #host: EngineHost
  readonly #profile: Profile
  readonly #machine: Machine
  readonly #moves: Moves
  readonly #limits: Limits
  readonly #answers: Answers
  #running: Running
  #restarts = 0
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
    const lossy = options.lossy ?? false
    const { machine, packer, alone } = walker(reduction, lossy)
    this.#machine = machine
    this.#moves = new Moves(machine, packer, alone)
    this.#limits = limitsOf(options)
    this.#answers = new Answers({
      program,
      reduction,
      lossy,
      allErrors: options.allErrors ?? false,
      limits: this.#limits,
      onFault: options.onFault,
      counts: () => this.#counts(),
      movesTo: (state) => this.#movesTo(state),
    })
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
    this.#verdict ??= this.#answers.early(bound)
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
    this.#answers.begin()
    this.#set('mask', memory.firstSlots - 1)
    this.#set('roomFor', this.#roomFor(memory.firstSlots))
    // The interpreter looks at the limit when it finds a state, so it never stops at the first one.
    this.#set('stopAt', Math.max(2, Math.min(this.#limits.maxStates, memory.capacity)))
    this.#set('nextLevel', 1)
    this.#emptyBatch(0)
    this.#machine.errors = []
    this.#machine.reset()
    const [fault] = this.#machine.errors
    if (!this.#insert(-1, 0)) return
    if (fault) this.#note({ fault, steps: [], moves: 0 }, 0)
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
        this.#verdict = this.#answers.atEnd(this.#reached())
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
          this.#note(faultOfStep(machine, moves), state)
          break
        case 'arrived':
          if (moves.failures.length > 0) this.#note(faultOfTests(moves), state)
          this.#note(faultOfStep(machine, moves), state)
          if (this.#verdict) break
          hasForward ||= this.#isForward(state)
          if (!this.#insert(state, move++)) return
          break
        case 'left':
        case 'endless':
          this.#note(faultOfTests(moves), state)
          if (event === 'endless') this.#note(faultOfEndless(moves), state)
          break
        case 'alone':
          this.#note(faultOfTests(moves), state)
          // The others are not lost: they follow behind a state that is expanded later than this one.
          if (!hasForward || this.#verdict) break
          this.#leave(state, move)
          return
        case 'done':
          this.#note(faultOfTests(moves), state)
          if (!this.#verdict && moves.stuck) {
            const channelsEmpty = this.#options.channelsEmpty ?? false
            this.#note(faultOfEnd(machine, { channelsEmpty }), state)
          }
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

  #note(met: Met | null, state: number): void {
    if (!met) return
    const depth = this.#get('depth')
    const moves = this.#answers.note(met, state, depth)
    if (this.#options.allErrors) return
    this.#set('stopAtLevel', 1)
    if (moves <= depth) this.#verdict = this.#answers.atFault()
  }

  #stopAtLimit(): void {
    const isAtStates = this.#get('count') >= this.#limits.maxStates
    this.#verdict = this.#answers.early(isAtStates ? 'states' : 'memory')
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

  #movesTo(target: number): number[] {
    const { memory, instance } = this.#running
    const moves: number[] = []
    for (let state = target; state > 0; state = instance.words[memory.parents + state] ?? 0)
      moves.push(instance.halves[2 * memory.moves + state] ?? 0)
    return moves.reverse()
  }
}
