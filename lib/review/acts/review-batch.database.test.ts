import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { threadFootStart } from '#lib/mail/text/thread-foot.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { changedWords, describeReviewFailure } from '#lib/review/batch/draft.ts'
import { countDrafts, draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { previewReview } from '#lib/review/export/preview-review.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findMessage } from '#lib/review/queue/find-message.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import { Asked } from './asked.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { editComment } from './edit-comment.server.ts'
import { openThread, threadRows } from './open-thread.server.ts'
import { publishReview, type ReviewWish } from './publish-review.server.ts'
import { changeDraft, dropDraft, keepDraft } from './review-draft.server.ts'

/** A review that is written as drafts, and leaves as one act and one mail. */
type Person = NonNullable<Viewer>
async function newPerson(name: string): Promise<Person> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  const email = `${id}@example.org`
  await db().authUser.create({ data: { id, name, email, personId: id, emailVerified: true } })
  await db().personAddress.create({ data: { address: email, personId: id, confirmedAt: new Date() } })
  return { personId: id, name, administrator: false }
}

let proposal: TestProposal
let slug = ''
let proposalId = ''
let paragraphs: { key: string; writeup: string; text: string }[] = []
beforeAll(async () => {
  proposal = await newProposal(`batch-${randomUUID().slice(0, 8)}`)
  slug = proposal.slug
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug } })).id
  paragraphs = proposal.bundle.blocks.filter(({ kind, text }) => kind === 'paragraph' && text.length > 60)
})

async function newReviewer(): Promise<Person> {
  const person = await newPerson('Reva')
  await db().membership.create({ data: { proposalId, personId: person.personId, role: 'reviewer' } })
  return person
}

const of = (writeup: string) => {
  const found = paragraphs.find((one) => one.writeup === writeup)
  if (!found) throw new Error(`no paragraph in ${writeup}`)
  return found
}
const about = (
  blockKey: string,
  body: string,
  more: { kind?: ThreadKind; clearsWhen?: string; clientKey?: string } = {},
) => ({ slug, revision: 1, blockKey, body, clientKey: randomUUID(), ...more })

async function keep(viewer: Viewer, input: Parameters<typeof keepDraft>[1]) {
  const kept = await keepDraft(viewer, input)
  if (!kept.ok) throw new Error(kept.error.kind)
  return kept.value.id
}
async function wishOf(viewer: Viewer, stance: ReviewWish['stance'] = null): Promise<ReviewWish> {
  const shown = await draftsOf(viewer, slug)
  return { slug, drafts: shown?.drafts ?? [], stance, clientKey: randomUUID() }
}
async function someThread() {
  const opener = await newPerson('Quinn')
  const body = 'Is the word checked against zero here?'
  const opened = await openThread(opener, about(of('problem').key, `${body} ${randomUUID()}`))
  if (!opened.ok) throw new Error(opened.error.kind)
  const ids = await idsAt(opener, opened.value)
  return { opener, thread: opened.value.thread, comment: ids?.comment ?? '' }
}
const eventsBy = async (person: Person) =>
  (await db().event.findMany({ where: { actorId: person.personId }, orderBy: { id: 'asc' } })).map(
    ({ kind }) => kind,
  )
async function mailsBy(person: Person): Promise<Message[]> {
  const discussion = await exportDiscussion('program', slug, 1)
  const mails: Message[] = []
  for await (const piece of discussion?.replies ?? []) mails.push(...piece)
  return mails.filter(({ from }) => from.address === `${person.personId}@example.org`)
}

test('a draft is seen by its writer alone, and is no comment, no event and no thread', async () => {
  const reva = await newReviewer()
  const threads = await db().thread.count({ where: { proposalId } })
  await keep(reva, about(of('problem').key, 'To be said later'))
  expect((await draftsOf(reva, slug))?.drafts.map(({ body }) => body)).toEqual(['To be said later'])
  expect(await countDrafts(reva, slug)).toBe(1)
  for (const other of [null, await newReviewer()]) {
    expect((await draftsOf(other, slug))?.drafts ?? []).toEqual([])
    expect(await countDrafts(other, slug)).toBe(0)
  }
  expect(await db().thread.count({ where: { proposalId } })).toBe(threads)
  expect(await eventsBy(reva)).toEqual([])
})

