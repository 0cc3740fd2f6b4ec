import 'server-only'
import type { Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import type { SeenPart, SeenThread } from '#lib/review/thread/read-input.ts'
import { markAllThreads, markParts, markThreads } from '#lib/review/thread/write-marks.server.ts'
import { type ProposalFailure, proposalAct, RefusedHere } from './proposal-act.server.ts'

export type ReadWish = {
  readonly slug: string
  readonly threads: readonly SeenThread[]
  readonly parts: readonly SeenPart[]
  /** Every thread, as of this moment; null: only those that are named. */
  readonly allUntil: Date | null
}

/** What somebody has seen of a proposal: about themselves, so that whoever may read it may say it. Twice is once. */
export function markRead(
  viewer: Viewer,
  { slug, threads, parts, allUntil }: ReadWish,
  now = new Date(),
): Promise<Result<null, ProposalFailure>> {
  return proposalAct(viewer, async (tx, personId) => {
    const proposal = isSlug(slug) ? await findReadable(viewer, slug, tx) : null
    if (!proposal) throw new RefusedHere('no-such-proposal')
    const whose = { personId, proposalId: proposal.id }
    await markThreads(tx, whose, threads)
    // Nobody has seen what is yet to come.
    if (allUntil) await markAllThreads(tx, whose, allUntil < now ? allUntil : now)
    await markParts(tx, whose, parts, now)
    return null
  })
}
