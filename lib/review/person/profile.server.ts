import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Role, Viewer } from './permission.ts'
import { listedFor } from './readable.server.ts'

/** What everybody may know of a person: enough to tell two of similar names apart, and no address. */
export type Profile = {
  readonly id: string
  readonly name: string
  readonly isDeleted: boolean
  readonly administrator: boolean
  /** When the account was made; null: there is none, and the words came by mail or in a proposal. */
  readonly accountSince: Date | null
  /** Domains of confirmed addresses, in order; what stands before the @ is nobody's business. */
  readonly domains: readonly string[]
  /** Nothing proved that the mails came from whom they say. */
  readonly isUnproved: boolean
  readonly roles: readonly {
    readonly slug: string
    readonly title: string
    readonly roles: readonly Role[]
  }[]
  readonly comments: number
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Proposals that are listed. */
const LISTED = 200

/** Null: nobody has this id. `moved`: they became one with somebody else, whose page it is. */
export async function profileOf(
  viewer: Viewer,
  id: string,
): Promise<Profile | { readonly moved: string } | null> {
  if (!UUID.test(id)) return null
  const person = await db().person.findUnique({
    where: { id },
    select: {
      name: true,
      administrator: true,
      deletedAt: true,
      mergedInto: true,
      account: { select: { createdAt: true } },
      addresses: { where: { confirmedAt: { not: null } }, select: { address: true }, take: LISTED },
      unprovedSender: { select: { address: true } },
      memberships: {
        where: { proposal: listedFor(viewer) },
        select: { role: true, proposal: { select: { slug: true, title: true } } },
        orderBy: [{ proposal: { slug: 'asc' } }, { role: 'asc' }],
        take: LISTED,
      },
      _count: {
        select: { comments: { where: { redactedAt: null, thread: { proposal: listedFor(viewer) } } } },
      },
    },
  })
  if (!person) return null
  if (person.mergedInto && !person.deletedAt) return { moved: person.mergedInto }
  const roles = new Map<string, { slug: string; title: string; roles: Role[] }>()
  for (const { role, proposal } of person.memberships) {
    const known = roles.get(proposal.slug) ?? { ...proposal, roles: [] }
    known.roles.push(role)
    roles.set(proposal.slug, known)
  }
  return {
    id,
    name: person.name,
    isDeleted: person.deletedAt !== null,
    administrator: person.administrator,
    accountSince: person.account?.createdAt ?? null,
    domains: domainsOf(person.addresses.map(({ address }) => address)),
    isUnproved: person.unprovedSender !== null,
    roles: [...roles.values()],
    comments: person._count.comments,
  }
}

export function domainsOf(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map((address) => address.slice(address.lastIndexOf('@') + 1)))].sort()
}
