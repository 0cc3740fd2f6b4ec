/**
 * Where a process may be expanded without the others: a persistent set of one process, found before the search as far
 * as possible.
 *
 * A rule speaks about all transitions of a control state c at once, also those that cannot be taken now. Whatever the
 * others do while the process p waits at c must neither change which of them can be taken nor what they do, and must not
 * mind when they are taken:
 *
 * - what they load nobody stores to, what they store to nobody touches;
 * - a send needs that nobody else sends there, looks at the channel, or sorts into it. A receiver may take from it
 *   meanwhile: the channel only becomes emptier, and tail and head do not meet. The other way round for a receive;
 * - a send or a receive that cannot be taken may become possible, so one of each channel has to be possible now (`needs`).
 *   Once a message is at the head, nobody but the receiver changes which of his `?`s fit it. A `??` may find its message
 *   later than another, so each of those has to be possible itself;
 * - where it comes to wait for the sender of a rendezvous, nobody may have an `else`, an escape or an atomic whose way
 *   depends on whether such a partner is there;
 * - what follows inside an atomic or a d_step belongs to the step. There a channel must be nobody else's at all, because
 *   the step ends early or fails where it blocks.
 *
 * Never: a rendezvous (it moves two), `timeout`, what reads another process's place or locals, a process whose own
 * place or locals are read (`P:x`, `P@L`), one that is `provided`. The whole program is left alone if it has
 * priorities, `enabled()`, `get_priority()`, `pc_value()`, `np_` or `_last`: there a step that touches nothing is seen. Of an event trace, only the channels that it names are.
 *
 * `_nr_pr` is a place like another: starting and ending a process store to it. (Spin's reduction forgets that.)
 * `timeout` of others does no harm: as long as p can go on it is false.
 *
 * Wider than Spin's: what counts is not what the text of other proctypes might do, but what each live process can still
 * do from where it stands; cells and channels are compared by their numbers in the state, so `flag[_pid]` and the
 * channel of a parameter belong to one process without anybody asserting it (`xr`, `xs`).
 */
import type {
  Action,
  ControlState,
  Expression,
  Proctype,
  Program,
  Reference,
} from '#lib/promela/4-lower/program.ts'
import { objectBit } from './facts.ts'
import { type FactSets, findFutures, members, ownChannels, startingValues } from './futures.ts'
import { GlobalObjects, hasStablePlace, placeKey } from './global-objects.ts'
import { type AloneRule, type AloneTables, type CellUse, type Future, USES } from './reduction.ts'
import { findStability, isStable, mayBeRendezvous, type Stability } from './stable.ts'
import { decidedBy, eachExpression, evaluatedBy, storedBy } from './walk.ts'

const EVERY_USE = USES.send | USES.receive | USES.look | USES.sort

/** Words of all masks of one kind together. A program above it is not reduced. */
const MAX_WORDS = 500_000

/** `null` when nobody may ever go alone, or the program is too large to look at. */
export function findAloneRules(program: Program, lossy: boolean): AloneTables | null {
  if (program.uses.priorities || seesEverything(program)) return null
  const stability = findStability(program)
  const objects = GlobalObjects.of(program, stability)
  if (!objects) return null
  const futures = findFutures(program, objects, stability)
  if (!futures) return null
  const watched = watchedProctypes(program)
  const drafts = program.proctypes.map((proctype) =>
    proctype.states.map((state) => {
      if (watched.has(proctype.index) || proctype.provided || proctype.kind === 'never') return null
      return new RuleDraft(program, proctype, objects, stability, lossy).draft(state)
    }),
  )
  const numbers = new Map<string, number>()
  for (const draft of drafts.flat()) {
    for (const name of draft?.conflicts ?? []) if (!numbers.has(name)) numbers.set(name, numbers.size)
  }
  const words = (numbers.size + 31) >> 5
  if (words * drafts.flat().length > MAX_WORDS) return null
  const mask = (names: Iterable<string>): readonly number[] => {
    const found = Array<number>(words).fill(0)
    for (const name of names) {
      const bit = numbers.get(name)
      if (bit !== undefined) found[bit >> 5] = (found[bit >> 5] ?? 0) | (1 << (bit & 31))
    }
    return found
  }
  return {
    words,
    observed: observedChannels(program),
    rules: drafts.map((states) =>
      states.map((draft) => (draft ? { ...draft, conflicts: mask(draft.conflicts) } : null)),
    ),
    futures: futures.sets.map((states) => {
      const known = new Map<string, Future>()
      return states.map((set) => {
        const key = set.join()
        const future = known.get(key) ?? futureOf(futures, set, mask)
        known.set(key, future)
        return future
      })
    }),
  }
}

