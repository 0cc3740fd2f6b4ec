import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { blockPerson, unblockPerson } from '#lib/review/acts/block.server.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { lockThread } from '#lib/review/acts/lock-thread.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { importMail, placeWaiting } from '#lib/review/incoming/import.server.ts'
import { FAIL, newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { decideMany } from './decide-many.server.ts'
import { countDroppable, dropAll } from './drop-all.server.ts'
import {
  dropMail,
  findQueued,
  listQueue,
  mailStanding,
  placeMail,
  placesFor,
  queueChoices,
  releaseMail,
} from './queue.server.ts'
import { queueFilter } from './queue-filter.ts'
import { uploadMails } from './upload.server.ts'

let proposal: TestProposal
let proposalId: string
let admin: NonNullable<Viewer>
let maintainer: NonNullable<Viewer>
let reviewer: NonNullable<Viewer>

async function person(
  name: string,
  role: GivenRole | null,
  administrator = false,
): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator }
}

const owns = (viewer: NonNullable<Viewer>, address: string) =>
  db().personAddress.create({ data: { address, personId: viewer.personId, confirmedAt: new Date() } })

const lmtp = { kind: 'lmtp' } as const
const send = (body: string, spelling: Parameters<TestProposal['mail']>[1] = {}) =>
  importMail(lmtp, proposal.mail(body, spelling))

beforeAll(async () => {
  proposal = await newProposal('moderation')
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug: proposal.slug } })).id
  admin = await person('Ada', null, true)
  maintainer = await person('Max', 'maintainer')
  reviewer = await person('Rita', 'reviewer')
})

test('mail of who is blocked is held, proved or not, until they are unblocked or somebody lets it in', async () => {
  const troll = await person('Troll', 'maintainer')
  await owns(troll, 'troll@example.org')
  await blockPerson(admin, { personId: troll.personId, reason: 'spam' })
  const held = await send('I am back.\n', { from: 'Troll <troll@example.org>' })
  expect(held).toMatchObject({ status: 'quarantined', comments: [] })
  expect(held.flags).toContain('sender-blocked')
  expect((await send('And so.\n', { from: 'Troll <troll@example.org>', proof: '' })).status).toBe(
    'quarantined',
  )
  for await (const outcome of placeWaiting(new Date(Date.now() + 10 * 24 * 3600 * 1000)))
    expect(outcome.mailId).not.toBe(held.mailId)
  expect(await releaseMail(maintainer, held.mailId ?? '')).toMatchObject({ ok: true })
  await unblockPerson(admin, troll.personId)
  expect(await send('Sorry.\n', { from: 'Troll <troll@example.org>' })).toMatchObject({ status: 'imported' })
})

test('who registers an address first cannot get its owner held by being blocked', async () => {
  const squatter = await person('Squatter', null)
  await db().authUser.create({
    data: { name: 'S', email: 'victim@example.org', personId: squatter.personId },
  })
  await blockPerson(admin, { personId: squatter.personId, reason: 'spam' })
  expect(await send('My words.\n', { from: 'V <victim@example.org>' })).toMatchObject({ status: 'imported' })
})

test('to a locked thread maintainers alone add, on the page and by mail; a reply of others is held with the reason', async () => {
  await owns(maintainer, 'max@example.org')
  const first = await send('A question.\n', { from: 'Una <una@example.org>', id: 'locked-1@example.org' })
  const place = first.comments[0]
  const thread = await findThread(null, proposal.slug, place?.thread ?? 0)
  if (!thread) throw new Error('no thread')
  const answer = (viewer: Viewer) =>
    reply(viewer, {
      commentId: thread.comments[0]?.id ?? '',
      body: `words ${randomUUID()}`,
      clientKey: randomUUID(),
    })
  for (const who of [null, reviewer, await person('Sam', null)])
    expect((await lockThread(who, thread.id, 'lock')).ok).toBe(false)
  expect((await lockThread(maintainer, thread.id, 'lock')).ok).toBe(true)
  expect((await lockThread(maintainer, thread.id, 'lock')).ok).toBe(true)
  expect(await answer(reviewer)).toEqual({ ok: false, error: { kind: 'thread-locked' } })
  const own = thread.comments[0]
  const una = await db().comment.findUniqueOrThrow({
    where: { id: own?.id ?? '' },
    select: { authorId: true },
  })
  const writer = { personId: una.authorId, name: 'Una', administrator: false }
  const words = { commentId: own?.id ?? '', lockVersion: own?.lockVersion ?? 0, body: 'Another question.' }
  expect(await editComment(writer, words)).toEqual({ ok: false, error: { kind: 'thread-locked' } })
  expect((await answer(maintainer)).ok).toBe(true)
  expect(await findThread(reviewer, proposal.slug, thread.number)).toMatchObject({
    locked: { by: 'Max' },
    mayAdd: false,
    mayLock: false,
  })

  const to = { to: 'locked-1@example.org', references: [] }
  const held = await send('I go on.\n', { from: 'Una <una@example.org>', ...to })
  expect(held).toMatchObject({ status: 'quarantined', comments: [] })
  expect(held.flags).toContain('thread-locked')
  expect(await send('Enough.\n', { from: 'Max <max@example.org>', ...to })).toMatchObject({
    status: 'imported',
  })
  // Who handles mail and is no maintainer lets nothing in there.
  expect(await releaseMail(reviewer, held.mailId ?? '')).toEqual({
    ok: false,
    error: { kind: 'thread-locked' },
  })
  expect(await releaseMail(maintainer, held.mailId ?? '')).toMatchObject({ ok: true })

  expect((await lockThread(admin, thread.id, 'unlock')).ok).toBe(true)
  expect((await answer(reviewer)).ok).toBe(true)
  const events = await db().event.findMany({
    where: {
      proposalId,
      kind: { startsWith: 'thread-' },
      subject: { path: ['thread'], equals: thread.number },
    },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ kind }) => kind)).toEqual(['thread-opened', 'thread-locked', 'thread-unlocked'])
})

