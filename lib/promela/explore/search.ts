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
 * Breadth first, the counterexample returned has the fewest moves: after the first fault the search goes on to
 * the end of the level, because a state that is stuck is found one level later than a step that fails.
 */
import { invariant } from '../../result.ts'
import type { Program } from '../4-lower/program.ts'
import { Cursor } from './cursor.ts'
import { endFault } from './end-state.ts'
import { EXCLUSIVE } from './layout.ts'
import { Machine } from './machine.ts'
import { Packer } from './pack.ts'
import { unreachedStatements } from './unreached.ts'
import type { Bound, Counts, Fault, Property, Verdict } from './verdict.ts'
import { VisitedSet } from './visited.ts'

export type SearchOptions = {
  /** Breadth first finds a shortest counterexample. Default `bfs`. */
  readonly order?: 'bfs' | 'dfs'
  readonly property?: Property
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

/** Steps inside one atomic before it counts as endless. */
const MAX_ATOMIC = 20_000

const DEFAULT_MAX_STATES = 10_000_000
const DEFAULT_MAX_MEMORY = 2 ** 30

export function createSearch(program: Program, options: SearchOptions = {}): Search {
  return new StateSearch(program, options)
}

/** How to reach a fault: moves to a stored state, then steps from there. */
type Found = {
  readonly fault: Fault
  readonly state: number
  readonly steps: readonly number[]
  readonly moves: number
}

class StateSearch implements Search {
  readonly #program: Program
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #visited = new VisitedSet()
  readonly #depthFirst: boolean
  readonly #allErrors: boolean
  readonly #channelsEmpty: boolean
  readonly #maxStates: number
  readonly #maxMemory: number
  readonly #path: Cursor[] = []
  #level = -1
  /** The state that is expanded, and the number of its next move. */
  #state = -1
  #move = 0
  #next = 0
  /** Depth first only: states to expand, and the depth of each state. */
  readonly #stack: number[] = []
  readonly #depths: number[] = []
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
    this.#machine = new Machine(program)
    this.#machine.lossy = options.lossy ?? false
    this.#packer = new Packer(this.#machine, program)
    this.#depthFirst = options.order === 'dfs'
    this.#allErrors = options.allErrors ?? false
    this.#channelsEmpty = options.channelsEmpty ?? false
    this.#maxStates = options.maxStates ?? DEFAULT_MAX_STATES
    this.#maxMemory = options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY
    this.#machine.reset()
    // In this order: packing may replace `words` by a longer array.
    const count = this.#packer.pack()
    this.#visited.add(this.#packer.words, count, -1, 0)
    this.#transitions = 1
    if (this.#depthFirst) {
      this.#stack.push(0)
      this.#depths.push(0)
    }
    const fault = this.#machine.errors[0]
    if (fault) this.#note({ fault, state: 0, steps: [], moves: 0 })
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
    if (this.#level < 0) {
      if (this.#open()) return
      this.#verdict = this.#found
        ? this.#violated(this.#found, true)
        : {
            kind: 'holds',
            counts: this.#counts(),
            unreached: unreachedStatements(this.#program, this.#machine.reached),
          }
      return
    }
    const cursor = this.#path[this.#level]
    invariant(cursor, 'a level has a cursor')
    if (cursor.next()) this.#took()
    else this.#exhausted(cursor)
  }

  /** Starts on the next stored state; false when there is none. */
  #open(): boolean {
    let state: number | undefined
    if (this.#depthFirst) {
      state = this.#stack.pop()
      if (state !== undefined) this.#depth = Math.max(this.#depth, this.#depths[state] ?? 0)
    } else if (this.#next < this.#visited.size) {
      state = this.#next++
      if (state === this.#nextLevel) {
        if (this.#found && !this.#allErrors) return false
        this.#depth++
        this.#nextLevel = this.#visited.size
      }
    }
    if (state === undefined) return false
    this.#state = state
    this.#move = 0
    this.#packer.unpack(this.#visited.chunkOf(state), this.#visited.offsetOf(state))
    this.#deeper()
    return true
  }

  #deeper(): void {
    this.#level++
    let cursor = this.#path[this.#level]
    if (!cursor) {
      cursor = new Cursor(this.#machine)
      this.#path.push(cursor)
    }
    cursor.start()
  }

  /** The machine holds the state after a step. */
  #took(): void {
    const machine = this.#machine
    const [fault] = machine.errors
    if (fault) {
      this.#note({ fault, state: this.#state, steps: this.#steps(), moves: this.#depthOf(this.#state) + 1 })
      machine.errors = []
      if (this.#verdict) return
    }
    if (machine.cells[EXCLUSIVE] === 0) {
      this.#arrived()
      return
    }
    if (this.#level < MAX_ATOMIC) {
      this.#deeper()
      return
    }
    const pid = machine.pid
    const span = machine.current?.span ?? { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 }
    const message = `this atomic does not end within ${MAX_ATOMIC} steps`
    const moves = this.#depthOf(this.#state) + 1
    this.#note({
      fault: { kind: 'endless-step', message, span, pid },
      state: this.#state,
      steps: this.#steps(),
      moves,
    })
  }

  #exhausted(cursor: Cursor): void {
    const machine = this.#machine
    const moves = this.#depthOf(this.#state) + (this.#level > 0 ? 1 : 0)
    const [failure] = cursor.failures
    this.#level--
    if (failure) this.#note({ fault: failure, state: this.#state, steps: this.#steps(), moves })
    if (this.#verdict || cursor.count > 0) return
    if (this.#level >= 0) {
      // Blocked inside an atomic: nobody is exclusive here any more.
      machine.cells[EXCLUSIVE] = 0
      this.#arrived()
      return
    }
    const fault = endFault(machine, { channelsEmpty: this.#channelsEmpty })
    if (fault) this.#note({ fault, state: this.#state, steps: [], moves })
  }

  /** A move ends at the machine's state. */
  #arrived(): void {
    const move = this.#move++
    this.#transitions++
    const count = this.#packer.pack()
    const state = this.#visited.add(this.#packer.words, count, this.#state, move)
    if (state < 0) {
      this.#matched++
      return
    }
    if (this.#depthFirst) {
      this.#stack.push(state)
      this.#depths.push((this.#depths[this.#state] ?? 0) + 1)
    }
    if (this.#visited.size >= this.#maxStates) this.#stopAt('states')
    else if ((state & 1023) === 0 && this.#visited.bytes > this.#maxMemory) this.#stopAt('memory')
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

  /** Step indices of the atomic that is being walked. */
  #steps(): number[] {
    return this.#path.slice(0, this.#level + 1).map((cursor) => cursor.count - 1)
  }

  #depthOf(state: number): number {
    return this.#depthFirst ? (this.#depths[state] ?? 0) : this.#depth
  }

  #note(found: Found): void {
    this.#errors++
    if (!this.#found || found.moves < this.#found.moves) this.#found = found
    if (this.#allErrors) return
    // Depth first there is no level to finish; breadth first a stuck state cannot be beaten.
    const first = this.#found
    if (this.#depthFirst || first.moves <= this.#depth) this.#verdict = this.#violated(first, false)
  }

  // --- Answers --------------------------------------------------------------------------------------------

  #progress(): Progress {
    const frontier = this.#depthFirst ? this.#stack.length : this.#visited.size - this.#next
    return { ...this.#counts(), frontier, done: this.#verdict !== null }
  }

  #counts(): Counts {
    return {
      states: this.#visited.size,
      matched: this.#matched,
      transitions: this.#transitions,
      depth: this.#depth,
      bytes: this.#visited.bytes,
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
      trace: [...this.#traceTo(found.state), ...found.steps],
    }
  }

  /** Repeats the moves from the start and notes the steps that each one takes. */
  #traceTo(target: number): number[] {
    const moves: number[] = []
    for (let state = target; this.#visited.parent(state) >= 0; state = this.#visited.parent(state)) {
      moves.push(this.#visited.move(state))
    }
    const machine = new Machine(this.#program)
    machine.lossy = this.#machine.lossy
    machine.reset()
    const trace: number[] = []
    for (const move of moves.reverse()) trace.push(...repeatMove(machine, move))
    return trace
  }
}

/** Leaves the machine after its `move`-th move; the steps taken. */
function repeatMove(machine: Machine, move: number): number[] {
  const path: Cursor[] = []
  const deeper = (): void => {
    const cursor = new Cursor(machine)
    cursor.start()
    path.push(cursor)
  }
  deeper()
  for (let arrived = 0; ; ) {
    const cursor = path[path.length - 1]
    invariant(cursor, 'a move that was taken can be repeated')
    if (cursor.next()) {
      if (machine.cells[EXCLUSIVE] !== 0 && path.length <= MAX_ATOMIC) {
        deeper()
        continue
      }
      if (machine.cells[EXCLUSIVE] !== 0) continue
    } else {
      path.pop()
      if (cursor.count > 0 || path.length === 0) continue
      machine.cells[EXCLUSIVE] = 0
    }
    if (arrived === move) return path.map((item) => item.count - 1)
    arrived++
  }
}