function futureOf(
  { facts }: FactSets,
  set: Int32Array,
  mask: (names: Iterable<string>) => readonly number[],
): Future {
  const names: string[] = []
  const cells: CellUse[] = []
  const channels = new Map<string, { channel: Expression; uses: number }>()
  let anyChannel = 0
  for (const number of members(set)) {
    const fact = facts.fact(number)
    if (fact.kind === 'bit') names.push(fact.name)
    else if (fact.kind === 'cell') cells.push({ reference: fact.reference, stores: fact.stores })
    else if (fact.kind === 'any-channel') anyChannel |= fact.use
    else {
      const key = JSON.stringify(fact.channel)
      const uses = (channels.get(key)?.uses ?? 0) | fact.use
      channels.set(key, { channel: fact.channel, uses })
    }
  }
  return { does: mask(names), cells, channels: [...channels.values()], anyChannel }
}

function observedChannels({ observers }: Program): readonly Expression[] {
  const edges = observers.trace?.states.flatMap((state) => state.edges) ?? []
  return edges.flatMap(({ event }) => (event ? [event.channel] : []))
}

/** Somebody sees every step of every process. */
function seesEverything(program: Program): boolean {
  let sees = program.observers.last !== null
  eachEvaluated(program, ({ kind }) => {
    sees ||= kind === 'enabled' || kind === 'control-state' || kind === 'priority' || kind === 'non-progress'
  })
  return sees
}

function watchedProctypes(program: Program): ReadonlySet<number> {
  const watched = new Set<number>()
  eachEvaluated(program, (part) => {
    if (part.kind === 'at-label' || part.kind === 'remote') watched.add(part.proctype)
  })
  return watched
}

function eachEvaluated(program: Program, visit: (part: Expression) => void): void {
  for (const { index, kind, provided, states } of program.proctypes) {
    if (kind === 'never') continue
    for (const value of startingValues(program, index)) eachExpression(value, visit)
    if (provided) eachExpression(provided, visit)
    for (const { transitions } of states)
      for (const { action } of transitions)
        for (const expression of evaluatedBy(action)) eachExpression(expression, visit)
  }
}

type Draft = Omit<AloneRule, 'conflicts'> & { readonly conflicts: ReadonlySet<string> }

class RuleDraft {
  readonly #program: Program
  readonly #proctype: Proctype
  readonly #objects: GlobalObjects
  readonly #stability: Stability
  readonly #lossy: boolean
  readonly #conflicts = new Set<string>()
  readonly #cells = new Map<string, CellUse>()
  readonly #channels = new Map<string, { channel: Expression; avoid: number }>()
  readonly #needs = new Map<string, number[]>()
  /** Statements inside atomics and d_steps that were looked at. */
  readonly #inside = new Set<number>()
  #possible = true

  constructor(
    program: Program,
    proctype: Proctype,
    objects: GlobalObjects,
    stability: Stability,
    lossy: boolean,
  ) {
    this.#program = program
    this.#proctype = proctype
    this.#objects = objects
    this.#stability = stability
    this.#lossy = lossy
  }

