/**
 * Runs without end that break a claim: the product of the model and the claim's automaton, and its cycles.
 *
 * The claim looks first: in each stored state it takes an edge whose atoms fit, then the model makes a move. As
 * in Spin it does not look inside an atomic. Where nothing can move the last state repeats for ever
 * (stuttering), so a deadlock is no fault of its own here. Where the claim has no edge, the run is none that
 * breaks it and is left.
 *
 * All of the product is explored first and its edges are kept; then its strongly connected components are looked
 * at. One that sees every mark of the automaton holds a run that breaks the claim. A nested depth-first search
 * would stop earlier on a broken claim; components allow several marks at once, and weak fairness for nothing:
 * fair to a process is a component in which it moves, or in some state cannot. (Finished processes cannot, so a
 * run that ended is fair; Spin's -f forgets it, nimble-code/Spin#38.)
 *
 * A label that begins with `accept` makes a cycle through it a violation, whatever the claim says, as in Spin.
 */
import { invariant } from '../../result.ts'
import type { Claim, Program } from '../4-lower/program.ts'
import { components, pathTo, type Rows } from './cycles.ts'
import { controlStateOf } from './end-state.ts'
import { compileExpression, type Evaluate } from './expressions.ts'
import { Machine } from './machine.ts'
import { Moves, repeatMove } from './moves.ts'
import { Packer } from './pack.ts'
import type { Progress, Search } from './search.ts'
import type { Bound, Counts, Fault, Verdict } from './verdict.ts'
import { VisitedSet } from './visited.ts'

export type CycleSearchOptions = {
  /** Only runs that are fair to every process that can go on for ever (pan's -f). Default false. */
  readonly fair?: boolean
  /** States of the product. Default 5,000,000. */
  readonly maxStates?: number
  /** State storage, in bytes. Default 1 GiB. */
  readonly maxMemoryBytes?: number
  /** Spin's -m: a send on a full channel loses its message. Default false. */
  readonly lossy?: boolean
}

const DEFAULT_MAX_STATES = 5_000_000
const DEFAULT_MAX_MEMORY = 2 ** 30
/** Move number of an edge on which the model stands still. */
const STUTTER = -1
/** A row of an edge: target, marks, move and movers. */
const EDGE_BYTES = 32

/** Looks for a run that breaks `claim`, which is one of the program's. */
export function createCycleSearch(program: Program, claim: Claim, options: CycleSearchOptions = {}): Search {
  return new CycleSearch(program, claim, options)
}

class CycleSearch implements Search {
  readonly #program: Program
  readonly #claim: Claim
  readonly #fair: boolean
  readonly #maxStates: number
  readonly #maxMemory: number
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #moves: Moves
  readonly #atoms: readonly Evaluate[]
  readonly #visited = new VisitedSet()
  /** By state of the product: where the claim stands, whether a process is at an accept label, who can move. */
  readonly #claimStates: number[] = []
  readonly #accepting: boolean[] = []
  readonly #enabled: ReadonlySet<number>[] = []
  readonly #processes: number[] = []
  /** The edges, in rows. */
  readonly #first: number[] = [0]
  readonly #targets: number[] = []
  readonly #marks: number[] = []
  readonly #edgeMoves: number[] = []
  readonly #movers: (readonly number[])[] = []
  /** The state that is expanded, the claim's edges there, and the number of its next move. */
  #state = -1
  #claimEdges: readonly { readonly target: number; readonly marks: number }[] = []
  #move = 0
  #able = new Set<number>()
  #expanding = false
  #depth = 0
  #nextLevel = 1
  #matched = 0
  #transitions = 0
  #verdict: Verdict | null = null

