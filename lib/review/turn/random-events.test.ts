import { expect, test } from 'vitest'
import { randomOf } from '#lib/anchor/samples/edit-text.ts'
import { testNumber } from '#lib/env.server.ts'
import { can, type Role, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import {
  type Happened,
  isDecided,
  LAST_CALL_DAYS,
  nextState,
  PROPOSAL_ACT_NAMES,
  PROPOSAL_ACTS,
  type ProposalFacts,
  type ProposalState,
  proposalRefusal,
} from '#lib/review/proposal/state.ts'
import {
  ACT_NAMES,
  isOpen,
  refusalOf,
  rowFor,
  type Side,
  THREAD_KINDS,
  type ThreadKind,
  type ThreadState,
  waitsForAfter,
  waitsForIn,
} from '#lib/review/thread/state.ts'
import { TURN_ACTS, type Turn, type TurnFacts, turnsOf, turnWords } from './turn.ts'
import { turnHref } from './turn-links.ts'

/**
 * A review as values, made of the tables alone: what may happen to threads and proposals, what follows by itself, whose turn
 * it is. `acts/turns-random.database.test.ts` asks the same of the acts and the database, of fewer sequences.
 */
const SEQUENCES = testNumber('RANDOM_TURNS', 10_000)
const SEED = testNumber('RANDOM_SEED', 20261206)
const EVENTS = 24
const DAY_MS = 24 * 60 * 60_000

type Person = {
  readonly id: string
  roles: Role[]
  administrator: boolean
  isBlocked: boolean
  isAway: boolean
}
type Thread = {
  readonly number: number
  readonly opener: string
  kind: ThreadKind
  state: ThreadState
  waitsFor: Side | null
  isLocked: boolean
  hasWords: boolean
}

class Review {
  readonly log: string[] = []
  private readonly random: () => number
  private now = 0
  private state: ProposalState = 'draft'
  private gateOpen = 0
  private fallen = 0
  private heldMails = 0
  private isHidden = false
  private lastCallEndsAt: number | null = null
  private readonly threads: Thread[] = []
  private readonly asked = new Set<string>()
  private readonly reviewed = new Set<string>()
  private readonly stances = new Set<string>()
  private readonly stale = new Set<string>()
  /** Until when, by person. */
  private readonly holds = new Map<string, number>()
  private readonly people: Person[]

  constructor(random: () => number) {
    this.random = random
    const person = (id: string, ...roles: Role[]): Person => ({
      ...{ id, roles, administrator: false, isBlocked: false, isAway: false },
    })
    this.people = [
      person('ann', 'author'),
      person('max', 'maintainer'),
      person('mia', 'maintainer'),
      person('reva', 'reviewer'),
      person('quinn'),
      { ...person('ada'), administrator: this.nat(4) > 0 },
    ]
    this.gateOpen = this.nat(2)
    this.settle({ what: 'looked' })
  }

  private nat(below: number): number {
    return Math.floor(this.random() * below)
  }
  private pick<T>(list: readonly T[]): T | undefined {
    return list[this.nat(list.length)]
  }

  private standing({ id, roles, isBlocked }: Person, thread?: Thread): Standing {
    return { roles, isBlocked, isHidden: this.isHidden, relations: thread?.opener === id ? ['opener'] : [] }
  }
  private viewer({ id, administrator }: Person): Viewer {
    return { personId: id, name: id, administrator }
  }
  private may(person: Person, ...[action]: [Parameters<typeof can>[1]]): boolean {
    return can(this.viewer(person), action, this.standing(person))
  }
  private ids(having: (person: Person) => boolean): string[] {
    return this.people.filter(having).map(({ id }) => id)
  }
  private canAct(person: Person): boolean {
    return !person.isBlocked && (!this.isHidden || person.administrator || person.roles.length > 0)
  }

  private facts(): TurnFacts {
    const isAuthor = ({ roles }: Person) => roles.includes('author')
    return {
      ...{ state: this.state, gateOpen: this.gateOpen, fallenClaims: this.fallen, heldMails: this.heldMails },
      isLastCallOver: this.lastCallEndsAt !== null && this.lastCallEndsAt <= this.now,
      authors: this.ids(isAuthor),
      maintainers: this.ids((one) => one.roles.includes('maintainer') && !isAuthor(one)),
      administrators: this.ids((one) => one.administrator && !isAuthor(one)),
      ownAdministrators: this.ids((one) => one.administrator && isAuthor(one)),
      moderators: new Set(this.ids((one) => one.administrator || one.roles.includes('maintainer'))),
      asked: this.ids((one) => this.asked.has(one.id) && !isAuthor(one)),
      reviewed: this.reviewed,
      able: new Set(this.ids((one) => this.canAct(one))),
      away: new Set(this.ids(({ isAway }) => isAway)),
      threads: this.threads.filter(({ kind, state }) => kind !== 'note' && isOpen(state)),
      stale: [...this.stale].map((person) => ({ person, writeups: ['lifetime'] })),
      holders: [...this.holds.keys()],
    }
  }
  private proposalFacts(): ProposalFacts {
    let [objections, questions, maintainers, administrators] = [0, 0, 0, 0]
    for (const { kind, state } of this.threads) {
      if (kind === 'note' || !isOpen(state)) continue
      if (kind === 'objection') objections++
      else questions++
    }
    for (const { roles, administrator } of this.people) {
      if (roles.includes('author')) continue
      if (roles.includes('maintainer')) maintainers++
      if (administrator) administrators++
    }
    return {
      ...{ state: this.state, gatePasses: this.gateOpen === 0, fallenClaims: this.fallen },
      ...{ standingObjections: objections, standingQuestions: questions },
      ...{ holds: this.holds.size, lastCallEndsAt: this.lastCallEndsAt },
      reviewers: maintainers > 0 ? maintainers : administrators,
    }
  }

  private become(state: ProposalState): void {
    this.state = state
    this.lastCallEndsAt = state === 'last_call' ? this.now + LAST_CALL_DAYS * DAY_MS : null
  }
  private settle(happened: Happened): void {
    for (const [person, until] of this.holds) if (until <= this.now) this.holds.delete(person)
    for (let step = 0; step < 3; step++) {
      const next = nextState(this.proposalFacts(), step === 0 ? happened : { what: 'looked' })
      if (!next) break
      this.become(next.to)
    }
    // As `settle` ends: a state that leads on at once would be left standing.
    if (nextState(this.proposalFacts(), { what: 'looked' }))
      throw new Error(`it comes to no rest\n${this.told()}`)
  }

  turns(): Turn[] {
    return turnsOf(this.facts())
  }

  private open(person: Person): boolean {
    const kind = this.pick(THREAD_KINDS) ?? 'note'
    if (!this.may(person, kind === 'objection' ? 'open-objection' : 'open-thread')) return false
    const thread = { kind, state: 'open' as const }
    const waitsFor = waitsForIn(thread)
    const number = this.threads.length + 1
    this.threads.push({ ...thread, number, opener: person.id, waitsFor, isLocked: false, hasWords: true })
    if (kind === 'note') return true
    this.reviewed.add(person.id)
    const reviews = person.roles.includes('reviewer') || person.roles.includes('maintainer')
    this.settle(reviews ? { what: 'asked', kind } : { what: 'looked' })
    return true
  }

  private maySay(person: Person, thread: Thread): boolean {
    return (
      thread.hasWords && this.may(person, 'reply') && (!thread.isLocked || this.may(person, 'add-to-locked'))
    )
  }
  private reply(person: Person, thread: Thread): boolean {
    if (!this.maySay(person, thread)) return false
    const speaker = { isAuthor: person.roles.includes('author'), isOpener: thread.opener === person.id }
    thread.waitsFor = waitsForAfter(thread, speaker)
    return true
  }
  private change(person: Person, thread: Thread, act: (typeof ACT_NAMES)[number]): boolean {
    if (refusalOf(act, thread, this.viewer(person), this.standing(person, thread)) !== null) return false
    if ((act === 'answer' || act === 'keep') && !this.maySay(person, thread)) return false
    if (act === 'lessen') thread.kind = 'issue'
    const to = rowFor(act, thread.kind)?.to
    if (to) thread.state = to
    if (to) thread.waitsFor = waitsForIn(thread)
    return true
  }
  private changeProposal(person: Person, act: (typeof PROPOSAL_ACT_NAMES)[number]): boolean {
    const standing = this.standing(person)
    if (proposalRefusal(act, this.proposalFacts(), this.viewer(person), standing, this.now) !== null)
      return false
    if (act === 'ask-for-review') {
      const { maintainers, administrators } = this.facts()
      for (const one of maintainers.length > 0 ? maintainers : administrators) this.asked.add(one)
      if (this.nat(2) === 0) this.asked.add('reva')
    }
    this.become(PROPOSAL_ACTS[act].to)
    return true
  }
  private takeStance(person: Person): boolean {
    if (!this.may(person, 'take-stance')) return false
    this.stances.add(person.id)
    this.reviewed.add(person.id)
    this.stale.delete(person.id)
    return true
  }
  private publish(isGood: boolean): boolean {
    if (isDecided(this.state)) return false
    this.gateOpen = isGood ? 0 : this.nat(3)
    this.fallen = isGood ? 0 : this.nat(2)
    this.reviewed.clear()
    for (const person of this.stances) if (this.nat(2) === 0) this.stale.add(person)
    this.settle({ what: 'published' })
    return true
  }

  /** By anybody, allowed or not. */
  private tryAnything(): string {
    const person = this.pick(this.people)
    const other = this.pick(this.people)
    const thread = this.pick(this.threads)
    if (!person || !other) return ''
    const say = (what: string, done: boolean) => `${person.id}: ${what}${done ? '' : ' (refused)'}`
    const roll = this.nat(100)
    if (roll < 20) return say('opens a thread', this.open(person))
    if (roll < 34 && thread) {
      const act = this.pick(ACT_NAMES) ?? 'resolve'
      return say(`${act} #${thread.number}`, this.change(person, thread, act))
    }
    if (roll < 44 && thread) return say(`replies in #${thread.number}`, this.reply(person, thread))
    if (roll < 50 && thread) {
      if (this.may(person, 'lock-thread')) thread.isLocked = this.nat(3) > 0
      return say(`locks or unlocks #${thread.number}`, this.may(person, 'lock-thread'))
    }
    if (roll < 53 && thread) {
      thread.hasWords = false
      return say(`deletes the words of #${thread.number}`, true)
    }
    if (roll < 60) return say('takes a stance', this.takeStance(person))
    if (roll < 64) {
      if (this.may(person, 'place-hold')) this.holds.set(person.id, this.now + (1 + this.nat(14)) * DAY_MS)
      return say('holds', this.may(person, 'place-hold'))
    }
    if (roll < 69) {
      person.isAway = this.nat(3) > 0
      return say(person.isAway ? 'is away' : 'is back', true)
    }
    if (roll < 75) return say('publishes', this.publish(this.nat(3) === 0))
    if (roll < 82) {
      const act = this.pick(PROPOSAL_ACT_NAMES.filter((one) => one !== 'withdraw')) ?? 'accept'
      return say(act, this.changeProposal(person, act))
    }
    if (roll < 86) {
      this.isHidden = this.nat(2) === 0
      return this.isHidden ? 'it is embargoed' : 'it is public'
    }
    if (roll < 92) {
      const role = this.pick(['reader', 'author', 'reviewer', 'maintainer'] as const) ?? 'reader'
      const had = other.roles.includes(role)
      const isLast = role === 'author' && this.ids(({ roles }) => roles.includes('author')).length === 1
      if (had && isLast) return `${other.id} stays the only author`
      other.roles = had ? other.roles.filter((one) => one !== role) : [...other.roles, role]
      return `${role} is ${had ? 'taken from' : 'given to'} ${other.id}`
    }
    if (roll < 95) {
      if (!other.administrator) other.isBlocked = this.nat(3) > 0
      return `${other.id} is ${other.isBlocked ? '' : 'not '}blocked`
    }
    if (roll < 97) {
      this.heldMails = this.nat(3)
      return `${this.heldMails} mails are held`
    }
    this.now += this.nat(18) * DAY_MS
    return 'time passes'
  }

  /** Whether its holder could do it, and did. */
  private doTurn({ person: id, act, thread: number }: Turn): boolean {
    const person = this.people.find((one) => one.id === id)
    const thread = this.threads.find((one) => one.number === number)
    if (!person || number > 0 !== (thread !== undefined)) return false
    switch (act) {
      case 'answer':
        return thread !== undefined && this.change(person, thread, 'answer')
      case 'confirm':
        return (
          thread !== undefined &&
          (this.nat(2) === 0 && this.maySay(person, thread)
            ? this.change(person, thread, 'keep')
            : this.change(person, thread, 'resolve'))
        )
      case 'respond':
        return thread !== undefined && this.reply(person, thread)
      case 'read-again':
      case 'review':
        return this.takeStance(person)
      case 'lift-hold':
        return this.holds.delete(id) && this.may(person, 'take-stance')
      case 'complete':
      case 'publish':
      case 'mend-claim':
        return this.may(person, 'edit-working-copy') && this.publish(true)
      case 'handle-mail':
        this.heldMails = 0
        return this.may(person, 'handle-mail')
      case 'watch-last-call':
        return this.may(person, 'open-objection')
      case 'name-author':
        this.people.push({
          ...person,
          id: `new ${this.people.length}`,
          roles: ['author'],
          administrator: false,
        })
        return this.may(person, 'give-role')
      case 'name-maintainer':
        this.people.push({
          ...person,
          id: `new ${this.people.length}`,
          roles: ['maintainer'],
          administrator: false,
        })
        return this.may(person, 'give-maintainer')
      case 'ask-for-review':
      case 'call-last':
        return this.changeProposal(person, act)
      case 'decide':
        return this.changeProposal(person, 'accept')
    }
  }

  /** @returns whose turn it is then */
  step(): readonly Turn[] {
    const turn = this.nat(2) === 0 ? this.pick(this.turns()) : undefined
    if (turn && this.somebodyCan()) {
      this.log.push(`TURN ${wordsOf(turn)}`)
      if (!this.doTurn(turn)) throw new Error(`it cannot be done\n${this.told()}`)
      this.settle({ what: 'looked' })
      const isOwn = this.threads.some((one) => one.number === turn.thread && one.opener === turn.person)
      // An author who asked themselves is asked until they say that it is settled.
      if (ENDS.has(turn.act) && !(turn.act === 'respond' && isOwn))
        if (this.turns().some((one) => wordsOf(one) === wordsOf(turn)))
          throw new Error(`still there\n${this.told()}`)
    } else {
      this.log.push(this.tryAnything())
      this.settle({ what: 'looked' })
    }
    return this.check()
  }

  private told(): string {
    return `seed ${SEED}\n${this.log.join('\n')}`
  }
  /** Without them it waits for who will be there. */
  private somebodyCan(): boolean {
    return this.people.some(
      (one) =>
        !one.isBlocked &&
        (one.administrator || one.roles.some((role) => role === 'author' || role === 'maintainer')),
    )
  }

  check(): readonly Turn[] {
    const turns = this.turns()
    if (isDecided(this.state)) {
      if (turns.length > 0) throw new Error(`decided, and waits for somebody\n${this.told()}`)
      return turns
    }
    if (turns.length === 0) throw new Error(`nobody has the turn\n${this.told()}`)
    if (!this.somebodyCan()) return turns
    for (const turn of turns) {
      if (!turnHref('a-slug', turn).includes('a-slug')) throw new Error(`${turn.act} leads nowhere`)
      const why = this.whyNot(turn)
      if (why !== null) throw new Error(`${wordsOf(turn)}: ${why} (${this.state})\n${this.told()}`)
    }
    return turns
  }

  /** Asked of the tables, and not of what made the turn; null: its holder can do it. */
  private whyNot({ person: id, act, thread: number }: Turn): string | null {
    const person = this.people.find((one) => one.id === id)
    if (!person) return 'nobody'
    if (!this.canAct(person)) return 'cannot see or do anything'
    const thread = this.threads.find((one) => one.number === number)
    if (number > 0 !== (thread !== undefined)) return 'no such thread'
    if (thread && !isOpen(thread.state)) return `it is ${thread.state}`
    const needs = (...[action]: [Parameters<typeof can>[1]]) => (this.may(person, action) ? null : action)
    const refused = (wish: 'answer' | 'resolve') =>
      thread ? refusalOf(wish, thread, this.viewer(person), this.standing(person, thread)) : 'no thread'
    switch (act) {
      case 'answer':
        return thread && this.maySay(person, thread) ? refused('answer') : 'locked, or without words'
      case 'confirm':
        return refused('resolve')
      case 'respond':
        return thread && this.maySay(person, thread) ? null : 'locked, or without words'
      case 'lift-hold':
        return this.holds.has(id) ? null : 'no hold'
      case 'read-again':
      case 'review':
        return needs('take-stance')
      case 'complete':
      case 'publish':
      case 'mend-claim':
        return needs('edit-working-copy')
      case 'handle-mail':
        return needs('handle-mail')
      case 'watch-last-call':
        return needs('open-objection')
      case 'name-author':
        return needs('give-role')
      case 'name-maintainer':
        return needs('give-maintainer')
      case 'ask-for-review':
      case 'call-last':
      case 'decide':
        return proposalRefusal(
          act === 'decide' ? 'accept' : act,
          this.proposalFacts(),
          this.viewer(person),
          this.standing(person),
          this.now,
        )
    }
  }
}

const wordsOf = (turn: Turn) => `${turn.person}: ${turnWords(turn)}`

/** After it is done its holder does not have it again at once. */
const ENDS: ReadonlySet<Turn['act']> = new Set([
  ...(['answer', 'confirm', 'respond', 'read-again', 'lift-hold', 'handle-mail'] as const),
  ...(['ask-for-review', 'call-last', 'decide', 'name-author', 'name-maintainer'] as const),
])

test('of 10,000 random reviews each waits for somebody who can do what it waits for, until it is decided', {
  timeout: 60_000 + SEQUENCES * 60,
}, () => {
  const random = randomOf(SEED)
  const acts = new Set<Turn['act']>()
  for (let n = 0; n < SEQUENCES; n++) {
    const review = new Review(random)
    review.check()
    for (let event = 0; event < EVENTS; event++) for (const { act } of review.step()) acts.add(act)
  }
  // The sequences came to each of them, so none was left unasked.
  expect([...acts].sort()).toEqual([...TURN_ACTS].sort())
})
