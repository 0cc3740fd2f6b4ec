import 'server-only'
import { PLACE_STATES } from '#lib/anchor/carry.ts'
import { countMarked, differenceOf } from '#lib/anchor/difference.ts'
import { db } from '#lib/db.server.ts'
import { readCheckReport } from '#lib/review/claim/check-report.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { mapBetween } from './carry-threads.server.ts'
import {
  type ChangeShown,
  claimChanges,
  type Interdiff,
  type OwnThread,
  type StoredClaim,
} from './interdiff.ts'
import { aboutOf, goneFrom, pinnedOf } from './port.ts'
import { wholeOf } from './whole.ts'

/** Threads of the reader that stand beside the changes; the others are on the page of threads. */
const MOST_OWN = 500

/** What changed from one published revision to another; null: there are no such two for this viewer. */
export async function interdiffOf(
  viewer: Viewer,
  slug: string,
  from: number,
  to: number,
): Promise<Interdiff | null> {
  if (!isSlug(slug) || from === to) return null
  const proposal = await db().proposal.findFirst({
    where: { slug, ...readableBy(viewer) },
    select: {
      id: true,
      title: true,
      revisions: { orderBy: { number: 'asc' }, select: { id: true, number: true, changelog: true } },
    },
  })
  const [old, now] = [from, to].map((number) => proposal?.revisions.find((one) => one.number === number))
  if (!proposal || !old || !now) return null
  const [revisions, changes, before, after, own] = await Promise.all([
    mapBetween(old.id, now.id),
    changesByWriteup(old.id, now.id),
    claimsOf(old.id),
    claimsOf(now.id),
    viewer ? ownThreads(viewer.personId, proposal.id, from, now) : [],
  ])
  return {
    slug,
    title: proposal.title,
    from,
    to,
    numbers: proposal.revisions.map(({ number }) => number),
    changelog: now.changelog,
    documents: DOCUMENT_IDS.map((writeup) => ({ writeup, changes: changes.get(writeup) ?? [] })),
    claims: claimChanges(before, after),
    own,
    ...countMarked(revisions),
  }
}

/** By id of the document. Of two revisions of one proposal; whether they may be seen was asked. */
export async function changesByWriteup(
  from: string,
  to: string,
): Promise<ReadonlyMap<string, ChangeShown[]>> {
  const [revisions, blocks] = await Promise.all([mapBetween(from, to), blocksOf([from, to])])
  const changes = new Map<string, ChangeShown[]>()
  for (const { kind, block, origins, parts } of differenceOf(revisions).changes) {
    const key = block === null ? null : (revisions.now.blocks[block]?.key ?? null)
    const oldKey = revisions.old.blocks[origins[0] ?? -1]?.key ?? ''
    const at = blocks.get(key === null ? `${from} ${oldKey}` : `${to} ${key}`)
    const writeup = at?.writeup ?? 'cover'
    changes.set(writeup, [...(changes.get(writeup) ?? []), { kind, key, block: at?.kind ?? '', parts }])
  }
  return changes
}

/** By revision and key. */
async function blocksOf(
  revisions: readonly string[],
): Promise<ReadonlyMap<string, { readonly kind: string; readonly writeup: string }>> {
  const rows = await db().block.findMany({
    where: { revisionId: { in: [...revisions] } },
    select: { revisionId: true, key: true, kind: true, writeup: true },
  })
  return new Map(
    rows.map(({ revisionId, key, kind, writeup }) => [`${revisionId} ${key}`, { kind, writeup }]),
  )
}

async function claimsOf(revisionId: string): Promise<StoredClaim[]> {
  const rows = await db().claim.findMany({
    where: { revisionId },
    orderBy: { key: 'asc' },
    select: {
      key: true,
      sentence: true,
      model: true,
      expect: true,
      checkRun: { select: { report: true, modelSha256: true } },
    },
  })
  return rows.map(({ key, sentence, model, expect, checkRun }) => {
    const report = readCheckReport(checkRun.report)
    return {
      ...{ id: key, sentence, model, expect, verdict: report.kind, states: report.states },
      modelHash: Buffer.from(checkRun.modelSha256).toString('hex'),
    }
  })
}

type OwnRow = Pick<OwnThread, 'number' | 'kind' | 'state' | 'words'> & {
  from: number
  writeup: string
  about: string
  step: string | null
  port: string | null
  key: string | null
  survival: number | null
  pinned_by: string | null
  /** The revision of which they said it. */
  pinned_in: number | null
}

/** Threads up to the older revision in which the reader said something, where they stand in the newer one. */
async function ownThreads(
  personId: string,
  proposalId: string,
  from: number,
  to: { readonly id: string; readonly number: number },
): Promise<OwnThread[]> {
  if (to.number < from) return []
  const rows = await db().$queryRaw<OwnRow[]>`
    SELECT t.number, t.kind::text, t.state::text, coalesce(left(first.body, 200), '') AS words, opened.number AS "from",
           own.writeup, a.about, port.step, port.state AS port, port.block_key AS key, port.survival, pinner.name AS pinned_by, pinner.number AS pinned_in
    FROM thread t JOIN revision opened ON opened.id = t.opened_on
      JOIN anchor a ON a.thread_id = t.id
      JOIN block own ON own.revision_id = a.revision_id AND own.block_key = a.block_key
      LEFT JOIN anchor_port port ON port.thread_id = t.id AND port.revision_id = ${to.id}::uuid
      LEFT JOIN LATERAL (SELECT person.name, said.number FROM anchor_port pin JOIN revision said ON said.id = pin.revision_id
                         JOIN person ON person.id = pin.pinned_by
                         WHERE pin.thread_id = t.id AND said.number <= ${to.number} ORDER BY said.number DESC LIMIT 1) AS pinner ON true
      LEFT JOIN LATERAL (SELECT body FROM comment WHERE thread_id = t.id ORDER BY seq LIMIT 1) AS first ON true
    WHERE t.proposal_id = ${proposalId}::uuid AND opened.number <= ${from}
      AND EXISTS (SELECT 1 FROM comment c WHERE c.thread_id = t.id AND c.author_id = ${personId}::uuid)
    ORDER BY t.number LIMIT ${MOST_OWN}`
  return rows.map(({ number, kind, state, words, ...row }) => ({
    ...{ number, kind, state, words },
    blockKey: row.about === 'whole' ? wholeOf(row.writeup) : (row.key ?? goneFrom(row.writeup)),
    carried: {
      state: PLACE_STATES.find((one) => one === row.port) ?? 'orphaned',
      ...{ survival: row.survival ?? 0, from: row.from, ...pinnedOf(row, to.number), words: null },
      ...aboutOf(row.about, row.step),
    },
  }))
}
