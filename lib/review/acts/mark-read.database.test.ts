import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { discussionOf, findThread, findThreadPart, linesAt } from '#lib/review/thread/read-threads.server.ts'
import { nextUnread, sinceRead } from '#lib/review/thread/since-read.server.ts'
import { threadFilter } from '#lib/review/thread/thread-filter.ts'
import { dropMarks } from '#lib/review/thread/write-marks.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { markRead } from './mark-read.server.ts'
import { openThread } from './open-thread.server.ts'
import { reply } from './reply.server.ts'

const SLUG = 'read-marks'
const NOTHING = { slug: SLUG, threads: [], parts: [], allUntil: null }
let blockKey = ''
let reva: NonNullable<Viewer>
let quinn: NonNullable<Viewer>

async function person(name: string): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

beforeAll(async () => {
  const bundle = await publishEdited(SLUG, 1, (_, source) => source)
  blockKey =
    bundle.blocks.find(({ kind, writeup }) => kind === 'paragraph' && writeup === 'lifetime')?.key ?? ''
  reva = await person('Reva')
  quinn = await person('Quinn')
})

async function opened(by: Viewer): Promise<number> {
  const made = await openThread(by, {
    ...{ slug: SLUG, revision: 1, blockKey, body: `Words ${randomUUID()}`, clientKey: randomUUID() },
  })
  if (!made.ok) throw new Error(made.error.kind)
  return made.value.thread
}

async function answered(by: Viewer, thread: number): Promise<string> {
  const first = (await findThread(by, SLUG, thread))?.comments[0]
  const made = await reply(by, {
    ...{ commentId: first?.id ?? '', body: `Answer ${randomUUID()}`, clientKey: randomUUID() },
  })
  if (!made.ok) throw new Error(made.error.kind)
  const at = (await findThread(by, SLUG, thread))?.comments.find(({ seq }) => seq === made.value.comment)
  return at?.id ?? ''
}

/** As each place says it: the page, the lines of the passage, the list, the thread's own page. */
async function unreadOf(viewer: Viewer, thread: number): Promise<number[]> {
  const revision = await loadRevision(viewer, SLUG, 1)
  if (!revision) throw new Error('no revision')
  const discussion = await discussionOf(viewer, revision, null)
  const lines = await linesAt(viewer, SLUG, 1, blockKey)
  const list = await listThreads(viewer, SLUG, threadFilter({ unread: '' }))
  const part = await findThreadPart(viewer, SLUG, thread, null)
  return [
    discussion.heads.find(({ number }) => number === thread)?.unread ?? -1,
    discussion.unread.find(({ number }) => number === thread)?.unread ?? 0,
    lines?.lines.find(({ number }) => number === thread)?.unread ?? -1,
    list?.threads.find(({ number }) => number === thread)?.unread ?? 0,
    part?.unread ?? -1,
  ]
}

test('what others write is unread until it was seen, what one writes oneself never is', async () => {
  const thread = await opened(reva)
  await answered(reva, thread)
  expect(await unreadOf(reva, thread)).toEqual([0, 0, 0, 0, 0])
  expect(await unreadOf(quinn, thread)).toEqual([2, 2, 2, 2, 2])
  // Who is not signed in has seen nothing and is told of nothing.
  expect(await unreadOf(null, thread)).toEqual([0, 0, 0, 0, 0])
  expect((await findThreadPart(quinn, SLUG, thread, null))?.firstUnread).toBe(1)
  await markRead(quinn, { ...NOTHING, threads: [{ thread, seen: 1 }] })
  expect(await unreadOf(quinn, thread)).toEqual([1, 1, 1, 1, 1])
  await answered(quinn, thread)
  // To answer is not to have read what others wrote before.
  expect(await unreadOf(quinn, thread)).toEqual([1, 1, 1, 1, 1])
  expect(await unreadOf(reva, thread)).toEqual([1, 1, 1, 1, 1])
  // More than there is: only what there is.
  await markRead(quinn, { ...NOTHING, threads: [{ thread, seen: 999 }] })
  const later = await answered(reva, thread)
  expect(await unreadOf(quinn, thread)).toEqual([1, 1, 1, 1, 1])
  // What was deleted is nothing to read.
  await deleteComment(reva, later)
  expect(await unreadOf(quinn, thread)).toEqual([0, 0, 0, 0, 0])
})

