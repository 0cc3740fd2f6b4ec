import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { type Action, can, type Relation, type Role, type Standing, type Viewer } from './permission.ts'

/**
 * What a viewer is to a proposal: the one place that reads roles. Nobody without an account has any. Within a
 * transaction pass it, so that what was asked is what is written upon.
 */
type Reader = Pick<Transaction, 'membership' | 'person' | 'proposal'>

export async function standingIn(
  viewer: Viewer,
  proposalId: string,
  relations: readonly Relation[] = [],
  reader: Reader = db(),
): Promise<Standing> {
  // One after the other: within a transaction there is one connection.
  const proposal = await reader.proposal.findUnique({
    where: { id: proposalId },
    select: { visibility: true },
  })
  const isHidden = proposal?.visibility === 'embargoed'
  if (!viewer) return { roles: [], relations, isHidden }
  const row = await reader.person.findUnique({
    where: { id: viewer.personId },
    select: { blockedAt: true, memberships: { where: { proposalId }, select: { role: true } } },
  })
  const isBlocked = row !== null && row.blockedAt !== null
  return { roles: row?.memberships.map(({ role }) => role) ?? [], relations, isBlocked, isHidden }
}

/** Whether somebody may do anything at all: there is such a person, and they are not blocked. */
export async function isActive(
  personId: string,
  reader: Pick<Transaction, 'person'> = db(),
): Promise<boolean> {
  const row = await reader.person.findUnique({ where: { id: personId }, select: { blockedAt: true } })
  return row !== null && row.blockedAt === null
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
    where: { personId: viewer.personId, person: { blockedAt: null } },
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
