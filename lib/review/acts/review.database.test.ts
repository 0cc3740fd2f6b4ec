import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import { isTurnAct, turnWords } from '#lib/review/turn/turn.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { blockPerson, unblockPerson } from './block.server.ts'
import { changeProposal } from './change-proposal.server.ts'
import { changeThread, stateCondition } from './change-thread.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { lockThread } from './lock-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { passTime } from './pass-time.server.ts'
import { publishBundle } from './publish.server.ts'
import { reply } from './reply.server.ts'
import { setVisibility } from './set-visibility.server.ts'
import { liftHold, placeHold, setAway, takeStance, withdrawStance } from './take-stance.server.ts'

/** A review from the first objection to the decision, each act by whom it is for, and refused to everybody else. */
const CONTENT = join(import.meta.dirname, '../../../content')
const DAY = 24 * 60 * 60_000
const CONDITION = 'A model in which the waker dies first.'

type Person = NonNullable<Viewer>
async function newPerson(name: string, administrator = false): Promise<Person> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  const email = `${id}@example.org`
  await db().authUser.create({ data: { id, name, email, personId: id, emailVerified: true } })
  await db().personAddress.create({ data: { address: email, personId: id, confirmedAt: new Date() } })
  return { personId: id, name, administrator }
}

/** A proposal of its own with people: the bundle is the shipped one under another name. */
async function newReview(administrators = false) {
  const read = await readBundle(join(CONTENT, 'io-uring-futex', 'v1'), await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const slug = `review-${randomUUID().slice(0, 8)}`
  const author = await newPerson('Ann')
  const cover = { ...read.value.cover, changeId: slug, authors: [`Ann <${author.personId}@example.org>`] }
  const bundle = { ...read.value, cover }
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(JSON.stringify(published.error))
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug }, select: { id: true } })
  const people = {
    author,
    max: await newPerson('Max'),
    mia: await newPerson('Mia'),
    reva: await newPerson('Reva'),
    quinn: await newPerson('Quinn'),
  }
  const roles = [
    [people.max, 'maintainer'],
    [people.mia, 'maintainer'],
    [people.reva, 'reviewer'],
  ] as const
  for (const [person, role] of roles)
    await db().membership.create({ data: { proposalId, personId: person.personId, role } })
  const admin = administrators ? await newPerson('Ada', true) : null
  const blockKey =
    bundle.blocks.find(({ kind, writeup }) => kind === 'paragraph' && writeup === 'lifetime')?.key ?? ''
  const names = new Map(Object.entries(people).map(([name, { personId }]) => [personId, name]))
  if (admin) names.set(admin.personId, 'admin')

  const open = async (viewer: Person, kind: ThreadKind, now?: Date) => {
    const body = `words ${randomUUID()}`
    const input = { slug, revision: 1, blockKey, body, kind, clientKey: randomUUID(), clearsWhen: CONDITION }
    const place = await openThread(viewer, input, now)
    if (!place.ok) throw new Error(place.error.kind)
    const where = { proposalId_number: { proposalId, number: place.value.thread } }
    return (await db().thread.findUniqueOrThrow({ where, select: { id: true } })).id
  }
  const turns = async () => {
    const rows = await db().turn.findMany({
      where: { proposalId },
      orderBy: [{ since: 'asc' }, { thread: 'asc' }],
    })
    return rows
      .map(({ personId, act, ...turn }) => {
        if (!isTurnAct(act)) throw new Error(act)
        return `${names.get(personId) ?? '?'}: ${turnWords({ act, ...turn })}`
      })
      .sort()
  }
  const state = async () => (await db().proposal.findUniqueOrThrow({ where: { slug } })).state
  const nextRevision = async (number: number, now?: Date) => {
    const changelog = ['Says more about who frees the waiter, as was asked.']
    const next = {
      ...bundle,
      cover: { ...cover, revision: number, changelog },
      contentHash: randomUUID().replaceAll('-', '').repeat(2),
    }
    const done = await publishBundle(slug, next, now)
    if (!done.ok) throw new Error(JSON.stringify(done.error))
  }
  const threadOf = (id: string) => db().thread.findUniqueOrThrow({ where: { id } })
  const events = async () =>
    (await db().event.findMany({ where: { proposalId }, orderBy: { id: 'asc' } })).map(({ kind }) => kind)
  return { ...people, admin, slug, proposalId, open, turns, state, threadOf, events, nextRevision }
}
type Review = Awaited<ReturnType<typeof newReview>>

