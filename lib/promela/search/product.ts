/**
 * Runs without end: the product of the model and a claim, and the cycles of it.
 *
 * The claim looks first: in each stored state it takes an edge that fits, then the model makes a move. As in Spin it
 * does not look inside an atomic. With a claim, where nothing can move the last state repeats for ever (stuttering),
 * so a deadlock is no fault of its own. Where the claim has no edge, the run is none that it is about and is left.
 * Without a claim there are the cycles of the model alone: through accept labels, or past all progress labels.
 *
 * The product is explored breadth first and its edges are kept; whenever twice as many states were expanded, the strongly
 * connected components of what is there are looked at: a cycle of a part is one of the whole, so a broken claim ends early,
 * and looking costs at most twice what it costs once at the end. One that sees every mark of the automaton holds a run that
 * breaks the claim. Components allow several marks at once, and weak fairness for nothing:
 * fair to a process is a component in which it moves, or in some state cannot. (Finished processes cannot, so a
 * run that ended is fair; Spin's -f forgets it, nimble-code/Spin#38.)
 *
 * A label that begins with `accept` makes a cycle through it a violation, whatever an ltl block says, as in Spin.
 */

import type { Claim, Program } from '#lib/promela/4-lower/program.ts'
import { controlStateOf, endFault } from '#lib/promela/machine/end-state.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { hiddenWords, Packer } from '#lib/promela/machine/pack.ts'
import type { Counts, Fault, Verdict } from '#lib/promela/machine/verdict.ts'
import { invariant } from '#lib/result.ts'
import { endlessStep, type Limits, limitsOf, unfinished, violated } from './answers.ts'
import { type ClaimEdge, type ClaimWalk, walkFormula, walkFreely, walkNever } from './claim-walk.ts'
import { Column, PidSets } from './column.ts'
import { findLasso, type ProductGraph } from './lasso.ts'
import { Moves, repeatMove } from './moves.ts'
import type { Progress, Search } from './search.ts'
import { VisitedSet } from './visited.ts'

export type CycleSearchOptions = {
  /** Only runs that are fair to every process that can go on for ever (pan's -f). Default false. */
  readonly fair?: boolean
  /** States of the product. Default 5,000,000. */
  readonly maxStates?: number
  /** States and edges, in bytes. Default 1 GiB. */
  readonly maxMemoryBytes?: number
  /** Spin's -m: a send on a full channel loses its message. Default false. */
  readonly lossy?: boolean
}

/** What kind of run is looked for. */
export type Goal =
  | { readonly kind: 'formula'; readonly claim: Claim }
  /** Index of its proctype. */
  | { readonly kind: 'never'; readonly proctype: number }
  | { readonly kind: 'progress' }
  | { readonly kind: 'accept' }

const DEFAULT_MAX_STATES = 5_000_000
const FIRST_LOOK = 16
/** Move number of an edge on which the model stands still. */
const STUTTER = -1

export function createCycleSearch(program: Program, goal: Goal, options: CycleSearchOptions = {}): Search {
  return new CycleSearch(program, goal, options)
}

class CycleSearch implements Search {
  readonly #program: Program
  readonly #goal: Goal
  readonly #fair: boolean
  readonly #limits: Limits
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #moves: Moves
  readonly #walk: ClaimWalk
  readonly #visited: VisitedSet
  readonly #pidSets = new PidSets()
  /** By state of the product: where the claim stands, flags, processes, and who can move. */
  readonly #claimStates = new Column()
  readonly #flags = new Column()
  readonly #processes = new Column()
  readonly #enabled = new Column()
  /** The edges, in rows: by edge its target, marks, number of the move, and who moves. */
  readonly #first = new Column()
  readonly #targets = new Column()
  readonly #marks = new Column()
  readonly #edgeMoves = new Column()
  readonly #movers = new Column()
  /** The state that is expanded, the claim's edges there, and the number of its next move. */
  #state = -1
  #claimEdges: readonly ClaimEdge[] = []
  #move = 0
  #able = new Set<number>()
  #expanding = false
  #deciding: ReturnType<typeof findLasso> | null = null
  /** So many states are expanded when cycles are looked for again. */
  #nextLook = FIRST_LOOK
  #depth = 0
  #nextLevel = 1
  #matched = 0
  #transitions = 0
  #verdict: Verdict | null = null

  constructor(program: Program, goal: Goal, options: CycleSearchOptions) {
    this.#program = program
    this.#goal = goal
    this.#fair = options.fair ?? false
    this.#limits = limitsOf(options, DEFAULT_MAX_STATES)
    this.#machine = new Machine(program)
    this.#machine.lossy = options.lossy ?? false
    this.#packer = new Packer(this.#machine, program)
    this.#visited = new VisitedSet(hiddenWords(program))
    this.#moves = new Moves(this.#machine, this.#packer)
    this.#walk = walkOf(this.#machine, goal)
    this.#first.push(0)
    this.#machine.reset()
    this.#stateOf(this.#walk.initial, -1, 0)
    const [fault] = this.#machine.errors
    if (fault) this.#violated(fault, [], [])
  }