test('a form that is sent twice is one draft, and with other words it says so', async () => {
  const reva = await newReviewer()
  const form = about(of('problem').key, 'Once')
  const [first, second] = await Promise.all([keepDraft(reva, form), keepDraft(reva, form)])
  expect(first).toMatchObject({ ok: true, value: { count: 1 } })
  expect(second).toEqual(first)
  expect(await keepDraft(reva, { ...form, body: 'Other words' })).toMatchObject({
    error: { kind: 'draft-kept-before' },
  })
  expect(await countDrafts(reva, slug)).toBe(1)
})

test('what could not be said is refused while it is written', async () => {
  const quinn = await newPerson('Quinn')
  const refused = (input: Parameters<typeof keepDraft>[1], who: Viewer = quinn) =>
    expect(keepDraft(who, input)).resolves.toMatchObject({ ok: false })
  await refused(about(of('problem').key, 'Words'), null)
  await refused(about('no-such-block', 'Words'))
  await refused(about(of('problem').key, 'Words', { kind: 'objection', clearsWhen: 'A model of it' }))
  await refused(about(of('problem').key, 'Words', { kind: 'objection' }), await newReviewer())
  await refused({ commentId: randomUUID(), body: 'Words', clientKey: randomUUID() })
  expect(await countDrafts(quinn, slug)).toBe(0)
})

test('a draft is overwritten by who saw its version, and another one gets both texts', async () => {
  const reva = await newReviewer()
  const id = await keep(reva, about(of('problem').key, 'First'))
  const change = (body: string, lockVersion: number, who: Viewer = reva) =>
    changeDraft(who, { slug, id, body, lockVersion })
  expect(await change('Second', 0)).toEqual({ ok: true, value: { lockVersion: 1 } })
  expect(await change('Second', 0)).toEqual({ ok: true, value: { lockVersion: 1 } })
  expect(await change('Third', 0)).toEqual({
    ok: false,
    error: { kind: 'edited-meanwhile', theirs: 'Second', lockVersion: 1 },
  })
  expect(await change('Mine', 1, await newReviewer())).toMatchObject({ error: { kind: 'no-such-draft' } })
  const both = await Promise.all([change('Fourth', 1), change('Fifth', 1)])
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(await dropDraft(await newReviewer(), { slug, id })).toEqual({ ok: true, value: { isGone: false } })
  expect(await dropDraft(reva, { slug, id })).toEqual({ ok: true, value: { isGone: true } })
  expect(await dropDraft(reva, { slug, id })).toEqual({ ok: true, value: { isGone: false } })
})

test('publishing opens all of it, takes the stance and is one event; sent again it is the same review', async () => {
  const reva = await newReviewer()
  const { comment } = await someThread()
  await keep(reva, about(of('problem').key, 'What is the workload?', { kind: 'question' }))
  await keep(reva, about(of('lifetime').key, 'Who frees it?', { kind: 'issue' }))
  await keep(reva, { commentId: comment, body: 'It is, see above.', clientKey: randomUUID() })
  const stance = { revision: 1, value: 'acked_by', writeups: ['problem'], words: '' } as const
  const wish = await wishOf(reva, stance)
  const [done, again] = await Promise.all([publishReview(reva, wish), publishReview(reva, wish)])
  expect(done.ok).toBe(true)
  expect(again).toEqual(done)
  expect(await publishReview(reva, wish)).toEqual(done)
  expect((await eventsBy(reva)).filter((kind) => kind !== 'state-changed')).toEqual([
    ...['thread-opened', 'thread-opened', 'comment-added', 'stance-taken', 'review-published'],
  ])
  const comments = await db().comment.findMany({
    where: { authorId: reva.personId },
    orderBy: { body: 'asc' },
    select: { body: true, parentId: true, thread: { select: { kind: true, state: true } } },
  })
  expect(comments).toEqual([
    { body: 'It is, see above.', parentId: comment, thread: { kind: 'note', state: 'open' } },
    { body: 'What is the workload?', parentId: null, thread: { kind: 'question', state: 'open' } },
    { body: 'Who frees it?', parentId: null, thread: { kind: 'issue', state: 'open' } },
  ])
  expect(await countDrafts(reva, slug)).toBe(0)
  expect(await db().stance.count({ where: { personId: reva.personId } })).toBe(1)
  const other = await publishReview(await newReviewer(), wish)
  expect(other).toMatchObject({ ok: false, error: { kind: 'key-used' } })
})

