import 'server-only'
import { carryAnchor } from '#lib/anchor/carry-anchor.ts'
import { db, type Transaction } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { DROPPED_NAME } from '#lib/review/person/tombstone.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { mapBetween } from '#lib/review/thread/carry-threads.server.ts'
import { readStep } from '#lib/review/thread/step-row.ts'
import { ABOUT, placeKey, wholeOf } from '#lib/review/thread/whole.ts'
import { stepSentence } from '#lib/simulation/step-shown.ts'
import type { DraftPlace, DraftShown, ReviewDrafts } from './draft.ts'

/** Drafts as they are published: with what they are about by its ids, in the order of the text, replies behind. */
export type StoredDraft = Awaited<ReturnType<typeof storedDrafts>>[number]

export async function storedDrafts(reader: Transaction, proposalId: string, personId: string) {
  const rows = await reader.reviewDraft.findMany({
    where: { proposalId, personId },
    orderBy: { createdAt: 'asc' },
    select: {
      ...{ id: true, body: true, lockVersion: true, kind: true, clearsWhen: true, clientKey: true },
      ...{ revisionId: true, blockKey: true, textStart: true, textEnd: true, exact: true, answers: true },
      ...{ about: true, step: true },
      revision: { select: { number: true } },
      answered: {
        select: {
          ...{ seq: true, body: true, createdAt: true, redactedAt: true, messageId: true, origin: true },
          author: { select: { id: true, name: true } },
          mail: { select: { mail: { select: { status: true } } } },
          thread: { select: { id: true, number: true } },
        },
      },
    },
  })
  const blocks = await reader.$queryRaw<{ id: string; ord: number; writeup: string }[]>`
    SELECT d.id::text, b.ord, b.writeup FROM review_draft d
      JOIN block b ON b.revision_id = d.revision_id AND b.block_key = d.block_key
    WHERE d.proposal_id = ${proposalId}::uuid AND d.person_id = ${personId}::uuid`
  const placed = new Map(blocks.map((block) => [block.id, block]))
  const drafts = rows.map((row) => ({
    ...row,
    step: readStep(row.step),
    answered: row.answered && withoutDropped(row.answered),
    writeup: placed.get(row.id)?.writeup ?? '',
    ord: placed.get(row.id)?.ord ?? Number.MAX_SAFE_INTEGER,
  }))
  return drafts.sort(
    (a, b) =>
      (a.revision?.number ?? 1000) - (b.revision?.number ?? 1000) ||
      a.ord - b.ord ||
      (a.textStart ?? 0) - (b.textStart ?? 0) ||
      (a.answered?.thread.number ?? 0) - (b.answered?.thread.number ?? 0) ||
      (a.answered?.seq ?? 0) - (b.answered?.seq ?? 0),
  )
}

function withoutDropped<
  T extends {
    readonly author: { readonly id: string; readonly name: string }
    readonly mail: { readonly mail: { readonly status: string } } | null
  },
>(answered: T): T {
  if (answered.mail?.mail.status !== 'dropped') return answered
  return { ...answered, author: { ...answered.author, name: DROPPED_NAME } }
}

/** How many drafts the viewer has in a proposal. */
export async function countDrafts(viewer: Viewer, slug: string): Promise<number> {
  if (!viewer || !isSlug(slug)) return 0
  return db().reviewDraft.count({
    where: { personId: viewer.personId, proposal: { slug, ...readableBy(viewer) } },
  })
}

/** Enough to see what changed. */
const SHOWN = 300

/** The viewer's own drafts, with where their passages stand in the newest revision; null: no such proposal. */
export async function draftsOf(viewer: Viewer, slug: string): Promise<ReviewDrafts | null> {
  if (!viewer || !isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: {
      ...{ id: true, title: true },
      revisions: { orderBy: { number: 'desc' }, take: 1, select: { id: true, number: true } },
    },
  })
  const newest = proposal?.revisions[0]
  if (!proposal || !newest) return null
  const rows = await storedDrafts(db(), proposal.id, viewer.personId)
  const drafts: DraftShown[] = []
  for (const row of rows) drafts.push(await shown(row, newest.id))
  return { slug, title: proposal.title, proposalId: proposal.id, newest: newest.number, drafts }
}

async function shown(row: StoredDraft, newest: string): Promise<DraftShown> {
  const { id, body, lockVersion, answered, revision, kind, clearsWhen } = row
  const said = { id, body, lockVersion }
  if (answered || !revision || !kind) {
    const about = {
      what: 'reply' as const,
      thread: answered?.thread.number ?? 0,
      comment: answered?.seq ?? 0,
      by: answered?.author.name ?? '',
      words: (answered?.redactedAt ? '' : (answered?.body ?? '')).slice(0, SHOWN),
    }
    return { ...said, about }
  }
  const about = {
    what: 'passage' as const,
    ...{ revision: revision.number, writeup: row.writeup, kind, clearsWhen },
    scope: ABOUT.find((one) => one === row.about) ?? 'passage',
    blockKey: placeKey({ about: row.about, blockKey: row.blockKey ?? '', writeup: row.writeup }),
    exact: row.about === 'whole' ? '' : row.step ? stepSentence(row.step) : (row.exact ?? ''),
    now: await placeIn(row, newest),
  }
  return { ...said, about }
}

async function placeIn(row: StoredDraft, newest: string): Promise<DraftPlace | null> {
  if (row.revisionId === null || row.revisionId === newest) return null
  // It stands at the head of it, whatever became of the text.
  if (row.about === 'whole') return { state: 'exact', survival: 1, blockKey: wholeOf(row.writeup), words: '' }
  const map = await mapBetween(row.revisionId, newest)
  const anchor = { key: row.blockKey ?? '', start: row.textStart ?? 0, end: row.textEnd ?? 0 }
  const place = carryAnchor(map, anchor)
  const { state, survival } = place
  if (place.state === 'orphaned') return { state, survival, blockKey: null, words: '' }
  const block = map.now.blocks.find(({ key }) => key === place.key)
  const from = (block?.start ?? 0) + place.start
  const words = map.now.text.slice(from, Math.min(from + SHOWN, (block?.start ?? 0) + place.end))
  return { state, survival, blockKey: place.key, words }
}
