import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { type Edit, publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { deriveAgain, fillPorts } from '#lib/review/thread/carry-threads.server.ts'
import { interdiffOf } from '#lib/review/thread/interdiff.server.ts'
import { pinChoices, pinningOf } from '#lib/review/thread/pin-choices.server.ts'
import { carriedWords, writeupGoneFrom } from '#lib/review/thread/port.ts'
import { discussionOf, linesAt } from '#lib/review/thread/read-threads.server.ts'
import { placesOf } from '#lib/review/thread/thread-places.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { ports } from '../../../cli/ports.ts'
import { lockThread } from './lock-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { pinThread } from './pin-thread.server.ts'

let reva: NonNullable<Viewer>

beforeAll(async () => {
  const { id } = await db().person.create({ data: { name: 'Reva' }, select: { id: true } })
  reva = { personId: id, name: 'Reva', administrator: false }
})

async function comment(slug: string, revision: number, blockKey: string) {
  const body = `about ${blockKey} of v${revision}, ${randomUUID()}`
  const opened = await openThread(reva, { slug, revision, blockKey, body, clientKey: randomUUID() })
  if (!opened.ok) throw new Error(opened.error.kind)
  return opened.value.thread
}

async function commentOnAll(slug: string, revision: number, bundle: Bundle) {
  const numbers: number[] = []
  for (const { key } of bundle.blocks) numbers.push(await comment(slug, revision, key))
  return numbers
}

async function headsOf(slug: string, number: number) {
  const revision = await loadRevision(null, slug, number)
  if (!revision) throw new Error('no such revision')
  return (await discussionOf(null, revision, null)).heads
}

const same: Edit = (_, source) => source
/** One sentence more before a paragraph, some words less in it, and a write-up whose only words are others. */
const edited: Edit = (path, source) =>
  path === 'lifetime.mdx'
    ? source.replace(/No change of .*$/m, 'Nothing here.')
    : source.replace('This is an example of a proposal', 'Read this first. It is an example of a proposal')

test('every thread of a revision stands in the next one, once, and says how it came there', async () => {
  const slug = 'carried-once'
  const first = await publishEdited(slug, 1, same)
  const numbers = await commentOnAll(slug, 1, first)
  const second = await publishEdited(slug, 2, edited)
  const heads = await headsOf(slug, 2)
  expect(heads.map(({ number }) => number)).toEqual(numbers)
  const keys = new Set(second.blocks.map(({ key }) => key))
  for (const { blockKey, carried } of heads) {
    expect(carried?.from).toBe(1)
    if (carried?.state === 'orphaned') expect(writeupGoneFrom(blockKey)).not.toBeNull()
    else expect(keys.has(blockKey)).toBe(true)
  }
  const states = heads.map(({ carried }) => carried?.state)
  expect(states).toContain('exact')
  expect(states).toContain('edited')
  // What stood there is not what stands there: either is said.
  const gone = heads.find(({ number }) => {
    const at = first.blocks[numbers.indexOf(number)]
    return at?.writeup === 'lifetime'
  })
  expect(['orphaned', 'block']).toContain(gone?.carried?.state)
  // The page of the first revision has none of this.
  expect((await headsOf(slug, 1)).every(({ carried }) => carried === null)).toBe(true)
})

test('the lines of a passage have the threads that were carried to it, and those that are gone have a place', async () => {
  const slug = 'carried-lines'
  const first = await publishEdited(slug, 1, same)
  await commentOnAll(slug, 1, first)
  await publishEdited(slug, 2, (path, source) =>
    path === 'lifetime.mdx' ? source.replace(/No change of .*$/m, '') : edited(path, source),
  )
  const heads = await headsOf(slug, 2)
  const places = new Set(heads.map(({ blockKey }) => blockKey))
  expect(places).toContain('gone:lifetime')
  let found = 0
  for (const place of places) {
    const lines = await linesAt(null, slug, 2, place)
    expect(lines?.lines.map(({ number }) => number)).toEqual(
      heads.filter(({ blockKey }) => blockKey === place).map(({ number }) => number),
    )
    found += lines?.lines.length ?? 0
  }
  expect(found).toBe(heads.length)
})

test('a comment on an older revision stands in all that came since', async () => {
  const slug = 'carried-late'
  const first = await publishEdited(slug, 1, same)
  await publishEdited(slug, 2, edited)
  await publishEdited(slug, 3, (path, source) =>
    path === 'cover.mdx' ? `${edited(path, source)}\nOne paragraph more.\n` : edited(path, source),
  )
  const number = await comment(slug, 1, first.blocks[0]?.key ?? '')
  for (const revision of [2, 3]) {
    expect(await headsOf(slug, revision)).toMatchObject([
      { number, carried: { from: 1, state: 'edited', pinnedBy: null } },
    ])
  }
})

test('the verb says what is derived otherwise than it is kept, and keeps it where that is asked for', async () => {
  const slug = 'carried-again'
  const first = await publishEdited(slug, 1, same)
  await commentOnAll(slug, 1, first)
  await publishEdited(slug, 2, edited)
  expect(await ports([slug])).toBe(0)
  await db().$executeRaw`
    UPDATE anchor_port SET survival = 0.123, algorithm = 'older' WHERE state = 'exact'
      AND revision_id = (SELECT r.id FROM revision r JOIN proposal p ON p.id = r.proposal_id WHERE p.slug = ${slug} AND r.number = 2)`
  expect(await ports([slug])).toBe(1)
  expect(await ports([slug, '--write'])).toBe(0)
  expect(await ports([slug])).toBe(0)
  expect(await ports(['nowhere-at-all'])).toBe(4)
})

test('what was said before there were places gets them at the upgrade, once', async () => {
  const slug = 'carried-upgrade'
  const first = await publishEdited(slug, 1, same)
  await publishEdited(slug, 2, edited)
  const number = await comment(slug, 1, first.blocks[0]?.key ?? '')
  // As an older version left it: the rows of places are kept by a rule, so it is put aside.
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${reva.personId}, true)`
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      UPDATE proposal SET next_thread = next_thread + 1 WHERE slug = ${slug} RETURNING id::text`
    await tx.$executeRaw`
      WITH old AS (SELECT t.*, a.block_key, a.text_version, a.text_start, a.text_end, a.quote_exact, a.quote_prefix, a.quote_suffix
                   FROM thread t JOIN anchor a ON a.thread_id = t.id WHERE t.proposal_id = ${row?.id}::uuid AND t.number = ${number}),
      made AS (INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on)
               SELECT proposal_id, number + 1, kind, opened_by, opened_on FROM old RETURNING id)
      INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
      SELECT made.id, opened_on, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix FROM old, made`
  })
  // Nowhere yet, so at the head of its write-up, and not lost.
  expect((await headsOf(slug, 2)).map(({ carried }) => carried?.state)).toEqual(['edited', 'orphaned'])
  expect(await fillPorts()).toBe(1)
  expect((await headsOf(slug, 2)).map(({ carried }) => carried?.state)).toEqual(['edited', 'edited'])
  expect(await fillPorts()).toBe(0)
})

