import 'server-only'
import { db, sql, sqlName } from '#lib/db.server.ts'
import type { Prisma } from '#prisma/generated/client.ts'
import type { Reader } from './permission.ts'
import { VISIBILITIES, type Visibility } from './visibility.ts'

/**
 * What a viewer may see, decided here and nowhere else, for Prisma and for SQL:
 *
 * | | by its address | in lists, searches, feeds and counts |
 * |---|---|---|
 * | public | everybody | everybody |
 * | unlisted | everybody | who has a role in it |
 * | embargoed | who has a role in it | who has a role in it |
 *
 * Administrators see all of it. What somebody may not see is to them as if it were not there: a query that has this in its
 * WHERE finds nothing, and the page, the form and the mail server answer as for a name that nobody ever used. So a query of
 * something in a proposal never asks for it by slug or id alone.
 *
 * `can()` says the same of a standing (`isHidden`), since an act reads it inside its transaction.
 */
const isMember = (personId: string): Prisma.ProposalWhereInput => ({
  memberships: { some: { personId, person: { blockedAt: null } } },
})

type Seen = Pick<Prisma.ProposalWhereInput, 'AND'>

/** Under AND, so that a query with an OR of its own can be spread beside it. */
function seenBy(viewer: Reader, everybody: Prisma.ProposalWhereInput): Seen {
  // Not `{}`: an empty condition within an OR is one that nothing meets.
  if (viewer === 'program' || viewer?.administrator)
    return { AND: [{ visibility: { in: [...VISIBILITIES] } }] }
  return { AND: [viewer ? { OR: [everybody, isMember(viewer.personId)] } : everybody] }
}

/** Whatever the viewer may open by its address: `{ slug, ...readableBy(viewer) }`, `{ proposal: readableBy(viewer) }`. */
export const readableBy = (viewer: Reader) => seenBy(viewer, { visibility: { not: 'embargoed' } })

/** What the viewer meets without knowing its address: lists, searches, feeds, counts. */
export const listedFor = (viewer: Reader) => seenBy(viewer, { visibility: 'public' })

/** As `readableBy`, of a table or alias in SQL: `WHERE p.slug = … AND ${readableSql(viewer, 'p')}`. */
export const readableSql = (viewer: Reader, proposal: string) =>
  seenSql(viewer, proposal, sql`<> 'embargoed'`)

/** As `listedFor`, in SQL. */
export const listedSql = (viewer: Reader, proposal: string) => seenSql(viewer, proposal, sql`= 'public'`)

function seenSql(viewer: Reader, proposal: string, everybody: Prisma.Sql): Prisma.Sql {
  if (viewer === 'program' || viewer?.administrator) return sql`true`
  // A name that the program gives, never one that came with a request: there is no parameter for it.
  if (!/^[a-z_]+$/.test(proposal)) throw new Error(`no alias of a table: ${proposal}`)
  const row = sqlName(proposal)
  if (!viewer) return sql`(${row}.visibility ${everybody})`
  return sql`(${row}.visibility ${everybody} OR EXISTS (
    SELECT 1 FROM membership seen JOIN person seer ON seer.id = seen.person_id AND seer.blocked_at IS NULL
    WHERE seen.proposal_id = ${row}.id AND seen.person_id = ${viewer.personId}::uuid))`
}

const SLUG_LENGTH = 80
type Rows = Pick<Prisma.TransactionClient, 'proposal'>

export type ReadableProposal = {
  readonly id: string
  readonly slug: string
  readonly title: string
  readonly state: string
  readonly visibility: Visibility
}

/** A proposal by its slug, for whoever may read it; null: there is none, as far as the viewer knows. */
export async function findReadable(
  viewer: Reader,
  slug: string,
  rows: Rows = db(),
): Promise<ReadableProposal | null> {
  if (slug.length > SLUG_LENGTH || slug.includes('\0')) return null
  return rows.proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: { id: true, slug: true, title: true, state: true, visibility: true },
  })
}

/** Whether the viewer may read this proposal, by its id. */
export async function isReadable(viewer: Reader, proposalId: string, rows: Rows = db()): Promise<boolean> {
  const found = await rows.proposal.findUnique({
    where: { id: proposalId, ...readableBy(viewer) },
    select: { id: true },
  })
  return found !== null
}

/** Ids of all that are embargoed: for what takes mail, which asks for many viewers at once. */
export async function hiddenProposals(rows: Rows): Promise<ReadonlySet<string>> {
  const hidden = await rows.proposal.findMany({ where: { visibility: 'embargoed' }, select: { id: true } })
  return new Set(hidden.map(({ id }) => id))
}

/** Null: there is no such proposal, as far as the viewer knows. */
export async function visibilityOf(viewer: Reader, slug: string): Promise<Visibility | null> {
  const found = await findReadable(viewer, slug)
  return found?.visibility ?? null
}
