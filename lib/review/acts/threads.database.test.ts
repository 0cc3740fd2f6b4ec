import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db, type Transaction, writeAs } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { listProposals, loadRevision } from '#lib/review/revision/revisions.server.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { commentVersions, discussionOf, findThread, linesAt } from '#lib/review/thread/read-threads.server.ts'
import { type CommentNode, type CommentShown, commentTree } from '#lib/review/thread/thread.ts'
import { threadFilter } from '#lib/review/thread/thread-filter.ts'
import { giveThreads } from '#lib/review/thread/write-threads.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { changeThread } from './change-thread.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { editComment } from './edit-comment.server.ts'
import { openThread } from './open-thread.server.ts'
import { publishBundle } from './publish.server.ts'
import { reply } from './reply.server.ts'

const CONTENT = join(import.meta.dirname, '../../../content')
const SLUG = 'io-uring-futex'

async function bundleOf(slug: string) {
  const bundle = await readBundle(join(CONTENT, slug, 'v1'), await instanceQuestionnaires())
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  return bundle.value
}

async function newViewer(name: string, administrator = false): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  return { personId: id, name, administrator }
}

let blockKey: string
let reva: NonNullable<Viewer>
let quinn: NonNullable<Viewer>
let author: NonNullable<Viewer>

beforeAll(async () => {
  const bundle = await bundleOf(SLUG)
  blockKey =
    bundle.blocks.find(({ kind, writeup }) => kind === 'paragraph' && writeup === 'lifetime')?.key ?? ''
  const published = await publishBundle(SLUG, bundle)
  expect(published.ok).toBe(true)
  reva = await newViewer('Reva')
  quinn = await newViewer('Quinn')
  const writer = await db().membership.findFirstOrThrow({
    where: { role: 'author', proposal: { slug: SLUG } },
  })
  author = { personId: writer.personId, name: 'Author', administrator: false }
})

const open = (viewer: Viewer, body: string, clientKey = randomUUID()) =>
  openThread(viewer, { slug: SLUG, revision: 1, blockKey, body, clientKey })

let count = 0
/** The same words at the same place would be the same comment. */
const otherWords = () => `words ${++count}`

async function opened(viewer: Viewer, body = otherWords()) {
  const place = await open(viewer, body)
  if (!place.ok) throw new Error(place.error.kind)
  const thread = await findThread(viewer, SLUG, place.value.thread)
  const first = thread?.comments[0]
  if (!thread || !first) throw new Error('no thread')
  return { thread, first }
}

test('a revision is published once; the same again changes nothing; other content under its number is refused', async () => {
  const bundle = await bundleOf(SLUG)
  expect(await publishBundle(SLUG, bundle)).toMatchObject({ ok: true, value: { kind: 'unchanged' } })
  const other = { ...bundle, contentHash: bundle.contentHash.replace(/^./, (c) => (c === '0' ? '1' : '0')) }
  expect(await publishBundle(SLUG, other)).toEqual({ ok: false, error: { kind: 'other-content', number: 1 } })
})

test('a proposal keeps its change-id, and no two proposals share one', async () => {
  const bundle = await bundleOf(SLUG)
  const renamed = { ...bundle, cover: { ...bundle.cover, changeId: '20260101-other-00000000' } }
  expect(await publishBundle(SLUG, renamed)).toMatchObject({ error: { kind: 'other-change-id' } })
  expect(await publishBundle('another-slug', bundle)).toEqual({
    ok: false,
    error: { kind: 'change-id-taken', slug: SLUG },
  })
})

test('a revision that is not the next one is refused', async () => {
  const bundle = await bundleOf(SLUG)
  const later = { ...bundle, cover: { ...bundle.cover, revision: 3 } }
  expect(await publishBundle(SLUG, later)).toEqual({
    ok: false,
    error: { kind: 'not-next', number: 3, next: 2 },
  })
})

