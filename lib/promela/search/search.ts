/**
 * The search, resumable: `step(budget)` works for a while and tells how far it is; whoever drives it (a
 * worker, a job, a test) decides when to report, to go on or to stop.
 *
 * A *move* leads from one stored state to the next. It is one step, or all steps of an atomic: the states inside
 * are not stored. It ends where control is given up, also where the process blocks inside; then the state is
 * stored there and everybody may move. Moves are counted as Spin's unreduced search counts transitions.
 *
 * Each stored state remembers its parent and the number of the move, nothing else. A trace is found by walking
 * back and then repeating the moves from the start, which is exact because the order of steps depends on the
 * state alone.
 *
 * Depth first the search goes on from each new state at once and comes back to the one before; a violation is found
 * with the path that led to it, long as it may be.
 *
 * Breadth first, the counterexample returned has the fewest moves: after the first fault the search goes on to
 * the end of the level, because a state that is stuck is found one level later than a step that fails.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import type { Taken } from '#lib/promela/machine/cursor.ts'
import { endFault } from '#lib/promela/machine/end-state.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { hiddenWords, Packer } from '#lib/promela/machine/pack.ts'
import type { Bound, Counts, Fault, Verdict } from '#lib/promela/machine/verdict.ts'
import { computeReduction } from '#lib/promela/reduce/compute.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import { unreachable } from '#lib/result.ts'
import { AloneChoice } from './alone.ts'
import { DepthFirstPath, type Expansion } from './depth-first.ts'
import { Moves, walkMove } from './moves.ts'
import { positionsOf } from './positions.ts'
import { unreachedStatements } from './unreached.ts'
import { VisitedSet } from './visited.ts'

export type SearchOptions = {
  /** Breadth first finds a shortest counterexample. Default `bfs`. */
  readonly order?: 'bfs' | 'dfs'
  /** Default 10,000,000. */
  readonly maxStates?: number
  /** State storage, in bytes. Default 1 GiB. */
  readonly maxMemoryBytes?: number
  /** Go on after a violation, so that counts are those of the whole graph. Default false. */
  readonly allErrors?: boolean
  /** Spin's -m: a send on a full channel loses its message. Default false. */
  readonly lossy?: boolean
  /** pan's -q: an end with messages left in a channel is invalid. Default false. */
  readonly channelsEmpty?: boolean
  /** What is left out without changing the verdict. Default: nothing. */
  readonly reduce?: { readonly dead?: boolean; readonly por?: boolean }
  /** Hears of every fault that is met, also of those that are not the counterexample. */
  readonly onFault?: (fault: Fault) => void
}

export type Progress = {
  readonly states: number
  readonly matched: number
  readonly transitions: number
  readonly depth: number
  /** States found and not yet expanded. */
  readonly frontier: number
  readonly bytes: number
  readonly done: boolean
}

export type Search = {
  /** Takes up to `budget` steps (of the model, not moves). After `done` it only repeats the last answer. */
  step(budget: number): Progress
  /** `null` while the search is not done. */
  verdict(): Verdict | null
  /** Ends the search as `unfinished`, for a reason that only the caller knows. */
  stop(bound: 'time' | 'cancelled'): Verdict
}

const DEFAULT_MAX_STATES = 10_000_000
const DEFAULT_MAX_MEMORY = 2 ** 30

export function createSearch(program: Program, options: SearchOptions = {}): Search {
  return new StateSearch(program, options)
}

/** How to reach a fault: moves to a stored state, then steps from there. */
type Found = {
  readonly fault: Fault
  readonly state: number
  readonly steps: readonly Taken[]
  readonly moves: number
}

class StateSearch implements Search {
  readonly #program: Program
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #reduction: Reduction
  readonly #alone: AloneChoice | null
  readonly #visited: VisitedSet
  readonly #depthFirst: boolean
  readonly #allErrors: boolean
  readonly #channelsEmpty: boolean
  readonly #maxStates: number
  readonly #maxMemory: number
  readonly #onFault: (fault: Fault) => void
  /** Breadth first, one after the other uses these. */
  readonly #moves: Moves
  /** The states above the one that is expanded; unused breadth first. */
  readonly #path: DepthFirstPath
  #expansion: Expansion | null = null
  #next = 0
  #depth = 0
  /** Breadth first: the first state of the next level. */
  #nextLevel = 1
  #matched = 0
  #transitions = 0
  #errors = 0
  #found: Found | null = null
  #verdict: Verdict | null = null

