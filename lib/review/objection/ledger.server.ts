import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Reader } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { REVIEW_COLUMNS } from '#lib/review/thread/review-columns.server.ts'
import { evidenceIn, type Ledger, type LedgerEntry } from './ledger.ts'

/** Reviewers alone raise them; what a page can show is bounded all the same. */
const MOST = 500
/** Of the words of one objection and of one answer; the thread has all. */
const WORDS = 4000

const cut = (text: string) => (text.length > WORDS ? `${text.slice(0, WORDS)} …` : text)

/** Every objection that was raised and is one still, in the order of numbers; null: there is no such proposal. */
export async function ledgerOf(viewer: Reader, slug: string): Promise<Ledger | null> {
  if (!isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const where = { proposal: { slug, ...readableBy(viewer) }, kind: 'objection' as const }
  const [rows, all] = await Promise.all([
    db().thread.findMany({
      where,
      orderBy: { number: 'asc' },
      take: MOST,
      select: {
        ...REVIEW_COLUMNS,
        ...{ number: true, state: true, openedAt: true, resolvedAt: true },
        opener: { select: { name: true } },
        resolver: { select: { name: true } },
        revision: { select: { number: true } },
        answer: { select: { seq: true, body: true } },
        comments: { where: { seq: 1 }, select: { body: true } },
      },
    }),
    db().thread.count({ where }),
  ])
  const entries = rows.map((row): LedgerEntry => {
    const words = row.answer?.body ?? ''
    return {
      number: row.number,
      state: row.state,
      by: row.opener.name,
      at: momentOf(row.openedAt),
      revision: row.revision.number,
      words: cut(row.comments[0]?.body ?? ''),
      clearsWhen: row.clearCondition,
      answer: row.answeredAt && {
        by: row.answerer?.name ?? '',
        at: momentOf(row.answeredAt),
        comment: row.answer?.seq ?? null,
        revision: row.answerRevision?.number ?? null,
        words: cut(words),
      },
      evidence: evidenceIn(words),
      promised: row.promisedAt !== null,
      closed: row.resolvedAt && { by: row.resolver?.name ?? '', at: momentOf(row.resolvedAt) },
      overrideReason: row.overrideReason,
      challenges: row.challenges.map(({ reason, at, person }) => ({
        ...{ by: person.name, at: momentOf(at), reason },
      })),
      splitFrom: row.whole?.number ?? null,
      points: row.points.map(({ number }) => number),
    }
  })
  return { slug, title: proposal.title, entries, left: all - entries.length }
}
