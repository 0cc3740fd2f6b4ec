import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import type { About } from '#lib/review/thread/whole.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'

/**
 * The one writer of review drafts and of published reviews, in the caller's transaction. A draft is its writer's alone: each
 * function takes whose it is, and finds nobody else's.
 */
export type NewDraft = {
  readonly proposalId: string
  readonly personId: string
  readonly clientKey: string
  readonly body: string
  readonly at: Date
} & (
  | {
      readonly revisionId: string
      readonly blockKey: string
      readonly textStart: number
      readonly textEnd: number
      readonly exact: string
      readonly about: About
      readonly step: StepSeen | null
      readonly kind: ThreadKind
      readonly clearsWhen: string
    }
  | { readonly answers: string }
)

/** Drafts of one person in one proposal: more than anybody publishes at once. */
export const MOST_DRAFTS = 200

/** Of their words together, in UTF-8: a review leaves as one mail, and is published in one transaction. */
export const MOST_BYTES = 256 * 1024

export async function sizeOfReview(
  tx: Transaction,
  proposalId: string,
  personId: string,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const [size] = await tx.$queryRaw<{ count: number; bytes: number }[]>`
    SELECT count(*)::int AS count, coalesce(sum(octet_length(body) + octet_length(clears_when)), 0)::int AS bytes
    FROM review_draft WHERE proposal_id = ${proposalId}::uuid AND person_id = ${personId}::uuid`
  return size ?? { count: 0, bytes: 0 }
}

/** Null: this form was kept before. */
export async function insertDraft(tx: Transaction, { at, ...row }: NewDraft): Promise<string | null> {
  const step =
    'step' in row && row.step !== null ? { step: { ...row.step, defines: { ...row.step.defines } } } : {}
  const data = { ...row, step: undefined, ...step, createdAt: at, updatedAt: at }
  const { count } = await tx.reviewDraft.createMany({ data: [data], skipDuplicates: true })
  if (count === 0) return null
  const { personId, clientKey } = row
  const made = await tx.reviewDraft.findUnique({
    where: { personId_clientKey: { personId, clientKey } },
    select: { id: true },
  })
  return made?.id ?? null
}

/** False: it is in another version than the one that was seen, or gone. The database counts its versions. */
export async function replaceDraft(
  tx: Transaction,
  draft: { readonly id: string; readonly personId: string; readonly lockVersion: number },
  words: { readonly body: string; readonly kind: ThreadKind | null; readonly clearsWhen: string },
  at: Date,
): Promise<boolean> {
  const { id, personId, lockVersion } = draft
  const { count } = await tx.reviewDraft.updateMany({
    where: { id, personId, lockVersion },
    data: { ...words, updatedAt: at },
  })
  return count > 0
}

/** How many there were. */
export async function removeDrafts(
  tx: Transaction,
  personId: string,
  which: { readonly ids: readonly string[] } | 'all',
): Promise<number> {
  const where = which === 'all' ? {} : { id: { in: [...which.ids] } }
  return (await tx.reviewDraft.deleteMany({ where: { personId, ...where } })).count
}

export type NewReview = {
  readonly id: string
  readonly proposalId: string
  readonly personId: string
  readonly stance: string | null
  readonly at: Date
  readonly mails: readonly {
    readonly id: string
    readonly revisionId: string
    readonly messageId: string
    readonly saysStance: boolean
    readonly comments: readonly string[]
  }[]
}

/** In the name of whose it is; the stance and the comments are there. */
export async function insertReview(tx: Transaction, review: NewReview): Promise<void> {
  const { id, proposalId, personId, stance, at, mails } = review
  invariant(mails.length <= MOST_DRAFTS, 'a review has as many mails as it has drafts, at most')
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  const stanceId = stance === null ? null : BigInt(stance)
  await tx.review.createMany({ data: [{ id, proposalId, personId, stanceId, publishedAt: at }] })
  await tx.reviewMail.createMany({
    data: mails.map(({ comments: _, ...mail }) => ({ ...mail, reviewId: id })),
  })
  await tx.reviewComment.createMany({
    data: mails.flatMap(({ id: mailId, comments }) =>
      comments.map((commentId, ord) => ({ mailId, ord, commentId })),
    ),
  })
}