test('a model that cannot be compiled is refused with its diagnostics, and nothing is written', async () => {
  const bundle = await bundleOf(SLUG)
  const files = bundle.files.map((file) =>
    file.path === 'models/wake-order.pml'
      ? { ...file, bytes: new TextEncoder().encode('active proctype P() { x = }') }
      : file,
  )
  const cover = { ...bundle.cover, changeId: '20260101-broken-00000000' }
  const published = await publishBundle('broken-model', { ...bundle, cover, files })
  expect(published).toMatchObject({ ok: false, error: { kind: 'model' } })
  if (published.ok || published.error.kind !== 'model') throw new Error('unreachable')
  expect(published.error.diagnostics[0]).toMatchObject({ file: 'models/wake-order.pml', line: 1 })
  expect(await db().proposal.count({ where: { slug: 'broken-model' } })).toBe(0)
})

test('verdicts are stored with the revision: as claimed, with states and a counterexample where one is due', async () => {
  const revision = await loadRevision(null, SLUG, 1)
  const claims = new Map(revision?.claims.map((claim) => [claim.id, claim]))
  expect(claims.get('no-lost-wake')?.report).toMatchObject({ kind: 'holds', states: 876, matched: 1016 })
  const broken = claims.get('inc-after-read-loses')?.report
  expect(broken).toMatchObject({ kind: 'violated' })
  if (broken?.kind !== 'violated') throw new Error('unreachable')
  expect(broken.trace.length).toBeGreaterThan(5)
  expect(broken.table.join('\n')).toMatch(/CPU0\s+CPU1/)
  expect((await listProposals(null)).find(({ slug }) => slug === SLUG)?.claims.failing).toBe(0)
})

test('someone without an account reads, and is told so when he writes', async () => {
  expect(await loadRevision(null, SLUG, null)).not.toBeNull()
  expect(await open(null, 'words')).toEqual({ ok: false, error: { kind: 'signed-out' } })
})

test('an original anchor holds revision, key, quote, what stands around it, and the rule of its text', async () => {
  const { thread } = await opened(reva)
  const revision = await loadRevision(reva, SLUG, 1)
  const block = revision?.bundle.blocks.find(({ key }) => key === blockKey)
  expect(thread.anchor.exact).toBe(block?.text)
  const stored = await db().anchor.findUniqueOrThrow({ where: { threadId: thread.id } })
  const text = revision?.bundle.text ?? ''
  expect(stored).toMatchObject({ blockKey, textVersion: 1, textStart: 0, textEnd: block?.text.length })
  expect(stored.prefix).toBe(text.slice((block?.start ?? 0) - 64, block?.start))
  expect(stored.suffix).toBe(text.slice(block?.end, (block?.end ?? 0) + 64))
})

test('a comment on words of a block keeps the words, where they are, and what stands around them', async () => {
  const revision = await loadRevision(reva, SLUG, 1)
  const text = revision?.bundle.blocks.find(({ key }) => key === blockKey)?.text ?? ''
  const quote = { start: 4, end: 14, exact: text.slice(4, 14) }
  const input = { slug: SLUG, revision: 1, blockKey, body: otherWords(), ...quote }
  const place = await openThread(reva, { ...input, clientKey: randomUUID() })
  const thread = place.ok ? await findThread(reva, SLUG, place.value.thread) : null
  expect(thread?.anchor).toMatchObject({ exact: quote.exact, isPart: true, start: 4, end: 14 })
  const stored = await db().anchor.findUniqueOrThrow({ where: { threadId: thread?.id ?? '' } })
  expect(stored).toMatchObject({ textStart: 4, textEnd: 14, exact: quote.exact })
  // The same words about other words of the block are another comment; about the same ones they are this one.
  const again = await openThread(reva, { ...input, clientKey: randomUUID() })
  expect(again).toEqual(place)
  const other = { ...input, start: 0, end: 3, exact: text.slice(0, 3), clientKey: randomUUID() }
  expect(await openThread(reva, other)).not.toEqual(place)
})

test('a quote outside its block, across half a character or with other words is refused, and nothing is written', async () => {
  const revision = await loadRevision(reva, SLUG, 1)
  const text = revision?.bundle.blocks.find(({ key }) => key === blockKey)?.text ?? ''
  const before = await db().thread.count()
  const tried = (quote: { start?: number; end?: number; exact?: string }) =>
    openThread(reva, {
      slug: SLUG,
      revision: 1,
      blockKey,
      body: otherWords(),
      clientKey: randomUUID(),
      ...quote,
    })
  const outside = { ok: false, error: { kind: 'quote-outside' } }
  expect(await tried({ start: 0, end: text.length + 1 })).toEqual(outside)
  expect(await tried({ start: 5, end: 5 })).toEqual(outside)
  expect(await tried({ start: 9, end: 4 })).toEqual(outside)
  expect(await tried({ start: 5 })).toEqual(outside)
  expect(await tried({ start: 0, end: 3, exact: 'not these' })).toEqual({
    ok: false,
    error: { kind: 'quote-differs', there: text.slice(0, 3) },
  })
  expect(await db().thread.count()).toBe(before)
})