  draft(state: ControlState): Draft | null {
    if (state.inDStep || state.transitions.length === 0) return null
    for (const [position, { action, keepsControl, target }] of state.transitions.entries()) {
      this.#does(action, true)
      this.#need(action, position)
      if (action.kind !== 'end') this.#arrives(this.#proctype, target)
      if (keepsControl) this.#goesOn(target)
    }
    if (!this.#possible) return null
    return {
      needs: [...this.#needs.values()],
      conflicts: this.#conflicts,
      cells: [...this.#cells.values()],
      channels: [...this.#channels.values()],
    }
  }

  /** What has to be possible now, because it might become possible. */
  #need(action: Action, position: number): void {
    let key: string
    if (action.kind === 'send') key = `! ${JSON.stringify(action.channel)}`
    else if (action.kind === 'receive')
      key = action.anywhere ? `?? ${position}` : `? ${JSON.stringify(action.channel)}`
    else if (action.kind === 'end') key = 'end'
    else return
    this.#needs.set(key, [...(this.#needs.get(key) ?? []), position])
  }

  /** The rest of the same step. */
  #goesOn(state: number): void {
    if (this.#inside.has(state)) return
    this.#inside.add(state)
    const { transitions = [], inDStep = false } = this.#proctype.states[state] ?? {}
    for (const { action, keepsControl, target } of transitions) {
      this.#does(action, false)
      this.#arrives(this.#proctype, target)
      const staysInside = inDStep ? this.#proctype.states[target]?.inDStep : keepsControl
      if (staysInside) this.#goesOn(target)
    }
  }

  /** A process that stands ready for a rendezvous lets others send who would have done something else. */
  #arrives(proctype: Proctype | undefined, state = proctype?.entry ?? 0): void {
    const { transitions = [] } = proctype?.states[state] ?? {}
    const isReady = transitions.some(
      ({ action }) =>
        action.kind === 'receive' && mayBeRendezvous(this.#program, this.#stability, action.channel),
    )
    if (isReady) this.#conflicts.add('misses')
  }

  /** `now`: evaluated in the stored state itself, so that a place is one cell and a channel one number. */
  #does(action: Action, now: boolean): void {
    for (const expression of decidedBy(action)) this.#evaluates(expression, now)
    // A store may change what the place of a later one depends on.
    const single = action.kind === 'assign' && action.assignments.length === 1
    for (const reference of storedBy(action))
      if (reference.space === 'global') this.#touches(reference, true, now && single)
    switch (action.kind) {
      case 'send': {
        const others = USES.send | USES.look | USES.sort | (action.sorted || this.#lossy ? USES.receive : 0)
        this.#usesChannel(action.channel, others, now)
        return
      }
      case 'receive': {
        const others = USES.receive | USES.look | USES.sort | (this.#lossy ? USES.send : 0)
        this.#usesChannel(action.channel, others, now)
        return
      }
      case 'd_step':
        this.#goesOn(action.entry)
        return
      case 'end':
        this.#conflicts.add('runs').add('counts')
        for (const channel of ownChannels(this.#program, this.#proctype))
          this.#usesChannel(channel, EVERY_USE, now)
        return
      default:
    }
  }

  #evaluates(expression: Expression, now: boolean): void {
    eachExpression(expression, (part) => {
      switch (part.kind) {
        case 'load':
          if (part.from.space === 'global') this.#touches(part.from, false, now)
          return
        case 'channel-test':
        case 'poll':
          this.#usesChannel(part.channel, USES.send | USES.receive, now)
          return
        case 'process-count':
          this.#conflicts.add('runs').add('ends')
          return
        case 'run':
          this.#conflicts.add('runs').add('ends').add('counts')
          for (const value of startingValues(this.#program, part.proctype)) this.#starts(value)
          this.#arrives(this.#program.proctypes[part.proctype])
          return
        case 'timeout':
        case 'at-label':
        case 'remote':
          this.#possible = false
          return
        default:
      }
    })
  }

  /** Evaluated for a process that begins: its locals are not ours. */
  #starts(expression: Expression): void {
    eachExpression(expression, (part) => {
      if (part.kind === 'load' && part.from.space === 'global') this.#touches(part.from, false, false, false)
      else if (part.kind === 'channel-test' || part.kind === 'poll') this.#possible = false
    })
  }

  #touches(
    reference: Reference,
    stores: boolean,
    now: boolean,
    known = now || hasStablePlace(this.#stability, this.#proctype.index, reference),
  ): void {
    let compares = false
    for (const object of this.#objects.touchedBy(reference)) {
      const compared = known && this.#objects.indexed.has(object)
      compares ||= compared
      for (const otherStores of stores ? [true, false] : [true]) {
        this.#conflicts.add(objectBit(object, otherStores, false))
        if (!compared) this.#conflicts.add(objectBit(object, otherStores, true))
      }
    }
    if (compares) this.#cells.set(`${stores} ${placeKey(reference)}`, { reference, stores })
  }

  #usesChannel(channel: Expression, avoid: number, now: boolean): void {
    if (!now && !isStable(this.#stability, this.#proctype.index, channel)) {
      this.#possible = false
      return
    }
    const key = JSON.stringify(channel)
    const before = this.#channels.get(key)?.avoid ?? 0
    this.#channels.set(key, { channel, avoid: before | (now ? avoid : EVERY_USE) })
  }
}