test('each block of a later revision has its origin in the one before, or is new', async () => {
  const slug = 'carried-origins'
  await publishEdited(slug, 1, same)
  const second = await publishEdited(slug, 2, (path, source) =>
    path === 'problem.mdx' ? `${source}\n\nA paragraph which nobody has read before today.\n` : source,
  )
  const origins = await db().blockOrigin.findMany({
    where: { block: { revision: { number: 2, proposal: { slug } } } },
    select: { key: true, previousKey: true },
  })
  expect(origins).toHaveLength(second.blocks.length)
  const added = second.blocks.find(({ text }) => text.startsWith('A paragraph which nobody'))
  for (const { key, previousKey } of origins) expect(previousKey).toBe(key === added?.key ? null : key)
})

test('what changed is told block by block, with the comments of who asks, and to nobody who may not read it', async () => {
  const slug = 'carried-interdiff'
  const first = await publishEdited(slug, 1, same)
  await publishEdited(slug, 2, edited)
  const key = first.blocks.find(({ text }) => text.startsWith('This is an example of a proposal'))?.key ?? ''
  const number = await comment(slug, 1, key)
  const found = await interdiffOf(reva, slug, 1, 2)
  const told = found?.documents.flatMap(({ writeup, changes }) =>
    changes.filter(({ kind }) => kind !== 'same').map((change) => ({ writeup, kind: change.kind })),
  )
  expect(told?.slice(0, 1)).toEqual([{ writeup: 'cover', kind: 'edited' }])
  expect(told?.every(({ writeup }) => ['cover', 'lifetime'].includes(writeup))).toBe(true)
  expect(found?.own).toMatchObject([{ number, carried: { state: 'edited', from: 1 } }])
  expect(found?.claims).toEqual([])
  expect(found?.marked).toBeGreaterThan(0)
  expect((await interdiffOf(null, slug, 1, 2))?.own).toEqual([])
  expect(await interdiffOf(null, slug, 1, 1)).toBeNull()
  expect(await interdiffOf(null, slug, 1, 3)).toBeNull()
  expect(await interdiffOf(null, 'nowhere-at-all', 1, 2)).toBeNull()
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  expect(await interdiffOf(null, slug, 1, 2)).toBeNull()
})