test('the list of threads finds by state, kind, write-up, person and whose turn it is, a page at a time', async () => {
  const rosa = await newViewer('Rosa')
  const [one, two] = [await opened(rosa), await opened(rosa)]
  const asked = await openThread(rosa, {
    ...{ slug: SLUG, revision: 1, blockKey, body: otherWords(), clientKey: randomUUID(), kind: 'question' },
  })
  expect(asked.ok).toBe(true)
  await changeThread(rosa, one.thread.id, 'resolve')
  const numbers = async (viewer: Viewer, query: Record<string, string>) =>
    (await listThreads(viewer, SLUG, threadFilter({ order: 'number', ...query })))?.threads.map(
      ({ number }) => number,
    )
  const by = rosa.personId
  const question = asked.ok ? asked.value.thread : 0
  const own = [one.thread.number, two.thread.number, question]
  expect(await numbers(null, { by })).toEqual(own)
  expect(await numbers(rosa, { mine: '1' })).toEqual(own)
  // Who is not signed in wrote nothing, and nothing waits for them.
  expect(await numbers(null, { mine: '1' })).toEqual([])
  expect(await numbers(null, { waiting: '1' })).toEqual([])
  expect(await numbers(rosa, { by, state: 'closed' })).toEqual([one.thread.number])
  expect(await numbers(rosa, { by, state: 'standing' })).toEqual([two.thread.number, question])
  expect(await numbers(rosa, { by, state: 'resolved', kind: 'question' })).toEqual([])
  expect(await numbers(rosa, { by, kind: 'question' })).toEqual([question])
  expect(await numbers(rosa, { by, in: 'lifetime' })).toEqual(own)
  expect(await numbers(rosa, { by, in: 'problem' })).toEqual([])
  // A question waits for the author, and for nobody else.
  expect(await numbers(author, { by, waiting: '1' })).toEqual([question])
  expect(await numbers(rosa, { by, waiting: '1' })).toEqual([])
  expect(await numbers(rosa, { by, page: '2' })).toEqual([])
  const list = await listThreads(rosa, SLUG, threadFilter({ by }))
  expect(list).toMatchObject({ found: 3 })
  expect(list?.people.map(({ name }) => name)).toContain('Rosa')
  expect(await listThreads(rosa, 'nothing-here', threadFilter({}))).toBe(null)
})

test('a passage that is not in the revision is refused and no number is used up', async () => {
  const before = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } })
  const gone = await openThread(reva, {
    slug: SLUG,
    revision: 1,
    blockKey: 'nowhere',
    body: 'x',
    clientKey: randomUUID(),
  })
  expect(gone).toEqual({ ok: false, error: { kind: 'block-gone', blockKey: 'nowhere' } })
  const after = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } })
  expect(after.nextThread).toBe(before.nextThread)
})

test('the same form sent eight times at once makes one thread; other words under its key are kept for the person', async () => {
  const key = randomUUID()
  const places = await Promise.all(Array.from({ length: 8 }, () => open(reva, 'once', key)))
  const threads = new Set(places.map((place) => (place.ok ? place.value.thread : place.error.kind)))
  expect(threads.size).toBe(1)
  expect(await open(reva, 'other words', key)).toMatchObject({ ok: false, error: { kind: 'key-used' } })
})