const words = (body = `words ${randomUUID()}`) => ({ words: { body, clientKey: randomUUID() } })
const inReview = async (review: Review, now?: Date) => {
  const asked = await changeProposal(review.author, { slug: review.slug, act: 'ask-for-review' }, now)
  expect(asked).toEqual({ ok: true, value: 'in_review' })
}

describe('an objection', () => {
  let review: Review
  let objection: string
  beforeAll(async () => {
    review = await newReview()
    await inReview(review)
    objection = await review.open(review.reva, 'objection')
  })

  test('asks for changes, and is the author’s turn', async () => {
    expect(await review.state()).toBe('changes_requested')
    expect(await review.turns()).toEqual(['author: answer #1'])
  })

  test('is closed by nobody but its opener', async () => {
    for (const viewer of [review.author, review.max, review.quinn])
      for (const act of ['resolve', 'drop', 'lessen', 'keep'] as const)
        expect(await changeThread(viewer, objection, act, words())).toMatchObject({ ok: false })
    expect(await review.threadOf(objection)).toMatchObject({ kind: 'objection', state: 'open' })
  })

  test('says what would clear it, and is raised by who reviews', async () => {
    const input = {
      slug: review.slug,
      revision: 1,
      body: 'No.',
      clientKey: randomUUID(),
      kind: 'objection' as const,
    }
    const { blockKey } = await db().anchor.findUniqueOrThrow({ where: { threadId: objection } })
    const raise = (viewer: Person, clearsWhen?: string) =>
      openThread(viewer, {
        ...input,
        clientKey: randomUUID(),
        blockKey,
        ...(clearsWhen === undefined ? {} : { clearsWhen }),
      })
    expect(await raise(review.reva, 'better')).toMatchObject({ error: { kind: 'no-condition' } })
    expect(await raise(review.reva)).toMatchObject({ error: { kind: 'no-condition' } })
    expect(await raise(review.quinn, CONDITION)).toMatchObject({ error: { kind: 'forbidden' } })
    expect(await raise(review.author, CONDITION)).toMatchObject({ error: { kind: 'forbidden' } })
  })

  test('is answered in words at once, once, and then waits for its opener', async () => {
    const said = words()
    const first = await changeThread(review.author, objection, 'answer', said)
    expect(first).toMatchObject({ ok: true, value: { comment: 2 } })
    expect(await changeThread(review.author, objection, 'answer', said)).toEqual(first)
    expect(await review.threadOf(objection)).toMatchObject({
      state: 'answered',
      commentCount: 2,
      waitsFor: 'opener',
    })
    expect(await review.turns()).toEqual([
      'author: publish the next revision',
      'reva: confirm #1, or keep it open',
    ])
    expect(await changeThread(review.max, objection, 'answer', words())).toMatchObject({
      error: { kind: 'forbidden' },
    })
  })

  test('is kept open with words, answered by the next revision, and confirmed', async () => {
    expect(await changeThread(review.reva, objection, 'keep', {})).toMatchObject({
      error: { kind: 'no-words' },
    })
    expect(await changeThread(review.reva, objection, 'keep', words())).toMatchObject({ ok: true })
    expect(await review.turns()).toEqual(['author: answer #1'])
    expect(await changeThread(review.author, objection, 'answer', { isPromise: true })).toMatchObject({
      ok: true,
    })
    expect((await review.threadOf(objection)).state).toBe('open')
    await review.nextRevision(2)
    const thread = await review.threadOf(objection)
    expect(thread).toMatchObject({ state: 'answered', promisedAt: null })
    expect(thread.answeredIn).not.toBeNull()
    expect(await review.state()).toBe('in_review')
    expect(await review.turns()).toContain('reva: confirm #1, or keep it open')
    expect(await changeThread(review.reva, objection, 'resolve')).toMatchObject({ ok: true })
    expect((await review.turns()).join()).not.toContain('#1')
    expect(await review.events()).toEqual(
      expect.arrayContaining([
        'thread-answered',
        'thread-kept',
        'answer-promised',
        'thread-resolved',
        'state-changed',
      ]),
    )
  })
})

