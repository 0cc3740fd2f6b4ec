import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { EditorialWords } from './editorial.ts'

/** The one writer of which changes are editorial: in the caller's transaction and in the name of who says so. */
export async function insertEditorial(
  tx: Transaction,
  row: {
    readonly revisionId: string
    readonly writeup: string
    readonly markedBy: string
    readonly markedAt: Date
    readonly changes: readonly EditorialWords[]
  },
): Promise<void> {
  const changes = row.changes.map((words) => ({ ...words }))
  await tx.editorialChange.create({ data: { ...row, changes } })
}

/** False: nobody said that it is, or somebody said before that it is not. */
export async function disputeEditorialRow(
  tx: Transaction,
  of: {
    readonly revisionId: string
    readonly writeup: string
    readonly by: string
    readonly at: Date
    readonly reason: string
  },
): Promise<boolean> {
  const { revisionId, writeup, by, at, reason } = of
  const { count } = await tx.editorialChange.updateMany({
    where: { revisionId, writeup, disputedBy: null },
    data: { disputedBy: by, disputedAt: at, disputeReason: reason },
  })
  return count > 0
}
