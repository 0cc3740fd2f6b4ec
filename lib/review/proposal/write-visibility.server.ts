import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'

/** In the caller's transaction, which has asked who may. False: it was so. */
export async function writeVisibility(
  tx: Transaction,
  proposalId: string,
  visibility: Visibility,
): Promise<boolean> {
  const { count } = await tx.proposal.updateMany({
    where: { id: proposalId, visibility: { not: visibility } },
    data: { visibility },
  })
  return count > 0
}