test('of two answers at once the second one’s words are not lost, and the same words again are the same answer', async () => {
  const review = await newReview()
  const question = await review.open(review.quinn, 'question')
  const second = await newPerson('Bob')
  await db().membership.create({
    data: { proposalId: review.proposalId, personId: second.personId, role: 'author' },
  })
  const first = await changeThread(review.author, question, 'answer', words('It is freed by the ring.'))
  expect(await changeThread(second, question, 'answer', words('By the ring, I think.'))).toEqual({
    ok: false,
    error: { kind: 'other-state' },
  })
  // A form that the server made anew after a lost answer has another key.
  expect(await changeThread(review.author, question, 'answer', words('It is freed by the ring.'))).toEqual(
    first,
  )
  expect((await review.threadOf(question)).commentCount).toBe(2)
})

test('an objection without a condition blocks, is asked for one, and gets it from its opener alone', async () => {
  const review = await newReview()
  const objection = await review.open(review.reva, 'objection')
  // As a Nack by mail leaves it.
  await writeAs(
    review.reva.personId,
    (tx) =>
      tx.$executeRaw`UPDATE thread SET clear_condition = NULL, condition_asked_at = now() WHERE id = ${objection}::uuid`,
  )
  expect(await stateCondition(review.author, objection, CONDITION)).toMatchObject({
    error: { kind: 'forbidden' },
  })
  expect(await stateCondition(review.reva, objection, 'soon')).toMatchObject({
    error: { kind: 'no-condition' },
  })
  expect(await stateCondition(review.reva, objection, CONDITION)).toMatchObject({ ok: true })
  expect(await review.threadOf(objection)).toMatchObject({
    clearCondition: CONDITION,
    conditionAskedAt: null,
  })
})

test('an objection is split into points, each closed by itself, and the whole gives way to them', async () => {
  const review = await newReview()
  const objection = await review.open(review.reva, 'objection')
  const points = [
    { body: 'The waiter outlives the ring.', clearsWhen: CONDITION },
    { body: 'hb->lock is held too long.', clearsWhen: 'Numbers with their spread.' },
  ]
  expect(await changeThread(review.author, objection, 'split', { points })).toMatchObject({
    error: { kind: 'forbidden' },
  })
  expect(await changeThread(review.reva, objection, 'split', { points: points.slice(1) })).toMatchObject({
    error: { kind: 'no-points' },
  })
  expect(await changeThread(review.reva, objection, 'split', { points })).toMatchObject({ ok: true })
  expect((await review.threadOf(objection)).state).toBe('superseded')
  const made = await db().thread.findMany({ where: { splitFrom: objection }, include: { anchor: true } })
  const whole = await db().anchor.findUniqueOrThrow({ where: { threadId: objection } })
  expect(made.map(({ kind, state, anchor }) => [kind, state, anchor?.exact])).toEqual([
    ['objection', 'open', whole.exact],
    ['objection', 'open', whole.exact],
  ])
  expect(await review.turns()).toEqual(['author: answer #2', 'author: answer #3', 'author: ask for review'])
})