test('what is in the way of one draft names it, and leaves all of them', async () => {
  const reva = await newReviewer()
  const { opener, comment } = await someThread()
  await keep(reva, about(of('problem').key, 'Stays'))
  await keep(reva, { commentId: comment, body: 'An answer', clientKey: randomUUID() })
  await deleteComment(opener, comment)
  const before = await wishOf(reva)
  const refused = await publishReview(reva, before)
  if (refused.ok) throw new Error('published')
  expect(refused.error).toMatchObject({ kind: 'draft', failure: { kind: 'comment-deleted' } })
  const drafts = (await draftsOf(reva, slug))?.drafts ?? []
  expect(describeReviewFailure(refused.error, drafts)).toMatch(
    /^Draft 2, a reply to Quinn in #\d+, is in the way/,
  )
  expect(drafts.map(({ body }) => body)).toEqual(['Stays', 'An answer'])

  const [first, second] = before.drafts
  await dropDraft(reva, { slug, id: second?.id ?? '' })
  expect(await publishReview(reva, before)).toMatchObject({ error: { kind: 'drafts-changed' } })
  await changeDraft(reva, { slug, id: first?.id ?? '', lockVersion: 0, body: 'Newer' })
  const stale = { ...before, drafts: before.drafts.slice(0, 1) }
  expect(await publishReview(reva, stale)).toMatchObject({ error: { kind: 'drafts-changed' } })

  const nack = { revision: 1, value: 'nacked_by', writeups: [], words: 'no' } as const
  expect(await publishReview(reva, await wishOf(reva, nack))).toMatchObject({
    error: { kind: 'stance', failure: { kind: 'no-words' } },
  })
  expect(await publishReview(null, before)).toEqual({ ok: false, error: { kind: 'signed-out' } })
  expect(await publishReview(await newReviewer(), { ...before, drafts: [] })).toMatchObject({
    error: { kind: 'no-drafts' },
  })
  expect(await eventsBy(reva)).toEqual([])
  expect(await db().comment.count({ where: { authorId: reva.personId } })).toBe(0)
})

