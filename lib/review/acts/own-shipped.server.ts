import 'server-only'
import { db, writeAs } from '#lib/db.server.ts'
import { give } from './change-role.server.ts'

/**
 * Who makes a proposal is its author. Of those that came with the program, and of any that nobody made in their own name, the
 * first administrator is one, beside whom the cover names, who has no account here: somebody has to answer for them. Once: what
 * has an author with an account, or was given one, gets none by this.
 *
 * For the start, and for who just became the first administrator. In nobody's name, as what the operator gives.
 */
export async function giveShippedToFirstAdministrator(now = new Date()): Promise<readonly string[]> {
  const first = await db().firstAdminToken.findFirst({
    where: { usedAt: { not: null }, usedBy: { not: null } },
    orderBy: { usedAt: 'asc' },
    select: { usedBy: true },
  })
  if (!first?.usedBy) return []
  const person = await db().person.findFirst({
    where: { id: first.usedBy, administrator: true, blockedAt: null, deletedAt: null },
    select: { id: true },
  })
  if (!person) return []
  const { id: personId } = person
  return writeAs('', async (tx) => {
    const nobodys = await tx.$queryRaw<{ id: string; slug: string }[]>`
      SELECT p.id::text, p.slug FROM proposal p
      WHERE NOT EXISTS (
          SELECT 1 FROM membership m JOIN auth_user u ON u.person_id = m.person_id
          WHERE m.proposal_id = p.id AND m.role = 'author')
        AND NOT EXISTS (
          SELECT 1 FROM event e WHERE e.proposal_id = p.id AND e.kind = 'role-given' AND e.subject->>'role' = 'author')
      ORDER BY p.slug FOR NO KEY UPDATE OF p`
    for (const { id: proposalId } of nobodys)
      await give(tx, null, { proposalId, personId, role: 'author' }, now)
    return nobodys.map(({ slug }) => slug)
  })
}
