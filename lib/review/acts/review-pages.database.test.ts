import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { ledgerOf } from '#lib/review/objection/ledger.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import {
  awayUntil,
  ownTurns,
  standingOf,
  turnsInLists,
  waitingForOthers,
} from '#lib/review/turn/read-turns.server.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'
import { changeProposal, snooze } from './change-proposal.server.ts'
import { changeThread } from './change-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { placeHold, setAway, takeStance, withdrawStance } from './take-stance.server.ts'

/** What pages read of a review: turns, state and stances, the ledger, each as the viewer may see it. */
type Person = NonNullable<Viewer>
const DAY = 24 * 60 * 60_000
let slug: string
let proposalId: string
let blockKey: string
let ann: Person
let reva: Person
let max: Person
let stranger: Person

async function newPerson(name: string, role: GivenRole | null): Promise<Person> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({
    data: { id, name, email: `${id}@example.org`, personId: id, emailVerified: true },
  })
  await db().personAddress.create({
    data: { address: `${id}@example.org`, personId: id, confirmedAt: new Date() },
  })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

const object = async (who: Person, body: string) => {
  const input = { slug, revision: 1, blockKey, body, kind: 'objection' as const, clientKey: randomUUID() }
  const place = await openThread(who, { ...input, clearsWhen: 'A model in which the waker dies first.' })
  if (!place.ok) throw new Error(place.error.kind)
  const thread = await findThread(who, slug, place.value.thread)
  if (!thread) throw new Error('no thread')
  return thread
}
const words = (body: string) => ({ words: { body, clientKey: randomUUID() } })

beforeAll(async () => {
  const proposal = await newProposal('pages-of-a-review')
  slug = proposal.slug
  blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug } })).id
  ann = await newPerson('Ann', 'author')
  reva = await newPerson('Reva', 'reviewer')
  max = await newPerson('Max', 'maintainer')
  stranger = await newPerson('Stranger', null)
})

describe('an objection', () => {
  let id: string
  let number: number
  beforeAll(async () => {
    const thread = await object(reva, 'The waiter outlives the ring.')
    id = thread.id
    number = thread.number
  })

  test('says on its thread what would clear it and for whom it waits, with the acts of who looks', async () => {
    const seen = async (who: Viewer) => findThread(who, slug, number)
    expect(await seen(ann)).toMatchObject({
      kind: 'objection',
      acts: ['answer'],
      review: { clearsWhen: 'A model in which the waker dies first.', waitsFor: 'author', answer: null },
    })
    expect((await seen(reva))?.acts).toEqual(['resolve', 'drop', 'lessen', 'split'])
    expect((await seen(stranger))?.acts).toEqual([])
    expect((await seen(null))?.acts).toEqual([])
  })

  test('is the turn of its author, with the way to it, and of nobody who only looks on', async () => {
    const mine = await ownTurns(ann, new Date())
    expect(mine).toContainEqual(
      expect.objectContaining({ slug, words: `answer #${number}`, href: `/rfc/${slug}/t/${number}` }),
    )
    expect(await ownTurns(stranger, new Date())).toEqual([])
    expect(await ownTurns(null, new Date())).toEqual([])
    const waiting = await waitingForOthers(reva)
    expect(waiting.find((one) => one.slug === slug)?.holders).toContain('Ann')
    expect((await waitingForOthers(ann)).map((one) => one.slug)).not.toContain(slug)
  })

  test('stands in the ledger with its answer and what that shows', async () => {
    const said = words('It does not: see https://rfc.example/models/order.')
    expect(await changeThread(ann, id, 'answer', said)).toMatchObject({ ok: true })
    const ledger = await ledgerOf(null, slug)
    expect(ledger?.entries).toMatchObject([
      {
        ...{ number, state: 'answered', by: 'Reva', words: 'The waiter outlives the ring.' },
        answer: { by: 'Ann', comment: 2, revision: null },
        evidence: ['https://rfc.example/models/order'],
      },
    ])
    expect((await findThread(reva, slug, number))?.acts).toContain('keep')
    expect((await standingOf(null, slug))?.objections).toBe(1)
    expect((await turnsInLists(null)).get(slug)?.objections).toBe(1)
  })

  test('when it was split says into what, and its points of what', async () => {
    const points = [
      { body: 'One', clearsWhen: 'Numbers with their spread.' },
      { body: 'Two', clearsWhen: 'A model of the exit.' },
    ]
    expect(await changeThread(reva, id, 'split', { points })).toMatchObject({ ok: true })
    const whole = await findThread(null, slug, number)
    expect(whole).toMatchObject({ state: 'superseded', review: { points: [number + 1, number + 2] } })
    expect((await findThread(null, slug, number + 1))?.review?.splitFrom).toBe(number)
  })
})

