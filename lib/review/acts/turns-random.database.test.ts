import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { randomOf } from '#lib/anchor/samples/edit-text.ts'
import { db } from '#lib/db.server.ts'
import { testNumber } from '#lib/env.server.ts'
import type { Result } from '#lib/result.ts'
import { gateIn } from '#lib/review/gate/gate.server.ts'
import { type ProposalWish, proposalBundle } from '#lib/review/gate/samples/proposal-files.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isDecided, PROPOSAL_ACT_NAMES, proposalRefusal } from '#lib/review/proposal/state.ts'
import { STANCE_VALUES } from '#lib/review/stance/stance.ts'
import { ACT_NAMES, isOpen, refusalOf, THREAD_KINDS } from '#lib/review/thread/state.ts'
import { reviewFacts, stateFacts } from '#lib/review/turn/facts.server.ts'
import { isTurnAct, type TurnAct, turnWords } from '#lib/review/turn/turn.ts'
import { turnHref } from '#lib/review/turn/turn-links.ts'
import type { Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { blockPerson, unblockPerson } from './block.server.ts'
import { changeProposal } from './change-proposal.server.ts'
import { giveRole, takeRole } from './change-role.server.ts'
import { changeThread } from './change-thread.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { lockThread } from './lock-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { passTime } from './pass-time.server.ts'
import { publishBundle } from './publish.server.ts'
import { reply } from './reply.server.ts'
import { setVisibility } from './set-visibility.server.ts'
import { liftHold, placeHold, setAway, takeStance, withdrawStance } from './take-stance.server.ts'
import { markWeakAnswer, withdrawWeakAnswer } from './weak-answer.server.ts'

/**
 * Whatever happens in a proposal, in whichever order: whoever has the turn can do what it says, by the act itself, and it is
 * gone when they did; nobody else is listed; and one that is not decided waits for somebody.
 *
 * Each sequence is a proposal with people of its own, and 24 events: half of them a turn that its holder does, half anything
 * that anybody tries, allowed or not.
 */
const SEQUENCES = testNumber('RANDOM_EVENTS', 8)
const SEED = testNumber('RANDOM_SEED', 20261205)
const EVENTS = 24
const DAY_MS = 24 * 60 * 60_000

type Person = NonNullable<Viewer> & { readonly email: string }
let questionnaire: Questionnaire
let ada: Person

async function newPerson(name: string, administrator = false): Promise<Person> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  const email = `${id}@example.org`
  await db().authUser.create({ data: { id, name, email, personId: id, emailVerified: true } })
  await db().personAddress.create({ data: { address: email, personId: id, confirmedAt: new Date() } })
  return { personId: id, name, administrator, email }
}

beforeAll(async () => {
  const found = (await instanceQuestionnaires()).find(({ id }) => id === 'futex@1')
  if (!found) throw new Error('no questionnaire')
  questionnaire = found
  ada = await newPerson('Ada', true)
})

class Sequence {
  readonly log: string[] = []
  private now = Date.now()
  private revision = 0
  proposalId = ''
  /** Who wrote it, as its cover says. */
  private cover = ''
  private readonly slug = `turns-${randomUUID().slice(0, 8)}`
  private readonly people = new Map<string, Person>()
  private readonly random: () => number

  constructor(random: () => number) {
    this.random = random
  }

  private at(): Date {
    this.now += 1000
    return new Date(this.now)
  }
  private nat(below: number): number {
    return Math.floor(this.random() * below)
  }
  private pick<T>(list: readonly T[]): T | undefined {
    return list[this.nat(list.length)]
  }