test('an objection is overridden after silence, two challenges, and by an administrator, never by a word less', async () => {
  const review = await newReview(true)
  const start = Date.now() - 100 * DAY
  const at = (days: number) => new Date(start + days * DAY)
  const objection = await review.open(review.reva, 'objection', at(0))
  const because = { reason: 'The condition is met in v2, and nobody answers.' }
  const challenge = (viewer: Person, days: number) =>
    changeThread(viewer, objection, 'challenge', because, at(days))
  const override = (days: number) => changeThread(review.admin, objection, 'override', because, at(days))
  // Nobody answered: the silence is the author's.
  expect(await challenge(review.max, 40)).toMatchObject({ error: { kind: 'not-silent' } })
  await changeThread(review.author, objection, 'answer', words(), at(41))
  expect(await challenge(review.max, 70)).toMatchObject({ error: { kind: 'not-silent' } })
  expect(await challenge(review.author, 72)).toMatchObject({ error: { kind: 'forbidden' } })
  expect(await changeThread(review.max, objection, 'challenge', { reason: 'no' }, at(72))).toMatchObject({
    error: { kind: 'no-reason' },
  })
  expect(await challenge(review.max, 72)).toMatchObject({ ok: true })
  expect(await challenge(review.max, 72)).toMatchObject({ ok: true })
  expect(await override(73)).toMatchObject({ error: { kind: 'not-challenged' } })
  expect(await challenge(review.mia, 73)).toMatchObject({ ok: true })
  expect(await changeThread(review.max, objection, 'override', because, at(74))).toMatchObject({
    error: { kind: 'forbidden' },
  })
  // Its opener speaks up: the challenges are void.
  const first = await db().comment.findFirstOrThrow({ where: { threadId: objection, seq: 1 } })
  await reply(review.reva, { commentId: first.id, body: 'I stand by it.', clientKey: randomUUID() }, at(75))
  expect(await override(76)).toMatchObject({ error: { kind: 'not-silent' } })
  expect((await review.threadOf(objection)).state).toBe('answered')
})

test('an override keeps its reason with the objection, and lets go of the proposal', async () => {
  const review = await newReview(true)
  const at = (days: number) => new Date(Date.now() - 100 * DAY + days * DAY)
  const objection = await review.open(review.reva, 'objection', at(0))
  await changeThread(review.author, objection, 'answer', words(), at(1))
  const because = { reason: 'The condition is met in v2, and nobody answers.' }
  for (const viewer of [review.max, review.mia])
    await changeThread(viewer, objection, 'challenge', because, at(32))
  expect(await changeThread(review.admin, objection, 'override', because, at(33))).toMatchObject({ ok: true })
  expect(await review.threadOf(objection)).toMatchObject({
    state: 'overridden',
    overrideReason: because.reason,
  })
  expect(await changeThread(review.reva, objection, 'reopen')).toMatchObject({
    error: { kind: 'other-state' },
  })
})

test('a question of whoever may comment is answered, and closed by silence only after its answer was mailed', async () => {
  const review = await newReview()
  const at = (days: number) => new Date(Date.now() + days * DAY)
  const question = await review.open(review.quinn, 'question', at(0))
  const answer = await changeThread(review.author, question, 'answer', words(), at(1))
  expect(answer.ok).toBe(true)
  await passTime(at(40))
  expect((await review.threadOf(question)).state).toBe('answered')
  const { answerComment } = await review.threadOf(question)
  const comment = await db().comment.findUniqueOrThrow({ where: { id: answerComment ?? '' } })
  const mailId = randomUUID()
  await db().$executeRaw`
    INSERT INTO outgoing_mail (id, proposal_id, batch_id, position, kind, message_id, subject, bytes, created_at)
    VALUES (${mailId}::uuid, ${review.proposalId}::uuid, ${randomUUID()}::uuid, 0, 'reply', ${comment.messageId}, 's', 'x', ${at(2)})`
  await db().$executeRaw`
    INSERT INTO outgoing_recipient (mail_id, message_id, address, state, changed_at)
    VALUES (${mailId}::uuid, ${comment.messageId}, ${`${review.quinn.personId}@example.org`}, 'queued', ${at(2)})`
  await passTime(at(40))
  expect((await review.threadOf(question)).state).toBe('answered')
  for (const state of ['sending', 'sent'])
    await db()
      .$executeRaw`UPDATE outgoing_recipient SET state = ${state}, changed_at = ${at(2)} WHERE mail_id = ${mailId}::uuid`
  await passTime(at(14))
  expect((await review.threadOf(question)).state).toBe('answered')
  await passTime(at(17))
  expect((await review.threadOf(question)).state).toBe('resolved')
  expect(await review.events()).toContain('thread-closed-by-silence')
  expect(await changeThread(review.quinn, question, 'reopen', {}, at(18))).toMatchObject({ ok: true })
})

