import type { ReviewPage, TypedStance } from '#components/thread/review-html.ts'
import { log } from '#lib/log.server.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import type { StanceValue } from '#lib/review/stance/stance.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'

/** What is known of a stance before it is taken. */
export type StanceInForm = {
  readonly revision: number
  readonly value: StanceValue
  readonly writeups: readonly string[]
  readonly words: string
}

/** Null: nobody is signed in, or there is no such proposal for them. */
export async function reviewPageOf(
  viewer: Viewer,
  slug: string,
  of: { readonly clientKey: string; readonly typed: TypedStance; readonly stance?: StanceInForm | null },
): Promise<ReviewPage | null> {
  const review = await draftsOf(viewer, slug)
  if (!viewer || !review || !(await mayInProposal(viewer, 'open-thread', review.proposalId))) return null
  const state = await reviewStateOf(viewer, slug, new Date())
  return {
    review,
    mayTake: state?.mayTake ?? [],
    mayObject: await mayInProposal(viewer, 'open-objection', review.proposalId),
    clientKey: of.clientKey,
    typed: of.typed,
    mails: review.drafts.length === 0 ? [] : await mailsOf(viewer, slug, of.stance ?? null),
  }
}

/** A mail that cannot be made now keeps nobody from their drafts. */
async function mailsOf(viewer: Viewer, slug: string, stance: StanceInForm | null) {
  try {
    return await heavy.previewReview(viewer, slug, stance)
  } catch (error) {
    log.warn('a review could not be shown as a mail', { error })
    return null
  }
}
