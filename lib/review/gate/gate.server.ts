import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { log } from '#lib/log.server.ts'
import { readCheckReport } from '#lib/review/claim/check-report.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Reader } from '#lib/review/person/permission.ts'
import { listedSql, readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { openBundle } from '#lib/review/revision/open-bundle.server.ts'
import {
  type LoadedRevision,
  loadRevision,
  orUnreadable,
  UnreadableRevision,
} from '#lib/review/revision/revisions.server.ts'
import { type GateItem, type GateResult, gateResult, storedItems, type WeakMark } from './gate-item.ts'
import { type Lint, lintsOf } from './lints.ts'
import { examineBundle, insertGate } from './write-gate.server.ts'

/**
 * The gate of what stands published: what was found of the document when it was published, with what reviewers say of its
 * answers. Everything is read from rows, so that the transaction that changes a state asks what it is about to change.
 */
type Rows = Pick<Transaction, 'revision' | 'revisionGate' | 'claim' | '$queryRaw'>

/** Of the newest revision, within the transaction that asks; what nobody looked at does not pass. */
export async function gateIn(tx: Rows, proposalId: string): Promise<GateResult> {
  const newest = await tx.revision.findFirst({
    where: { proposalId },
    orderBy: { number: 'desc' },
    select: { id: true },
  })
  return newest ? gateOfRevision(tx, newest.id) : gateResult([notLookedAt('there is no revision')], [])
}

/** Of one revision, whoever asks: callers that answer a person go through `gateOf`. */
export async function gateOfRevision(reader: Rows, revisionId: string): Promise<GateResult> {
  // One after the other: a transaction has one connection.
  const row = await reader.revisionGate.findUnique({ where: { revisionId }, select: { items: true } })
  const claims = await reader.claim.findMany({
    where: { revisionId, required: true },
    select: { key: true, expect: true, checkRun: { select: { verdict: true } } },
  })
  const marks = await marksOn(reader, revisionId)
  const stored = storedItems.safeParse(row?.items)
  if (!stored.success) {
    if (row) log.error('what was stored of a gate cannot be read', { revision: revisionId })
    return gateResult([notLookedAt('coherent upgrade, which each start runs, looks at it')], [])
  }
  const failing = new Map(
    claims
      .filter(({ expect, checkRun }) => checkRun.verdict !== expect)
      .map(({ key, checkRun }) => [key, checkRun.verdict]),
  )
  // What the checker says now wins over what it said then, should it ever have been asked again.
  const items = stored.data.map((item): GateItem => {
    const verdict = item.subject === 'claim' && !item.isOpen ? failing.get(item.id) : undefined
    if (verdict === undefined) return item
    const why = `The claim ${item.id} is ${verdict}, and that is not as claimed.`
    return { ...item, state: 'claim-not-as-claimed', isOpen: true, why }
  })
  return gateResult(items, marks)
}

function notLookedAt(why: string): GateItem {
  return {
    subject: 'questionnaire',
    id: 'gate',
    writeup: 'cover',
    state: 'no-questions',
    isOpen: true,
    asks: 'The revision was held to its questionnaire.',
    why: `It was not looked at yet: ${why}.`,
    blockKey: null,
    file: 'cover.mdx',
    line: 1,
    column: 1,
    answerHash: null,
  }
}

type MarkRow = Omit<WeakMark, 'by' | 'at'> & { byId: string; byName: string; at: Date }

/** Marks that stand of the words that this revision has, on whichever of the proposal they were made. Oldest first. */
async function marksOn(reader: Pick<Rows, '$queryRaw'>, revisionId: string): Promise<WeakMark[]> {
  const rows = await reader.$queryRaw<MarkRow[]>`
    SELECT w.id::text, w.question, encode(w.answer_sha256, 'hex') AS "answerHash", w.reason,
           p.id::text AS "byId", p.name AS "byName", w.marked_at AS at, there.number AS revision
    FROM revision here
    JOIN revision there ON there.proposal_id = here.proposal_id
    JOIN weak_answer w ON w.revision_id = there.id AND w.withdrawn_at IS NULL
    JOIN revision_answer own
      ON own.revision_id = here.id AND own.question = w.question AND own.answer_sha256 = w.answer_sha256
    JOIN person p ON p.id = w.marked_by
    WHERE here.id = ${revisionId}::uuid
    ORDER BY w.marked_at, w.id
    LIMIT 500`
  return rows.map(({ byId, byName, at, ...mark }) => ({
    ...mark,
    by: { id: byId, name: byName },
    at: momentOf(at),
  }))
}

export type GateOfRevision = {
  readonly proposalId: string
  readonly revisionId: string
  readonly slug: string
  readonly title: string
  readonly number: number
  readonly numbers: readonly number[]
  readonly questionnaire: string
  readonly gate: GateResult
}

/** What a revision's text is warned of, by the lints of today; nothing of one that cannot be read any more. */
export async function lintsOfRevision(
  viewer: Reader,
  slug: string,
  number: number,
): Promise<readonly Lint[]> {
  const revision = await loadRevision(viewer, slug, number).catch(orUnreadable)
  return revision && !(revision instanceof UnreadableRevision) ? lintsOf(revision.bundle) : []
}

/** `number` null: the newest one. Null: there is no such revision, or the viewer may not read it. */
export async function gateOf(
  viewer: Reader,
  slug: string,
  number: number | null,
): Promise<GateOfRevision | null> {
  if (!isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: {
      id: true,
      title: true,
      revisions: { orderBy: { number: 'asc' }, select: { id: true, number: true, frontMatter: true } },
    },
  })
  const revision = proposal?.revisions.findLast((one) => number === null || one.number === number)
  if (!proposal || !revision) return null
  const front = revision.frontMatter
  const questionnaire =
    typeof front === 'object' && front !== null && 'questionnaire' in front ? String(front.questionnaire) : ''
  return {
    proposalId: proposal.id,
    revisionId: revision.id,
    slug,
    title: proposal.title,
    number: revision.number,
    numbers: proposal.revisions.map((one) => one.number),
    questionnaire,
    gate: await gateOfRevision(db(), revision.id),
  }
}

