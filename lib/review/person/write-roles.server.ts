import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { GivenRole } from './roles.ts'

/**
 * The one writer of roles and of invitations, in the caller's transaction. Who may, what is recorded and what is noted are
 * the acts' to know (`lib/review/acts`).
 */
type Holding = { readonly proposalId: string; readonly personId: string; readonly role: GivenRole }

/** False: they had it. */
export async function addRole(tx: Transaction, holding: Holding): Promise<boolean> {
  const { count } = await tx.membership.createMany({ data: [holding], skipDuplicates: true })
  return count > 0
}

/** False: they had it not. */
export async function removeRole(tx: Transaction, holding: Holding): Promise<boolean> {
  const { count } = await tx.membership.deleteMany({ where: holding })
  return count > 0
}

/** Of somebody who deletes their account. */
export async function removeAllRoles(tx: Transaction, personId: string): Promise<void> {
  await tx.membership.deleteMany({ where: { personId } })
}

/** Roles of one person become another's, who was the same person all along. */
export async function moveRoles(tx: Transaction, before: string, after: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO membership (proposal_id, person_id, role)
    SELECT proposal_id, ${after}::uuid, role FROM membership WHERE person_id = ${before}::uuid ON CONFLICT DO NOTHING`
  await tx.membership.deleteMany({ where: { personId: before } })
}

export type InvitationRow = {
  readonly proposalId: string
  readonly role: GivenRole
  readonly sha256: Uint8Array<ArrayBuffer>
  readonly address: string | null
  readonly invitedBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Its id. */
export async function insertInvitation(tx: Transaction, data: InvitationRow): Promise<string> {
  return (await tx.invitation.create({ data, select: { id: true } })).id
}

/** The update is the test: of two who accept at the same time, one finds it unused. */
export async function useInvitation(
  tx: Transaction,
  sha256: Uint8Array<ArrayBuffer>,
  personId: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.invitation.updateMany({
    where: { sha256, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
    data: { acceptedAt: now, acceptedBy: personId },
  })
  return count > 0
}

/** False: it was accepted or revoked before. */
export async function endInvitation(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.invitation.updateMany({
    where: { id, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now },
  })
  return count > 0
}
