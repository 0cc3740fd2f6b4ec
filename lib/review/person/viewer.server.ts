import 'server-only'
import { auth } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import type { Viewer } from './permission.ts'

/** Who sends this request, from its session cookie; `null` without a valid session, and for whom is blocked. */
export async function viewerFrom(headers: Headers): Promise<Viewer> {
  // Without this look, each page view of a reader without an account would ask the database for a session.
  if (!headers.get('cookie')?.includes('coherent.session_token')) return null
  const session = await auth().api.getSession({ headers })
  if (!session) return null
  const account = await db().authUser.findUnique({
    where: { id: session.user.id },
    select: { person: { select: { id: true, name: true, administrator: true, blockedAt: true } } },
  })
  // Their sessions ended with the block; one that began in that moment is none.
  if (!account || account.person.blockedAt) return null
  const { id, name, administrator } = account.person
  return { personId: id, name, administrator }
}
