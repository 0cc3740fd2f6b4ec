/** A revision that was sent is shown and exported as it was sent, whatever the renderer of today makes of it. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { exportFile } from '#lib/review/heavy/export-file.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { queueMails } from '#lib/review/outgoing/outbox.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { datedFrom } from './dated.ts'
import { exportDiscussion, seriesAsSent, seriesOf } from './export.server.ts'
import { exportPage } from './mail-window.server.ts'
import { previewComment } from './preview-comment.server.ts'

const SENT_AT = { epochSeconds: Date.UTC(2026, 10, 27, 9, 0, 0) / 1000, offsetMinutes: 120 }
let sender: NonNullable<Viewer>

beforeAll(async () => {
  const { id } = await db().person.create({ data: { name: 'Sender' }, select: { id: true } })
  sender = { personId: id, name: 'Sender', administrator: false }
})

async function loaded(slug: string) {
  const revision = await loadRevision('program', slug, 1)
  if (!revision) throw new Error('not published')
  return revision
}

async function file(slug: string, form: Parameters<typeof exportFile>[3]): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of exportFile(null, slug, 1, form)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

async function send(slug: string, messages: readonly Message[]): Promise<void> {
  const { proposalId, revisionId } = await loaded(slug)
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${sender.personId}, true)`
    await queueMails(
      tx,
      { proposalId, kind: 'series', revisionId, queuedBy: sender.personId },
      messages.map((message) => ({ message, recipients: ['list@example.org'] })),
    )
  })
}

/** A line of the first edition that the second has otherwise. */
function differs(one: readonly Message[], other: readonly Message[]): string {
  const theirs = new Set(other.flatMap(({ body }) => body.split('\n')))
  const line = one
    .flatMap(({ body }) => body.split('\n'))
    .find((text) => text.length > 8 && !theirs.has(text))
  if (line === undefined) throw new Error('the editions say the same')
  return line
}

test('what left in an earlier edition is what page, text, mailbox, replies and previews have from then on', async () => {
  const { slug, bundle } = await newProposal('sent-first-edition', 'io-uring-futex')
  const revision = await loaded(slug)
  const [first, present] = [await seriesOf('program', revision, 1), await seriesOf('program', revision)]
  const [old, now] = [differs(first.messages, present.messages), differs(present.messages, first.messages)]
  const date = 'Date: Fri, 27 Nov 2026 11:00:00 +0200'

  const forms = ['txt', 'mbox', 'threads.txt', 'threads.mbox', 'mails.tar'] as const
  for (const form of forms) expect(await file(slug, form), form).toContain(now)
  expect((await seriesAsSent(null, revision)).series).toBe(present)

  await send(slug, datedFrom(first.messages, SENT_AT))
  for (const form of forms) {
    const text = await file(slug, form)
    expect(text, form).toContain(old)
    expect(text, form).not.toContain(now)
    if (form.endsWith('mbox')) expect(text, form).toContain(date)
  }
  const page = await exportPage(null, slug, 1, { mail: null, page: 1 })
  expect(page?.series.messages[0]?.date).toEqual(SENT_AT)
  const texts = (await exportDiscussion(null, slug, 1))?.series.messages.map(({ body }) => body)
  expect(texts).toEqual(first.messages.map(({ body }) => body))
  // Made once: what was sent never changes again.
  expect((await seriesAsSent(null, revision)).series).toBe((await seriesAsSent(null, revision)).series)

  const block = bundle.blocks.find(({ kind }) => kind === 'paragraph')
  const preview = await previewComment(
    sender,
    { kind: 'thread', slug, revision: 1, blockKey: block?.key ?? '' },
    `Words. ${randomUUID()}`,
  )
  expect(preview.ok).toBe(true)
})

test('a text that no renderer makes any more stays as it was sent, and nothing is said of its source', async () => {
  const { slug } = await newProposal('sent-otherwise')
  const present = await seriesOf('program', await loaded(slug))
  const other = present.messages.map((message) => ({
    ...message,
    body: `As it read then.\n\n${message.body}`,
  }))
  await send(slug, datedFrom(other, SENT_AT))
  expect(await file(slug, 'txt')).toContain('As it read then.')
  const page = await exportPage(null, slug, 1, { mail: null, page: 1 })
  expect(page?.series.messages[0]?.body).toContain('As it read then.')
  expect(page?.series.notes).toEqual([])
})

test('a look of one’s own at a series is no sending: the page stays as it is', async () => {
  const { slug } = await newProposal('only-looked-at')
  const revision = await loaded(slug)
  const first = await seriesOf('program', revision, 1)
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${sender.personId}, true)`
    await queueMails(
      tx,
      { ...revision, kind: 'reflect', queuedBy: sender.personId },
      first.messages.map((message) => ({ message, recipients: ['sender@example.org'] })),
    )
  })
  expect((await seriesAsSent(null, revision)).wasSent).toBe(false)
})
