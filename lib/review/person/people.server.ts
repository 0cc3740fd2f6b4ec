import 'server-only'
import { db } from '#lib/db.server.ts'
import { can, type Viewer } from './permission.ts'
import { findReadable } from './readable.server.ts'
import { GIVEN_ROLES, type GivenRole, givingOf } from './roles.ts'
import { standingIn } from './standing.server.ts'
import { type Visibility, visibilityActOf } from './visibility.ts'

/** Who has which role in a proposal. Names and roles are public, as they stand beside each comment; addresses are not. */
export type PeoplePage = {
  readonly title: string
  readonly visibility: Visibility
  /** The viewer says who may know of it. */
  readonly setsVisibility: boolean
  readonly people: readonly PersonWithRoles[]
  /** Roles that the viewer gives here; none for most. */
  readonly gives: readonly GivenRole[]
  /** Of who gives roles: invitations that are open, the newest first. */
  readonly invitations: readonly OpenInvitation[]
}

export type PersonWithRoles = {
  readonly id: string
  readonly name: string
  readonly roles: readonly GivenRole[]
  /** Those that the viewer may take from them. */
  readonly takes: readonly GivenRole[]
  readonly isViewer: boolean
  readonly isBlocked: boolean
  /** For who gives roles, to tell two of the same name apart. Empty for everybody else, and where there is none. */
  readonly addresses: readonly string[]
}

export type OpenInvitation = {
  readonly id: string
  readonly role: GivenRole
  readonly address: string | null
  readonly by: string | null
  /** ISO 8601. */
  readonly expiresAt: string
}

const SHOWN = 500

/** Null: no such proposal. */
export async function peopleOf(viewer: Viewer, slug: string, now = new Date()): Promise<PeoplePage | null> {
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const standing = await standingIn(viewer, proposal.id)
  const gives = GIVEN_ROLES.filter((role) => can(viewer, givingOf(role), standing))
  const isGiver = gives.length > 0
  const rows = await db().person.findMany({
    where: { memberships: { some: { proposalId: proposal.id } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: SHOWN,
    select: {
      id: true,
      name: true,
      blockedAt: true,
      memberships: { where: { proposalId: proposal.id }, select: { role: true } },
      addresses: { where: { confirmedAt: { not: null } }, orderBy: { address: 'asc' }, take: 3 },
    },
  })
  const people = rows.map((row): PersonWithRoles => {
    const roles = GIVEN_ROLES.filter((role) => row.memberships.some((one) => one.role === role))
    const isViewer = row.id === viewer?.personId
    const mayGiveUp = isViewer && can(viewer, 'give-up-role', standing)
    return {
      ...{ id: row.id, name: row.name, roles, isViewer, isBlocked: row.blockedAt !== null },
      takes: roles.filter((role) => mayGiveUp || gives.includes(role)),
      addresses: isGiver ? row.addresses.map(({ address }) => address) : [],
    }
  })
  return {
    ...{ title: proposal.title, visibility: proposal.visibility, people, gives },
    setsVisibility: can(viewer, visibilityActOf(proposal.state), standing),
    invitations: isGiver ? await openInvitations(proposal.id, now) : [],
  }
}

/** For the command line: whoever runs it owns the database. Null: no such proposal. */
export async function peopleForOperator(
  slug: string,
): Promise<{ name: string; roles: GivenRole[]; addresses: string[] }[] | null> {
  const proposal = await db().proposal.findUnique({
    where: { slug },
    select: { memberships: { select: { role: true, person: { select: OPERATOR_SEES } } }, id: true },
  })
  if (!proposal) return null
  const people = new Map<string, { name: string; roles: GivenRole[]; addresses: string[] }>()
  for (const { role, person } of proposal.memberships) {
    const { id, name, account, addresses } = person
    const known = people.get(id)
    if (known) known.roles.push(role)
    else {
      const all = new Set([...addresses.map(({ address }) => address), ...(account ? [account.email] : [])])
      people.set(id, { name, roles: [role], addresses: [...all] })
    }
  }
  return [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const OPERATOR_SEES = {
  id: true,
  name: true,
  account: { select: { email: true } },
  addresses: { select: { address: true } },
} as const

async function openInvitations(proposalId: string, now: Date): Promise<OpenInvitation[]> {
  const rows = await db().invitation.findMany({
    where: { proposalId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
    take: SHOWN,
    select: { id: true, role: true, address: true, expiresAt: true, inviter: { select: { name: true } } },
  })
  return rows.map(({ id, role, address, expiresAt, inviter }) => ({
    ...{ id, role, address, by: inviter?.name ?? null },
    expiresAt: expiresAt.toISOString(),
  }))
}
