import 'server-only'
import { momentOf } from '#lib/review/event/moment.ts'
import type { ThreadReview } from './review-shown.ts'
import type { ThreadKind } from './state.ts'

/** Columns of a thread beside its comments, and what is shown of them. */
export const REVIEW_COLUMNS = {
  clearCondition: true,
  conditionAskedAt: true,
  waitsFor: true,
  answeredAt: true,
  answerer: { select: { name: true } },
  answerRevision: { select: { number: true } },
  answer: { select: { seq: true } },
  promisedAt: true,
  overrideReason: true,
  whole: { select: { number: true } },
  points: { orderBy: { number: 'asc' }, select: { number: true } },
  challenges: {
    orderBy: { at: 'asc' },
    select: { reason: true, at: true, person: { select: { name: true } } },
  },
} as const

type Numbered = { readonly number: number } | null

export type ReviewRow = {
  readonly kind: ThreadKind
  readonly clearCondition: string | null
  readonly waitsFor: string | null
  readonly answeredAt: Date | null
  readonly answerer: { readonly name: string } | null
  readonly answerRevision: Numbered
  readonly answer: { readonly seq: number } | null
  readonly promisedAt: Date | null
  readonly overrideReason: string | null
  readonly whole: Numbered
  readonly points: readonly { readonly number: number }[]
  readonly challenges: readonly {
    readonly reason: string
    readonly at: Date
    readonly person: { readonly name: string }
  }[]
}

export function reviewShown(row: ReviewRow, isOpener: boolean): ThreadReview | null {
  if (row.kind === 'note') return null
  return {
    clearsWhen: row.clearCondition,
    owesCondition: isOpener && row.kind === 'objection' && row.clearCondition === null,
    waitsFor: row.waitsFor === 'author' || row.waitsFor === 'opener' ? row.waitsFor : null,
    answer: row.answeredAt && {
      by: row.answerer?.name ?? '',
      at: momentOf(row.answeredAt),
      comment: row.answer?.seq ?? null,
      revision: row.answerRevision?.number ?? null,
    },
    promisedAt: row.promisedAt && momentOf(row.promisedAt),
    challenges: row.challenges.map(({ reason, at, person }) => ({
      by: person.name,
      at: momentOf(at),
      reason,
    })),
    overrideReason: row.overrideReason,
    splitFrom: row.whole?.number ?? null,
    points: row.points.map(({ number }) => number),
  }
}