test('silence never closes an objection', async () => {
  const review = await newReview()
  const at = (days: number) => new Date(Date.now() - 400 * DAY + days * DAY)
  const objection = await review.open(review.reva, 'objection', at(0))
  await changeThread(review.author, objection, 'answer', words(), at(1))
  await passTime(at(399))
  expect((await review.threadOf(objection)).state).toBe('answered')
})

describe('the way of a proposal', () => {
  test('review is asked for by an author, and goes to the maintainers who are none', async () => {
    const review = await newReview()
    expect(await review.state()).toBe('ready')
    expect(await review.turns()).toEqual(['author: ask for review'])
    for (const viewer of [review.max, review.reva, review.quinn])
      expect(await changeProposal(viewer, { slug: review.slug, act: 'ask-for-review' })).toMatchObject({
        error: { kind: 'forbidden' },
      })
    const { quinn } = review
    expect(
      await changeProposal(review.author, {
        slug: review.slug,
        act: 'ask-for-review',
        persons: [quinn.personId],
      }),
    ).toMatchObject({ error: { kind: 'no-such-person' } })
    await inReview(review)
    expect(await review.turns()).toEqual(['max: review it', 'mia: review it'])
  })

  test('last call is called when all is confirmed, ends by an objection, and the log says so', async () => {
    const review = await newReview()
    await inReview(review)
    const { slug } = review
    const question = await review.open(review.max, 'question')
    expect(await changeProposal(review.mia, { slug, act: 'call-last' })).toMatchObject({
      error: { kind: 'other-state' },
    })
    await changeThread(review.author, question, 'answer', words())
    expect(await review.state()).toBe('changes_requested')
    await changeThread(review.max, question, 'resolve')
    expect(await review.state()).toBe('in_review')
    await takeStance(review.mia, { slug, revision: 1, value: 'no_objection', writeups: [], words: '' })
    expect(await review.turns()).toEqual(['max: call last call', 'mia: call last call'])
    expect(await changeProposal(review.author, { slug, act: 'call-last' })).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await changeProposal(review.max, { slug, act: 'call-last' })).toEqual({
      ok: true,
      value: 'last_call',
    })
    const objection = await review.open(review.reva, 'objection')
    expect(await review.state()).toBe('changes_requested')
    const [last] = await db().event.findMany({
      where: { proposalId: review.proposalId, kind: 'state-changed' },
      orderBy: { id: 'desc' },
      take: 1,
    })
    expect(last?.subject).toMatchObject({ from: 'last_call', to: 'changes_requested', because: 'objection' })
    await changeThread(review.reva, objection, 'drop')
    expect(await review.state()).toBe('in_review')
  })

  test('a revision ends last call', async () => {
    const review = await newReview()
    await inReview(review)
    for (const viewer of [review.max, review.mia])
      await takeStance(viewer, { slug: review.slug, revision: 1, value: 'acked_by', writeups: [], words: '' })
    await changeProposal(review.max, { slug: review.slug, act: 'call-last' })
    await review.nextRevision(2)
    expect(await review.state()).toBe('in_review')
  })

  test('it is accepted after last call by a maintainer, and stays decided', async () => {
    const review = await newReview()
    const at = (days: number) => new Date(Date.now() + days * DAY)
    const { slug } = review
    await inReview(review, at(0))
    await changeProposal(review.max, { slug, act: 'call-last' }, at(1))
    expect(await changeProposal(review.max, { slug, act: 'accept' }, at(10))).toMatchObject({
      error: { kind: 'last-call-runs' },
    })
    expect(await changeProposal(review.author, { slug, act: 'accept' }, at(12))).toMatchObject({
      error: { kind: 'forbidden' },
    })
    await passTime(at(12))
    expect(await review.turns()).toEqual(['max: accept or reject it', 'mia: accept or reject it'])
    expect(await changeProposal(review.mia, { slug, act: 'accept' }, at(12))).toEqual({
      ok: true,
      value: 'accepted',
    })
    expect(await review.turns()).toEqual([])
    expect(await changeProposal(review.mia, { slug, act: 'accept' }, at(13))).toEqual({
      ok: true,
      value: 'accepted',
    })
    expect(await changeProposal(review.author, { slug, act: 'withdraw' }, at(13))).toMatchObject({
      error: { kind: 'other-state' },
    })
  })

  test('nobody accepts their own proposal, though they are a maintainer of it', async () => {
    const review = await newReview()
    await inReview(review)
    await db().membership.create({
      data: { proposalId: review.proposalId, personId: review.author.personId, role: 'maintainer' },
    })
    expect(await changeProposal(review.author, { slug: review.slug, act: 'call-last' })).toMatchObject({
      error: { kind: 'own-proposal' },
    })
  })

  test('a rejection says why, by a maintainer; a withdrawal is the author’s', async () => {
    const review = await newReview()
    const { slug } = review
    expect(await changeProposal(review.max, { slug, act: 'reject', reason: 'no' })).toMatchObject({
      error: { kind: 'no-reason' },
    })
    expect(
      await changeProposal(review.author, { slug, act: 'reject', reason: 'It is not needed.' }),
    ).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await changeProposal(review.max, { slug, act: 'withdraw' })).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await changeProposal(review.author, { slug, act: 'withdraw', seen: 'in_review' })).toMatchObject({
      error: { kind: 'stale' },
    })
    expect(await changeProposal(review.author, { slug, act: 'withdraw', seen: 'ready' })).toMatchObject({
      ok: true,
    })
  })
})