  constructor(program: Program, options: SearchOptions) {
    this.#program = program
    const lossy = options.lossy ?? false
    this.#reduction = computeReduction(program, { ...options.reduce, lossy })
    this.#machine = this.#newMachine(lossy)
    this.#packer = this.#newPacker(this.#machine)
    this.#visited = new VisitedSet(hiddenWords(program))
    this.#alone = this.#aloneChoice(this.#machine)
    this.#moves = new Moves(this.#machine, this.#packer, this.#alone)
    this.#path = new DepthFirstPath(this.#machine, this.#packer, this.#alone, (state) => this.#unpack(state))
    this.#depthFirst = options.order === 'dfs'
    this.#allErrors = options.allErrors ?? false
    this.#channelsEmpty = options.channelsEmpty ?? false
    this.#maxStates = options.maxStates ?? DEFAULT_MAX_STATES
    this.#maxMemory = options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY
    this.#onFault = options.onFault ?? (() => {})
    this.#machine.reset()
    // In this order: packing may replace `words` by a longer array.
    const count = this.#packer.pack()
    this.#visited.add(this.#packer.words, count, -1, 0)
    this.#transitions = 1
    const fault = this.#machine.errors[0]
    this.#machine.errors = []
    if (fault) this.#note(fault, [], 0)
  }

