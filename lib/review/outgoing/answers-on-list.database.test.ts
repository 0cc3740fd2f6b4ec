/** What is answered on a list is what the list has: its own mails by their own names, and never a comment of the page only. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import { formatAttributionDate } from '#lib/mail/message/date.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishReview } from '#lib/review/acts/publish-review.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { dropDraft, keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { previewReview } from '#lib/review/export/preview-review.server.ts'
import { mboxOf } from '#lib/review/export/series.ts'
import { importMails } from '#lib/review/incoming/import.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { dropAll } from '#lib/review/queue/drop-all.server.ts'
import { queueListReplies, switchListReplies } from './list-replies.server.ts'
import { queueMails } from './outbox.server.ts'

const HOUR_MS = 3_600_000
let proposal: TestProposal
let proposalId = ''
let mika: NonNullable<Viewer>

beforeAll(async () => {
  changeEnvironment({ COHERENT_URL: 'https://review.example.org' })
  proposal = await newProposal('answers-on-list')
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: proposal.slug } }))
  const { id } = await db().person.create({ data: { name: 'Mika' }, select: { id: true } })
  mika = { personId: id, name: 'Mika', administrator: false }
  await db().membership.create({ data: { proposalId, personId: id, role: 'maintainer' } })
  await db()
    .membership.create({ data: { proposalId, personId: id, role: 'reviewer' } })
    .catch(() => {})
  const [cover] = proposal.parts
  if (!cover) throw new Error('cover')
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${id}, true)`
    const { id: revisionId } = await tx.revision.findFirstOrThrow({ where: { proposalId } })
    const of = { proposalId, kind: 'series' as const, revisionId, queuedBy: id }
    const message = { ...cover, date: { epochSeconds: Math.floor(Date.now() / 1000), offsetMinutes: -300 } }
    await queueMails(tx, of, [{ message, recipients: cover.to.map(({ address }) => address) }])
    for (const state of ['sending', 'sent'])
      await tx.outgoingRecipient.updateMany({ where: { messageId: cover.messageId }, data: { state } })
  })
})

async function take(mail: Buffer): Promise<void> {
  for await (const { status, flags } of importMails({ kind: 'command' }, [mail], { now: new Date() }))
    expect([status, flags]).toEqual(['imported', expect.anything()])
}

async function answer(words: string, body: string): Promise<string> {
  const comment = await db().comment.findFirstOrThrow({
    where: { body: words, thread: { proposalId } },
    select: { id: true },
  })
  const done = await reply(mika, { commentId: comment.id, body, clientKey: randomUUID() })
  if (!done.ok) throw new Error(done.error.kind)
  const { messageId } = await db().comment.findFirstOrThrow({ where: { body }, select: { messageId: true } })
  return messageId
}

async function open(body: string): Promise<void> {
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const of = { slug: proposal.slug, revision: 1, blockKey, body, clientKey: randomUUID() }
  expect((await openThread(mika, of)).ok).toBe(true)
}

async function exported(): Promise<{ all: Message[]; errors: unknown[] }> {
  const discussion = await exportDiscussion(null, proposal.slug, 1)
  const all: Message[] = [...(discussion?.series.messages ?? [])]
  for await (const mails of discussion?.replies ?? []) all.push(...mails)
  return { all, errors: errorsOf(lintMbox(mboxOf(all), { kind: 'review' })) }
}

/** As somebody had sent it by now: the cover left `when` it was queued, in the test's own time. */
const sentAt = async () => {
  const { bytes } = await db().outgoingMail.findFirstOrThrow({
    where: { proposalId, kind: 'series', position: 0 },
    select: { bytes: true },
  })
  const cover = readMessage(Buffer.from(bytes).toString())
  if (!cover.ok) throw new Error(cover.error.header)
  return cover.value.date.epochSeconds
}

async function left(messageId: string): Promise<Message> {
  const row = await db().outgoingMail.findFirstOrThrow({ where: { messageId }, select: { bytes: true } })
  const message = readMessage(Buffer.from(row.bytes).toString())
  if (!message.ok) throw new Error(message.error.header)
  return message.value
}

const later = () => new Date(Date.now() + HOUR_MS)

test('a comment leaves with the date of that day, below what its part was sent with', async () => {
  expect(await switchListReplies(mika, proposal.slug, true, new Date(Date.now() - HOUR_MS))).toBe(true)
  await open('Dated as it leaves.')
  const at = new Date(Date.now() + 26 * HOUR_MS)
  expect(await queueListReplies(at)).toBe(1)
  const { messageId } = await db().comment.findFirstOrThrow({ where: { body: 'Dated as it leaves.' } })
  const sent = await left(messageId)
  expect(sent.date.epochSeconds).toBe(Math.floor(at.getTime() / 1000))
  // The attribution has the day of the sent part, in its sender's zone, and not that of the cover's front matter.
  const part = formatAttributionDate({ epochSeconds: (await sentAt()) + 1, offsetMinutes: -300 })
  expect(sent.body.split('\n')[0]).toContain(`On ${part.slice(0, 15)}`)
})