test('all of one sender goes at once, in batches, only where one may, and stays gone', async () => {
  const from = 'Flood <flood@example.org>'
  const mails = Array.from({ length: 60 }, (_, n) =>
    proposal.mail(`Flood ${n}.\n`, { from, id: `flood-${n}@example.org` }),
  )
  for (const mail of mails) await importMail(lmtp, mail)
  await send('Forged.\n', { from, proof: '' })
  const other = await newProposal('moderation-other')
  await importMail(lmtp, other.mail('Flood there.\n', { from }))

  const what = { by: 'sender', of: 'Flood@example.org', isUnprovedOnly: false } as const
  for (const who of [null, reviewer]) {
    expect(await countDroppable(who, what)).toBeNull()
    expect((await dropAll(who, what, 'spam')).ok).toBe(false)
  }
  expect(await dropAll(maintainer, what, 'x')).toMatchObject({ error: { kind: 'no-reason' } })
  expect(await countDroppable(maintainer, what)).toMatchObject({ mails: 61, comments: 60, proved: 60 })
  expect(await countDroppable(admin, what)).toMatchObject({ mails: 62, comments: 61 })
  expect(await dropAll(maintainer, { ...what, isUnprovedOnly: true }, 'spam')).toEqual({
    ok: true,
    value: { mails: 1, comments: 0, left: 0 },
  })
  expect(await dropAll(maintainer, what, 'a flood')).toEqual({
    ok: true,
    value: { mails: 60, comments: 60, left: 0 },
  })
  const rows = await db().incomingMail.groupBy({
    by: ['status', 'proposalId'],
    where: { authorAddress: 'flood@example.org' },
    _count: true,
  })
  expect(rows.map(({ status, _count }) => [status, _count]).sort()).toEqual([
    ['dropped', 61],
    ['imported', 1],
  ])
  const dropped = await db().event.count({
    where: { proposalId, kind: 'mail-dropped', actorId: maintainer.personId },
  })
  expect(dropped).toBe(61)
  // Neither a sweep nor the same mail again brings it back.
  for await (const outcome of placeWaiting(new Date(Date.now() + 10 * 24 * 3600 * 1000)))
    expect(outcome.from).not.toContain('flood@')
  for (const mail of mails.slice(0, 3))
    expect(await importMail(lmtp, mail)).toMatchObject({ status: 'duplicate' })
  expect(await dropAll(maintainer, what, 'a flood')).toMatchObject({ value: { mails: 0 } })
})

test('all that one person brought goes the same way', async () => {
  const bringer = await person('Bringer', 'reviewer')
  const box = Buffer.concat(
    Array.from({ length: 3 }, (_, n) =>
      Buffer.concat([
        Buffer.from('From x Mon Nov 23 00:00:00 2026\n'),
        proposal.mail(`Brought ${n}.\n`, { from: 'W <who@example.org>', proof: '' }),
        Buffer.from('\n'),
      ]),
    ),
  )
  const uploaded = await uploadMails(bringer, new Uint8Array(box))
  expect(uploaded.ok && uploaded.value.map(({ status }) => status)).toEqual([
    'imported',
    'imported',
    'imported',
  ])
  const what = { by: 'bringer', of: bringer.personId, isUnprovedOnly: false } as const
  expect(await countDroppable(maintainer, what)).toMatchObject({ mails: 3, comments: 3, who: 'Bringer' })
  expect(await dropAll(admin, what, 'made up')).toMatchObject({ value: { mails: 3, comments: 3, left: 0 } })
  expect(await countDroppable(admin, { ...what, of: "'; --" })).toBeNull()
})