test('a mark only goes forward, and names of threads that there are not mark nothing', async () => {
  const thread = await opened(reva)
  await answered(reva, thread)
  await markRead(quinn, {
    ...NOTHING,
    threads: [
      { thread, seen: 2 },
      { thread, seen: 1 },
    ],
  })
  await markRead(quinn, {
    ...NOTHING,
    threads: [
      { thread, seen: 1 },
      { thread: 99_999, seen: 4 },
    ],
  })
  expect(await unreadOf(quinn, thread)).toEqual([0, 0, 0, 0, 0])
})

test('everything is marked as of a moment: what is written after it stays unread', async () => {
  const [one, two] = [await opened(reva), await opened(reva)]
  const [row] = await db().$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  const until = row?.now ?? new Date()
  await new Promise((done) => setTimeout(done, 5))
  await answered(reva, two)
  await markRead(quinn, { ...NOTHING, allUntil: until })
  expect(await unreadOf(quinn, one)).toEqual([0, 0, 0, 0, 0])
  expect(await unreadOf(quinn, two)).toEqual([1, 1, 1, 1, 1])
  // The next one from wherever one is, around the end.
  expect(await nextUnread(quinn, SLUG, two - 1)).toBe(two)
  expect(await nextUnread(quinn, SLUG, two + 5)).toBe(two)
  expect(await nextUnread(quinn, SLUG, two)).toBeNull()
  expect(await nextUnread(null, SLUG, 1)).toBeNull()
  // Nobody has read what is yet to come.
  await markRead(quinn, { ...NOTHING, allUntil: new Date(Date.now() + 86_400_000) })
  await new Promise((done) => setTimeout(done, 5))
  await answered(reva, one)
  expect((await unreadOf(quinn, one))[0]).toBe(1)
})

test('of a write-up it is said what became of it since it was read, to whom who read it', async () => {
  await markRead(quinn, { ...NOTHING, parts: [{ writeup: 'lifetime', revision: 1 }] })
  await markRead(quinn, {
    ...NOTHING,
    parts: [
      { writeup: 'problem', revision: 1 },
      { writeup: 'lifetime', revision: 7 },
    ],
  })
  expect(await sinceRead(quinn, SLUG, 1)).toEqual([])
  await opened(quinn)
  expect(await sinceRead(quinn, SLUG, 1)).toEqual([])
  await opened(reva)
  expect(await sinceRead(quinn, SLUG, 1)).toMatchObject([
    { writeup: 'lifetime', revision: 1, changed: 0, threads: 1 },
  ])
  await publishEdited(SLUG, 2, (path, source) =>
    path === 'lifetime.mdx' ? source.replace(/No change of .*$/m, 'Nothing here.') : source,
  )
  expect(await sinceRead(quinn, SLUG, 2)).toMatchObject([
    { writeup: 'lifetime', revision: 1, changed: 1, threads: 1 },
  ])
  expect(await sinceRead(reva, SLUG, 2)).toEqual([])
  await markRead(quinn, { ...NOTHING, parts: [{ writeup: 'lifetime', revision: 2 }] })
  expect(await sinceRead(quinn, SLUG, 2)).toEqual([])
  // Who looks at the older one again has still read the newer.
  await markRead(quinn, { ...NOTHING, parts: [{ writeup: 'lifetime', revision: 1 }] })
  expect(await sinceRead(quinn, SLUG, 2)).toEqual([])
})

test('who is signed out or blocked marks nothing, and what one may not know of is not there', async () => {
  const kindOf = async (who: Viewer, slug = SLUG) => {
    const done = await markRead(who, { ...NOTHING, slug })
    return done.ok ? null : done.error.kind
  }
  expect(await kindOf(null)).toBe('signed-out')
  expect(await kindOf(quinn, 'never-was')).toBe('no-such-proposal')
  const blocked = await person('Blocked')
  await db().person.update({
    where: { id: blocked.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  expect(await kindOf(blocked)).toBe('forbidden')
})

test('whoever deletes their account leaves no marks', async () => {
  const thread = await opened(reva)
  const gone = await person('Gone')
  await markRead(gone, {
    ...NOTHING,
    threads: [{ thread, seen: 1 }],
    parts: [{ writeup: 'lifetime', revision: 1 }],
  })
  const count = async () =>
    (await db().readMark.count({ where: { personId: gone.personId } })) +
    (await db().readPart.count({ where: { personId: gone.personId } }))
  expect(await count()).toBe(2)
  await writeAs(gone.personId, (tx) => dropMarks(tx, gone.personId))
  expect(await count()).toBe(0)
})
