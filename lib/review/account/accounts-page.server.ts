import 'server-only'
import { db } from '#lib/db.server.ts'
import { personAt } from '#lib/review/person/find-person.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'

/** For administrators: one person, looked up by an address or an id, and who is blocked. */
export type AccountShown = {
  readonly id: string
  readonly name: string
  readonly administrator: boolean
  readonly hasAccount: boolean
  /** ISO 8601. */
  readonly since: string
  /** ISO 8601; null: not blocked. */
  readonly blockedAt: string | null
  readonly reason: string
  readonly addresses: readonly string[]
  readonly roles: readonly { readonly slug: string; readonly role: string }[]
  readonly comments: number
}

const SHOWN = 200
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Null: not for this viewer. `found` null: nobody has this address. */
export async function accountsPage(
  viewer: Viewer,
  asked: string,
): Promise<{ found: AccountShown | null; blocked: readonly AccountShown[] } | null> {
  if (!can(viewer, 'block-account')) return null
  const id = UUID.test(asked) ? asked : asked === '' ? null : ((await personAt(asked))?.personId ?? null)
  const blocked = await shown({ blockedAt: { not: null } })
  return { found: id === null ? null : ((await shown({ id }))[0] ?? null), blocked }
}

async function shown(where: { id: string } | { blockedAt: { not: null } }): Promise<AccountShown[]> {
  const rows = await db().person.findMany({
    where,
    orderBy: [{ blockedAt: 'desc' }, { id: 'asc' }],
    take: SHOWN,
    select: {
      id: true,
      name: true,
      administrator: true,
      createdAt: true,
      blockedAt: true,
      blockReason: true,
      account: { select: { email: true } },
      addresses: { select: { address: true, confirmedAt: true }, take: 5 },
      memberships: { select: { role: true, proposal: { select: { slug: true } } }, take: 50 },
      _count: { select: { comments: true } },
    },
  })
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, administrator: row.administrator, reason: row.blockReason },
    hasAccount: row.account !== null,
    since: row.createdAt.toISOString(),
    blockedAt: row.blockedAt?.toISOString() ?? null,
    addresses: [
      ...row.addresses.map(({ address, confirmedAt }) => `${address}${confirmedAt ? '' : ' (by mail)'}`),
      ...(row.account && !row.addresses.some(({ address }) => address === row.account?.email)
        ? [`${row.account.email} (not confirmed)`]
        : []),
    ],
    roles: row.memberships.map(({ role, proposal }) => ({ role, slug: proposal.slug })),
    comments: row._count.comments,
  }))
}
