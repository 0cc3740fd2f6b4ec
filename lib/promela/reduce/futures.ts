/**
 * What a process may do from each of its control states on, the processes that it may start included.
 *
 * Facts flow backwards along transitions until nothing changes; a `run` adds those of the entry of what it starts, as
 * far as they can be told before.
 *
 * A use of a channel is also a *look* at it where its being possible or not decides something else than whether this one
 * step is taken: beside an `else`, in an escape, inside an atomic (where a process that cannot go on lets the others in)
 * and inside a d_step (where it is a fault). A send that waits for a partner in such a place *misses* him: it matters
 * whether somebody stands ready to receive.
 */

import type {
  Action,
  ControlState,
  Expression,
  Proctype,
  Program,
  Reference,
} from '#lib/promela/4-lower/program.ts'
import { invariant } from '#lib/result.ts'
import { type Fact, Facts, objectBit } from './facts.ts'
import { type GlobalObjects, hasStablePlace } from './global-objects.ts'
import { USES } from './reduction.ts'
import { isStable, mayBeRendezvous, type Stability } from './stable.ts'
import { decidedBy, eachExpression, storedBy } from './walk.ts'

/** Words of all sets together. A program above it is not reduced. */
const MAX_WORDS = 500_000

export type FactSets = {
  readonly facts: Facts
  /** `[proctype][state]`: numbers of facts, as bits. */
  readonly sets: readonly (readonly Int32Array[])[]
}

/** `null` when there is too much of it. */
export function findFutures(program: Program, objects: GlobalObjects, stability: Stability): FactSets | null {
  const facts = new Facts(objects)
  const own = program.proctypes.map((proctype) =>
    new OwnFacts(program, proctype, objects, stability, facts).byState(),
  )
  const words = (facts.count + 31) >> 5
  const states = program.proctypes.reduce((sum, proctype) => sum + proctype.states.length, 0)
  if (words * states > MAX_WORDS) return null
  const sets = own.map((perState) =>
    perState.map((numbers) => {
      const set = new Int32Array(words)
      for (const number of numbers) add(set, number)
      return set
    }),
  )
  for (let changed = true; changed; ) {
    changed = false
    for (const { index, states } of program.proctypes) {
      const mine = sets[index] ?? []
      for (let state = states.length - 1; state >= 0; state--) {
        const set = mine[state]
        if (!set) continue
        for (const { action, target } of states[state]?.transitions ?? []) {
          if (action.kind === 'end') continue
          changed = include(set, mine[target]) || changed
          if (action.kind === 'd_step') changed = include(set, mine[action.entry]) || changed
          for (const started of startedBy(action)) {
            const entry = program.proctypes[started]?.entry ?? 0
            changed = includeWidened(set, sets[started]?.[entry], facts) || changed
          }
        }
      }
    }
  }
  return { facts, sets }
}

/** The facts of a state's own transitions. */
class OwnFacts {
  readonly #program: Program
  readonly #proctype: Proctype
  readonly #objects: GlobalObjects
  readonly #stability: Stability
  readonly #facts: Facts

  constructor(
    program: Program,
    proctype: Proctype,
    objects: GlobalObjects,
    stability: Stability,
    facts: Facts,
  ) {
    this.#program = program
    this.#proctype = proctype
    this.#objects = objects
    this.#stability = stability
    this.#facts = facts
  }

  byState(): readonly ReadonlySet<number>[] {
    const { states, provided } = this.#proctype
    const inside = insideAtomics(states)
    const always = new Set<number>()
    if (provided) this.#evaluates(provided, always)
    return states.map((state) => {
      const found = new Set(always)
      const hasElse = state.transitions.some(({ action }) => action.kind === 'else')
      for (const { action, escape: tag } of state.transitions) {
        const looks = hasElse || tag !== 0 || state.inDStep || inside.has(state.id)
        this.#does(action, looks, found)
      }
      return found
    })
  }

