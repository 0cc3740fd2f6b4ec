import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { FAIL, newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { findMessage } from '#lib/review/queue/find-message.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { importMail, importMails } from './import.server.ts'
import type { MailOutcome } from './outcome.ts'

/** Whose a Message-ID is: who sends first under it does not own it. */
let proposal: TestProposal
beforeAll(async () => {
  proposal = await newProposal('mail-ids')
})
const lmtp = { kind: 'lmtp' } as const
const command = { kind: 'command' } as const
const passOf = (domain: string) =>
  `Authentication-Results: mx.rfc.example; dmarc=pass header.from=${domain}\n`
const mallory = { from: 'Mallory <mallory@evil.example>', proof: passOf('evil.example') }

async function wordsAt(place: MailOutcome['comments'][number] | undefined) {
  const thread = await findThread(null, proposal.slug, place?.thread ?? 0)
  return thread?.comments.find(({ seq }) => seq === place?.comment)?.body
}

test('the mail of who proves it is taken in, although a stranger’s stands under its id', async () => {
  const id = 'taken-1@example.org'
  const first = await importMail(command, proposal.mail('Not Reva.\n', { id, proof: '' }))
  expect(first.status).toBe('imported')
  const answer = await importMail(lmtp, proposal.mail('To the stranger.\n', { to: id }))
  const real = await importMail(lmtp, proposal.mail('Reva herself.\n', { id }))
  expect(real).toMatchObject({ status: 'imported', flags: ['message-id-reclaimed'] })
  // Both stand; the id leads to the real one, and so do answers from now on.
  expect(await wordsAt(first.comments[0])).toBe('Not Reva.')
  expect(await findMessage(null, id)).toMatchObject({ kind: 'comment', place: real.comments[0] })
  const later = await importMail(lmtp, proposal.mail('To Reva.\n', { to: id }))
  expect(later.comments[0]?.thread).toBe(real.comments[0]?.thread)
  expect(answer.comments[0]?.thread).toBe(first.comments[0]?.thread)
  const rows = await db().incomingMail.findMany({ where: { messageId: id }, orderBy: { receivedAt: 'asc' } })
  expect(rows.map(({ isConflict, flags }) => [isConflict, flags.includes('message-id-conflict')])).toEqual([
    [true, true],
    [false, false],
  ])
  // The same mail once more is here already; the stranger's words are no mail of that id any more.
  expect((await importMail(lmtp, proposal.mail('Reva herself.\n', { id, headers: 'X-A: b\n' }))).status).toBe(
    'duplicate',
  )
  expect((await importMail(lmtp, proposal.mail('Not Reva, again.\n', { id, proof: FAIL }))).status).toBe(
    'quarantined',
  )
})

test('a proved stranger keeps nobody’s id either, whose domain it is', async () => {
  const id = 'taken-2@mail.example.org'
  const first = await importMail(lmtp, proposal.mail('Mallory was quick.\n', { ...mallory, id }))
  const real = await importMail(lmtp, proposal.mail('The real one.\n', { id }))
  expect([first.status, real.status]).toEqual(['imported', 'imported'])
  expect(await findMessage(null, id)).toMatchObject({ kind: 'comment', place: real.comments[0] })
  // Not the other way round.
  const other = await importMail(lmtp, proposal.mail('Mallory once more.\n', { ...mallory, id }))
  expect(other).toMatchObject({ status: 'quarantined', flags: ['message-id-conflict'] })
})

test('of two proved people with an id of some service both are let in, under ids that differ', async () => {
  const id = 'taken-3@service.example'
  const first = await importMail(lmtp, proposal.mail('One.\n', { ...mallory, id }))
  const second = await importMail(lmtp, proposal.mail('Two.\n', { id }))
  expect(second).toMatchObject({ status: 'imported', flags: ['message-id-shared'] })
  expect(await wordsAt(first.comments[0])).toBe('One.')
  expect(await wordsAt(second.comments[0])).toBe('Two.')
  expect(await findMessage(null, id)).toMatchObject({ place: first.comments[0] })
})

test('in one batch and from a deleted comment an id is given up as well', async () => {
  const id = 'taken-4@example.org'
  const batch = [proposal.mail('Quick.\n', { ...mallory, id }), proposal.mail('Real.\n', { id })]
  const outcomes: MailOutcome[] = []
  for await (const outcome of importMails(lmtp, batch)) outcomes.push(outcome)
  expect(outcomes.map(({ status }) => status)).toEqual(['imported', 'imported'])
  expect(await findMessage(null, id)).toMatchObject({ place: outcomes[1]?.comments[0] })

  const gone = await importMail(lmtp, proposal.mail('Gone.\n', { ...mallory, id: 'taken-5@example.org' }))
  const { authorId, id: commentId } = await db().comment.findUniqueOrThrow({
    where: { messageId: 'taken-5@example.org' },
  })
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${authorId}, true)`
    await tx.comment.update({
      where: { id: commentId },
      data: { body: '', redactedAt: new Date(), redactedBy: authorId },
    })
  })
  const real = await importMail(lmtp, proposal.mail('Real, too.\n', { id: 'taken-5@example.org' }))
  expect([gone.status, real.status]).toEqual(['imported', 'imported'])
  expect(await findMessage(null, 'taken-5@example.org')).toMatchObject({ place: real.comments[0] })
})

test('a comment that was typed here keeps its id, whoever proves what', async () => {
  const { id: personId, name } = await db().person.create({
    data: { name: 'Typist' },
    select: { id: true, name: true },
  })
  const block = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const opened = await openThread(
    { personId, name, administrator: false },
    { slug: proposal.slug, revision: 1, blockKey: block, body: 'Typed.', clientKey: randomUUID() },
  )
  expect(opened.ok).toBe(true)
  const comment = await db().comment.findFirstOrThrow({
    where: { body: 'Typed.' },
    select: { messageId: true },
  })
  const forged = await importMail(lmtp, proposal.mail('Not what was typed.\n', { id: comment.messageId }))
  expect(forged).toMatchObject({ status: 'quarantined', flags: ['message-id-conflict'] })
})

test('a comment of one’s own with trailers comes back as here already', async () => {
  const { slug, bundle } = await newProposal('mail-ids-own')
  const { id: personId, name } = await db().person.create({
    data: { name: 'Own' },
    select: { id: true, name: true },
  })
  const address = 'own-trailer@example.org'
  await db().personAddress.create({ data: { address, personId, confirmedAt: new Date() } })
  const blockKey = bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const trailer = `Reviewed-by: Own <${address}>`
  const typed = [
    `Looks right.\n\n${trailer}`,
    trailer,
    `${trailer}\nTested-by: Own <${address}>`,
    `For this part:\n\n${trailer}\n\nThanks,\n\n        own`,
    `${trailer} # this part\n\nAcked-by: Else <else@example.org>`,
  ]
  for (const body of typed)
    await openThread(
      { personId, name, administrator: false },
      { slug, revision: 1, blockKey, body, clientKey: randomUUID() },
    )
  const left: Buffer[] = []
  for await (const replies of (await exportDiscussion(null, slug, 1))?.replies ?? [])
    left.push(...replies.map((reply) => Buffer.from(writeMessage(reply))))
  const statuses: string[] = []
  for await (const { status } of importMails(command, left)) statuses.push(status)
  expect(statuses).toEqual(typed.map(() => 'duplicate'))
})