test('a key that was used for something else or by somebody else is told as used, and nothing is written', async () => {
  const used = { ok: false, error: { kind: 'key-used', seq: 2 } }
  const [one, two] = [await opened(reva), await opened(reva)]
  const clientKey = randomUUID()
  const answer = { commentId: one.first.id, body: 'same words', clientKey }
  const place = await reply(quinn, answer)
  expect(place).toMatchObject({ ok: true, value: { thread: one.thread.number, comment: 2 } })
  expect(await reply(quinn, answer)).toEqual(place)
  expect(await reply(quinn, { ...answer, commentId: two.first.id })).toEqual(used)
  expect(await open(quinn, 'same words', clientKey)).toEqual(used)
  expect(await reply(reva, answer)).toEqual(used)
  expect((await findThread(null, SLUG, two.thread.number))?.comments).toHaveLength(1)
})

test('a form that was sent before its target was kept with its key is known by its words', async () => {
  const { thread, first } = await opened(reva)
  const clientKey = randomUUID()
  const result = { slug: SLUG, thread: thread.number, comment: 7 }
  const words = createHash('sha256').update('old words').digest('hex')
  await writeAs(quinn.personId, (tx) =>
    tx.actKey.create({
      data: { key: clientKey, personId: quinn.personId, kind: 'reply', result: { ...result, words } },
    }),
  )
  const answer = { commentId: first.id, body: 'old words', clientKey }
  expect(await reply(quinn, answer)).toEqual({ ok: true, value: result })
  expect(await reply(quinn, { ...answer, body: 'others' })).toMatchObject({ error: { kind: 'key-used' } })
})

test('the same words at the same place, under another key, are the comment that is there', async () => {
  const { thread, first } = await opened(reva, 'sent, and the answer was lost')
  const again = await open(reva, 'sent, and the answer was lost')
  expect(again).toMatchObject({ ok: true, value: { thread: thread.number, comment: 1 } })
  const answer = { commentId: first.id, body: 'an answer, twice' }
  const places = await Promise.all(
    Array.from({ length: 6 }, () => reply(quinn, { ...answer, clientKey: randomUUID() })),
  )
  expect(new Set(places.map((place) => (place.ok ? place.value.comment : place.error.kind)))).toEqual(
    new Set([2]),
  )
  expect((await findThread(null, SLUG, thread.number))?.comments).toHaveLength(2)
})

test('the same words of somebody else, elsewhere, after a day or after a deletion are another comment', async () => {
  const { thread, first } = await opened(reva, 'the same words')
  expect(await open(quinn, 'the same words')).not.toMatchObject({ value: { thread: thread.number } })
  const elsewhere = { commentId: first.id, body: 'the same words', clientKey: randomUUID() }
  expect(await reply(reva, elsewhere)).toMatchObject({ value: { thread: thread.number, comment: 2 } })
  const tomorrow = new Date(Date.now() + 25 * 3_600_000)
  const input = { slug: SLUG, revision: 1, blockKey, body: 'the same words', clientKey: randomUUID() }
  expect(await openThread(reva, input, tomorrow)).not.toMatchObject({ value: { thread: thread.number } })
  const gone = await opened(reva, 'to be deleted')
  expect(await deleteComment(reva, gone.first.id)).toMatchObject({ ok: true })
  expect(await open(reva, 'to be deleted')).not.toMatchObject({ value: { thread: gone.thread.number } })
})

test('the threads on one passage are told as lines, with what each says, and those of no other passage', async () => {
  const { thread } = await opened(reva, 'a line of its own')
  const found = await linesAt(null, SLUG, 1, blockKey)
  expect(found?.left).toBe(0)
  expect(found?.lines.find(({ number }) => number === thread.number)).toMatchObject({
    ...{ number: thread.number, kind: 'note', state: 'open', opener: 'Reva', comments: 1 },
    words: 'a line of its own',
  })
  expect(await linesAt(null, SLUG, 1, 'problem-00000000')).toEqual({ lines: [], left: 0 })
  expect(await linesAt(null, SLUG, 7, blockKey)).toBeNull()
  expect(await linesAt(null, SLUG, 1, 'no key\u0000')).toBeNull()
})

test('sixteen people who open threads at once get sixteen numbers', async () => {
  const places = await Promise.all(
    Array.from({ length: 16 }, (_, i) => open(i % 2 ? reva : quinn, `thread ${i}`)),
  )
  const numbers = places.map((place) => (place.ok ? place.value.thread : 0))
  expect(new Set(numbers).size).toBe(16)
  expect(numbers).not.toContain(0)
})