describe('stances and holds', () => {
  test('an author does not review their own proposal, and a Nack is a reviewer’s and says why', async () => {
    const { author, quinn, reva, slug } = await newReview()
    const take = (viewer: Viewer, value: 'reviewed_by' | 'nacked_by' | 'tested_by', text = '') =>
      takeStance(viewer, { slug, revision: 1, value, writeups: [], words: text })
    expect(await take(author, 'reviewed_by')).toMatchObject({ error: { kind: 'own-proposal' } })
    expect(await take(quinn, 'nacked_by', 'I do not like it.')).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await take(reva, 'nacked_by', 'no')).toMatchObject({ error: { kind: 'no-words' } })
    expect(await take(null, 'tested_by')).toMatchObject({ error: { kind: 'signed-out' } })
    expect(await take(quinn, 'tested_by')).toMatchObject({ ok: true })
    expect(
      await takeStance(quinn, { slug, revision: 1, value: 'tested_by', writeups: ['cover'], words: '' }),
    ).toMatchObject({
      error: { kind: 'no-such-writeup' },
    })
    expect(
      await takeStance(quinn, { slug, revision: 9, value: 'tested_by', writeups: [], words: '' }),
    ).toMatchObject({
      error: { kind: 'no-such-revision' },
    })
  })

  test('a stance that is sent again, as a form whose answer was lost, is there once; taken back it can be taken anew', async () => {
    const { slug, mia } = await newReview()
    const wish = { slug, revision: 1, value: 'no_objection', writeups: ['problem'], words: 'Once. ' } as const
    const first = await takeStance(mia, wish)
    expect(first.ok).toBe(true)
    expect(await takeStance(mia, wish)).toEqual(first)
    const rows = () => db().stance.count({ where: { personId: mia.personId, proposal: { slug } } })
    expect(await rows()).toBe(1)
    expect((await takeStance(mia, { ...wish, words: 'Other words.' })).ok).toBe(true)
    expect(await rows()).toBe(2)
    expect((await takeStance(mia, wish)).ok).toBe(true)
    expect(await rows()).toBe(3)
  })

  test('a Nack whose answer was lost is refused when it is sent again by who reviews no more', async () => {
    const { slug, reva, proposalId } = await newReview()
    const words = 'It breaks what runs today.'
    const wish = { slug, revision: 1, value: 'nacked_by', writeups: [], words } as const
    expect((await takeStance(reva, wish)).ok).toBe(true)
    await db().membership.deleteMany({ where: { proposalId, personId: reva.personId } })
    expect(await takeStance(reva, wish)).toMatchObject({ error: { kind: 'forbidden' } })
  })

  test('a stance keeps its trailer, and is taken back by whose it is', async () => {
    const { quinn, reva, slug } = await newReview()
    const given = await takeStance(reva, {
      slug,
      revision: 1,
      value: 'reviewed_by',
      writeups: ['lifetime'],
      words: '',
    })
    if (!given.ok) throw new Error(given.error.kind)
    const row = await db().stance.findUniqueOrThrow({ where: { id: BigInt(given.value) } })
    expect(row).toMatchObject({
      trailer: `Reviewed-by: Reva <${reva.personId}@example.org>`,
      writeups: ['lifetime'],
    })
    expect(await withdrawStance(quinn, { slug, stance: given.value })).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await withdrawStance(reva, { slug, stance: given.value })).toEqual({ ok: true, value: true })
    expect(await withdrawStance(reva, { slug, stance: given.value })).toEqual({ ok: true, value: false })
  })

  test('a hold stops acceptance, is its holder’s turn, and ends by itself', async () => {
    const review = await newReview()
    const { slug } = review
    const at = (days: number) => new Date(Date.now() + days * DAY)
    await inReview(review, at(0))
    await changeProposal(review.max, { slug, act: 'call-last' }, at(0))
    const hold = (viewer: Viewer, reason: string, days: number) =>
      placeHold(viewer, { slug, reason, days }, at(9))
    expect(await hold(review.quinn, 'I want to read it first.', 3)).toMatchObject({
      error: { kind: 'forbidden' },
    })
    expect(await hold(review.reva, 'wait', 3)).toMatchObject({ error: { kind: 'no-reason' } })
    expect(await hold(review.reva, 'I want to read it first.', 15)).toMatchObject({
      error: { kind: 'too-long' },
    })
    expect(await hold(review.reva, 'I want to read it first.', 3)).toMatchObject({ ok: true })
    expect(await review.turns()).toContain('reva: lift your hold, or let it end')
    expect(await changeProposal(review.max, { slug, act: 'accept' }, at(11))).toMatchObject({
      error: { kind: 'held' },
    })
    await passTime(at(13))
    expect((await review.turns()).join()).not.toContain('hold')
    expect(await liftHold(review.reva, slug, at(13))).toEqual({ ok: true, value: false })
    expect(await changeProposal(review.max, { slug, act: 'accept' }, at(13))).toMatchObject({ ok: true })
  })

  test('who is away hands their turns to the next maintainer until they are back', async () => {
    const review = await newReview()
    await inReview(review)
    const until = new Date(Date.now() + 3 * DAY)
    expect(await setAway(review.max, until)).toMatchObject({ ok: true })
    expect(await review.turns()).toEqual(['mia: review it'])
    await setAway(review.max, null)
    expect(await review.turns()).toEqual(['max: review it', 'mia: review it'])
    expect(await setAway(review.max, new Date(0))).toMatchObject({ error: { kind: 'too-long' } })
  })

  test('a review whose text stayed is not stale in the next revision, and nobody reads it again', async () => {
    const review = await newReview()
    await inReview(review)
    await takeStance(review.reva, {
      slug: review.slug,
      revision: 1,
      value: 'reviewed_by',
      writeups: ['lifetime'],
      words: '',
    })
    await review.nextRevision(2)
    expect((await review.turns()).join()).not.toContain('reva')
  })
})

