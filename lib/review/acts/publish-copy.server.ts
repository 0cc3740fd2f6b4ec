import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type CopyFailure, describeCopyFailure } from '#lib/review/copy/copy-failure.ts'
import type { Manifest } from '#lib/review/copy/copy-files.ts'
import { copyAccess, filesOfManifest } from '#lib/review/copy/read-copies.server.ts'
import { lockCopy, manifestOf, textHash, writeState } from '#lib/review/copy/write-copies.server.ts'
import type { GateResult } from '#lib/review/gate/gate-item.ts'
import { gateSentence } from '#lib/review/gate/gate-text.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { isActive, standingIn } from '#lib/review/person/standing.server.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import { withCoverFields } from '#lib/writeup/bundle/edit-cover.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'
import { CopyRefused } from './copy-act.server.ts'
import { describePublishFailure, type PublishFailure, publishBundle } from './publish.server.ts'

/** What is asked for before a working copy becomes the next revision. */
export type CopyWish = {
  readonly slug: string
  /** The version of the copy that was looked at. */
  readonly seen: number
  /** What changed since the revision before, a line each; of the first none. */
  readonly changelog: readonly string[]
  /** Of a proposal that is new. */
  readonly visibility: Visibility
  /** Publish although questions are unanswered, or claims not as claimed. */
  readonly isUnfinishedMeant: boolean
}

export type CopyPublished = {
  readonly number: number
  readonly gate: GateResult | null
  readonly claims: readonly { readonly id: string; readonly expect: string; readonly kind: string }[]
}

export type CopyPublishFailure =
  | CopyFailure
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'no-changelog' | 'nothing-changed' | 'change-id-taken' }
  | { readonly kind: 'published-meanwhile'; readonly number: number }
  | { readonly kind: 'incomplete'; readonly gate: GateResult }
  | { readonly kind: 'refused'; readonly says: string }

export function describeCopyPublishFailure(failure: CopyPublishFailure): string {
  switch (failure.kind) {
    case 'problems':
      return `Nothing was published: ${failure.problems.length} ${failure.problems.length === 1 ? 'thing keeps' : 'things keep'} it from being a revision. Each is below, with its line.`
    case 'no-changelog':
      return 'Say what changed since the last revision, in 20 characters or more: reviewers look for it first.'
    case 'nothing-changed':
      return 'Nothing changed since the last revision.'
    case 'change-id-taken':
      return 'The change-id in the cover is that of another proposal. Choose another.'
    case 'published-meanwhile':
      return `v${failure.number} was published meanwhile by somebody else. Your draft stays as it is: bring in what changed, then publish again.`
    case 'incomplete':
      return `${gateSentence(failure.gate)} Tick the box to publish it unfinished.`
    case 'refused':
      return failure.says
    default:
      return describeCopyFailure(failure)
  }
}

/** As `revision_changelog_is_written` counts it. */
const LEAST_CHANGELOG = 20

/**
 * The working copy becomes the next revision: its number, its changelog and its date are written into the cover, everything
 * is checked, the claims too, and one transaction makes the revision and says of the copy that it is that one. Whatever is in
 * the way leaves the copy as it was. Sent again after it was done, it says what was done.
 */
export async function publishCopy(
  viewer: Viewer,
  wish: CopyWish,
  now = new Date(),
): Promise<Result<CopyPublished, CopyPublishFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  const access = await copyAccess(viewer, wish.slug)
  if (access.kind === 'begin') return err({ kind: 'nothing-changed' })
  if (access.kind === 'nothing') return err({ kind: 'no-such-copy' })
  if (access.kind !== 'edit') return err({ kind: access.kind })
  const { head } = access
  if (head.version !== wish.seen) return done(head.id, head.version, head.baseRevision, wish.seen)
  if (head.proposalId === null && (await isTaken(wish.slug))) return err({ kind: 'name-taken' })
  const number = head.baseRevision + 1
  if (number > 1 && [...wish.changelog.join('\n').trim()].length < LEAST_CHANGELOG)
    return err({ kind: 'no-changelog' })
  const files = await filesOfManifest(head.id, head.files)
  if (head.proposalId !== null && (await isAsPublished(head.proposalId, head.baseRevision, head.files)))
    return err({ kind: 'nothing-changed' })
  const made = withCover(files, { number, changelog: number > 1 ? wish.changelog : [], now })
  const bundle = await checkFilesWhole(made, await instanceQuestionnaires())
  if (!bundle.ok) return err({ kind: 'problems', problems: bundle.error.slice(0, 300) })
  try {
    const published = await publishBundle(
      ...([
        wish.slug,
        bundle.value,
        now,
        wish.visibility,
        viewer.personId,
        {
          judge: (gate: GateResult): PublishFailure | null =>
            gate.passes || wish.isUnfinishedMeant ? null : { kind: 'incomplete', gate },
          alsoWrite: (tx: Transaction, { proposalId }: { readonly proposalId: string }) =>
            becomes(tx, viewer, { copyId: head.id, seen: wish.seen, files: made, proposalId, number, now }),
        },
      ] as const),
    )
    if (!published.ok) return err(failureOf(wish.slug, published.error, head.baseRevision))
    if (published.value.kind === 'unchanged') return err({ kind: 'published-meanwhile', number })
    const { gate, claims } = published.value
    return ok({
      ...{ number, gate },
      claims: claims.map(({ id, expect, report }) => ({ id, expect, kind: report.kind })),
    })
  } catch (error) {
    if (!(error instanceof CopyRefused)) throw error
    // Somebody saved or published while the claims were checked.
    if (error.failure.kind !== 'stale') return err(error.failure)
    const there = await copyAccess(viewer, wish.slug)
    return there.kind === 'edit' && there.head.baseRevision >= number
      ? err({ kind: 'published-meanwhile', number: there.head.baseRevision })
      : err(error.failure)
  }
}

