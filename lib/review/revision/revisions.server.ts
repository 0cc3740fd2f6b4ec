import 'server-only'
import { db } from '#lib/db.server.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { type CheckedClaim, readCheckReport } from '#lib/review/claim/check-report.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Reader, Viewer } from '#lib/review/person/permission.ts'
import { findReadable, listedSql, readableBy } from '#lib/review/person/readable.server.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import type { ProposalState } from '#lib/review/proposal/state.ts'
import { type OpenBundle, openBundle } from './open-bundle.server.ts'

/** A published revision as pages and exports need it. */
export type LoadedRevision = {
  readonly proposalId: string
  readonly revisionId: string
  readonly slug: string
  readonly title: string
  readonly area: string
  readonly state: string
  readonly visibility: Visibility
  readonly number: number
  /** Numbers of all revisions, oldest first. */
  readonly numbers: readonly number[]
  readonly publishedAt: string
  readonly bundle: OpenBundle
  readonly claims: readonly CheckedClaim[]
}

/** Opened bundles by revision, which never changes, so an entry is never stale; the limit only bounds memory. */
const bundles = new Map<string, Promise<OpenBundle>>()
const BUNDLES_KEPT = 32

async function open(revisionId: string): Promise<OpenBundle> {
  const bundle = await openBundle({ revisionId })
  if (bundle.ok) return bundle.value
  const places = bundle.error.map(
    ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
  )
  throw new UnreadableRevision(places)
}

/** A published revision of which what was stored is broken: its files are there, and nothing can be drawn of them. */
export class UnreadableRevision extends Error {
  /** `file:line:column: what is wrong`. */
  readonly places: readonly string[]
  constructor(places: readonly string[]) {
    super(`what was stored of a published revision cannot be read:\n${places.join('\n')}`)
    this.places = places
  }
}

/** For `catch`: a page shows such a revision as what it is, and every other failure stays one. */
export function orUnreadable(error: unknown): UnreadableRevision {
  if (error instanceof UnreadableRevision) return error
  throw error
}

/** Kept for a while. Throws `UnreadableRevision`. Whoever asks has asked who may read it. */
export function bundleOf(revisionId: string): Promise<OpenBundle> {
  let bundle = bundles.get(revisionId)
  if (!bundle) {
    bundle = open(revisionId)
    bundle.catch(() => bundles.delete(revisionId)) // a database that was away is asked again
  }
  bundles.delete(revisionId) // to the end: the first key is the one used longest ago
  bundles.set(revisionId, bundle)
  const oldest = bundles.keys().next().value
  if (bundles.size > BUNDLES_KEPT && oldest !== undefined) bundles.delete(oldest)
  return bundle
}

/** `number` null: the newest one. Null: there is no such revision, or the viewer may not read it. */
export async function loadRevision(
  viewer: Reader,
  slug: string,
  number: number | null,
): Promise<LoadedRevision | null> {
  if (!isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: {
      id: true,
      title: true,
      area: true,
      state: true,
      visibility: true,
      revisions: {
        orderBy: { number: 'asc' },
        select: { id: true, number: true, publishedAt: true },
      },
    },
  })
  const revision = proposal?.revisions.findLast((one) => number === null || one.number === number)
  if (!proposal || !revision) return null
  const [bundle, rows] = await Promise.all([
    bundleOf(revision.id),
    db().claim.findMany({
      where: { revisionId: revision.id },
      select: { key: true, checkRun: { select: { report: true } } },
    }),
  ])
  const reports = new Map(rows.map(({ key, checkRun }) => [key, checkRun.report]))
  const claims = bundle.claims.map((claim): CheckedClaim => {
    const report = readCheckReport(reports.get(claim.id))
    const { id, model, variant, property, expect, required, sentence, blockKey } = claim
    return { id, model, variant, property, expect, required, sentence, blockKey, report }
  })
  return {
    proposalId: proposal.id,
    revisionId: revision.id,
    slug,
    title: proposal.title,
    area: proposal.area,
    state: proposal.state,
    visibility: proposal.visibility,
    number: revision.number,
    numbers: proposal.revisions.map((one) => one.number),
    publishedAt: momentOf(revision.publishedAt),
    bundle,
    claims,
  }
}