  step(budget: number): Progress {
    for (let left = budget; left > 0 && !this.#verdict; left--) this.#advance()
    return this.#progress()
  }

  verdict(): Verdict | null {
    return this.#verdict
  }

  stop(bound: 'time' | 'cancelled'): Verdict {
    this.#verdict ??= this.#found
      ? this.#violated(this.#found, false)
      : this.#unfinished(bound, bound === 'time' ? 'stopped by the time limit' : 'stopped on request')
    return this.#verdict
  }

  #advance(): void {
    const expansion = this.#expansion
    if (!expansion) {
      this.#expansion = this.#open()
      if (this.#expansion) return
      this.#verdict = this.#found
        ? this.#violated(this.#found, true)
        : {
            kind: 'holds',
            counts: this.#counts(),
            unreached: unreachedStatements(this.#program, this.#machine.reached),
          }
      return
    }
    const { moves } = expansion
    const event = moves.next()
    switch (event) {
      case 'inside':
        this.#noteFaults(moves)
        return
      case 'arrived':
        if (moves.failures.length > 0) this.#noteFailure(moves)
        this.#noteFaults(moves)
        if (!this.#verdict) this.#arrived(expansion)
        return
      case 'left':
      case 'endless':
        this.#noteFailure(moves)
        if (event === 'endless') this.#noteEndless(moves)
        return
      case 'alone':
        this.#noteFailure(moves)
        // The others are not lost: they follow behind a state that is expanded later than this one.
        if (expansion.hasForward && !this.#verdict) this.#close()
        return
      case 'done':
        this.#noteFailure(moves)
        if (!this.#verdict && moves.stuck) this.#noteStuck()
        if (!this.#verdict) this.#close()
        return
      default:
        unreachable(event)
    }
  }

  /** Starts on the next stored state; `null` when there is none. Depth first, all but the first are entered at once. */
  #open(): Expansion | null {
    if (this.#next >= (this.#depthFirst ? 1 : this.#visited.size)) return null
    const state = this.#next++
    if (this.#depthFirst) return this.#path.enter(null, state)
    if (state === this.#nextLevel) {
      if (this.#found && !this.#allErrors) return null
      this.#depth++
      this.#nextLevel = this.#visited.size
    }
    this.#unpack(state)
    this.#moves.begin()
    return { state, moves: this.#moves, move: 0, hasForward: false }
  }

  #close(): void {
    this.#expansion = this.#depthFirst ? this.#path.leave() : null
  }

  #unpack(state: number): void {
    this.#packer.unpack(this.#visited.chunkOf(state), this.#visited.offsetOf(state))
  }

  /** Faults of the step that was just taken. */
  #noteFaults(moves: Moves): void {
    const [fault] = this.#machine.errors
    if (!fault) return
    this.#machine.errors = []
    this.#note(fault, moves.taken(), 1)
  }

  /** Faults of tests that did not let their statement go: the state itself is at fault. */
  #noteFailure(moves: Moves): void {
    const [failure] = moves.failures
    if (!failure) return
    moves.failures = []
    this.#note(failure, moves.taken(), moves.depth >= 0 ? 1 : 0)
  }

  #noteEndless(moves: Moves): void {
    const { first } = moves
    const span = first?.executable.transition.span ?? nowhere
    const message = 'this atomic never ends'
    this.#note({ kind: 'endless-step', message, span, pid: first?.pid ?? 0 }, moves.taken(), 1)
  }

  #noteStuck(): void {
    const fault = endFault(this.#machine, { channelsEmpty: this.#channelsEmpty })
    if (fault) this.#note(fault, [], 0)
  }

  /** A move ends at the machine's state. */
  #arrived(expansion: Expansion): void {
    const move = expansion.move++
    this.#transitions++
    const count = this.#packer.pack()
    const state = this.#visited.add(this.#packer.words, count, expansion.state, move)
    if (state < 0) {
      this.#matched++
      if (this.#visited.met > expansion.state) expansion.hasForward = true
      return
    }
    expansion.hasForward = true
    if (this.#depthFirst) {
      this.#expansion = this.#path.enter(expansion, state)
      this.#depth = Math.max(this.#depth, this.#path.length)
    }
    if (this.#visited.size >= this.#maxStates) this.#stopAt('states')
    else if ((state & 1023) === 0 && this.#bytes > this.#maxMemory) this.#stopAt('memory')
  }

  #stopAt(bound: 'states' | 'memory'): void {
    if (this.#found) {
      this.#verdict = this.#violated(this.#found, false)
      return
    }
    const limit =
      bound === 'states'
        ? `stopped at ${this.#maxStates} states`
        : `stopped at ${Math.round(this.#maxMemory / 2 ** 20)} MiB of states`
    this.#verdict = this.#unfinished(bound, limit)
  }

  /** A fault after `steps` from the state that is expanded; `moves`: how many more than to that state. */
  #note(fault: Fault, steps: readonly Taken[], moves: number): void {
    const depth = this.#depthFirst ? this.#path.length : this.#depth
    const found = { fault, state: this.#expansion?.state ?? 0, steps, moves: depth + moves }
    this.#errors++
    this.#onFault(fault)
    if (!this.#found || found.moves < this.#found.moves) this.#found = found
    if (this.#allErrors) return
    // Depth first there is no level to finish; breadth first a stuck state cannot be beaten.
    const first = this.#found
    if (this.#depthFirst || first.moves <= this.#depth) this.#verdict = this.#violated(first, false)
  }

  // --- Answers --------------------------------------------------------------------------------------------

  #progress(): Progress {
    const frontier = this.#depthFirst ? this.#path.length : this.#visited.size - this.#next
    return { ...this.#counts(), frontier, done: this.#verdict !== null }
  }

  get #bytes(): number {
    return this.#visited.bytes + (this.#depthFirst ? this.#path.bytes : 0)
  }

  #counts(): Counts {
    return {
      states: this.#visited.size,
      matched: this.#matched,
      transitions: this.#transitions,
      depth: this.#depth,
      bytes: this.#bytes,
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
      complete: complete && this.#allErrors,
      error: fault.kind,
      message: fault.message,
      span: fault.span,
      pid: fault.pid,
      trace: positionsOf(this.#program, this.#machine.lossy, [...this.#stepsTo(found.state), ...found.steps]),
    }
  }

  /** Repeats the moves from the start and notes the steps that each one takes. */
  #stepsTo(target: number): readonly Taken[] {
    const moves: number[] = []
    for (let state = target; this.#visited.parent(state) >= 0; state = this.#visited.parent(state)) {
      moves.push(this.#visited.move(state))
    }
    const machine = this.#newMachine(this.#machine.lossy)
    machine.reset()
    const steps: Taken[] = []
    const packer = this.#newPacker(machine)
    const alone = this.#aloneChoice(machine)
    for (const move of moves.reverse()) {
      steps.push(...walkMove(machine, packer, move, alone).taken())
      // The search went on from the state as it was stored.
      packer.pack()
      packer.unpack(packer.words, 0)
    }
    return steps
  }

  #newMachine(lossy: boolean): Machine {
    const machine = new Machine(this.#reduction.program)
    machine.lossy = lossy
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
