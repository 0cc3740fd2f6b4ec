import 'server-only'
import type { Transaction } from '#lib/db.server.ts'

/** The one writer of whether comments follow their threads to the list. In the caller's transaction, which has asked who may. */
export async function setListReplies(
  tx: Transaction,
  proposalId: string,
  { since, by, at }: { readonly since: Date | null; readonly by: string; readonly at: Date },
): Promise<void> {
  const data = { repliesSince: since, changedBy: by, changedAt: at }
  await tx.mailSetting.upsert({ where: { proposalId }, create: { proposalId, ...data }, update: data })
}

/** False: they did not follow. Whoever switched them on stays named where the operator stops them. */
export async function stopListReplies(
  tx: Transaction,
  proposalId: string,
  { by, at }: { readonly by: string | null; readonly at: Date },
): Promise<boolean> {
  const { count } = await tx.mailSetting.updateMany({
    where: { proposalId, repliesSince: { not: null } },
    data: { repliesSince: null, changedAt: at, ...(by === null ? {} : { changedBy: by }) },
  })
  return count > 0
}
