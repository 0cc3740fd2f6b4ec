/**
 * Lists whose length outsiders choose. A statement has room for 32,767 parameters; whoever sends more of something
 * must not take a page away from everybody else.
 */

import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { threadsForMail } from '#lib/review/export/threads-for-mail.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { findMail } from '#lib/review/queue/find-message.server.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { discussionOf, findThread } from '#lib/review/thread/read-threads.server.ts'
import { importMail } from './import.server.ts'

const TOO_MANY = 33_000

let proposal: TestProposal
beforeAll(async () => {
  proposal = await newProposal('many-of-everything')
})

test('a mail with 185 answers of 180 trailers each is imported, and every page that shows it is there', async () => {
  const quote = `> ${proposal.line(1)}`
  const answers = Array.from({ length: 185 }, (_, i) => {
    const trailers = Array.from({ length: 180 }, (_, k) => `Acked-by: P <p${i}x${k}@e.org>`)
    return `${quote}\n\nAnswer ${i}.\n\n${trailers.join('\n')}\n`
  })
  const mail = proposal.mail(answers.join('\n'), { id: 'trailers@example.org' })
  expect(mail.length).toBeLessThan(1_048_576)
  const outcome = await importMail({ kind: 'lmtp' }, mail)
  expect(outcome.status).toBe('imported')
  const trailers = await db().mailTrailer.count({ where: { mailId: outcome.mailId ?? '' } })
  expect(trailers).toBeGreaterThan(10)
  expect(trailers).toBeLessThanOrEqual(100)

  const revision = await loadRevision(null, proposal.slug, 1)
  if (!revision) throw new Error('not published')
  expect((await discussionOf(null, revision, null)).threads.size).toBeGreaterThan(0)
  expect(await findMail(null, 'trailers@example.org')).toMatchObject({ kind: 'mail' })
  const words = (await threadsForMail(null, revision.revisionId, { after: 0, take: 500 })).flatMap((thread) =>
    thread.comments.map(({ body }) => body),
  )
  // What is not counted as a trailer is still said.
  expect(words.join('\n')).toContain('p184x179@')
})

test('a trailer that a mail repeats is one trailer', async () => {
  const mail = proposal.mail(`Fine.\n\n${'Acked-by: Reva Reviewer <reva@example.org>\n'.repeat(50)}`)
  const { mailId } = await importMail({ kind: 'lmtp' }, mail)
  expect(await db().mailTrailer.count({ where: { mailId: mailId ?? '' } })).toBe(1)
})

test('a thread with more comments than a statement has parameters is read, with its mails', async () => {
  const { comments } = await importMail({ kind: 'lmtp' }, proposal.mail('One of many.\n'))
  const number = comments[0]?.thread ?? 0
  const first = await db().comment.findFirstOrThrow({
    where: { thread: { number, proposal: { slug: proposal.slug } } },
    select: { threadId: true, authorId: true },
  })
  // Without the triggers, which would count up the thread for each of them: this is about reading.
  const owner = new pg.Client({ connectionString: env.testOwnerUrl })
  await owner.connect()
  await owner.query('BEGIN')
  await owner.query('ALTER TABLE comment DISABLE TRIGGER USER')
  await owner.query(
    `INSERT INTO comment (thread_id, author_id, seq, body, message_id)
     SELECT $1, $2, n + 1, 'words', 'many-' || n || '@example.org' FROM generate_series(1, $3::int) n`,
    [first.threadId, first.authorId, TOO_MANY],
  )
  await owner.query('ALTER TABLE comment ENABLE TRIGGER USER')
  await owner.query('COMMIT')
  await owner.end()
  const thread = await findThread(null, proposal.slug, number)
  expect(thread?.comments.length).toBe(TOO_MANY + 1)
  const revision = await loadRevision(null, proposal.slug, 1)
  if (!revision) throw new Error('not published')
  expect((await discussionOf(null, revision, null)).threads.size).not.toBe(0)
  const mailed = await threadsForMail(null, revision.revisionId, { after: number - 1, take: 1 })
  expect(mailed[0]?.comments.length).toBe(TOO_MANY + 1)
})