  step(budget: number): Progress {
    for (let left = budget; left > 0 && !this.#verdict; left--) this.#advance()
    const frontier = this.#visited.size - this.#state - 1
    return { ...this.#counts(), frontier, done: this.#verdict !== null }
  }

  verdict(): Verdict | null {
    return this.#verdict
  }

  stop(bound: 'time' | 'cancelled'): Verdict {
    this.#verdict ??= unfinished(this.#counts(), bound, this.#limits)
    return this.#verdict
  }

  #advance(): void {
    if (!this.#expanding) {
      const isWhole = this.#state + 1 >= this.#visited.size
      if (this.#deciding || isWhole || this.#state + 1 >= this.#nextLook) this.#decide(isWhole)
      else this.#open()
      return
    }
    const event = this.#moves.next()
    const [fault] = [...this.#machine.errors, ...this.#moves.failures]
    this.#machine.errors = []
    if (event === 'arrived' && !fault) this.#arrived()
    else if (event === 'done' && !fault) this.#close()
    if (fault) this.#violated(fault, this.#visited.movesTo(this.#state), this.#moves.steps())
    else if (event === 'endless') {
      const endless = endlessStep(this.#moves, this.#walk.span)
      this.#violated(endless, this.#visited.movesTo(this.#state), this.#moves.steps())
    }
  }

  /** The next state: what the claim can do there, then the first move of the model. */
  #open(): void {
    const state = ++this.#state
    if (state === this.#nextLevel) {
      this.#depth++
      this.#nextLevel = this.#visited.size
    }
    this.#packer.unpack(this.#visited.chunkOf(state), this.#visited.offsetOf(state))
    this.#able = new Set()
    this.#move = 0
    this.#claimEdges = this.#walk.edges(this.#claimStates.at(state))
    const { span } = this.#walk
    const [fault] = this.#machine.errors
    this.#machine.errors = []
    if (fault) {
      this.#violated(fault, this.#visited.movesTo(state), [])
      return
    }
    for (const { target } of this.#claimEdges) {
      const message = this.#walk.broken(target)
      if (message === null) continue
      this.#violated({ kind: 'claim', message, span, pid: 0 }, this.#visited.movesTo(state), [])
      return
    }
    if (this.#claimEdges.length === 0) {
      this.#seal()
      return
    }
    this.#moves.begin()
    this.#expanding = true
  }

  #arrived(): void {
    const move = this.#move++
    const { first } = this.#moves
    if (first) this.#able.add(first.pid)
    if (first?.partner) this.#able.add(first.partner.pid)
    const movers = this.#fair ? this.#pidSets.numberOf(this.#moves.movers()) : 0
    for (const edge of this.#claimEdges) this.#addEdge(edge, move, movers)
    if (this.#visited.size >= this.#limits.maxStates) {
      this.#verdict = unfinished(this.#counts(), 'states', this.#limits)
    } else if ((this.#transitions & 63) === 0 && this.#bytes > this.#limits.maxMemoryBytes) {
      this.#verdict = unfinished(this.#counts(), 'memory', this.#limits)
    }
  }

  #addEdge(edge: ClaimEdge, move: number, movers: number): void {
    this.#transitions++
    this.#targets.push(this.#stateOf(edge.target, this.#state, move))
    this.#marks.push(edge.marks)
    this.#edgeMoves.push(move)
    if (this.#fair) this.#movers.push(movers)
  }

  /** The machine's state with the claim at `claimState`, as a state of the product. */
  #stateOf(claimState: number, parent: number, move: number): number {
    // Packing leaves room for this word, and the model's part tells how long the row is.
    const count = this.#packer.pack()
    this.#packer.words[count] = claimState
    const state = this.#visited.add(this.#packer.words, count + 1, parent, move)
    if (state < 0) {
      this.#matched++
      return this.#visited.met
    }
    this.#claimStates.push(claimState)
    const accepting =
      this.#goal.kind !== 'progress' && (this.#walk.isAccepting(claimState) || this.#accepts())
    const without = this.#goal.kind === 'progress' && this.#machine.isNonProgress()
    this.#flags.push((accepting ? ACCEPTING : 0) | (without ? WITHOUT_PROGRESS : 0))
    this.#processes.push(this.#machine.processes)
    return state
  }

  /** Does a process of the model stand at an accept label? */
  #accepts(): boolean {
    for (let pid = 0; pid < this.#machine.processes; pid++)
      if (controlStateOf(this.#machine, pid)?.accept) return true
    return false
  }

  /** All moves of the state were made. */
  #close(): void {
    if (this.#moves.stuck) this.#noteStuck()
    this.#seal()
  }

  #noteStuck(): void {
    const { kind } = this.#goal
    if (kind === 'formula' || kind === 'never') {
      const nobody = this.#fair ? this.#pidSets.numberOf([]) : 0
      for (const edge of this.#claimEdges) this.#addEdge(edge, STUTTER, nobody)
      return
    }
    // Where no cycle is asked past progress labels, a run that ends is none; at an accept label it stays for ever.
    if (kind === 'progress') return
    const moves = this.#visited.movesTo(this.#state)
    if (this.#accepts()) {
      const message = 'a run ends at an accept label, and stays there for ever'
      this.#violated({ kind: 'acceptance-cycle', message, span: this.#walk.span, pid: 0 }, moves, [], [])
      return
    }
    const fault = endFault(this.#machine, { channelsEmpty: false })
    if (fault) this.#violated(fault, moves, [])
  }

  #seal(): void {
    this.#expanding = false
    if (this.#fair) this.#enabled.push(this.#pidSets.numberOf(this.#able))
    this.#first.push(this.#targets.length)
  }

  // --- Cycles ---------------------------------------------------------------------------------------------

  /** Looks for a cycle among the states that are expanded, a while at a time; `isWhole`: there are no others. */
  #decide(isWhole: boolean): void {
    this.#deciding ??= findLasso(this.#graph())
    const { done, value } = this.#deciding.next()
    if (!done) return
    if (!value && !isWhole) {
      this.#deciding = null
      this.#nextLook = 2 * (this.#state + 1)
      return
    }
    if (!value) {
      // Which statements ran says little here: what does not concern the claim was left out.
      this.#verdict = { kind: 'holds', counts: this.#counts(), unreached: [] }
      return
    }
    const isProgress = this.#goal.kind === 'progress'
    const message = isProgress
      ? 'non-progress cycle: a run without end comes to no progress label any more'
      : this.#goal.kind === 'accept'
        ? 'acceptance cycle: a run without end comes to accept labels again and again'
        : `acceptance cycle: a run without end ${this.#goal.kind === 'formula' ? 'breaks' : 'is one of'} ${this.#walk.name}`
    const kind = isProgress ? 'non-progress-cycle' : 'acceptance-cycle'
    this.#violated(
      { kind, message, span: this.#walk.span, pid: 0 },
      this.#visited.movesTo(value.entry),
      [],
      value.edges.map((edge) => this.#edgeMoves.at(edge)),
    )
  }

  #graph(): ProductGraph {
    const isExpanded = (node: number): boolean => node <= this.#state
    return {
      rows: { first: this.#first, targets: this.#targets },
      within:
        this.#goal.kind === 'progress'
          ? (node) => isExpanded(node) && (this.#flags.at(node) & WITHOUT_PROGRESS) !== 0
          : isExpanded,
      sets: this.#goal.kind === 'formula' ? this.#walk.sets : null,
      marks: (edge) => this.#marks.at(edge),
      accepts: (node) => (this.#flags.at(node) & ACCEPTING) !== 0,
      any: this.#goal.kind === 'progress',
      fairness: this.#fair
        ? {
            processes: (node) => this.#processes.at(node),
            moves: (edge, pid) => this.#pidSets.has(this.#movers.at(edge), pid),
            canMove: (node, pid) => this.#pidSets.has(this.#enabled.at(node), pid),
          }
        : null,
    }
  }

  // --- Answers --------------------------------------------------------------------------------------------

  get #bytes(): number {
    const columns = [this.#claimStates, this.#flags, this.#processes, this.#enabled, this.#first]
    const edges = [this.#targets, this.#marks, this.#edgeMoves, this.#movers]
    return [...columns, ...edges].reduce((sum, { bytes }) => sum + bytes, this.#visited.bytes)
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

  /** `prefix` and `cycle` are moves, `steps` the steps of a last, failing one. */
  #violated(
    fault: Fault,
    prefix: readonly number[],
    steps: readonly number[],
    cycle?: readonly number[],
  ): void {
    const machine = new Machine(this.#program)
    machine.lossy = this.#machine.lossy
    machine.reset()
    const packer = new Packer(machine, this.#program)
    const walk = (moves: readonly number[]): number[] =>
      moves.flatMap((move) => (move === STUTTER ? [] : repeatMove(machine, packer, move)))
    const start = walk(prefix)
    this.#verdict = violated(this.#counts(), fault, {
      errors: 1,
      complete: false,
      trace: [...start, ...(cycle ? walk(cycle) : steps)],
      ...(cycle ? { cycleStart: start.length } : {}),
    })
  }
}

const ACCEPTING = 1
const WITHOUT_PROGRESS = 2

function walkOf(machine: Machine, goal: Goal): ClaimWalk {
  const { main } = machine.program
  const nowhere = { file: main, line: 1, column: 1, endLine: 1, endColumn: 1 }
  switch (goal.kind) {
    case 'formula':
      return walkFormula(machine, goal.claim)
    case 'never':
      return walkNever(machine, goal.proctype)
    case 'progress':
    case 'accept': {
      invariant(machine.program.proctypes.length > 0, 'a model that runs has a proctype')
      const first = machine.program.proctypes[machine.program.initial[0] ?? 0]
      return walkFreely(goal.kind, first?.span ?? nowhere)
    }
  }
}
