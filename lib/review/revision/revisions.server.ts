import 'server-only'
import { db } from '#lib/db.server.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { type CheckedClaim, readCheckReport } from '#lib/review/claim/check-report.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { can, NO_STANDING, type Viewer } from '#lib/review/person/permission.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { type Bundle, parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'

/** A published revision as pages and exports need it. */
export type LoadedRevision = {
  readonly proposalId: string
  readonly revisionId: string
  readonly slug: string
  readonly title: string
  readonly area: string
  readonly state: string
  readonly number: number
  /** Numbers of all revisions, oldest first. */
  readonly numbers: readonly number[]
  readonly publishedAt: string
  readonly bundle: Bundle
  readonly claims: readonly CheckedClaim[]
}

/**
 * Parsed bundles by content hash. A revision never changes, so an entry is never stale; the limit only bounds
 * memory. Files in the database stay the truth, parsed again by the rules of this version of the program.
 */
const bundles = new Map<string, Promise<Bundle>>()
const BUNDLES_KEPT = 32

async function parseStored(revisionId: string): Promise<Bundle> {
  const files = await db().revisionFile.findMany({
    where: { revisionId },
    select: { path: true, bytes: true },
  })
  const bundle = parseBundle(files, await instanceQuestionnaires())
  if (bundle.ok) return bundle.value
  const places = bundle.error.map(
    ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
  )
  throw new UnreadableRevision(places)
}

/** A published revision that the present rules refuse: its files are there, and nothing can be drawn of them. */
export class UnreadableRevision extends Error {
  /** `file:line:column: what is wrong`. */
  readonly places: readonly string[]
  constructor(places: readonly string[]) {
    super(`a published revision does not pass the present check:\n${places.join('\n')}`)
    this.places = places
  }
}

/** For `catch`: a page shows such a revision as what it is, and every other failure stays one. */
export function orUnreadable(error: unknown): UnreadableRevision {
  if (error instanceof UnreadableRevision) return error
  throw error
}

function bundleOf(revisionId: string, contentHash: string): Promise<Bundle> {
  let bundle = bundles.get(contentHash)
  if (!bundle) {
    bundle = parseStored(revisionId)
    bundle.catch(() => bundles.delete(contentHash)) // a database that was away is asked again
  }
  bundles.delete(contentHash) // to the end: the first key is the one used longest ago
  bundles.set(contentHash, bundle)
  const oldest = bundles.keys().next().value
  if (bundles.size > BUNDLES_KEPT && oldest !== undefined) bundles.delete(oldest)
  return bundle
}

/** `number` null: the newest one. Null: there is no such revision, or the viewer may not read it. */
export async function loadRevision(
  viewer: Viewer,
  slug: string,
  number: number | null,
): Promise<LoadedRevision | null> {
  if (!can(viewer, 'read', NO_STANDING) || !isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({
    where: { slug },
    select: {
      id: true,
      title: true,
      area: true,
      state: true,
      revisions: {
        orderBy: { number: 'asc' },
        select: { id: true, number: true, contentSha256: true, publishedAt: true },
      },
    },
  })
  const revision = proposal?.revisions.findLast((one) => number === null || one.number === number)
  if (!proposal || !revision) return null
  const contentHash = Buffer.from(revision.contentSha256).toString('hex')
  const [bundle, rows] = await Promise.all([
    bundleOf(revision.id, contentHash),
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
    number: revision.number,
    numbers: proposal.revisions.map((one) => one.number),
    publishedAt: momentOf(revision.publishedAt),
    bundle,
    claims,
  }
}

/** For a page's title; the slug where there is no such proposal. */
export async function titleOf(slug: string): Promise<string> {
  if (!isSlug(slug)) return 'Not found'
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { title: true } })
  return proposal?.title ?? slug
}

export type ProposalListed = {
  readonly slug: string
  readonly title: string
  readonly area: string
  readonly state: string
  readonly revision: number
  readonly publishedAt: string
  readonly threads: { readonly open: number; readonly resolved: number }
  /** Of the newest revision: claims whose verdict is the claimed one, and the others. */
  readonly claims: { readonly standing: number; readonly failing: number }
}

export async function listProposals(viewer: Viewer): Promise<ProposalListed[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  const proposals = await db().proposal.findMany({
    where: { currentRevision: { gt: 0 } },
    // The newest first: what is under discussion.
    orderBy: { createdAt: 'desc' },
    select: {
      slug: true,
      title: true,
      area: true,
      state: true,
      currentRevision: true,
      revisions: {
        orderBy: { number: 'desc' },
        take: 1,
        select: {
          publishedAt: true,
          claims: { select: { expect: true, checkRun: { select: { verdict: true } } } },
        },
      },
      threads: { select: { state: true } },
    },
  })
  return proposals.map((proposal): ProposalListed => {
    const [revision] = proposal.revisions
    const claims = revision?.claims ?? []
    const standing = claims.filter(({ expect, checkRun }) => isAsClaimed(expect, checkRun.verdict)).length
    const open = proposal.threads.filter(({ state }) => state === 'open' || state === 'answered').length
    return {
      slug: proposal.slug,
      title: proposal.title,
      area: proposal.area,
      state: proposal.state,
      revision: proposal.currentRevision,
      publishedAt: revision ? momentOf(revision.publishedAt) : '',
      threads: { open, resolved: proposal.threads.length - open },
      claims: { standing, failing: claims.length - standing },
    }
  })
}