test('the queue is filtered by reason, sender and proposal, in pages', async () => {
  const from = (n: number) => ({ from: `Q <queued-${n}@filter.example>`, proof: '' })
  for (let n = 0; n < 4; n++) await send(`Queued ${n}.\n`, from(n))
  const shown = async (asked: Record<string, string>, viewer: Viewer = reviewer) =>
    (await listQueue(viewer, queueFilter(asked))).map(({ from: { address } }) => address)
  const mine = await shown({ sender: 'FILTER.example' })
  expect(mine).toEqual([0, 1, 2, 3].map((n) => `queued-${n}@filter.example`))
  const [first] = await listQueue(reviewer, queueFilter({ sender: 'queued-0@' }))
  expect(await shown({ sender: 'filter.example', after: first?.id ?? '' })).toEqual(mine.slice(1))
  const reason = first?.flags[0] ?? ''
  expect(await shown({ sender: 'filter.example', reason })).toEqual(mine)
  expect(await shown({ sender: 'filter.example', reason: 'thread-locked' })).toEqual([])
  expect(await shown({ sender: 'filter.example', rfc: 'no-such' })).toEqual([])
  expect(await shown({ sender: 'filter.example' }, await person('Nobody', null))).toEqual([])
  expect(await shown({ sender: 'filter.example', reason: "';--", rfc: '../x', after: 'x' })).toEqual(mine)
  expect((await queueChoices(reviewer)).reasons).toContain(reason)
  expect((await queueChoices(null)).reasons).toEqual([])
})

test('many are decided at once: each by its own permission, and one that fails keeps no other back', async () => {
  const other = await newProposal('moderation-third')
  const from = { from: 'M <many@decided.example>', proof: '' }
  const own = [await send('Many 1.\n', from), await send('Many 2.\n', from)].map(({ mailId }) => mailId ?? '')
  const foreign = (await importMail(lmtp, other.mail('Many 3.\n', from))).mailId ?? ''
  const ids = [...own, foreign, 'nonsense', ...own]
  expect(await decideMany(null, ids, 'drop', 'spam')).toMatchObject({ done: [] })
  expect(await decideMany(reviewer, ids, 'drop', 'x')).toMatchObject({ done: [] })
  const released = await decideMany(reviewer, ids.slice(0, 1), 'release', '')
  expect(released.done).toHaveLength(1)
  const dropped = await decideMany(reviewer, ids, 'drop', 'spam')
  expect(dropped.done.map(({ id }) => id)).toEqual([own[1]])
  expect(dropped.failed.map(({ id, why }) => [id, why])).toEqual([
    [own[0], 'Somebody decided about this mail meanwhile.'],
    [foreign, 'There is no such mail, or you have no role in what it is about.'],
  ])
  const many = Array.from({ length: 60 }, () => randomUUID())
  expect(await decideMany(reviewer, many, 'release', '')).toMatchObject({ left: 10, done: [] })
})

test('what is about nothing known is an administrator’s, and nobody lets a mail in where they handle none', async () => {
  const lost = await send('To whom?\n', { to: 'unknown@nowhere.example', references: [] })
  const id = lost.mailId ?? ''
  expect((await db().incomingMail.findUniqueOrThrow({ where: { id } })).proposalId).toBeNull()
  for (const who of [null, reviewer, maintainer]) {
    expect(await findQueued(who, id)).toBeNull()
    expect((await dropMail(who, id, 'not about this')).ok).toBe(false)
  }
  expect(await findQueued(admin, id)).not.toBeNull()
  expect(await dropMail(admin, id, 'not about this')).toEqual({ ok: true, value: null })

  const elsewhere = await newProposal('moderation-elsewhere')
  const held = await send('Forged?\n', { proof: FAIL })
  expect(held.status).toBe('quarantined')
  const place = { slug: elsewhere.slug, revision: 1, part: 1, block: '' }
  expect(await placeMail(maintainer, held.mailId ?? '', place)).toEqual({
    ok: false,
    error: { kind: 'forbidden' },
  })
  expect(await db().thread.count({ where: { proposal: { slug: elsewhere.slug } } })).toBe(0)
  expect((await placesFor(maintainer, null)).proposals).toEqual([{ slug: proposal.slug }])
  expect(await mailStanding(await person('Sam', 'reader'))).toEqual({ handles: false, slugs: [] })
})

test('one person brings so many files in a day, and no more', async () => {
  changeEnvironment({ COHERENT_UPLOADS_PER_DAY: '2' })
  const eager = await person('Eager', 'reviewer')
  const bytes = new Uint8Array(proposal.mail('One.\n', { from: 'W <w@example.org>' }))
  for (let n = 0; n < 2; n++) expect((await uploadMails(eager, bytes)).ok).toBe(true)
  expect(await uploadMails(eager, bytes)).toEqual({ ok: false, error: 'too-many' })
  expect((await uploadMails(reviewer, bytes)).ok).toBe(true)
  changeEnvironment({ COHERENT_UPLOADS_PER_DAY: undefined })
})