  #does(action: Action, looks: boolean, found: Set<number>): void {
    for (const expression of decidedBy(action)) this.#evaluates(expression, found)
    for (const reference of storedBy(action))
      if (reference.space === 'global') this.#touches(reference, true, found)
    const look = looks ? USES.look : 0
    if (action.kind === 'send') {
      this.#usesChannel(action.channel, USES.send | (action.sorted ? USES.sort : 0) | look, found)
      if (looks && mayBeRendezvous(this.#program, this.#stability, action.channel))
        found.add(this.#bit('misses'))
    } else if (action.kind === 'receive') this.#usesChannel(action.channel, USES.receive | look, found)
    else if (action.kind === 'end') this.#ends(found)
  }

  #evaluates(expression: Expression, found: Set<number>): void {
    eachExpression(expression, (part) => {
      if (part.kind === 'load' && part.from.space === 'global') this.#touches(part.from, false, found)
      else if (part.kind === 'channel-test' || part.kind === 'poll')
        this.#usesChannel(part.channel, USES.look, found)
      else if (readsProcessTable(part)) found.add(this.#bit('counts'))
      else if (part.kind === 'run') {
        found.add(this.#bit('runs'))
        for (const value of startingValues(this.#program, part.proctype)) this.#reads(value, found)
      }
    })
  }

  /** What another proctype evaluates: its locals are not ours. */
  #reads(expression: Expression, found: Set<number>): void {
    eachExpression(expression, (part) => {
      if (part.kind === 'load' && part.from.space === 'global') this.#touches(part.from, false, found, false)
      else if (part.kind === 'channel-test' || part.kind === 'poll')
        found.add(this.#facts.number({ kind: 'any-channel', use: USES.look }))
      else if (readsProcessTable(part)) found.add(this.#bit('counts'))
    })
  }

  #touches(
    reference: Reference,
    stores: boolean,
    found: Set<number>,
    isOwn = hasStablePlace(this.#stability, this.#proctype.index, reference),
  ): void {
    let compares = false
    for (const object of this.#objects.touchedBy(reference)) {
      const own = isOwn && this.#objects.indexed.has(object)
      compares ||= own
      found.add(this.#bit(objectBit(object, stores, own)))
    }
    if (compares) found.add(this.#facts.number({ kind: 'cell', reference, stores }))
  }

  #usesChannel(channel: Expression, uses: number, found: Set<number>): void {
    const known = isStable(this.#stability, this.#proctype.index, channel)
    for (const use of Object.values(USES)) {
      if ((uses & use) === 0) continue
      const fact: Fact = known ? { kind: 'channel', channel, use } : { kind: 'any-channel', use }
      found.add(this.#facts.number(fact))
    }
  }

  /** Its channels go with it. */
  #ends(found: Set<number>): void {
    found.add(this.#bit('ends'))
    const every = USES.send | USES.receive | USES.look | USES.sort
    for (const channel of ownChannels(this.#program, this.#proctype)) this.#usesChannel(channel, every, found)
  }

  #bit(name: string): number {
    return this.#facts.number({ kind: 'bit', name })
  }
}

/** Its value depends on which processes there are: how many, or which of a proctype is the youngest. */
function readsProcessTable({ kind }: Expression): boolean {
  return kind === 'process-count' || kind === 'at-label' || kind === 'remote'
}

/** What is evaluated when a process starts, in the step that starts it. */
export function startingValues(program: Program, proctype: number): readonly Expression[] {
  const { initialise = [] } = program.proctypes[proctype] ?? {}
  return initialise.flatMap((item) => (item.kind === 'value' ? [item.value] : []))
}

/** The channels that a process brings along, as expressions. */
export function ownChannels(program: Program, { initialise, cells }: Proctype): readonly Expression[] {
  return initialise.flatMap((item) => {
    if (item.kind !== 'channel' || item.space !== 'local') return []
    return Array.from({ length: item.count }, (_, index): Expression => {
      const offset = item.offset + index
      const cell = cells[offset]
      invariant(cell, 'a channel variable has a cell')
      const text = program.channelShapes[item.channel]?.name ?? ''
      return { kind: 'load', from: { space: 'local', offset, indices: [], cell, text } }
    })
  })
}

/** Where a process stands while the others wait, if it is not blocked. */
export function insideAtomics(states: readonly ControlState[]): ReadonlySet<number> {
  return new Set(
    states.flatMap(({ transitions }) =>
      transitions.flatMap(({ keepsControl, target }) => (keepsControl ? [target] : [])),
    ),
  )
}

function startedBy(action: Action): readonly number[] {
  const started: number[] = []
  for (const expression of decidedBy(action)) {
    eachExpression(expression, (part) => {
      if (part.kind === 'run') started.push(part.proctype)
    })
  }
  return started
}

function include(set: Int32Array, other: Int32Array | undefined): boolean {
  let changed = false
  for (let word = 0; word < set.length; word++) {
    const before = set[word] ?? 0
    const after = before | (other?.[word] ?? 0)
    if (after === before) continue
    set[word] = after
    changed = true
  }
  return changed
}

function includeWidened(set: Int32Array, other: Int32Array | undefined, facts: Facts): boolean {
  let changed = false
  for (const number of members(other)) {
    for (const wide of facts.widened(number)) {
      if (has(set, wide)) continue
      add(set, wide)
      changed = true
    }
  }
  return changed
}

export function members(set: Int32Array | undefined): readonly number[] {
  const found: number[] = []
  for (let number = 0; set && number < 32 * set.length; number++) if (has(set, number)) found.push(number)
  return found
}

function add(set: Int32Array, number: number): void {
  set[number >> 5] = (set[number >> 5] ?? 0) | (1 << (number & 31))
}

function has(set: Int32Array, number: number): boolean {
  return (((set[number >> 5] ?? 0) >>> (number & 31)) & 1) === 1
}
