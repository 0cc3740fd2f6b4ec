import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { templateWords } from '#lib/writeup/bundle/template.server.ts'
import { type ClaimVerdict, examine, GATE_VERSION } from './examine.ts'
import { type GateItem, gateResult } from './gate-item.ts'
import { stampOf } from './stamp.ts'

/**
 * The one writer of what the gate found of a revision, and of what reviewers say of its answers. In the caller's
 * transaction, and in the name of who acts.
 */
type Checked = { readonly id: string; readonly report: CheckReport }

export const verdictOf = (report: CheckReport): ClaimVerdict => ({
  kind: report.kind,
  message: report.kind === 'violated' ? report.error : report.kind === 'unfinished' ? report.message : '',
  isStale: false,
})

/** Of a bundle and of what the checker just said of its claims: no database is asked. */
export async function examineBundle(bundle: Bundle, checks: readonly Checked[]): Promise<GateItem[]> {
  const verdicts = new Map(checks.map(({ id, report }) => [id, verdictOf(report)]))
  return examine({ bundle, verdicts, template: await templateWords() })
}

/** @param stamped false: it stood before there was a gate, and its mails stay as they are. */
export async function insertGate(
  tx: Transaction,
  input: { revisionId: string; items: readonly GateItem[]; stamped: boolean },
): Promise<void> {
  const { revisionId, items, stamped } = input
  const { passes, open, of, claims } = gateResult(items, [])
  await tx.revisionGate.createMany({
    data: [
      {
        revisionId,
        gateVersion: GATE_VERSION,
        questions: of,
        unanswered: open,
        claims: claims.of,
        failing: claims.open,
        passes,
        stamp: stamped ? stampOf(items) : null,
        items: [...items],
      },
    ],
    skipDuplicates: true,
  })
  await tx.revisionAnswer.createMany({
    data: items.flatMap(({ subject, id, answerHash }) =>
      subject === 'question' && answerHash !== null
        ? [{ revisionId, question: id, answerSha256: new Uint8Array(Buffer.from(answerHash, 'hex')) }]
        : [],
    ),
    skipDuplicates: true,
  })
}

/** The id of the mark. */
export async function insertWeak(
  tx: Transaction,
  input: {
    revisionId: string
    question: string
    answerSha256: Uint8Array<ArrayBuffer>
    reason: string
    markedBy: string
    markedAt: Date
  },
): Promise<string> {
  const { id } = await tx.weakAnswer.create({ data: input, select: { id: true } })
  return id
}

/** False: it was taken back already. */
export async function withdrawWeak(tx: Transaction, id: string, withdrawnAt: Date): Promise<boolean> {
  const { count } = await tx.weakAnswer.updateMany({
    where: { id, withdrawnAt: null },
    data: { withdrawnAt },
  })
  return count === 1
}
