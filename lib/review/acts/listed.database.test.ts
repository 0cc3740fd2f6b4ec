import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { listProposals } from '#lib/review/revision/revisions.server.ts'
import { findThreadPart } from '#lib/review/thread/read-threads.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { changeThread } from './change-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { publishBundle } from './publish.server.ts'
import { reply } from './reply.server.ts'

const SLUG = 'io-uring-futex'
const CONTENT = join(import.meta.dirname, '../../../content')
const THREADS = 30
let reader: NonNullable<Viewer>
let blockKey: string

beforeAll(async () => {
  const bundle = await readBundle(join(CONTENT, SLUG, 'v1'), await instanceQuestionnaires())
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  expect((await publishBundle(SLUG, bundle.value)).ok).toBe(true)
  const name = 'Lister'
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  reader = { personId: id, name, administrator: false }
  blockKey = bundle.value.blocks[0]?.key ?? ''
  for (let i = 0; i < THREADS; i++) {
    const input = { slug: SLUG, revision: 1, blockKey, body: `words ${i}`, clientKey: randomUUID() }
    const opened = await openThread(reader, input)
    if (!opened.ok) throw new Error(opened.error.kind)
    const at = { number: opened.value.thread, proposal: { slug: SLUG } }
    const thread = await db().thread.findFirstOrThrow({ where: at, select: { id: true } })
    if (i < 10) await changeThread(reader, thread.id, 'resolve')
  }
})

test('a list says of each proposal how much of it is open, and what its claims came to', async () => {
  const listed = (await listProposals(null)).find(({ slug }) => slug === SLUG)
  expect(listed?.threads).toEqual({ open: THREADS - 10, resolved: 10 })
  const claims = await db().claim.count({ where: { revision: { proposal: { slug: SLUG } } } })
  expect(claims).toBeGreaterThan(2)
  expect(listed?.claims).toEqual({ standing: claims, failing: 0 })
  expect(listed?.publishedAt).toMatch(/^\d{4}-\d\d-\d\dT/)
  expect(listed).toMatchObject({ revision: 1, state: 'ready' })
})

test('threads are counted where they are: a list reads a row for each proposal', async () => {
  const proposals = await db().proposal.count()
  // Every row that comes from Postgres passes it; its types do not say so.
  const query = pg.Query.prototype as unknown as { handleDataRow: (row: unknown) => void }
  const rows = vi.spyOn(query, 'handleDataRow')
  try {
    await listProposals(reader)
    expect(rows.mock.calls.length).toBeGreaterThan(0)
    expect(rows.mock.calls.length).toBeLessThanOrEqual(proposals)
  } finally {
    rows.mockRestore()
  }
})

test('a long thread is read in parts, and an answer says what it answers in another one', async () => {
  const body = 'words and more words '.repeat(2900)
  const revision = { slug: SLUG, revision: 1, blockKey, clientKey: randomUUID(), body }
  const opened = await openThread(reader, revision)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { thread: number } = opened.value
  const first = await db().comment.findFirstOrThrow({
    where: { seq: 1, thread: { number, proposal: { slug: SLUG } } },
    select: { id: true },
  })
  for (let i = 0; i < 7; i++)
    expect(
      (await reply(reader, { commentId: first.id, body: `${i} ${body}`, clientKey: randomUUID() })).ok,
    ).toBe(true)

  const start = await findThreadPart(null, SLUG, number, null)
  expect(start?.parts.length).toBeGreaterThan(1)
  expect(start).toMatchObject({ part: 0, comments: 8 })
  expect(start?.thread.comments.map(({ seq }) => seq)).toEqual(
    Array.from({ length: start?.parts[0]?.to ?? 0 }, (_, i) => i + 1),
  )
  expect(start?.thread.comments.every((one) => one.answersElsewhere === undefined)).toBe(true)

  const end = await findThreadPart(null, SLUG, number, 8)
  expect(end?.part).toBe((start?.parts.length ?? 0) - 1)
  expect(end?.thread.comments.at(-1)).toMatchObject({ seq: 8, answersElsewhere: 1 })
  expect(await findThreadPart(null, SLUG, 99_999, null)).toBeNull()
  expect(await findThreadPart(null, 'no such', 1, null)).toBeNull()
})