  async begin(): Promise<void> {
    const ann = await newPerson('Ann')
    this.cover = `Ann <${ann.email}>`
    await this.publish({})
    const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: this.slug }, select: { id: true } })
    this.proposalId = id
    for (const person of [ada, ann]) this.people.set(person.personId, person)
    const others = [
      ...([
        ['Max', 'maintainer'],
        ['Mia', 'maintainer'],
        ['Reva', 'reviewer'],
      ] as const),
      ...([
        ['Quinn', null],
        ['Ria', null],
      ] as const),
    ]
    for (const [name, role] of others) {
      const person = await newPerson(name)
      this.people.set(person.personId, person)
      if (role) await giveRole('operator', { slug: this.slug, role, address: person.email }, this.at())
    }
    await this.check()
  }

  private async publish(wish: Partial<ProposalWish>): Promise<boolean> {
    const number = this.revision + 1
    const bundle = proposalBundle(
      {
        ...{ changeId: `20261123-${this.slug}-0a0b0c0d`, revision: number },
        ...{ authors: [this.cover], ...wish },
        ...(number > 1 ? { changelog: ['Says another thing than the one before'] } : {}),
      },
      questionnaire,
    )
    const done = await publishBundle(this.slug, bundle, this.at())
    if (done.ok) this.revision = number
    return done.ok
  }

  private words() {
    return { body: `words ${randomUUID()}`, clientKey: randomUUID() }
  }

  private async open(person: Person) {
    const blocks = await db().block.findMany({
      where: { revision: { number: this.revision, proposalId: this.proposalId }, kind: 'paragraph' },
      select: { key: true },
    })
    const kind = this.pick(THREAD_KINDS) ?? 'note'
    const input = { slug: this.slug, revision: this.revision, blockKey: this.pick(blocks)?.key ?? '', kind }
    const clearsWhen = 'A model in which the waker dies first.'
    return openThread(person, { ...input, clearsWhen, ...this.words() }, this.at())
  }

  private async someThread() {
    const threads = await db().thread.findMany({
      where: { proposalId: this.proposalId },
      orderBy: { number: 'asc' },
    })
    return this.pick(threads)
  }

  /** Anything, by anybody: most of it is refused. In words, for whoever reads of a failure. */
  private async tryAnything(): Promise<string> {
    const person = this.pick([...this.people.values()]) ?? ada
    const other = this.pick([...this.people.values()]) ?? ada
    const { slug } = this
    const reason = 'Because it has to be said by somebody.'
    const say = (what: string, done: Result<unknown, unknown> | boolean) =>
      `${person.name}: ${what}${done === true || (done !== false && done.ok) ? '' : ' (refused)'}`
    const thread = await this.someThread()
    const roll = this.nat(100)
    if (roll < 22) return say('opens a thread', await this.open(person))
    if (roll < 34 && thread) {
      const wish = this.pick(ACT_NAMES) ?? 'resolve'
      const points = [1, 2].map((n) => ({ body: `point ${n}`, clearsWhen: 'Another model of it, please.' }))
      const brought = {
        ...(wish === 'answer' || wish === 'keep' ? { words: this.words() } : {}),
        reason,
        points,
      }
      return say(`${wish} #${thread.number}`, await changeThread(person, thread.id, wish, brought, this.at()))
    }
    if (roll < 42 && thread) {
      const comments = await db().comment.findMany({
        where: { threadId: thread.id },
        orderBy: { seq: 'asc' },
      })
      const commentId = this.pick(comments)?.id ?? ''
      return say(
        `replies in #${thread.number}`,
        await reply(person, { commentId, ...this.words() }, this.at()),
      )
    }
    if (roll < 46 && thread) {
      const comments = await db().comment.findMany({
        where: { threadId: thread.id },
        orderBy: { seq: 'asc' },
      })
      const comment = this.pick(comments)?.id ?? ''
      return say(`deletes in #${thread.number}`, await deleteComment(person, comment, this.at()))
    }
    if (roll < 50 && thread) {
      const wish = this.pick(['lock', 'lock', 'unlock'] as const) ?? 'lock'
      return say(`${wish} #${thread.number}`, await lockThread(person, thread.id, wish, this.at()))
    }
    if (roll < 58) {
      const value = this.pick(STANCE_VALUES) ?? 'concern'
      const writeups = this.pick([[], ['lifetime'], ['problem', 'sys-futex']]) ?? []
      const wish = { slug, revision: this.revision, value, writeups, words: reason }
      return say(`stance ${value}`, await takeStance(person, wish, this.at()))
    }
    if (roll < 61) {
      const rows = await db().stance.findMany({
        where: { proposalId: this.proposalId },
        select: { id: true },
      })
      const stance = String(this.pick(rows)?.id ?? 0n)
      return say('withdraws a stance', await withdrawStance(person, { slug, stance }, this.at()))
    }
    if (roll < 64)
      return say('holds', await placeHold(person, { slug, reason, days: 1 + this.nat(14) }, this.at()))
    if (roll < 67) {
      const until = this.random() < 0.7 ? new Date(this.now + (1 + this.nat(20)) * DAY_MS) : null
      return say(until ? 'goes away' : 'is back', await setAway(person, until, this.at()))
    }
    if (roll < 72) {
      const wish = this.pick<Partial<ProposalWish>>([
        {},
        { answers: { races: 'TBD' } },
        { doesHold: false },
        {
          answers: {
            scope: `It leaves out number ${this.nat(1000)} of all things that one could ask for here.`,
          },
        },
      ])
      return say(`publishes ${JSON.stringify(wish)}`, await this.publish(wish ?? {}))
    }
    if (roll < 80) {
      const act = this.pick(PROPOSAL_ACT_NAMES.filter((one) => one !== 'withdraw' && one !== 'reject'))
      const wish = { slug, act: act ?? 'call-last', reason }
      return say(wish.act, await changeProposal(person, wish, this.at()))
    }
    if (roll < 83) {
      const wish = { slug, revision: this.revision, question: 'scope', reason }
      return say('marks an answer weak', await markWeakAnswer(person, wish, this.at()))
    }
    if (roll < 85) {
      const rows = await db().weakAnswer.findMany({
        where: { answer: { revision: { proposalId: this.proposalId } } },
        select: { id: true },
      })
      const weak = this.pick(rows)?.id ?? randomUUID()
      return say('takes back a mark', await withdrawWeakAnswer(person, { slug, weak }, this.at()))
    }
    if (roll < 88) {
      const visibility = this.pick(['public', 'embargoed', 'embargoed'] as const) ?? 'public'
      return say(visibility, await setVisibility(person, { slug, visibility }, this.at()))
    }
    if (roll < 94) {
      const role = this.pick(['reader', 'reviewer', 'author', 'maintainer'] as const) ?? 'reader'
      const who = this.random() < 0.5 ? ada : person
      const wish = { slug, role }
      return this.random() < 0.5
        ? say(
            `gives ${other.name} ${role}`,
            await giveRole(who, { ...wish, address: other.email }, this.at()),
          )
        : say(
            `takes ${role} from ${other.name}`,
            await takeRole(who, { ...wish, personId: other.personId }, this.at()),
          )
    }
    if (roll < 96) {
      const { personId } = other
      return this.random() < 0.6
        ? say(`blocks ${other.name}`, await blockPerson(ada, { personId, reason }, this.at()))
        : say(`unblocks ${other.name}`, await unblockPerson(ada, personId, this.at()))
    }
    this.now += this.nat(18) * DAY_MS
    await passTime(this.at())
    return 'time passes'
  }

  private async turns() {
    const rows = await db().turn.findMany({
      where: { proposalId: this.proposalId },
      orderBy: [{ act: 'asc' }, { thread: 'asc' }, { personId: 'asc' }],
    })
    return rows.map(({ act, ...row }) => {
      if (!isTurnAct(act)) throw new Error(act)
      return { ...row, act, words: `${this.nameOf(row.personId)}: ${turnWords({ act, ...row })}` }
    })
  }
  private nameOf(personId: string): string {
    return this.people.get(personId)?.name ?? personId
  }

  /** As its holder would: each by the act that the page of its link has. */
  private async doTurn(
    person: Person,
    act: TurnAct,
    number: number,
  ): Promise<Result<unknown, unknown> | null> {
    const { slug } = this
    const thread = await db().thread.findFirst({ where: { proposalId: this.proposalId, number } })
    const id = thread?.id ?? ''
    switch (act) {
      case 'answer':
        return changeThread(person, id, 'answer', { words: this.words() }, this.at())
      case 'confirm':
        return this.random() < 0.6 || thread?.lockedAt
          ? changeThread(person, id, 'resolve', {}, this.at())
          : changeThread(person, id, 'keep', { words: this.words() }, this.at())
      case 'respond': {
        const last = await db().comment.findFirst({
          where: { threadId: id, redactedAt: null },
          orderBy: { seq: 'desc' },
        })
        return reply(person, { commentId: last?.id ?? '', ...this.words() }, this.at())
      }
      case 'read-again':
      case 'review': {
        const value = act === 'review' ? 'no_objection' : 'concern'
        const wish = { slug, revision: this.revision, value, writeups: [], words: 'So it is.' } as const
        return takeStance(person, wish, this.at())
      }
      case 'lift-hold':
        return liftHold(person, slug, this.at())
      case 'complete':
      case 'publish':
      case 'mend-claim':
        return (await this.publish({})) ? { ok: true, value: null } : { ok: false, error: 'unpublished' }
      case 'ask-for-review':
      case 'call-last':
        return changeProposal(person, { slug, act }, this.at())
      case 'decide':
        return changeProposal(person, { slug, act: 'accept' }, this.at())
      case 'name-author': {
        const free = await newPerson('Nora')
        this.people.set(free.personId, free)
        return giveRole(person, { slug, role: 'author', address: free.email }, this.at())
      }
      case 'name-maintainer': {
        const free = await newPerson('Nils')
        this.people.set(free.personId, free)
        return giveRole(person, { slug, role: 'maintainer', address: free.email }, this.at())
      }
      case 'handle-mail':
      case 'watch-last-call':
        return null
    }
  }

  async step(): Promise<void> {
    const turns = await this.turns()
    const turn = this.random() < 0.5 ? this.pick(turns) : undefined
    const person = turn && this.people.get(turn.personId)
    if (!turn || !person || !(await this.somebodyCan())) this.log.push(await this.tryAnything())
    else {
      this.log.push(`TURN ${turn.words}`)
      const done = await this.doTurn(person, turn.act, turn.thread)
      if (done) {
        expect(done, this.told()).toMatchObject({ ok: true })
        const left = (await this.turns()).map(({ words }) => words)
        if (ENDS.has(turn.act)) expect(left, this.told()).not.toContain(turn.words)
      }
    }
    await this.check()
  }

  private told(): string {
    return `seed ${SEED}\n${this.log.join('\n')}`
  }

  private async standing(personId: string, relations: readonly 'opener'[] = []) {
    const person = this.people.get(personId)
    const viewer = person ?? null
    return { viewer, standing: await standingIn(viewer, this.proposalId, relations) }
  }

  /** That anybody is there who could do the proposal's next step: without them it waits for who will be. */
  private async somebodyCan(): Promise<boolean> {
    for (const { personId } of this.people.values()) {
      const { viewer, standing } = await this.standing(personId)
      const roles = standing.isBlocked ? [] : standing.roles
      if (viewer?.administrator || roles.includes('author') || roles.includes('maintainer')) return true
    }
    return false
  }

  async check(): Promise<void> {
    const { state } = await db().proposal.findUniqueOrThrow({ where: { id: this.proposalId } })
    const turns = await this.turns()
    if (isDecided(state)) {
      expect(
        turns.map(({ words }) => words),
        this.told(),
      ).toEqual([])
      return
    }
    expect(turns.length, `nobody has the turn\n${this.told()}`).toBeGreaterThan(0)
    if (!(await this.somebodyCan())) return
    for (const turn of turns) {
      expect(turnHref(this.slug, turn)).toContain(this.slug)
      const why = await this.whyNot(turn)
      expect(why, `${turn.words} (${state})\n${this.told()}`).toBeNull()
    }
  }

  /** Why its holder cannot do it now, asked of the tables that the acts ask; null: they can. */
  private async whyNot({
    personId,
    act,
    thread: number,
  }: {
    personId: string
    act: TurnAct
    thread: number
  }) {
    const thread = await db().thread.findFirst({
      where: { proposalId: this.proposalId, number },
      include: { comments: { where: { redactedAt: null }, select: { id: true } } },
    })
    const isOpener = thread?.openedBy === personId
    const { viewer, standing } = await this.standing(personId, isOpener ? ['opener'] : [])
    if (standing.isBlocked || !can(viewer, 'read', standing)) return 'cannot see or do anything'
    if ((thread !== null) !== number > 0) return 'no such thread'
    if (thread && !isOpen(thread.state)) return `the thread is ${thread.state}`
    const mayAdd = !thread?.lockedAt || can(viewer, 'add-to-locked', standing)
    const may = (...[action]: [Parameters<typeof can>[1]]) => (can(viewer, action, standing) ? null : action)
    switch (act) {
      case 'answer':
        if (!thread || !mayAdd) return 'locked'
        return thread.comments.length === 0
          ? 'nothing to answer'
          : refusalOf('answer', thread, viewer, standing)
      case 'confirm':
        return thread ? refusalOf('resolve', thread, viewer, standing) : 'no thread'
      case 'respond':
        if (thread?.comments.length === 0) return 'nothing to reply to'
        return mayAdd ? may('reply') : 'locked'
      case 'read-again':
      case 'review':
        return may('take-stance')
      case 'lift-hold': {
        const where = { proposalId: this.proposalId, personId, liftedAt: null }
        return (await db().hold.count({ where })) > 0 ? null : 'no hold'
      }
      case 'complete':
      case 'publish':
      case 'mend-claim':
        return may('edit-working-copy')
      case 'handle-mail':
        return may('handle-mail')
      case 'name-author':
        return may('give-role')
      case 'name-maintainer':
        return may('give-maintainer')
      case 'watch-last-call':
        return may('open-objection')
      case 'ask-for-review':
      case 'call-last':
      case 'decide': {
        const [facts, passes] = await db().$transaction(async (tx) => [
          await reviewFacts(tx, this.proposalId, new Date(this.now)),
          (await gateIn(tx, this.proposalId)).passes,
        ])
        if (!facts) return 'no revision'
        const asked = act === 'decide' ? 'accept' : act
        return proposalRefusal(asked, stateFacts(facts, passes), viewer, standing, this.now)
      }
    }
  }

  /** A decided one waits for nobody, and time does not look at it again. */
  async end(): Promise<void> {
    const wish = { slug: this.slug, act: 'reject', reason: 'The sequence is over.' } as const
    await changeProposal(ada, wish, this.at())
    await this.check()
  }
}

/** After it is done its holder does not have it again at once. */
const ENDS: ReadonlySet<TurnAct> = new Set([
  'answer',
  'confirm',
  'read-again',
  'lift-hold',
  'ask-for-review',
  'call-last',
  'decide',
  'name-author',
  'name-maintainer',
])

test('whatever happens, whoever has the turn can do it, and somebody has it until the proposal is decided', {
  timeout: 60_000 + SEQUENCES * 20_000,
}, async () => {
  const random = randomOf(SEED)
  for (let n = 0; n < SEQUENCES; n++) {
    const sequence = new Sequence(random)
    await sequence.begin()
    for (let event = 0; event < EVENTS; event++) await sequence.step()
    await sequence.end()
  }
})
