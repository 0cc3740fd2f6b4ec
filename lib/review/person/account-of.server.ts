import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Viewer } from './permission.ts'

/** The person behind an account, for the command line: whoever runs it owns the database. Null: no such account. */
export async function accountOf(email: string): Promise<Viewer> {
  const account = await db().authUser.findUnique({
    where: { email: email.trim().toLowerCase() },
    select: { person: { select: { id: true, name: true, administrator: true } } },
  })
  if (!account) return null
  const { id, name, administrator } = account.person
  return { personId: id, name, administrator }
}
