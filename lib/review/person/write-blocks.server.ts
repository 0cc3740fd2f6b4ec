import 'server-only'
import type { Transaction } from '#lib/db.server.ts'

/** Null unblocks. False: it was so before. */
export async function setBlocked(
  tx: Transaction,
  id: string,
  block: { readonly at: Date; readonly reason: string } | null,
): Promise<boolean> {
  const { count } = await tx.person.updateMany({
    where: { id, blockedAt: block ? null : { not: null } },
    data: { blockedAt: block?.at ?? null, blockReason: block?.reason ?? '' },
  })
  return count > 0
}

/** How many there were. */
export async function endSessions(tx: Transaction, personId: string): Promise<number> {
  const { count } = await tx.authSession.deleteMany({ where: { user: { personId } } })
  return count
}
