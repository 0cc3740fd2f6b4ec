import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  constraintOf,
  db,
  REFUSALS,
  type Refusal,
  refusedBy,
  type Transaction,
  writeAs,
} from './db.server.ts'
import { env } from './env.server.ts'

/** Whatever way a refusal takes through Prisma, its name arrives; and each name that code asks for is one. */
let person: string
let proposal: string
let revision: string
let thread: string
let deleted: string
const changeId = `I${randomBytes(8).toString('hex')}`
const slug = `refusals-${randomBytes(4).toString('hex')}`
const pool = new pg.Pool({ connectionString: env.databaseUrl, max: 1 })
afterAll(() => pool.end())

const sha256 = (byte: number) => new Uint8Array(32).fill(byte)
const aRevision = (number: number, byte: number) => ({
  proposalId: proposal,
  number,
  contentSha256: sha256(byte),
  textVersion: 1,
  plainText: 'x',
  changelog: 'what was changed in this one',
  frontMatter: {},
  publishedBy: person,
})
const aComment = (more: { parentId?: string; body?: string } = {}) => ({
  threadId: thread,
  authorId: person,
  body: 'words',
  messageId: `${randomUUID()}@example.org`,
  ...more,
})

beforeAll(async () => {
  person = (await db().person.create({ data: { name: 'Reva' } })).id
  proposal = (await db().proposal.create({ data: { slug, changeId, title: 'T', area: 'a' } })).id
  await writeAs(person, async (tx) => {
    revision = (await tx.revision.create({ data: aRevision(1, 1) })).id
    thread = (
      await tx.thread.create({
        data: { proposalId: proposal, number: 1, kind: 'note', openedBy: person, openedOn: revision },
      })
    ).id
    deleted = (await tx.comment.create({ data: aComment() })).id
    await tx.comment.update({
      where: { id: deleted },
      data: { body: '', redactedAt: new Date(), redactedBy: person },
    })
  })
})

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('nothing refused')
    },
    (error: unknown) => error,
  )
const refusal = (work: (tx: Transaction) => Promise<unknown>) => errorOf(writeAs(person, work))

const provoked: Record<Refusal, (tx: Transaction) => Promise<unknown>> = {
  act_key_is_used_once: async (tx) => {
    const data = { key: randomUUID(), personId: person, kind: 'reply', result: {} }
    await tx.actKey.create({ data })
    await tx.actKey.create({ data })
  },
  comment_stays_deleted: (tx) => tx.comment.update({ where: { id: deleted }, data: { body: 'again' } }),
  locked_thread_is_added_to_by_maintainer: async (tx) => {
    await tx.thread.update({ where: { id: thread }, data: { lockedAt: new Date(), lockedBy: person } })
    await tx.comment.create({ data: aComment() })
  },
  proposal_change_id_is_taken: (tx) =>
    tx.proposal.create({ data: { slug: `${slug}-2`, changeId, title: 'T', area: 'a' } }),
  proposal_slug_is_taken: (tx) =>
    tx.proposal.create({ data: { slug, changeId: `${changeId}2`, title: 'T', area: 'a' } }),
  reply_to_deleted: (tx) => tx.comment.create({ data: aComment({ parentId: deleted }) }),
  revision_content_is_published: (tx) => tx.revision.create({ data: aRevision(2, 1) }),
  revision_number_is_taken: (tx) => tx.revision.create({ data: aRevision(1, 2) }),
  working_copy_slug_is_taken: async (tx) => {
    const data = { slug: `${slug}-w`, madeBy: person, files: {} }
    await tx.workingCopy.create({ data })
    await tx.workingCopy.create({ data })
  },
  weak_answer_is_marked_by_reviewer: async (tx) => {
    const answer = { revisionId: revision, question: 'scope', answerSha256: sha256(3) }
    await tx.revisionAnswer.create({ data: answer })
    await tx.weakAnswer.create({ data: { ...answer, reason: 'It says nothing of waitv.', markedBy: person } })
  },
}

