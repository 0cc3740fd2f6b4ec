import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { StanceValue } from './stance.ts'

/** The one writer of stances and holds: in the caller's transaction and in the name of whose they are. */
export type NewStance = {
  readonly proposalId: string
  readonly revisionId: string
  readonly personId: string
  readonly value: StanceValue
  readonly writeups: readonly string[]
  readonly trailer: string | null
  readonly words: string
  readonly origin: 'web' | 'mail'
  readonly at: Date
}

/** Its number. */
export async function insertStance(tx: Transaction, { writeups, ...row }: NewStance): Promise<string> {
  const { id } = await tx.stance.create({ data: { ...row, writeups: [...writeups] }, select: { id: true } })
  return String(id)
}

/** False: it was taken back before. */
export async function insertWithdrawal(
  tx: Transaction,
  row: { readonly stance: string; readonly personId: string; readonly at: Date },
): Promise<boolean> {
  const { count } = await tx.stanceWithdrawal.createMany({
    data: [{ stanceId: BigInt(row.stance), personId: row.personId, at: row.at }],
    skipDuplicates: true,
  })
  return count > 0
}

export async function insertHold(
  tx: Transaction,
  row: {
    readonly proposalId: string
    readonly personId: string
    readonly reason: string
    readonly placedAt: Date
    readonly until: Date
  },
): Promise<string> {
  return (await tx.hold.create({ data: row, select: { id: true } })).id
}

/** Those of one person in a proposal that are not lifted; their ids. */
export async function liftHolds(
  tx: Transaction,
  of: { readonly proposalId: string; readonly personId: string; readonly at: Date },
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE hold SET lifted_at = ${of.at} WHERE proposal_id = ${of.proposalId}::uuid
      AND person_id = ${of.personId}::uuid AND lifted_at IS NULL RETURNING id::text`
  return rows.map(({ id }) => id)
}

/** Whose end has come: their ids. */
export async function endHolds(tx: Transaction, proposalId: string, at: Date): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE hold SET lifted_at = ${at} WHERE proposal_id = ${proposalId}::uuid AND lifted_at IS NULL
      AND until <= ${at} RETURNING id::text`
  return rows.map(({ id }) => id)
}

/** All that one person said becomes another's, who was the same person all along. */
export async function giveStances(tx: Transaction, before: string, after: string): Promise<void> {
  await tx.$executeRaw`UPDATE stance SET person_id = ${after}::uuid WHERE person_id = ${before}::uuid`
  await tx.$executeRaw`UPDATE stance_withdrawal SET person_id = ${after}::uuid WHERE person_id = ${before}::uuid`
  // Of two holds the person's own stands.
  await tx.$executeRaw`
    UPDATE hold h SET person_id = ${after}::uuid WHERE person_id = ${before}::uuid
      AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.proposal_id = h.proposal_id AND o.person_id = ${after}::uuid AND o.lifted_at IS NULL)`
}
