import 'server-only'
import { refusedBy, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { MarkWeakInput, WeakFailure, WithdrawWeakInput } from '#lib/review/gate/weak.ts'
import { insertWeak, withdrawWeak } from '#lib/review/gate/write-gate.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { settle } from './settle.server.ts'

/**
 * A reviewer's word that an answer does not answer, and taking it back. The word is about the answer's words, so it stands
 * in every later revision that still has them. Twice is once.
 */
class WeakRefused extends Error {
  readonly failure: WeakFailure
  constructor(failure: WeakFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

const refuse = (kind: WeakFailure['kind']) => new WeakRefused({ kind })

/** The id of the mark; of one that stands already, that. */
export async function markWeakAnswer(
  viewer: Viewer,
  input: MarkWeakInput,
  now = new Date(),
): Promise<Result<string, WeakFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  const { slug, revision: number, question, reason } = input
  return failuresOf(() =>
    writeAs(viewer.personId, async (tx) => {
      const revision = isSlug(slug)
        ? await tx.revision.findFirst({
            where: { number, proposal: { slug, ...readableBy(viewer) } },
            select: { id: true, proposalId: true },
          })
        : null
      if (!revision) throw refuse('no-such-revision')
      const { id: revisionId, proposalId } = revision
      const standing = await standingIn(viewer, proposalId, [], tx)
      if (!can(viewer, 'mark-weak', standing)) throw refuse('forbidden')
      // One at a time in a proposal: the second of two presses finds the first one's mark.
      await tx.$queryRaw`SELECT id FROM proposal WHERE id = ${proposalId}::uuid FOR NO KEY UPDATE`
      const answer = await tx.revisionAnswer.findUnique({
        where: { revisionId_question: { revisionId, question } },
        select: { answerSha256: true },
      })
      if (!answer) throw refuse('not-answered')
      const { answerSha256 } = answer
      const before = await tx.weakAnswer.findFirst({
        where: {
          ...{ question, answerSha256, markedBy: viewer.personId, withdrawnAt: null },
          answer: { revision: { proposalId } },
        },
        select: { id: true, reason: true },
      })
      if (before && before.reason === reason) return before.id
      if (before) throw refuse('marked-already')
      const markedBy = viewer.personId
      const weak = await insertWeak(tx, {
        ...{ revisionId, question, answerSha256, reason, markedBy, markedAt: now },
      })
      const subject = { weak, revision: number, question }
      await recordEvents(tx, [{ proposalId, actor: markedBy, kind: 'answer-marked-weak', subject }])
      await settle(tx, { proposalId, actor: markedBy, now })
      return weak
    }),
  )
}

/** True: taken back; false: it was already. Only its reviewer does it, whatever else they are by now. */
export async function withdrawWeakAnswer(
  viewer: Viewer,
  { slug, weak }: WithdrawWeakInput,
  now = new Date(),
): Promise<Result<boolean, WeakFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  return failuresOf(() =>
    writeAs(viewer.personId, async (tx) => {
      const mark = isSlug(slug)
        ? await tx.weakAnswer.findFirst({
            where: { id: weak, answer: { revision: { proposal: { slug, ...readableBy(viewer) } } } },
            select: {
              markedBy: true,
              question: true,
              answer: { select: { revision: { select: { number: true, proposalId: true } } } },
            },
          })
        : null
      if (!mark) throw refuse('no-such-mark')
      const { number: revision, proposalId } = mark.answer.revision
      const relations = mark.markedBy === viewer.personId ? (['writer'] as const) : []
      const standing = await standingIn(viewer, proposalId, relations, tx)
      if (!can(viewer, 'withdraw-weak', standing)) throw refuse('not-yours')
      if (!(await withdrawWeak(tx, weak, now))) return false
      const subject = { weak, revision, question: mark.question }
      await recordEvents(tx, [{ proposalId, actor: viewer.personId, kind: 'answer-weak-withdrawn', subject }])
      await settle(tx, { proposalId, actor: viewer.personId, now })
      return true
    }),
  )
}

async function failuresOf<T>(work: () => Promise<T>): Promise<Result<T, WeakFailure>> {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof WeakRefused) return err(error.failure)
    // Whose role ended between the question and the row.
    if (refusedBy(error) === 'weak_answer_is_marked_by_reviewer') return err({ kind: 'forbidden' })
    throw error
  }
}