test('what is put off is behind the rest until its day, and comes back', async () => {
  const now = new Date()
  expect(await snooze(ann, slug, new Date(now.getTime() + 3 * DAY))).toMatchObject({ ok: true })
  const putOff = (await ownTurns(ann, now)).filter((turn) => turn.slug === slug)
  expect(putOff.length).toBeGreaterThan(0)
  expect(putOff.every(({ snoozedUntil }) => snoozedUntil !== null)).toBe(true)
  const later = await ownTurns(ann, new Date(now.getTime() + 4 * DAY))
  expect(later.filter((turn) => turn.slug === slug).every((turn) => turn.snoozedUntil === null)).toBe(true)
  expect(await snooze(ann, slug, null)).toMatchObject({ ok: true })
  expect((await ownTurns(ann, now)).every(({ snoozedUntil }) => snoozedUntil === null)).toBe(true)
})

test('the page of its state shows what each may do, and what is in the way', async () => {
  const state = async (who: Viewer) => (await reviewStateOf(who, slug, new Date())) ?? undefined
  const actsOf = (shown: Awaited<ReturnType<typeof state>>) => shown?.acts.map(({ act }) => act)
  expect(actsOf(await state(null))).toEqual([])
  expect(actsOf(await state(stranger))).toEqual([])
  expect(actsOf(await state(ann))).toContain('withdraw')
  expect(actsOf(await state(max))).toEqual(['reject'])
  expect((await state(null))?.mayTake).toEqual([])
  expect((await state(stranger))?.mayTake).not.toContain('nacked_by')
  expect((await state(ann))?.mayTake).not.toContain('reviewed_by')
  expect((await state(max))?.mayTake).toContain('nacked_by')
  expect((await state(max))?.turns.map(({ name }) => name)).toContain('Ann')
})

test('a stance is listed with what it covers, is its owner’s to take back, and a hold says until when', async () => {
  const wish = {
    slug,
    revision: 1,
    value: 'reviewed_by' as const,
    writeups: ['lifetime'],
    words: 'Read it twice.',
  }
  const taken = await takeStance(max, wish)
  expect(taken.ok).toBe(true)
  expect(await placeHold(max, { slug, reason: 'I want to read it again.', days: 3 })).toMatchObject({
    ok: true,
  })
  const shown = await reviewStateOf(max, slug, new Date())
  expect(shown?.stances).toMatchObject([
    { name: 'Max', value: 'reviewed_by', writeups: ['lifetime'], stale: [], isViewer: true },
  ])
  expect(shown?.stances[0]?.trailer).toContain('Reviewed-by: Max <')
  expect(shown?.holds).toMatchObject([{ by: 'Max', isViewer: true }])
  expect((await reviewStateOf(ann, slug, new Date()))?.stances[0]?.isViewer).toBe(false)
  expect(await withdrawStance(max, { slug, stance: taken.ok ? taken.value : '' })).toMatchObject({ ok: true })
  expect((await reviewStateOf(null, slug, new Date()))?.stances).toEqual([])
})

test('away is until the end of a day', async () => {
  const until = new Date(Date.now() + 2 * DAY)
  expect(await setAway(max, until)).toMatchObject({ ok: true })
  expect(await awayUntil(max, new Date())).toBe(until.toISOString())
  expect(await awayUntil(max, new Date(until.getTime() + 1))).toBeNull()
  expect(await awayUntil(null, new Date())).toBeNull()
})

test('a decision says who, when, on which revision and why', async () => {
  const reason = 'Nobody answers the objections.'
  expect(await changeProposal(max, { slug, act: 'reject', reason })).toEqual({ ok: true, value: 'rejected' })
  const shown = await reviewStateOf(null, slug, new Date())
  expect(shown?.decision).toMatchObject({ by: 'Max', revision: 1, reason, overridden: [] })
  expect(shown?.because).toBe('because a maintainer rejected it')
  expect(shown?.turns).toEqual([])
  expect(await standingOf(null, slug)).toMatchObject({ state: 'rejected', decidedBy: 'Max', decidedOn: 1 })
})