test('who answers the second comment of a mail answers the mail, below the words of that comment', async () => {
  const [first, second] =
    proposal.parts[1]?.body.split('\n').filter((line) => /^[A-Z].{40,}/.test(line)) ?? []
  await take(
    proposal.mail(`> ${first}\n\nFirst of two.\n\n> ${second}\n\nSecond of two.\n`, {
      id: 'two@lists.example',
    }),
  )
  expect(await switchListReplies(mika, proposal.slug, true, new Date(Date.now() - HOUR_MS))).toBe(true)
  const id = await answer('Second of two.', 'To the second.')
  const further = await answer('To the second.', 'And further.')
  expect(await queueListReplies(later())).toBe(2)
  const sent = await left(id)
  expect(sent.inReplyTo).toBe('two@lists.example')
  expect(sent.references).toEqual([
    proposal.parts[0]?.messageId,
    proposal.parts[1]?.messageId,
    'two@lists.example',
  ])
  expect(sent.body).toContain('> Second of two.')
  expect(sent.body).not.toContain('> First of two.')
  expect((await left(further)).references).toEqual([...sent.references, id])
  // The mailbox of the discussion holds that mail as the one that it is.
  const { all, errors } = await exported()
  expect(errors).toEqual([])
  const ids = all.map(({ messageId }) => messageId)
  expect(ids.filter((one) => /^m\d+-\d+\./.test(one))).toEqual([])
  const mail = all.find(({ messageId }) => messageId === 'two@lists.example')
  expect(mail?.body).toMatch(/> .*\n\nFirst of two\.\n\n> .*\n\nSecond of two\.\n/)
  const back: string[] = []
  const mails = all.map((message) => Buffer.from(writeMessage(message)))
  for await (const { status } of importMails({ kind: 'command' }, mails, { now: later() })) back.push(status)
  expect(new Set(back)).toEqual(new Set(['duplicate']))
})

test('a comment that stayed on the page is not answered on the list: its answer names it with a link', async () => {
  await switchListReplies(mika, proposal.slug, false, new Date())
  await open('Said while nothing followed.')
  await db().$executeRaw`SELECT pg_sleep(0.02)`
  await switchListReplies(mika, proposal.slug, true, new Date())
  const id = await answer('Said while nothing followed.', 'An answer that follows.')
  expect(await queueListReplies(later())).toBe(1)
  const sent = await left(id)
  expect(proposal.parts.map(({ messageId }) => messageId as string)).toContain(sent.inReplyTo)
  expect(sent.body).not.toContain('Said while')
  expect(sent.body).toMatch(
    /is on the page only:\nhttps:\/\/review\.example\.org\/rfc\/answers-on-list\/t\/\d+#c1\n\nAn answer that follows\.\n-- \n/,
  )
  // As the mail of its comment it is known when it comes back, and where the comment is, it answers that.
  const { all, errors } = await exported()
  expect(errors).toEqual([])
  expect(all.find(({ messageId }) => messageId === id)?.inReplyTo).not.toBe(sent.inReplyTo)
  const mail = Buffer.from(writeMessage(sent))
  for await (const { status } of importMails({ kind: 'command' }, [mail], { now: later() }))
    expect(status).toBe('duplicate')
})

async function publish(of: { about: string; answers: string; body: string }): Promise<string> {
  const { id: answered } = await db().comment.findFirstOrThrow({
    where: { body: of.answers, thread: { proposalId } },
    select: { id: true },
  })
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const passage = { slug: proposal.slug, revision: 1, blockKey, body: of.about, clientKey: randomUUID() }
  for (const input of [passage, { commentId: answered, body: of.body, clientKey: randomUUID() }])
    expect((await keepDraft(mika, input)).ok).toBe(true)
  const drafts = (await draftsOf(mika, proposal.slug))?.drafts ?? []
  const wish = { slug: proposal.slug, drafts, stance: null, clientKey: randomUUID() }
  expect((await publishReview(mika, wish)).ok).toBe(true)
  const mail = await db().reviewMail.findFirstOrThrow({
    where: { comments: { some: { comment: { body: of.body } } } },
    select: { messageId: true },
  })
  return mail.messageId
}