/** Of a revision that was loaded for somebody, who therefore may read it. */
export const gateOfLoaded = ({ revisionId }: Pick<LoadedRevision, 'revisionId'>): Promise<GateResult> =>
  gateOfRevision(db(), revisionId)

/** What a list of proposals says of each, by slug: of its newest revision, with what reviewers find weak. */
export type GateListed = Pick<GateResult, 'passes' | 'open' | 'of'>

/** Counted where the rows are: no item is read. A proposal that nobody looked at is not in it. */
export async function gatesListed(viewer: Reader): Promise<ReadonlyMap<string, GateListed>> {
  const rows = await db().$queryRaw<({ slug: string } & GateListed)[]>`
    SELECT p.slug, gate_passes(newest.id) AS passes, g.questions AS of, (g.unanswered + weak.n)::int AS open
    FROM proposal p
    JOIN revision newest ON newest.proposal_id = p.id AND newest.number = p.current_revision
    JOIN revision_gate g ON g.revision_id = newest.id
    CROSS JOIN LATERAL (
      SELECT count(DISTINCT own.question) AS n
      FROM revision_answer own
      JOIN weak_answer w ON w.question = own.question AND w.answer_sha256 = own.answer_sha256 AND w.withdrawn_at IS NULL
      JOIN revision there ON there.id = w.revision_id AND there.proposal_id = p.id
      WHERE own.revision_id = newest.id AND NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(g.items) item
        WHERE item->>'subject' = 'question' AND item->>'id' = own.question AND (item->>'isOpen')::boolean)
    ) AS weak
    WHERE ${listedSql(viewer, 'p')}`
  return new Map(rows.map(({ slug, ...gate }) => [slug, gate]))
}

/** The first line of a revision's exports; empty: complete, or published before the gate. */
export async function stampOfRevision(revisionId: string): Promise<string> {
  const row = await db().revisionGate.findUnique({ where: { revisionId }, select: { stamp: true } })
  return row?.stamp ?? ''
}

/**
 * Looks at what was published before there was a gate, without stamping it. Run again it finds nothing to do; of two at
 * once each row is written by one. One revision at a time, oldest first; what cannot be read is left for the next start.
 */
export async function* fillGates(): AsyncGenerator<{ revisionId: string; done: boolean }> {
  const AT_ONCE = 500
  let after: string | null = null
  for (;;) {
    const rows: { id: string }[] = await db().revision.findMany({
      where: { gate: null, ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: AT_ONCE,
      select: { id: true },
    })
    for (const { id } of rows) yield { revisionId: id, done: await fillGate(id) }
    after = rows.at(-1)?.id ?? null
    if (after === null) return
  }
}

async function fillGate(revisionId: string): Promise<boolean> {
  const [bundle, claims] = await Promise.all([
    openBundle({ revisionId }),
    db().claim.findMany({
      where: { revisionId },
      select: { key: true, checkRun: { select: { report: true } } },
    }),
  ])
  if (!bundle.ok) return false
  const checks = claims.map(({ key, checkRun }) => ({ id: key, report: readCheckReport(checkRun.report) }))
  const items = await examineBundle(bundle.value, checks)
  await db().$transaction((tx) => insertGate(tx, { revisionId, items, stamped: false }))
  return true
}
