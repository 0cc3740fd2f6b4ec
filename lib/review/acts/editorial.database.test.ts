/** What an author calls editorial: the words are looked at, stances stay by it, and who reviews may say that it is not. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'
import { disputeEditorial, markEditorial } from './editorial.server.ts'
import { type Edit, publishEdited } from './samples/revisions.server.ts'
import { takeStance } from './take-stance.server.ts'

const SLUG = 'editorial-changes'
const REASON = 'The sentence says something else now.'
let proposalId = ''
let ann: NonNullable<Viewer>
let reva: NonNullable<Viewer>
let quinn: NonNullable<Viewer>
let stranger: NonNullable<Viewer>

async function person(name: string, role: GivenRole | null): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({ data: { name, email: `${id}@example.org`, personId: id } })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

const lifetime =
  (words: string): Edit =>
  (path, source) =>
    path === 'lifetime.mdx' ? source.replace(/No change of .*$/m, words) : source
const FIRST = 'No change of teh lifetime of futexes is described, as `wait` is.'
const FIXED = 'No change of the lifetime of futexes is described, as `wait` is.'

const mark = (viewer: Viewer, revision: number, writeup = 'lifetime') =>
  markEditorial(viewer, { slug: SLUG, revision, writeup })
const dispute = (viewer: Viewer, revision: number, reason = REASON) =>
  disputeEditorial(viewer, { slug: SLUG, revision, writeup: 'lifetime', reason })
const kindsOf = async () =>
  (
    await db().event.findMany({
      where: { proposalId, kind: { startsWith: 'editorial' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ kind }) => kind)
const readsAgain = async ({ personId }: { personId: string }) =>
  (await db().turn.findFirst({ where: { proposalId, personId, act: 'read-again' } }))?.about ?? null
const stanceOf = async ({ name }: { name: string }) =>
  (await reviewStateOf(ann, SLUG, new Date()))?.stances.find((one) => one.name === name)

beforeAll(async () => {
  await publishEdited(SLUG, 1, lifetime(FIRST))
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } }))
  ann = await person('Ann', 'author')
  reva = await person('Reva', 'reviewer')
  quinn = await person('Quinn', null)
  stranger = await person('Stranger', null)
  for (const viewer of [reva, quinn]) {
    const wish = { slug: SLUG, revision: 1, value: 'reviewed_by' as const, writeups: ['lifetime'], words: '' }
    expect((await takeStance(viewer, wish)).ok).toBe(true)
  }
  await publishEdited(SLUG, 2, lifetime(FIXED))
})

test('a change is the reviewers’ to read again until an author calls it editorial; nobody else may', async () => {
  expect(await readsAgain(reva)).toBe('lifetime')
  expect((await stanceOf(reva))?.stale).toEqual(['lifetime'])
  expect((await reviewStateOf(ann, SLUG, new Date()))?.mayMark).toEqual(['lifetime'])
  expect((await reviewStateOf(reva, SLUG, new Date()))?.mayMark).toEqual([])
  for (const viewer of [null, stranger, quinn, reva]) {
    const refused = await mark(viewer, 2)
    expect(refused).toMatchObject({ ok: false, error: { kind: viewer ? 'forbidden' : 'signed-out' } })
  }
  expect(await kindsOf()).toEqual([])
  expect(await mark(ann, 2)).toEqual({ ok: true, value: 1 })
  expect(await readsAgain(reva)).toBeNull()
  expect(await stanceOf(reva)).toMatchObject({
    stale: [],
    edited: [{ writeup: 'lifetime', revision: 2 }],
  })
  // With the words that changed, for whoever does not believe it.
  const shown = await reviewStateOf(reva, SLUG, new Date())
  expect(shown?.editorial).toMatchObject([
    { revision: 2, by: 'Ann', changes: [{ old: 'teh', now: 'the' }], disputed: null, mayDispute: true },
  ])
})

test('twice is once, and two at the same time are one', async () => {
  await Promise.all([mark(ann, 2), mark(ann, 2)])
  expect(await kindsOf()).toEqual(['editorial-marked'])
})

test('of what did not change, is no write-up, or is of no revision here nothing is marked', async () => {
  expect(await mark(ann, 2, 'problem')).toMatchObject({ error: { kind: 'editorial-nothing' } })
  expect(await mark(ann, 2, 'cover')).toMatchObject({ error: { kind: 'no-such-writeup' } })
  expect(await mark(ann, 1)).toMatchObject({ error: { kind: 'stale' } })
  expect(await mark(ann, 9)).toMatchObject({ error: { kind: 'no-such-revision' } })
  expect(
    await markEditorial(ann, { slug: 'no-such-proposal', revision: 2, writeup: 'lifetime' }),
  ).toMatchObject({
    error: { kind: 'no-such-proposal' },
  })
  expect(await kindsOf()).toEqual(['editorial-marked'])
})

test('who reviews, or whose stance stays by it, may say that it is not; then it is stale after all, for good', async () => {
  expect(await dispute(null, 2)).toMatchObject({ error: { kind: 'signed-out' } })
  expect(await dispute(stranger, 2)).toMatchObject({ error: { kind: 'forbidden' } })
  expect(await dispute(ann, 2)).toMatchObject({ error: { kind: 'forbidden' } })
  // An author who reviews elsewhere in it as well, and has a stance from before they were one.
  const otto = await person('Otto', 'reviewer')
  await db().membership.create({ data: { proposalId, personId: otto.personId, role: 'author' } })
  expect(await dispute(otto, 2)).toMatchObject({ error: { kind: 'own-proposal' } })
  expect(await dispute(quinn, 2, 'No.')).toMatchObject({ error: { kind: 'no-reason' } })
  expect(await dispute(quinn, 1)).toMatchObject({ error: { kind: 'no-such-writeup' } })
  expect(await readsAgain(reva)).toBeNull()
  // Without a role: by the stance.
  expect(await dispute(quinn, 2)).toEqual({ ok: true, value: true })
  expect(await dispute(reva, 2)).toEqual({ ok: true, value: false })
  expect([await readsAgain(reva), await readsAgain(quinn)]).toEqual(['lifetime', 'lifetime'])
  expect(await stanceOf(reva)).toMatchObject({ stale: ['lifetime'], edited: [] })
  expect(await mark(ann, 2)).toMatchObject({ error: { kind: 'editorial-disputed' } })
  expect((await reviewStateOf(reva, SLUG, new Date()))?.editorial).toMatchObject([
    { disputed: { by: 'Quinn', reason: REASON }, mayDispute: false },
  ])
  expect(await kindsOf()).toEqual(['editorial-marked', 'editorial-disputed'])
})

test.each([
  [3, FIXED.replace('No change', 'A change'), 'editorial-negation'],
  [4, FIXED.replace('lifetime of', 'lifetime of 2'), 'editorial-number'],
  [5, FIXED.replace('as `wait` is', 'as `wake` is'), 'editorial-code'],
  [6, `${FIXED} ${'More words follow. '.repeat(20)}${randomUUID()}`, 'editorial-much'],
])('what changes what is meant is not marked, whoever says it (v%i)', async (number, text, refusal) => {
  // Each against the same text: only these words differ.
  await publishEdited(SLUG, number * 2 - 3, lifetime(FIXED))
  await publishEdited(SLUG, number * 2 - 2, lifetime(text))
  expect(await mark(ann, number * 2 - 2)).toMatchObject({ error: { kind: refusal } })
  expect(await kindsOf()).toEqual(['editorial-marked', 'editorial-disputed'])
})