test('a reply stands below its parent, also when the parent is deleted later', async () => {
  const { thread, first } = await opened(reva)
  const place = await reply(quinn, { commentId: first.id, body: 'an answer', clientKey: randomUUID() })
  expect(place).toMatchObject({ ok: true, value: { thread: thread.number, comment: 2 } })
  expect((await deleteComment(reva, first.id)).ok).toBe(true)
  const after = await findThread(quinn, SLUG, thread.number)
  expect(
    after?.comments.map(({ seq, parentId, body, deleted }) => [seq, parentId, body, deleted?.by]),
  ).toEqual([
    [1, null, '', 'Reva'],
    [2, first.id, 'an answer', undefined],
  ])
})

test('a reply to a deleted comment is refused, also when it is deleted at the same moment', async () => {
  for (let round = 0; round < 10; round++) {
    const { thread, first } = await opened(reva)
    const [answered] = await Promise.all([
      reply(quinn, { commentId: first.id, body: 'an answer', clientKey: randomUUID() }),
      deleteComment(reva, first.id),
    ])
    if (!answered.ok) expect(answered.error.kind).toBe('comment-deleted')
    const after = await findThread(reva, SLUG, thread.number)
    expect(after?.comments.length).toBe(answered.ok ? 2 : 1)
    const late = await reply(quinn, { commentId: first.id, body: 'late', clientKey: randomUUID() })
    expect(late).toEqual({ ok: false, error: { kind: 'comment-deleted' } })
  }
})

test('an edit is its author’s alone, keeps the older text, and is refused on a version that is not the last', async () => {
  const { thread, first } = await opened(reva, 'first')
  const administrator = await newViewer('Ada', true)
  const edit = (viewer: Viewer, body: string, lockVersion: number) =>
    editComment(viewer, { commentId: first.id, body, lockVersion })
  expect(await edit(quinn, 'x', 0)).toEqual({ ok: false, error: { kind: 'forbidden' } })
  expect(await edit(administrator, 'x', 0)).toEqual({ ok: false, error: { kind: 'forbidden' } })
  expect((await edit(reva, 'second', 0)).ok).toBe(true)
  expect(await edit(reva, 'third', 0)).toEqual({
    ok: false,
    error: { kind: 'edited-meanwhile', theirs: 'second', lockVersion: 1 },
  })
  expect((await commentVersions(quinn, first.id)).map(({ body }) => body)).toEqual(['first'])
  expect((await deleteComment(reva, first.id)).ok).toBe(true)
  expect(await commentVersions(reva, first.id)).toEqual([])
  expect((await findThread(reva, SLUG, thread.number))?.comments[0]?.deleted?.by).toBe('Reva')
})

test('of edits at the same moment one wins, and the others are told its words', async () => {
  const { first } = await opened(reva, 'v0')
  const edits = await Promise.all(
    ['v1', 'v2', 'v3', 'v4'].map((body) => editComment(reva, { commentId: first.id, body, lockVersion: 0 })),
  )
  expect(edits.filter(({ ok }) => ok)).toHaveLength(1)
  const stored = await db().comment.findUniqueOrThrow({ where: { id: first.id } })
  for (const edit of edits) {
    if (!edit.ok)
      expect(edit.error).toEqual({ kind: 'edited-meanwhile', theirs: stored.body, lockVersion: 1 })
  }
})

test('who signed up with an author’s address before is not the author of what is published', async () => {
  const squatter = await db().person.create({
    data: { name: 'Mallory', account: { create: { name: 'Mallory', email: 'design@example.org' } } },
    select: { id: true },
  })
  expect(await db().membership.count({ where: { personId: squatter.id } })).toBe(0)
  const bundle = await bundleOf('futex-requests-2021')
  expect((await publishBundle('futex-requests-2021', bundle)).ok).toBe(true)
  expect(await db().membership.count({ where: { personId: squatter.id } })).toBe(0)
})

test('a chain of two thousand replies is five levels deep', () => {
  const chain = Array.from({ length: 2000 }, (_, i) => ({
    ...({} as CommentShown),
    id: `c${i}`,
    seq: i + 1,
    parentId: i === 0 ? null : `c${i - 1}`,
  }))
  const depth = (nodes: readonly CommentNode[]): number =>
    nodes.length === 0 ? 0 : 1 + Math.max(...nodes.map((node) => depth(node.replies)))
  const tree = commentTree(chain)
  expect(depth(tree)).toBe(5)
  const count = (nodes: readonly CommentNode[]): number =>
    nodes.reduce((sum, node) => sum + 1 + count(node.replies), 0)
  expect(count(tree)).toBe(2000)
})