test('a review takes nobody else’s words along that stayed on the page, nor their name: it names the comment', async () => {
  const { id } = await db().person.create({ data: { name: 'Paige Only' }, select: { id: true } })
  await switchListReplies(mika, proposal.slug, false, new Date())
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const opened = await openThread(
    { personId: id, name: 'Paige Only', administrator: false },
    { slug: proposal.slug, revision: 1, blockKey, body: 'For the page alone.', clientKey: randomUUID() },
  )
  if (!opened.ok) throw new Error(opened.error.kind)
  await db().$executeRaw`SELECT pg_sleep(0.02)`
  await switchListReplies(mika, proposal.slug, true, new Date())
  await open('For the list as well.')
  const onPage = await publish({
    about: 'Of a passage.',
    answers: 'For the page alone.',
    body: 'To the page.',
  })
  const onList = await publish({
    ...{ about: 'Of a passage, too.', answers: 'For the list as well.', body: 'To the list.' },
  })
  expect(await queueListReplies(later())).toBe(3)
  const sent = await left(onPage)
  expect(sent.body).not.toMatch(/For the page|Paige/)
  const { thread } = opened.value
  expect(sent.body).toContain(
    `This answers a comment that is on the page only:\nhttps://review.example.org/rfc/answers-on-list/t/${thread}#c1\n\nTo the page.\n`,
  )
  expect((await left(onList)).body).toMatch(/Mika wrote:\n> For the list as well\.\n\nTo the list\.\n/)
  // It is known when it comes back, and nothing is doubled.
  const comments = await db().comment.count()
  for (const id of [onPage, onList]) {
    const mail = Buffer.from(writeMessage(await left(id)))
    for await (const { status } of importMails({ kind: 'command' }, [mail], { now: later() }))
      expect(status).toBe('duplicate')
  }
  expect(await db().comment.count()).toBe(comments)
  // Who reads the page has both.
  const { all, errors } = await exported()
  expect(errors).toEqual([])
  expect(all.find(({ messageId }) => messageId === onPage)?.body).toMatch(
    /Paige Only wrote:\n> For the page alone\.\n\nTo the page\.\n/,
  )
})

test('who sent a mail that was dropped is named by no mail that leaves, and by no draft', async () => {
  const from = 'Wilma Spammer <wilma@spam.example>'
  await take(proposal.mail(`> ${proposal.line(1)}\n\nBuy this.\n`, { id: 'spam@spam.example', from }))
  const { id: commentId } = await db().comment.findFirstOrThrow({ where: { body: 'Buy this.' } })
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const drafts = [
    { slug: proposal.slug, revision: 1, blockKey, body: 'About the text.', clientKey: randomUUID() },
    { commentId, body: 'No, thank you.', clientKey: randomUUID() },
  ]
  for (const draft of drafts) expect((await keepDraft(mika, draft)).ok).toBe(true)
  const shown = (await draftsOf(mika, proposal.slug))?.drafts ?? []
  const wish = { slug: proposal.slug, drafts: shown, stance: null, clientKey: randomUUID() }
  expect((await publishReview(mika, wish)).ok).toBe(true)
  expect((await keepDraft(mika, { commentId, body: 'Really not.', clientKey: randomUUID() })).ok).toBe(true)
  const what = { by: 'sender', of: 'wilma@spam.example', isUnprovedOnly: false } as const
  expect((await dropAll({ ...mika, administrator: true }, what, 'spam')).ok).toBe(true)
  const { all } = await exported()
  const mails = all.filter(({ body }) => body.includes('No, thank you.'))
  expect(mails).toHaveLength(1)
  expect(mails[0]?.body).toContain('A sender whose mail was dropped wrote:')
  expect(all.map(({ body, from }) => `${from.name} ${body}`).join('')).not.toMatch(/Wilma|Buy this/)
  expect(JSON.stringify(await draftsOf(mika, proposal.slug))).not.toContain('Wilma')
  expect(JSON.stringify(await previewReview(mika, proposal.slug, null))).not.toContain('Wilma')
  const [draft] = (await draftsOf(mika, proposal.slug))?.drafts ?? []
  await dropDraft(mika, { slug: proposal.slug, id: draft?.id ?? '' })
})

test.each([
  ['a slash', 'Y/5wFE+YCYJ/yr0j@morell.example'],
  ['an address literal', 'x1@[192.0.2.1]'],
  ['a quoted local part', '"a.b"@morell.example'],
  ['no domain', 'alone'],
  ['a port and a bracket', 'a:b(c)@host:25'],
  ['more than public-inbox takes', `${'x'.repeat(400)}@morell.example`],
  ['more than a line of a header takes', `${'x'.repeat(950)}@morell.example`],
])('a Message-ID with %s is answered as it is, and stops no export', async (what, id) => {
  await take(proposal.mail(`> ${proposal.line(1)}\n\nThis has ${what}.\n`, { id }))
  const own = await answer(`This has ${what}.`, `To ${what}`)
  const { all, errors } = await exported()
  expect(errors).toEqual([])
  const mail = all.find(({ messageId }) => messageId === own)
  expect(mail?.inReplyTo).toBe(id.length > 900 ? proposal.parts[1]?.messageId : id)
})