/** Of who sends the same form again: it was published, or somebody saved meanwhile. */
async function done(
  copyId: string,
  version: number,
  baseRevision: number,
  seen: number,
): Promise<Result<CopyPublished, CopyPublishFailure>> {
  const state = await db().workingState.findUnique({
    where: { copyId_version: { copyId, version: seen + 1 } },
    select: { kind: true },
  })
  return state?.kind === 'published' && version === seen + 1
    ? ok({ number: baseRevision, gate: null, claims: [] })
    : err({ kind: 'stale' })
}

async function isTaken(slug: string): Promise<boolean> {
  return (await db().proposal.count({ where: { slug } })) > 0
}

async function isAsPublished(proposalId: string, number: number, files: Manifest): Promise<boolean> {
  const rows = await db().revisionFile.findMany({
    where: { revision: { proposalId, number } },
    select: { path: true, bytes: true },
  })
  return (
    rows.length === Object.keys(files).length &&
    rows.every(({ path, bytes }) => files[path] === textHash(bytes))
  )
}

function withCover(
  files: readonly BundleFile[],
  { number, changelog, now }: { number: number; changelog: readonly string[]; now: Date },
): readonly BundleFile[] {
  return files.map(({ path, bytes }) => {
    if (path !== 'cover.mdx') return { path, bytes }
    const source = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const date = `${now.toISOString().slice(0, 19)}Z`
    const made = withCoverFields(source, { revision: number, changelog, date })
    // One that has no front matter is told by the check.
    return { path, bytes: made === null ? bytes : Buffer.from(made, 'utf8') }
  })
}

/** In the transaction that publishes: may they still, and is it still what was checked? */
async function becomes(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  of: {
    readonly copyId: string
    readonly seen: number
    readonly files: readonly BundleFile[]
    readonly proposalId: string
    readonly number: number
    readonly now: Date
  },
): Promise<void> {
  const copy = await lockCopy(tx, of.copyId)
  // Claims take minutes, in which somebody may have been blocked.
  if (!(await isActive(viewer.personId, tx))) throw new CopyRefused({ kind: 'forbidden' })
  if (copy?.version !== of.seen) throw new CopyRefused({ kind: 'stale' })
  if (copy.proposalId !== null) {
    const standing = await standingIn(viewer, copy.proposalId, [], tx)
    if (!can(viewer, 'edit-working-copy', standing)) throw new CopyRefused({ kind: 'forbidden' })
  } else if (copy.madeBy !== viewer.personId) throw new CopyRefused({ kind: 'no-such-copy' })
  await writeState(tx, copy, {
    ...{ personId: viewer.personId, kind: 'published', tab: null, at: of.now },
    ...{ files: manifestOf(of.files), texts: of.files.map(({ bytes }) => bytes) },
    ...{ baseRevision: of.number, proposalId: of.proposalId },
  })
}

function failureOf(slug: string, failure: PublishFailure, base: number): CopyPublishFailure {
  switch (failure.kind) {
    case 'incomplete':
      return failure
    case 'change-id-taken':
      // Not whose it is: that one may be nobody's business.
      return { kind: 'change-id-taken' }
    case 'other-content':
    case 'not-next':
      return { kind: 'published-meanwhile', number: base + 1 }
    default:
      return { kind: 'refused', says: describePublishFailure(slug, failure) }
  }
}