test('a note is resolved by its opener, an author or an administrator, and by nobody else; twice is once', async () => {
  const administrator = await newViewer('Ada', true)
  for (const [viewer, allowed] of [
    [reva, true],
    [author, true],
    [administrator, true],
    [quinn, false],
    [null, false],
  ] as const) {
    const { thread } = await opened(reva)
    const resolved = await changeThread(viewer, thread.id, 'resolve')
    expect(resolved.ok, viewer?.name ?? 'nobody').toBe(allowed)
    if (!allowed) continue
    expect((await changeThread(viewer, thread.id, 'resolve')).ok).toBe(true)
    const events = await db().event.count({
      where: { kind: 'thread-resolved', subject: { path: ['thread'], equals: thread.number } },
    })
    expect(events).toBe(1)
  }
})

test('what a viewer may do with each thing is told with it', async () => {
  const { thread } = await opened(reva)
  const shown = async (viewer: Viewer) => {
    const found = await findThread(viewer, SLUG, thread.number)
    const comment = found?.comments[0]
    return [found?.acts.includes('resolve'), comment?.mayEdit, comment?.mayDelete]
  }
  expect(await shown(reva)).toEqual([true, true, true])
  expect(await shown(author)).toEqual([true, false, false])
  expect(await shown(quinn)).toEqual([false, false, false])
  expect(await shown(null)).toEqual([false, false, false])
})

test('every write leaves an event, and the chain of their hashes is unbroken', async () => {
  const revision = await loadRevision(null, SLUG, 1)
  expect(revision).not.toBeNull()
  const broken = await db().$queryRaw`
    SELECT id FROM (SELECT *, lag(hash) OVER (PARTITION BY proposal_id ORDER BY id) AS before FROM event) e
    WHERE prev_hash IS DISTINCT FROM before OR hash <> event_hash(prev_hash, id, proposal_id, actor_id, kind, subject, at)`
  expect(broken).toEqual([])
})

test('the threads of a revision come in the order of their numbers', async () => {
  const revision = await loadRevision(null, SLUG, 1)
  if (!revision) throw new Error('no revision')
  const threads = [...(await discussionOf(null, revision, null)).threads.values()]
  expect(threads.length).toBeGreaterThan(30)
  expect(threads.map(({ number }) => number)).toEqual(
    threads.map(({ number }) => number).sort((a, b) => a - b),
  )
})

test('who deletes comments or takes over words waits for their threads before they hold a comment', async () => {
  const mailer = await newViewer('Mailer')
  await db().personAddress.create({
    data: { address: `${randomUUID()}@example.org`, personId: quinn.personId, confirmedAt: new Date() },
  })
  const { thread, first } = await opened(reva)
  const place = await reply(mailer, { commentId: first.id, body: 'more', clientKey: randomUUID() })
  expect(place.ok).toBe(true)
  const waiting: Promise<unknown>[] = []
  await writeAs(reva.personId, async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM thread WHERE id = ${thread.id}::uuid FOR UPDATE`
    waiting.push(
      deleteComment(reva, first.id),
      writeAs(quinn.personId, async (other) => {
        await other.person.update({ where: { id: mailer.personId }, data: { mergedInto: quinn.personId } })
        await giveThreads(other, mailer.personId, quinn.personId)
      }),
    )
    await expect.poll(() => waitingForLocks(tx)).toBe(2)
    // Fails at once where one of them holds a comment already: whoever has the thread then waits in a circle.
    await tx.$executeRaw`SELECT 1 FROM comment WHERE thread_id = ${thread.id}::uuid FOR UPDATE NOWAIT`
  })
  await Promise.all(waiting)
  const comments = (await findThread(null, SLUG, thread.number))?.comments
  expect(comments?.map(({ deleted, author }) => [deleted !== null, author.id])).toEqual([
    [true, reva.personId],
    [false, quinn.personId],
  ])
})

async function waitingForLocks(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return row?.n ?? 0
}