test.each(REFUSALS)('the refusal %s reaches the code that asks for it', async (name) => {
  expect(refusedBy(await refusal(provoked[name]))).toBe(name)
})

// As Prisma's models write, as its raw SQL does, and as the driver alone: their errors have three forms.
const emptied = { body: ' ' }
test.each<[string, string, (tx: Transaction) => Promise<unknown>]>([
  ['a CHECK', 'comment_is_not_empty', (tx) => tx.comment.create({ data: aComment(emptied) })],
  [
    'a CHECK, in SQL',
    'comment_is_not_empty',
    (tx) =>
      tx.$executeRaw`INSERT INTO comment (thread_id, author_id, body, message_id)
        VALUES (${thread}::uuid, ${person}::uuid, '', 'a@example.org')`,
  ],
  [
    'a foreign key',
    'comment_thread_id_parent_id_fkey',
    (tx) => tx.comment.create({ data: aComment({ parentId: randomUUID() }) }),
  ],
  [
    'a UNIQUE, in SQL',
    'proposal_slug_is_taken',
    (tx) =>
      tx.$queryRaw`INSERT INTO proposal (slug, change_id, title, area) VALUES (${slug}, 'I1', 'T', 'a') RETURNING id`,
  ],
  ['a rule', 'revision_is_immutable', (tx) => tx.revision.delete({ where: { id: revision } })],
  [
    'a rule, in SQL',
    'revision_is_immutable',
    (tx) => tx.$executeRaw`UPDATE revision SET number = 7 WHERE id = ${revision}::uuid`,
  ],
])('%s refuses by its name', async (_, name, work) => {
  expect(constraintOf(await refusal(work))).toBe(name)
})

test('outside a transaction of its own, and without Prisma, a refusal keeps its name', async () => {
  expect(constraintOf(await errorOf(db().person.create({ data: { name: '' } })))).toBe('person_name_length')
  const comment = db().comment.create({ data: aComment() })
  expect(constraintOf(await errorOf(comment))).toBe('comment_is_written_by_actor')
  const sql = pool.query('UPDATE revision SET number = 7 WHERE id = $1', [revision])
  expect(constraintOf(await errorOf(sql))).toBe('revision_is_immutable')
})

test('what is no refusal has no name, and a refusal that no code asks for is none of theirs', async () => {
  expect(constraintOf(await errorOf(db().$queryRaw`SELECT nonsense`))).toBeNull()
  expect(constraintOf(new Error('reply_to_deleted'))).toBeNull()
  expect(constraintOf(null)).toBeNull()
  expect(refusedBy(await errorOf(db().person.create({ data: { name: '' } })))).toBeNull()
})

test('of two transactions that wait for each other the one that Postgres ends is run again', async () => {
  const [mine, theirs] = [randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE()]
  let runs = 0
  let arrived = () => {}
  const bothHaveOne = new Promise<void>((resolve) => {
    let there = 0
    arrived = () => ++there === 2 && resolve()
  })
  const crossing = (first: number, second: number) =>
    writeAs(person, async (tx) => {
      runs++
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${first}::bigint)`
      arrived()
      await bothHaveOne
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${second}::bigint)`
      return first
    })
  expect(await Promise.all([crossing(mine, theirs), crossing(theirs, mine)])).toEqual([mine, theirs])
  expect(runs).toBe(3)
})

test('what is ended for another is run three times at most, and no other failure is run again', async () => {
  let runs = 0
  const failing = (sqlState: string) =>
    writeAs(person, async (tx) => {
      runs++
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${sqlState}'; END $$`
      await tx.$executeRawUnsafe(raise)
    })
  await expect(failing('40001')).rejects.toThrow()
  expect(runs).toBe(3)
  await expect(failing('23514')).rejects.toThrow()
  expect(runs).toBe(4)
})