test('a review leaves as one mail, the one that its preview showed: passages quoted, answers below, the trailer last', async () => {
  const reva = await newReviewer()
  const { comment } = await someThread()
  await keep(reva, about(of('problem').key, 'How much of it is idle?'))
  await keep(reva, about(of('lifetime').key, 'What frees the waiter?'))
  await keep(reva, { commentId: comment, body: 'Only by the kernel.', clientKey: randomUUID() })
  const stance = { revision: 1, value: 'tested_by', writeups: ['problem', 'lifetime'], words: '' } as const
  const trailer = `Tested-by: Reva <${reva.personId}@example.org>`
  const preview = await previewReview(reva, slug, stance)
  expect((await publishReview(reva, await wishOf(reva, stance))).ok).toBe(true)
  const mails = await mailsBy(reva)
  expect(mails).toHaveLength(1)
  const [mail] = mails
  if (!mail) throw new Error('no mail')
  expect(preview).toHaveLength(1)
  // Below the words stands how its threads stand, which have no numbers before they are there.
  const whole = mail.body.trimEnd().split('\n')
  const foot = threadFootStart(whole)
  expect(whole.slice(foot, foot + 2)).toEqual(['-- ', expect.stringMatching(/^Threads of this mail: http/)])
  expect(whole.slice(foot + 2).join(' ')).toMatch(/^#\d+ note, open; #\d+ note, open; #\d+ note, open\. By /)
  const body = `${whole.slice(0, foot).join('\n')}\n`
  expect(preview?.[0]?.text.split('\n\n').slice(1).join('\n\n')).toBe(body)
  // Of several parts: it answers the cover.
  expect(mail.inReplyTo).toBe(proposal.parts[0]?.messageId)
  const lines = mail.body.split('\n')
  const at = (text: string) => lines.findIndex((line) => line.includes(text))
  for (const said of ['How much of it is idle?', 'What frees the waiter?', 'Only by the kernel.'])
    expect(lines[at(said) - 2]).toMatch(/^> ./)
  expect(lines[at('Only by the kernel.') - 3]).toMatch(/^On .* Quinn wrote:$|^> /)
  expect(at('How much')).toBeLessThan(at('What frees'))
  expect(body.endsWith(`\nThis is of problem, lifetime:\n\n${trailer}\n`)).toBe(true)
})

test('an answer by mail to a review finds the thread whose words it quotes, and its Message-ID leads to the review', async () => {
  const reva = await newReviewer()
  await keep(reva, about(of('problem').key, 'The first of the two questions, about the workload.'))
  await keep(reva, about(of('problem').key, 'The second of the two questions, about the numbers.'))
  expect((await publishReview(reva, await wishOf(reva))).ok).toBe(true)
  const [mail] = await mailsBy(reva)
  // All of it is of one part: it answers that.
  expect(mail?.inReplyTo).toBe(
    proposal.parts.find((part) => part.body.includes(of('problem').text.slice(0, 20)))?.messageId,
  )
  const quoted = '> The second of the two questions, about the numbers.'
  const answer = proposal.mail(`Reva wrote:\n${quoted}\n\nThey are in the table.\n`, {
    to: mail?.messageId ?? '',
    from: `Somebody <${randomUUID()}@example.org>`,
  })
  const outcome = await importMail({ kind: 'lmtp' }, answer)
  expect(outcome.status).toBe('imported')
  const parent = await db().comment.findFirstOrThrow({
    where: { body: 'They are in the table.', thread: { proposalId } },
    select: { parent: { select: { body: true, authorId: true } } },
  })
  expect(parent.parent).toEqual({
    body: 'The second of the two questions, about the numbers.',
    authorId: reva.personId,
  })
  expect(await findMessage(null, mail?.messageId ?? '')).toMatchObject({
    kind: 'comment',
    place: { comment: 1 },
  })
})

test('drafts stay when a revision appears, and say which of them are on text that changed', async () => {
  const own = `batch-rev-${randomUUID().slice(0, 8)}`
  const first = await publishEdited(own, 1, (_, source) => source)
  const reva = await newPerson('Reva')
  const blocks = first.blocks.filter(({ kind }) => kind === 'paragraph')
  const changed = blocks.find(({ text }) => text.includes('This is an example of a proposal'))
  const kept = blocks.find((block) => block !== changed && block.text.length > 40)
  if (!changed || !kept) throw new Error('no such paragraphs')
  for (const { key } of [changed, kept])
    await keepDraft(reva, {
      slug: own,
      revision: 1,
      blockKey: key,
      body: `On ${key}`,
      clientKey: randomUUID(),
    })
  expect((await draftsOf(reva, own))?.drafts.map(({ about }) => 'now' in about && about.now)).toEqual([
    null,
    null,
  ])
  await publishEdited(own, 2, (_, source) =>
    source.replace('This is an example of a proposal', 'Read this first: it is a sample of a proposal'),
  )
  const shown = await draftsOf(reva, own)
  expect(shown?.drafts).toHaveLength(2)
  expect(changedWords(shown?.drafts ?? [], 2)).toBe('1 of your 2 drafts is on text that changed in v2')
  const done = await publishReview(reva, {
    ...{ slug: own, drafts: shown?.drafts ?? [], stance: null, clientKey: randomUUID() },
  })
  expect(done.ok).toBe(true)
  // Each hangs on what was read, and is carried from there like every thread.
  const threads = await db().thread.findMany({
    where: { openedBy: reva.personId },
    select: { revision: { select: { number: true } }, ports: { select: { state: true } } },
    orderBy: { number: 'asc' },
  })
  expect(threads.map(({ revision }) => revision.number)).toEqual([1, 1])
  expect(threads.flatMap(({ ports }) => ports.map(({ state }) => state)).sort()).toEqual(['edited', 'exact'])
})

/** Of what an import may write. */
const written = () =>
  Promise.all([
    ...[db().comment.count(), db().thread.count(), db().stance.count(), db().person.count()],
    ...[db().incomingMail.count(), db().mailComment.count(), db().event.count()],
  ])

async function comesBack(mail: Message | undefined): Promise<void> {
  if (!mail) throw new Error('no mail')
  const before = await written()
  expect(await importMail({ kind: 'command' }, Buffer.from(writeMessage(mail)))).toMatchObject({
    status: 'duplicate',
  })
  expect(await written()).toEqual(before)
}

test.each([
  ['with a trailer, of some write-ups', 'acked_by', ['problem', 'lifetime'], ''],
  ['with a trailer, of the part that it is about', 'acked_by', ['problem'], ''],
  ['with words and no trailer', 'concern', [], 'The figures are not there yet.'],
] as const)(
  'a review with a stance %s that comes back is here already',
  async (_, value, writeups, words) => {
    const reva = await newReviewer()
    await keep(reva, about(of('problem').key, 'Where is the workload measured?'))
    await keep(reva, about(of('problem').key, '> The quoted words of somebody\n\nAnd on which kernel?'))
    const stance = { revision: 1, value, writeups: [...writeups], words }
    expect((await publishReview(reva, await wishOf(reva, stance))).ok).toBe(true)
    await comesBack((await mailsBy(reva))[0])
  },
)

test('a review of one comment and a stance comes back as what it is: edited since, deleted since, and with other words not', async () => {
  const reva = await newReviewer()
  await keep(reva, about(of('problem').key, 'Where is it measured?'))
  const stance = { revision: 1, value: 'reviewed_by', writeups: [], words: '' } as const
  expect((await publishReview(reva, await wishOf(reva, stance))).ok).toBe(true)
  const [mail] = await mailsBy(reva)
  if (!mail) throw new Error('no mail')
  await comesBack(mail)
  const { id, lockVersion } = await db().comment.findFirstOrThrow({ where: { authorId: reva.personId } })
  const edit = { commentId: id, lockVersion, body: 'Where is it measured, and how?' }
  expect((await editComment(reva, edit)).ok).toBe(true)
  await comesBack(mail)
  await comesBack((await mailsBy(reva))[0])
  const forged = { ...mail, body: `${mail.body}\nAnd buy this, too.\n` }
  expect(
    (await importMail({ kind: 'command' }, Buffer.from(writeMessage(forged)))).flags.map(String).join(),
  ).toContain('message-id-conflict')
  expect((await deleteComment(reva, id)).ok).toBe(true)
  await comesBack(mail)
})

test('a form is the same one when all that it asks for is, whatever became of its draft since', async () => {
  const reva = await newReviewer()
  const form = about(of('problem').key, 'As it was sent')
  const id = await keep(reva, form)
  const other = { error: { kind: 'draft-kept-before' } }
  expect(await keepDraft(reva, { ...form, kind: 'question' })).toMatchObject(other)
  expect(await keepDraft(reva, { ...form, blockKey: of('lifetime').key })).toMatchObject(other)
  expect(await keepDraft(reva, { ...form, start: 0, end: 5 })).toMatchObject(other)
  expect(await keepDraft(await newReviewer(), form)).toMatchObject(other)
  expect((await openThread(reva, form)).ok).toBe(false)
  // Changed on the page of the review, it is still what this form made.
  await changeDraft(reva, { slug, id, lockVersion: 0, body: 'As it is now' })
  expect(await keepDraft(reva, form)).toMatchObject({ ok: true, value: { id, count: 1 } })
  expect((await draftsOf(reva, slug))?.drafts.map(({ body }) => body)).toEqual(['As it is now'])
  // Published from another tab before the form comes again, it is not kept a second time.
  expect((await publishReview(reva, await wishOf(reva))).ok).toBe(true)
  expect(await keepDraft(reva, form)).toMatchObject({ error: { kind: 'draft-gone' } })
  expect(await countDrafts(reva, slug)).toBe(0)
  expect((await keepDraft(reva, { ...form, clientKey: randomUUID() })).ok).toBe(true)
})

test('a review that was published without a stance does not say that it has one when it is sent again with one', async () => {
  const reva = await newReviewer()
  await keep(reva, about(of('problem').key, 'Words of a review'))
  const wish = await wishOf(reva)
  const done = await publishReview(reva, wish)
  expect(done.ok).toBe(true)
  const stance = { revision: 1, value: 'nacked_by', writeups: [], words: 'It cannot work.' } as const
  expect(await publishReview(reva, { ...wish, stance })).toEqual({ ok: false, error: { kind: 'key-used' } })
  expect(describeReviewFailure({ kind: 'key-used' }, [])).toContain(
    'stance that you chose since was not taken',
  )
  expect(await db().stance.count({ where: { personId: reva.personId } })).toBe(0)
  expect(await publishReview(reva, { ...wish, drafts: [...wish.drafts].reverse() })).toEqual(done)
})

test('a review has so many words in all, and whoever writes more keeps them in the form', async () => {
  const reva = await newReviewer()
  const long = 'w'.repeat(65_000)
  for (let n = 0; n < 4; n++) await keep(reva, about(of('problem').key, `${n}${long}`))
  const tooLong = { error: { kind: 'review-too-long' } }
  expect(await keepDraft(reva, about(of('problem').key, 'é'.repeat(1100)))).toMatchObject(tooLong)
  const id = await keep(reva, about(of('problem').key, 'é'.repeat(1000)))
  const change = (lockVersion: number, body: string) =>
    changeDraft(reva, { slug, id, lockVersion, body, kind: 'note' })
  expect(await change(0, 'é'.repeat(1100))).toMatchObject(tooLong)
  expect(await change(0, 'é'.repeat(900))).toEqual({ ok: true, value: { lockVersion: 1 } })
  const one = (await draftsOf(reva, slug))?.drafts.at(-1)
  expect(one).toBeDefined()
  expect((await publishReview(reva, await wishOf(reva))).ok).toBe(true)
})

test('rows of many threads read the text of their revision once, and ask once who may', async () => {
  let [reads, asks] = [0, 0]
  const reva = await newReviewer()
  await db().$transaction(async (tx) => {
    const counted = new Proxy(tx, {
      get: (of, name) => {
        if (name === 'revision') reads++
        if (name === 'person') asks++
        return Reflect.get(of, name)
      },
    })
    const asked = new Asked(counted, reva)
    const said = about(of('problem').key, 'One of many')
    await threadRows(asked, reva.personId, said, new Date())
    const before = asks
    expect(before).toBeGreaterThan(0)
    for (let n = 0; n < 20; n++) await threadRows(asked, reva.personId, said, new Date())
    expect(reads).toBe(1)
    expect(asks).toBe(before)
  })
})