  constructor(program: Program, claim: Claim, options: CycleSearchOptions) {
    this.#program = program
    this.#claim = claim
    this.#fair = options.fair ?? false
    this.#maxStates = options.maxStates ?? DEFAULT_MAX_STATES
    this.#maxMemory = options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY
    this.#machine = new Machine(program)
    this.#machine.lossy = options.lossy ?? false
    this.#packer = new Packer(this.#machine, program)
    this.#moves = new Moves(this.#machine, this.#packer)
    this.#atoms = claim.atoms.map((atom) => compileExpression(this.#machine, atom))
    this.#machine.reset()
    this.#stateOf(0, -1, 0)
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
    this.#verdict ??= this.#unfinished(
      bound,
      bound === 'time' ? 'stopped by the time limit' : 'stopped on request',
    )
    return this.#verdict
  }

  #advance(): void {
    if (!this.#expanding) {
      if (this.#state + 1 < this.#visited.size) this.#open()
      else this.#decide()
      return
    }
    const event = this.#moves.next()
    const [fault] = [...this.#machine.errors, ...this.#moves.failures]
    this.#machine.errors = []
    if (event === 'arrived' && !fault) this.#arrived()
    else if (event === 'done' && !fault) this.#close()
    if (fault) this.#violated(fault, this.#movesTo(this.#state), this.#moves.steps())
    else if (event === 'endless') {
      const span = this.#moves.first?.executable.transition.span ?? this.#claim.span
      const message = 'this atomic never ends'
      const pid = this.#moves.first?.pid ?? 0
      this.#violated(
        { kind: 'endless-step', message, span, pid },
        this.#movesTo(this.#state),
        this.#moves.steps(),
      )
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
    const { automaton } = this.#claim
    this.#claimEdges = this.#fitting(automaton.edges[this.#claimStates[state] ?? 0] ?? [])
    if (this.#verdict) return
    if (this.#claimEdges.some(({ target }) => target === automaton.universal)) {
      const message = `ltl ${this.#claim.name} does not hold: no way to go on from here can satisfy it`
      this.#violated({ kind: 'claim', message, span: this.#claim.span, pid: 0 }, this.#movesTo(state), [])
      return
    }
    if (this.#claimEdges.length === 0) {
      this.#seal()
      return
    }
    this.#moves.begin()
    this.#expanding = true
  }

  #fitting<T extends { readonly holds: readonly number[]; readonly fails: readonly number[] }>(
    edges: readonly T[],
  ): T[] {
    const machine = this.#machine
    const known: (boolean | undefined)[] = []
    machine.pid = 0
    machine.timeout = false
    machine.current = null
    const isTrue = (atom: number): boolean => (known[atom] ??= this.#atoms[atom]?.(0) !== 0)
    const fitting = edges.filter(({ holds, fails }) => holds.every(isTrue) && !fails.some(isTrue))
    const [fault] = machine.errors
    machine.errors = []
    if (fault) this.#violated({ ...fault, span: this.#claim.span }, this.#movesTo(this.#state), [])
    return fitting
  }

  #arrived(): void {
    const move = this.#move++
    const movers = this.#moves.movers()
    const { first } = this.#moves
    if (first) this.#able.add(first.pid)
    if (first?.partner) this.#able.add(first.partner.pid)
    for (const edge of this.#claimEdges) this.#addEdge(edge, move, movers)
    if (this.#visited.size >= this.#maxStates) {
      this.#verdict = this.#unfinished('states', `stopped at ${this.#maxStates} states`)
    } else if ((move & 63) === 0 && this.#bytes > this.#maxMemory) {
      const limit = Math.round(this.#maxMemory / 2 ** 20)
      this.#verdict = this.#unfinished('memory', `stopped at ${limit} MiB of states`)
    }
  }

  #addEdge(
    edge: { readonly target: number; readonly marks: number },
    move: number,
    movers: readonly number[],
  ): void {
    this.#transitions++
    this.#targets.push(this.#stateOf(edge.target, this.#state, move))
    this.#marks.push(edge.marks)
    this.#edgeMoves.push(move)
    this.#movers.push(movers)
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
    const pids = Array.from({ length: this.#machine.processes }, (_, pid) => pid)
    this.#claimStates.push(claimState)
    this.#accepting.push(pids.some((pid) => controlStateOf(this.#machine, pid)?.accept === true))
    this.#processes.push(pids.length)
    return state
  }

  /** All moves of the state were made. */
  #close(): void {
    if (this.#moves.stuck) for (const edge of this.#claimEdges) this.#addEdge(edge, STUTTER, [])
    this.#seal()
  }

  #seal(): void {
    this.#expanding = false
    this.#enabled.push(this.#able)
    this.#first.push(this.#targets.length)
  }

  // --- Cycles ---------------------------------------------------------------------------------------------

  #decide(): void {
    const rows: Rows = { first: this.#first, targets: this.#targets }
    for (const nodes of components(rows, () => true)) {
      const inside = new Set(nodes)
      const wanted = this.#wanted(rows, inside)
      if (!wanted) continue
      this.#report(rows, inside, wanted)
      return
    }
    // Which statements ran says little here: what does not concern the claim was left out.
    this.#verdict = { kind: 'holds', counts: this.#counts(), unreached: [] }
  }

  /** What a cycle through the whole component has to pass, as tests of edges; `null` when none accepts. */
  #wanted(rows: Rows, inside: ReadonlySet<number>): readonly EdgeTest[] | null {
    const edges = edgesInside(rows, inside)
    let seen = 0
    for (const { edge } of edges) seen |= this.#marks[edge] ?? 0
    const sets = Array.from({ length: this.#claim.automaton.sets }, (_, set) => 1 << set)
    let wanted: EdgeTest[]
    if (sets.every((bit) => (seen & bit) !== 0)) {
      wanted = sets.map((bit) => (edge) => ((this.#marks[edge] ?? 0) & bit) !== 0)
    } else if ([...inside].some((node) => this.#accepting[node])) {
      wanted = [(_, source) => this.#accepting[source] === true]
    } else return null
    if (!this.#fair) return wanted
    const most = Math.max(...this.#processesOf(inside))
    for (let pid = 0; pid < most; pid++) {
      const isFair: EdgeTest = (edge, source) =>
        this.#movers[edge]?.includes(pid) === true || this.#enabled[source]?.has(pid) !== true
      if (!edges.some(({ edge, source }) => isFair(edge, source))) return null
      wanted.push(isFair)
    }
    return wanted
  }

  #processesOf(inside: ReadonlySet<number>): Set<number> {
    return new Set([...inside].map((node) => this.#processes[node] ?? 0))
  }

  /** The shortest way into the component, then round it past everything that is wanted. */
  #report(rows: Rows, inside: ReadonlySet<number>, wanted: readonly EdgeTest[]): void {
    let entry = Number.POSITIVE_INFINITY
    for (const node of inside) entry = Math.min(entry, node)
    const cycle: number[] = []
    let at = entry
    const walk = (test: EdgeTest): void => {
      const edges = pathTo(rows, inside, at, test)
      invariant(edges, 'every edge of a component can be reached inside it')
      cycle.push(...edges)
      at = rows.targets[cycle.at(-1) ?? 0] ?? at
    }
    const passed = (test: EdgeTest) => cycle.some((edge) => test(edge, this.#sourceOf(rows, edge)))
    for (const test of wanted) if (!passed(test)) walk(test)
    if (cycle.length === 0 || at !== entry) walk((edge) => rows.targets[edge] === entry)
    const message = `acceptance cycle: a run without end breaks ltl ${this.#claim.name}`
    const fault: Fault = { kind: 'acceptance-cycle', message, span: this.#claim.span, pid: 0 }
    this.#violated(
      fault,
      this.#movesTo(entry),
      [],
      cycle.map((edge) => this.#edgeMoves[edge] ?? STUTTER),
    )
  }

  #sourceOf({ first }: Rows, edge: number): number {
    let low = 0
    let high = first.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((first[middle] ?? 0) <= edge) low = middle
      else high = middle
    }
    return low
  }

  // --- Answers --------------------------------------------------------------------------------------------

  get #bytes(): number {
    return this.#visited.bytes + EDGE_BYTES * this.#targets.length
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

  #movesTo(target: number): number[] {
    const moves: number[] = []
    for (let state = target; this.#visited.parent(state) >= 0; state = this.#visited.parent(state))
      moves.push(this.#visited.move(state))
    return moves.reverse()
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
    this.#verdict = {
      kind: 'violated',
      counts: this.#counts(),
      errors: 1,
      complete: false,
      error: fault.kind,
      message: fault.message,
      span: fault.span,
      pid: fault.pid,
      trace: [...start, ...(cycle ? walk(cycle) : steps)],
      ...(cycle ? { cycleStart: start.length } : {}),
    }
  }
}

type EdgeTest = (edge: number, source: number) => boolean

function edgesInside({ first, targets }: Rows, inside: ReadonlySet<number>) {
  const edges: { edge: number; source: number }[] = []
  for (const source of inside) {
    for (let edge = first[source] ?? 0; edge < (first[source + 1] ?? 0); edge++)
      if (inside.has(targets[edge] ?? -1)) edges.push({ edge, source })
  }
  return edges
}
