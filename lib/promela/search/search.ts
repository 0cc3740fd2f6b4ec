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
import type { Machine } from '#lib/promela/machine/machine.ts'
import { hiddenWords, type Packer } from '#lib/promela/machine/pack.ts'
import type { Counts, Fault, Verdict } from '#lib/promela/machine/verdict.ts'
import { computeReduction } from '#lib/promela/reduce/compute.ts'
import { unreachable } from '#lib/result.ts'
import type { AloneChoice } from './alone.ts'
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
} from './answers.ts'
import { DepthFirstPath, type Expansion } from './depth-first.ts'
import { Moves } from './moves.ts'
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

export function createSearch(program: Program, options: SearchOptions = {}): Search {
  return new StateSearch(program, options)
}

class StateSearch implements Search {
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #alone: AloneChoice | null
  readonly #visited: VisitedSet
  readonly #depthFirst: boolean
  readonly #allErrors: boolean
  readonly #channelsEmpty: boolean
  readonly #limits: Limits
  readonly #answers: Answers
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
  #verdict: Verdict | null = null

  constructor(program: Program, options: SearchOptions) {
    const lossy = options.lossy ?? false
    const reduction = computeReduction(program, { ...options.reduce, lossy })
    const { machine, packer, alone } = walker(reduction, lossy)
    this.#machine = machine
    this.#packer = packer
    this.#visited = new VisitedSet(hiddenWords(program))
    this.#alone = alone
    this.#moves = new Moves(this.#machine, this.#packer, this.#alone)
    this.#path = new DepthFirstPath(this.#machine, this.#packer, this.#alone, (state) => this.#unpack(state))
    this.#depthFirst = options.order === 'dfs'
    this.#allErrors = options.allErrors ?? false
    this.#channelsEmpty = options.channelsEmpty ?? false
    this.#limits = limitsOf(options)
    this.#answers = new Answers({
      program,
      reduction,
      lossy,
      allErrors: this.#allErrors,
      limits: this.#limits,
      onFault: options.onFault,
      counts: () => this.#counts(),
      movesTo: (state) => this.#visited.movesTo(state),
    })
    this.#machine.reset()
    // In this order: packing may replace `words` by a longer array.
    const count = this.#packer.pack()
    this.#visited.add(this.#packer.words, count, -1, 0)
    this.#transitions = 1
    const [fault] = this.#machine.errors
    this.#machine.errors = []
    if (fault) this.#note({ fault, steps: [], moves: 0 })
  }

  step(budget: number): Progress {
    for (let left = budget; left > 0 && !this.#verdict; left--) this.#advance()
    return this.#progress()
  }

  verdict(): Verdict | null {
    return this.#verdict
  }

  stop(bound: 'time' | 'cancelled'): Verdict {
    this.#verdict ??= this.#answers.early(bound)
    return this.#verdict
  }

  #advance(): void {
    const expansion = this.#expansion
    if (!expansion) {
      this.#expansion = this.#open()
      if (this.#expansion) return
      this.#verdict = this.#answers.atEnd(this.#machine.reached)
      return
    }
    const { moves } = expansion
    const event = moves.next()
    switch (event) {
      case 'inside':
        this.#note(faultOfStep(this.#machine, moves))
        return
      case 'arrived':
        if (moves.failures.length > 0) this.#note(faultOfTests(moves))
        this.#note(faultOfStep(this.#machine, moves))
        if (!this.#verdict) this.#arrived(expansion)
        return
      case 'left':
      case 'endless':
        this.#note(faultOfTests(moves))
        if (event === 'endless') this.#note(faultOfEndless(moves))
        return
      case 'alone':
        this.#note(faultOfTests(moves))
        // The others are not lost: they follow behind a state that is expanded later than this one.
        if (expansion.hasForward && !this.#verdict) this.#close()
        return
      case 'done':
        this.#note(faultOfTests(moves))
        if (!this.#verdict && moves.stuck) {
          this.#note(faultOfEnd(this.#machine, { channelsEmpty: this.#channelsEmpty }))
        }
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
      if (this.#answers.isViolated && !this.#allErrors) return null
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
    if (this.#visited.size >= this.#limits.maxStates) this.#verdict = this.#answers.early('states')
    else if ((state & 1023) === 0 && this.#bytes > this.#limits.maxMemoryBytes) {
      this.#verdict = this.#answers.early('memory')
    }
  }

  #note(met: Met | null): void {
    if (!met) return
    const depth = this.#depthFirst ? this.#path.length : this.#depth
    const moves = this.#answers.note(met, this.#expansion?.state ?? 0, depth)
    if (this.#allErrors) return
    // Depth first there is no level to finish; breadth first a stuck state cannot be beaten.
    if (this.#depthFirst || moves <= this.#depth) this.#verdict = this.#answers.atFault()
  }

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
}