test('a thread says its words then and now, and where it stands in each revision', async () => {
  const slug = 'carried-places'
  const first = await publishEdited(slug, 1, same)
  await publishEdited(slug, 2, edited)
  const key = first.blocks.find(({ text }) => text.startsWith('This is an example of a proposal'))?.key ?? ''
  const number = await comment(slug, 1, key)
  const { places, now } = await placesOf(null, slug, number)
  expect(places).toMatchObject([{ revision: 2, carried: { from: 1, state: 'edited' } }])
  expect(now?.exact).toMatch(/example of a proposal/)
  expect(now?.revision).toBe(2)
  expect(await placesOf(null, slug, 999)).toEqual({ places: [], now: null })
})

async function carried(slug: string) {
  const first = await publishEdited(slug, 1, same)
  const key = first.blocks.find(({ text }) => text.startsWith('This is an example of a proposal'))?.key ?? ''
  const number = await comment(slug, 1, key)
  const second = await publishEdited(slug, 2, edited)
  const thread = await db().thread.findFirstOrThrow({
    where: { number, proposal: { slug } },
    select: { id: true, proposalId: true },
  })
  const other = second.blocks.find(({ writeup, kind }) => writeup === 'problem' && kind === 'paragraph')
  if (!other) throw new Error('no paragraph')
  return { number, threadId: thread.id, proposalId: thread.proposalId, other, second }
}

test('who opened a thread places it by hand, once, and the next revision is carried from there', async () => {
  const slug = 'pinned'
  const { number, threadId, proposalId, other } = await carried(slug)
  const words = {
    start: 0,
    end: other.text.indexOf(' '),
    exact: other.text.slice(0, other.text.indexOf(' ')),
  }
  const place = { threadId, revision: 2, blockKey: other.key, ...words }
  for (let twice = 0; twice < 2; twice++)
    expect(await pinThread(reva, place)).toMatchObject({ ok: true, value: { slug, thread: number } })
  const events = await db().event.findMany({
    where: { proposalId, kind: 'thread-pinned' },
    select: { subject: true },
  })
  expect(events).toEqual([
    { subject: { thread: number, revision: 2, block: other.key, start: 0, end: words.end } },
  ])
  expect(await headsOf(slug, 2)).toMatchObject([
    { blockKey: other.key, carried: { from: 1, pinnedBy: 'Reva', words: { start: 0, end: words.end } } },
  ])
  await publishEdited(slug, 3, (path, source) =>
    path === 'problem.mdx'
      ? `${edited(path, source)}\n\nOne paragraph more at the end.\n`
      : edited(path, source),
  )
  const [head] = await headsOf(slug, 3)
  expect(head).toMatchObject({ blockKey: other.key, carried: { from: 1, pinnedBy: 'Reva', pinnedIn: 2 } })
  expect(head?.carried && carriedWords(head.carried)).toMatch(/^from v1, placed by hand in v2 by Reva, /)
  // What it was opened about stays, and deriving again changes nothing that was said.
  expect((await placesOf(null, slug, number)).places.map(({ carried }) => carried.pinnedIn)).toEqual([
    2,
    undefined,
  ])
  expect(await db().$transaction((tx) => deriveAgain(tx, proposalId, true))).toMatchObject([
    { isPinned: true },
  ])
  expect((await headsOf(slug, 2))[0]?.blockKey).toBe(other.key)
})