test('a mail whose id no header may hold leaves under another one, and comes back as the same comment', async () => {
  const { slug, mail } = await newProposal('mail-ids-foreign')
  const id = 'möglich-1@höst.example'
  const first = await importMail(lmtp, mail('Nicht in ASCII.\n', { id }))
  expect(first).toMatchObject({ status: 'imported', messageId: id })
  const left: { id: string; bytes: Buffer }[] = []
  for await (const replies of (await exportDiscussion(null, slug, 1))?.replies ?? [])
    for (const reply of replies) left.push({ id: reply.messageId, bytes: Buffer.from(writeMessage(reply)) })
  expect(left).toHaveLength(1)
  const [sent = { id: '', bytes: Buffer.of() }] = left
  expect(sent.id).toMatch(/^c-[0-9a-f-]{36}@/)
  expect((await importMail(command, sent.bytes)).status).toBe('duplicate')
  // Who answers what they got from here answers the comment.
  const answer = await importMail(lmtp, mail('> Nicht in ASCII.\n\nDoch.\n', { to: sent.id }))
  expect(answer.comments[0]).toEqual({ slug, thread: first.comments[0]?.thread, comment: 2 })
  expect(await findMessage(null, sent.id)).toMatchObject({ kind: 'comment', place: first.comments[0] })
  // Other words under that name are not let in as that comment.
  const forged = await importMail(lmtp, mail('Not these words.\n', { id: sent.id }))
  expect(forged).toMatchObject({ status: 'quarantined', flags: ['message-id-conflict'] })
})
