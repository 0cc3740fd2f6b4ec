import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { personAt } from '#lib/review/person/find-person.server.ts'
import { type GivenRole, givingOf } from '#lib/review/person/roles.ts'
import { addRole, removeRole } from '#lib/review/person/write-roles.server.ts'
import { lockProposal, mayAct, RoleRefused, roleAct } from './role-act.server.ts'
import type { Bringer, RoleFailure } from './roles.ts'
import { settle } from './settle.server.ts'

/**
 * Roles are given and taken. Maintainers give and take reader, reviewer and author, administrators maintainer as well;
 * everybody lays down what they hold themselves. Twice is once.
 *
 * The last author of a proposal is not taken, since nobody would answer for it. The last maintainer is: administrators stand
 * in for the one who is missing.
 */
export type RoleWish = { readonly slug: string; readonly role: GivenRole }

/** By the address of whom it is for. */
export function giveRole(
  bringer: Bringer,
  { slug, role, address }: RoleWish & { readonly address: string },
  now = new Date(),
): Promise<Result<{ name: string; isNew: boolean; isConfirmed: boolean }, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, bringer, slug)
    if (!(await mayAct(tx, bringer, givingOf(role), proposalId))) throw new RoleRefused('forbidden')
    const found = await personAt(address, tx)
    if (!found) throw new RoleRefused('no-such-person')
    // The operator knows whom they mean, and is told.
    if (found.is !== 'owner' && bringer !== 'operator') throw new RoleRefused('not-confirmed')
    const isNew = await give(tx, actor, { proposalId, role, personId: found.personId }, now)
    return { name: found.name, isNew, isConfirmed: found.is === 'owner' }
  })
}

/** In the caller's transaction, which has asked who may. False: they had it. */
export async function give(
  tx: Transaction,
  actor: string | null,
  holding: { readonly proposalId: string; readonly personId: string; readonly role: GivenRole },
  now: Date,
  invitation?: string,
): Promise<boolean> {
  const { proposalId, personId: person, role } = holding
  const row = await tx.person.findUnique({ where: { id: person }, select: { blockedAt: true } })
  if (row?.blockedAt) throw new RoleRefused('blocked')
  if (!(await addRole(tx, holding))) return false
  const subject = { person, role, ...(invitation === undefined ? {} : { invitation }) }
  await recordEvents(tx, [{ proposalId, actor, kind: 'role-given', subject }])
  const told = { actor, person, proposalId }
  await noteAudit(
    invitation === undefined
      ? { kind: 'role-given', ...told, detail: { role } }
      : { kind: 'invitation-accepted', ...told, detail: { invitation, role } },
    tx,
  )
  await settle(tx, { proposalId, actor, now })
  return true
}

/** `personId`: from whom, who may be who acts. False: they had it not. */
export function takeRole(
  bringer: Bringer,
  { slug, role, personId }: RoleWish & { readonly personId: string },
  now = new Date(),
): Promise<Result<boolean, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, bringer, slug)
    const isOwn = bringer !== 'operator' && bringer?.personId === personId
    const may =
      (await mayAct(tx, bringer, givingOf(role), proposalId)) ||
      (isOwn && (await mayAct(tx, bringer, 'give-up-role', proposalId)))
    if (!may) throw new RoleRefused('forbidden')
    if (role === 'author') {
      const authors = await tx.membership.count({ where: { proposalId, role, personId: { not: personId } } })
      const isHeld = await tx.membership.count({ where: { proposalId, role, personId } })
      if (isHeld > 0 && authors === 0) throw new RoleRefused('last-author')
    }
    if (!(await removeRole(tx, { proposalId, personId, role }))) return false
    await recordEvents(tx, [{ proposalId, actor, kind: 'role-taken', subject: { person: personId, role } }])
    await noteAudit({ kind: 'role-taken', actor, person: personId, proposalId, detail: { role } }, tx)
    await settle(tx, { proposalId, actor, now })
    return true
  })
}

/** As `takeRole`, by the address. */
export async function takeRoleAt(
  bringer: Bringer,
  { slug, role, address }: RoleWish & { readonly address: string },
): Promise<Result<boolean, RoleFailure>> {
  const found = await personAt(address)
  if (!found) return { ok: false, error: { kind: 'no-such-person' } }
  return takeRole(bringer, { slug, role, personId: found.personId })
}