test('who cannot act any more has no turn from that moment on: locked out, hidden from, blocked; and has it again after', async () => {
  const review = await newReview(true)
  const { slug, author, max, quinn, reva, admin } = review
  if (!admin) throw new Error('no administrator')
  await inReview(review)
  const question = await review.open(quinn, 'question')
  expect(await review.turns()).toContain('author: answer #1')
  await lockThread(max, question, 'lock')
  expect(await review.turns()).not.toContain('author: answer #1')
  await lockThread(max, question, 'unlock')
  await changeThread(author, question, 'answer', words())
  const confirm = 'quinn: confirm #1, or keep it open'
  expect(await review.turns()).toContain(confirm)
  await setVisibility(max, { slug, visibility: 'embargoed' })
  expect(await changeThread(quinn, question, 'resolve')).toMatchObject({ error: { kind: 'no-such-thread' } })
  expect(await review.turns()).not.toContain(confirm)
  await setVisibility(max, { slug, visibility: 'public' })
  expect(await review.turns()).toContain(confirm)
  await blockPerson(admin, { personId: quinn.personId, reason: 'spam' })
  expect(await review.turns()).not.toContain(confirm)
  await unblockPerson(admin, quinn.personId)
  expect(await review.turns()).toContain(confirm)

  // An answer has nothing to answer where no word is left.
  const gone = await review.open(reva, 'question')
  expect(await review.turns()).toContain('author: answer #2')
  const { id: comment } = await db().comment.findFirstOrThrow({ where: { threadId: gone } })
  await deleteComment(reva, comment)
  expect(await review.turns()).not.toContain('author: answer #2')
})