test('a place by hand is said by the opener or an author, in the newest revision, at words that stand there', async () => {
  const slug = 'pinned-refused'
  const { number, threadId, proposalId, other } = await carried(slug)
  const someone = async (role: 'author' | 'reviewer' | 'maintainer' | null): Promise<NonNullable<Viewer>> => {
    const { id } = await db().person.create({ data: { name: `A ${role}` }, select: { id: true } })
    if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
    return { personId: id, name: `A ${role}`, administrator: false }
  }
  const whole = { threadId, revision: 2, blockKey: other.key }
  const refusal = async (who: Viewer, place: Parameters<typeof pinThread>[1]) => {
    const done = await pinThread(who, place)
    return done.ok ? null : done.error.kind
  }
  expect(await refusal(null, whole)).toBe('signed-out')
  for (const role of [null, 'reviewer', 'maintainer'] as const)
    expect(await refusal(await someone(role), whole)).toBe('forbidden')
  expect(await refusal(reva, { ...whole, revision: 1 })).toBe('newer-revision')
  expect(await refusal(reva, { ...whole, revision: 3 })).toBe('newer-revision')
  expect(await refusal(reva, { ...whole, blockKey: 'nowhere' })).toBe('block-gone')
  expect(await refusal(reva, { ...whole, start: 0, end: 100_000 })).toBe('quote-outside')
  expect(await refusal(reva, { ...whole, start: 5, end: 5 })).toBe('quote-outside')
  expect(await refusal(reva, { ...whole, start: 0, end: 3, exact: '\u202eab' })).toBe('quote-differs')
  expect(await refusal(reva, { ...whole, exact: 'no words that stand there \u{1f600}' })).toBe(
    'words-not-once',
  )
  expect(await refusal(reva, { ...whole, exact: 'e' })).toBe('words-not-once')
  const late = await comment(slug, 2, other.key)
  const { id } = await db().thread.findFirstOrThrow({ where: { number: late, proposal: { slug } } })
  expect(await refusal(reva, { ...whole, threadId: id })).toBe('opened-here')
  const maintainer = await someone('maintainer')
  expect((await lockThread(maintainer, threadId, 'lock')).ok).toBe(true)
  expect(await refusal(reva, whole)).toBe('thread-locked')
  expect((await lockThread(maintainer, threadId, 'unlock')).ok).toBe(true)
  expect(await db().event.count({ where: { proposalId, kind: 'thread-pinned' } })).toBe(0)
  expect(await pinningOf(await someone('reviewer'), slug, number)).toBeNull()
  const author = await someone('author')
  const pinning = await pinningOf(author, slug, number)
  expect(pinning?.newest).toBe(2)
  expect(pinning && (await pinChoices(pinning)).map(({ key }) => key)).toContain(other.key)
  expect(await refusal(author, { ...whole, exact: other.text })).toBeNull()
  expect((await headsOf(slug, 2))[0]).toMatchObject({ blockKey: other.key, carried: { state: 'block' } })
})