/** A file as it was published, whatever has become of what was parsed of it; null: there is none for this viewer. */
export async function fileOf(
  viewer: Viewer,
  slug: string,
  number: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  // A NUL is in no path, and the database takes none.
  if (!isSlug(slug) || path.includes('\0')) return null
  const file = await db().revisionFile.findFirst({
    where: { path, revision: { number, proposal: { slug, ...readableBy(viewer) } } },
    select: { bytes: true },
  })
  return file?.bytes ?? null
}

/** For a page's title; the slug where there is no such proposal for this viewer. */
export async function titleOf(viewer: Viewer, slug: string): Promise<string> {
  if (!isSlug(slug)) return 'Not found'
  return (await findReadable(viewer, slug))?.title ?? slug
}

export type ProposalListed = {
  readonly slug: string
  readonly title: string
  readonly area: string
  readonly state: ProposalState
  /** In lists are those that are not public only for who has a role in them. */
  readonly visibility: Visibility
  readonly revision: number
  readonly publishedAt: string
  readonly threads: { readonly open: number; readonly resolved: number }
  /** Of the newest revision: claims whose verdict is the claimed one, and the others. */
  readonly claims: { readonly standing: number; readonly failing: number }
}

type ListedRow = Omit<ProposalListed, 'publishedAt' | 'threads' | 'claims'> & {
  /** As Postgres writes it: it knows moments that a Date does not. */
  publishedAt: string | null
  open: number
  resolved: number
  /** Of each pair of claimed and found verdict, how often. */
  verdicts: { expect: string; verdict: string; n: number }[] | null
}

/** Of each proposal with its newest revision; counted where the rows are, however many threads there are. */
export async function listProposals(viewer: Viewer): Promise<ProposalListed[]> {
  // The newest first: what is under discussion.
  const rows = await db().$queryRaw<ListedRow[]>`
    SELECT p.slug, p.title, p.area, p.state::text, p.visibility::text, p.current_revision AS revision,
           newest.published_at::text AS "publishedAt",
           coalesce(said.open, 0)::int AS open, coalesce(said.resolved, 0)::int AS resolved, found.verdicts
    FROM proposal p
    LEFT JOIN LATERAL (
      SELECT id, published_at FROM revision WHERE proposal_id = p.id ORDER BY number DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN (
      SELECT proposal_id, count(*) FILTER (WHERE state IN ('open', 'answered')) AS open,
             count(*) FILTER (WHERE state NOT IN ('open', 'answered')) AS resolved
      FROM thread GROUP BY proposal_id
    ) AS said ON said.proposal_id = p.id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('expect', expect, 'verdict', verdict, 'n', n)) AS verdicts
      FROM (SELECT c.expect, run.verdict, count(*) AS n
            FROM claim c JOIN check_run run ON run.id = c.check_run_id
            WHERE c.revision_id = newest.id GROUP BY c.expect, run.verdict) AS pair
    ) AS found ON true
    WHERE p.current_revision > 0 AND ${listedSql(viewer, 'p')}
    ORDER BY p.created_at DESC`
  return rows.map(({ publishedAt, open, resolved, verdicts, ...proposal }) => {
    const [standing, failing] = [true, false].map((isStanding) =>
      (verdicts ?? [])
        .filter(({ expect, verdict }) => isAsClaimed(expect, verdict) === isStanding)
        .reduce((sum, { n }) => sum + n, 0),
    )
    return {
      ...proposal,
      publishedAt: publishedAt ? momentOf(new Date(publishedAt)) : '',
      threads: { open, resolved },
      claims: { standing: standing ?? 0, failing: failing ?? 0 },
    }
  })
}
