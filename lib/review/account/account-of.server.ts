import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** The person behind an account, for the command line: whoever runs it owns the database. Null: no such account, or it is blocked. */
export async function accountOf(email: string): Promise<Viewer> {
  const account = await db().authUser.findUnique({
    where: { email: email.trim().toLowerCase() },
    select: { person: { select: { id: true, name: true, administrator: true, blockedAt: true } } },
  })
  if (!account || account.person.blockedAt) return null
  const { id, name, administrator } = account.person
  return { personId: id, name, administrator }
}
