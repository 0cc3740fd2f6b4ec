import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { type Action, can, type Relation, type Role, type Standing, type Viewer } from './permission.ts'

/**
 * What a viewer is to a proposal: the one place that reads roles. Nobody without an account has any. Within a
 * transaction pass it, so that what was asked is what is written upon.
 */
type Reader = Pick<Transaction, 'membership'>

export async function standingIn(
  viewer: Viewer,
  proposalId: string,
  relations: readonly Relation[] = [],
  reader: Reader = db(),
): Promise<Standing> {
  if (!viewer) return { roles: [], relations }
  const rows = await reader.membership.findMany({
    where: { proposalId, personId: viewer.personId },
    select: { role: true },
  })
  return { roles: rows.map(({ role }) => role), relations }
}

export async function mayInProposal(viewer: Viewer, action: Action, proposalId: string): Promise<boolean> {
  return viewer !== null && can(viewer, action, await standingIn(viewer, proposalId))
}

/** The viewer's roles in every proposal where they have one, by its id. */
export async function rolesByProposal(
  viewer: Viewer,
  reader: Reader = db(),
): Promise<ReadonlyMap<string, readonly Role[]>> {
  if (!viewer) return new Map()
  const rows = await reader.membership.findMany({
    where: { personId: viewer.personId },
    select: { proposalId: true, role: true },
  })
  return grouped(rows.map(({ proposalId, role }) => [proposalId, role]))
}

/** Everybody's roles in one proposal, by person: what stands beside their names. */
export async function rolesByPerson(proposalId: string): Promise<ReadonlyMap<string, readonly Role[]>> {
  const rows = await db().membership.findMany({
    where: { proposalId },
    select: { personId: true, role: true },
  })
  return grouped(rows.map(({ personId, role }) => [personId, role]))
}

function grouped(
  pairs: readonly (readonly [key: string, role: Role])[],
): ReadonlyMap<string, readonly Role[]> {
  const roles = new Map<string, Role[]>()
  for (const [key, role] of pairs) roles.set(key, [...(roles.get(key) ?? []), role])
  return roles
}