test('an administrator who is away hands on what they stand in for, though they have no role there', async () => {
  const review = await newReview(true)
  const { slug, max, mia, admin } = review
  if (!admin) throw new Error('no administrator')
  await inReview(review)
  expect(await changeProposal(max, { slug, act: 'call-last' })).toMatchObject({ ok: true })
  const [away, theirs] = [new Date(Date.now() + 3 * DAY), 'admin: last call: object, or let it pass']
  for (const person of [max, mia]) await setAway(person, away)
  expect(await review.turns()).toContain(theirs)
  await setAway(admin, away)
  expect(await review.turns()).not.toContain(theirs)
  await setAway(admin, null)
  expect(await review.turns()).toContain(theirs)
})

test('of an author and an opener who act at once one wins, and the chain of events verifies', async () => {
  const review = await newReview()
  for (let round = 0; round < 5; round++) {
    const objection = await review.open(review.reva, 'objection')
    const both = await Promise.all([
      changeThread(review.author, objection, 'answer', words()),
      changeThread(review.reva, objection, 'drop'),
      changeThread(review.reva, objection, 'resolve'),
    ])
    expect(both.filter(({ ok }) => ok).length).toBeGreaterThan(0)
    expect(['dropped', 'resolved']).toContain((await review.threadOf(objection)).state)
  }
  const [broken] = await db().$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM event e WHERE proposal_id = ${review.proposalId}::uuid
      AND hash <> event_hash(prev_hash, id, proposal_id, actor_id, kind, subject, at)`
  expect(broken?.count).toBe(0)
})
