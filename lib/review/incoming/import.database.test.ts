import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { importMail, importMails } from './import.server.ts'
import type { MailOutcome } from './outcome.ts'

const SLUG = 'mail-in'
let bundle: Bundle
let parts: readonly Message[]

beforeAll(async () => {
  changeEnvironment({ COHERENT_AUTHSERV_ID: 'mx.rfc.example' })
  const content = join(import.meta.dirname, '../../../content/futex-requests-2021/v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  bundle = { ...read.value, cover: { ...read.value.cover, changeId: '20261123-mail-in-0a0b0c0d' } }
  expect((await publishBundle(SLUG, bundle)).ok).toBe(true)
  parts = (await exportRevision(null, SLUG, 1))?.series.messages ?? []
})

let made = 0
const PASS = 'Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.org\n'

type Mail = {
  id?: string
  from?: string
  to?: string
  references?: readonly string[]
  proof?: string
  headers?: string
}

/** A reply as a person writes it, to the mail with the id `to`; proved unless `proof` says otherwise. */
function mail(
  body: string,
  { id, from, to, references = [], proof = PASS, headers = '' }: Mail = {},
): Buffer {
  const answered = to ?? parts[1]?.messageId ?? ''
  const refs = [...references, answered].map((one) => `<${one}>`).join(' ')
  return Buffer.from(
    `${proof}From: ${from ?? 'Reva Reviewer <reva@example.org>'}\nTo: list@example.org\n` +
      `Subject: Re: whatever\nDate: Tue, 15 Jun 2021 09:00:00 +0200\nMessage-ID: <${id ?? `m${++made}@example.org`}>\n` +
      `In-Reply-To: <${answered}>\nReferences: ${refs}\n${headers}` +
      `MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n${body}`,
  )
}

const lmtp = { kind: 'lmtp' } as const

/** A whole line of the first write-up that stands nowhere else in it. */
function lineOf(part: number): string {
  const lines = parts[part]?.body.split('\n') ?? []
  const line = lines.find((one) => /^[A-Z][a-z]+ .{40,}/.test(one))
  if (!line) throw new Error('no prose')
  return line
}

async function threadOf(outcome: MailOutcome, comment = 0) {
  const place = outcome.comments[comment]
  return place ? findThread(null, place.slug, place.thread) : null
}

test('a mail becomes a comment on the words that it quotes, in the name and at the time of its sender', async () => {
  const line = lineOf(1)
  const outcome = await importMail(lmtp, mail(`> ${line}\n\nWhich workload is that?\n`))
  expect(outcome).toMatchObject({ status: 'imported', flags: [] })
  const thread = await threadOf(outcome)
  expect(thread?.comments).toMatchObject([
    { body: 'Which workload is that?', author: { name: 'Reva Reviewer' }, at: '2021-06-15T07:00:00.000Z' },
  ])
  expect(thread?.anchor.exact.replace(/\s/g, '')).toBe(line.replace(/\s/g, ''))
})

test('each answer of a mail is a comment of its own', async () => {
  const body = `> ${lineOf(1)}\n\nFirst.\n\n> ${lineOf(2)}\n\nSecond.\n`
  const outcome = await importMail(lmtp, mail(body))
  expect(outcome.comments).toHaveLength(2)
  const threads = [await threadOf(outcome, 0), await threadOf(outcome, 1)]
  expect(threads.map((thread) => thread?.comments[0]?.body)).toEqual(['First.', 'Second.'])
})

test('the trailers of a mail stand below its last comment, also when one before that was long', async () => {
  const long = 'These words stand here for their number alone.\n'.repeat(2000)
  const trailer = 'Reviewed-by: Reva Reviewer <reva@example.org>'
  const body = `> ${lineOf(1)}\n\n${long}\n> ${lineOf(2)}\n\nLast.\n\n${trailer}\n`
  const { mailId } = await importMail(lmtp, mail(body))
  const rows = await db().mailComment.findMany({
    where: { mailId: mailId ?? '' },
    orderBy: [{ ord: 'asc' }, { piece: 'asc' }],
    select: { comment: { select: { thread: { select: { number: true } } } } },
  })
  expect(rows).toHaveLength(3)
  const shown = await Promise.all(rows.map(({ comment }) => findThread(null, SLUG, comment.thread.number)))
  const numbers = [...new Set(shown.map((thread) => thread?.number))]
  const trailers = numbers.flatMap((number) =>
    (shown.find((thread) => thread?.number === number)?.comments ?? []).map(({ body, mail }) => [
      body.slice(0, 5),
      mail?.trailers.map(({ line }) => line),
    ]),
  )
  expect(trailers).toEqual([
    ['These', []],
    ['These', []],
    [expect.stringMatching(/^Last/), [trailer]],
  ])
})

test('a trailer above the first quote, or between two, leaves where it stood', async () => {
  const [own, tested] = ['Reviewed-by', 'Tested-by'].map((key) => `${key}: Reva Reviewer <reva@example.org>`)
  const body = `${own}\n\n> ${lineOf(1)}\n\nThe words of one.\n\n> ${lineOf(2)}\n\n${tested}\n\n> ${lineOf(1)}\n\nThe last of them.\n`
  const id = 'where-it-stood@example.org'
  const outcome = await importMail(lmtp, mail(body, { id }))
  expect(outcome).toMatchObject({ status: 'imported', flags: [] })
  const threads = await Promise.all(outcome.comments.map((_, n) => threadOf(outcome, n)))
  const said = threads.map((thread) => thread?.comments[0]?.body)
  expect(said).toEqual([own, 'The words of one.', tested, 'The last of them.'])
  // They count once, whichever of the comments shows them.
  expect(await db().mailTrailer.count({ where: { mailId: outcome.mailId ?? '', isOwn: true } })).toBe(2)
  const left: Message[] = []
  for await (const mails of (await exportDiscussion(null, SLUG, 1))?.replies ?? []) left.push(...mails)
  const again = left.find(({ messageId }) => messageId === id)
  const lines = again?.body.split('\n').filter((line) => said.includes(line))
  expect(lines).toEqual(said)
  // And back: it is the mail that is here.
  expect(await importMail(lmtp, mail(body, { id }))).toMatchObject({ status: 'duplicate' })
})

test('a reply stands below what it answers, a reply to that below it', async () => {
  const first = await importMail(
    lmtp,
    mail(`> ${lineOf(1)}\n\nWhy is that so?\n`, { id: 'first@example.org' }),
  )
  await importMail(
    lmtp,
    mail('> Why is that so?\n\nBecause.\n', { id: 'second@example.org', to: 'first@example.org' }),
  )
  await importMail(lmtp, mail('> Because.\n\nI see.\n', { to: 'second@example.org' }))
  const thread = await threadOf(first)
  const [one, two, three] = thread?.comments ?? []
  expect([one?.parentId, two?.parentId, three?.parentId]).toEqual([null, one?.id, two?.id])
})

test('a second copy changes nothing', async () => {
  const bytes = mail(`> ${lineOf(1)}\n\nOnce.\n`, { id: 'once@example.org' })
  const footer = Buffer.concat([bytes, Buffer.from('_______________\nlist mailing list\nlist@example.org\n')])
  expect((await importMail(lmtp, bytes)).status).toBe('imported')
  expect((await importMail(lmtp, bytes)).status).toBe('duplicate')
  expect((await importMail(lmtp, footer)).status).toBe('duplicate')
  expect(await db().incomingMail.count({ where: { messageId: 'once@example.org' } })).toBe(1)
})

test('replies that come before what they answer wait, and end where they had ended in the other order', async () => {
  const mails = [
    mail(`> ${lineOf(1)}\n\nThe first words of this.\n`, { id: 'a@order.example' }),
    mail('> The first words of this.\n\nThe second ones.\n', {
      id: 'b@order.example',
      to: 'a@order.example',
      references: [parts[1]?.messageId ?? ''],
    }),
    mail('> The second ones.\n\nThe third.\n', {
      id: 'c@order.example',
      to: 'b@order.example',
      references: [parts[1]?.messageId ?? '', 'a@order.example'],
    }),
  ]
  const statuses: string[] = []
  for (const bytes of mails.toReversed()) statuses.push((await importMail(lmtp, bytes)).status)
  expect(statuses).toEqual(['waiting', 'waiting', 'imported'])
  const comments = await db().comment.findMany({
    where: { messageId: { endsWith: '@order.example' } },
    orderBy: { seq: 'asc' },
    select: { messageId: true, seq: true, threadId: true, parent: { select: { messageId: true } } },
  })
  expect(comments.map(({ messageId, parent }) => [messageId, parent?.messageId])).toEqual([
    ['a@order.example', undefined],
    ['b@order.example', 'a@order.example'],
    ['c@order.example', 'b@order.example'],
  ])
  expect(new Set(comments.map(({ threadId }) => threadId)).size).toBe(1)
})

test('a mailbox in any order gives the same', async () => {
  const name = (i: number) => `n${i}@shuffle.example`
  const mails = Array.from({ length: 6 }, (_, i) =>
    mail(i === 0 ? `> ${lineOf(1)}\n\nRoot words here.\n` : `Answer number ${i}.\n`, {
      id: name(i),
      ...(i === 0 ? {} : { to: name(i - 1), references: [parts[1]?.messageId ?? ''] }),
    }),
  )
  const outcomes: MailOutcome[] = []
  const order = [3, 5, 0, 4, 2, 1].map((i) => mails[i] ?? Buffer.of())
  for await (const outcome of importMails({ kind: 'command' }, order)) outcomes.push(outcome)
  const comments = await db().comment.findMany({
    where: { messageId: { endsWith: '@shuffle.example' } },
    orderBy: { messageId: 'asc' },
    select: { parent: { select: { messageId: true } } },
  })
  expect(comments.map(({ parent }) => parent?.messageId ?? null)).toEqual([
    null,
    ...[0, 1, 2, 3, 4].map(name),
  ])
})
