import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { dropMail, releaseMail } from './queue.server.ts'
import { describeQueueFailure, type ManyDecided } from './queue.ts'

/** Of one press; each is a decision of its own, with its permission, its transaction and its event. */
export const DECIDED_AT_ONCE = 50
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Lets in or drops some mails of the queue, one after the other; one that fails keeps no other back. */
export async function decideMany(
  viewer: Viewer,
  given: readonly string[],
  wish: 'release' | 'drop',
  reason: string,
): Promise<ManyDecided> {
  const ids = [...new Set(given)].filter((id) => UUID.test(id))
  const now = ids.slice(0, DECIDED_AT_ONCE)
  const done: string[] = []
  const failed: { id: string; why: string }[] = []
  for (const id of now) {
    const decided = wish === 'drop' ? await dropMail(viewer, id, reason) : await releaseMail(viewer, id)
    if (decided.ok) done.push(id)
    else failed.push({ id, why: describeQueueFailure(decided.error) })
  }
  // Of what the viewer may see alone: a failure says no more than its sentence.
  const rows = await db().incomingMail.findMany({
    where: { id: { in: done } },
    select: { id: true, subject: true },
  })
  const subjects = new Map(rows.map(({ id, subject }) => [id, subject]))
  return {
    done: done.map((id) => ({ id, subject: subjects.get(id) || '(no subject)' })),
    failed,
    left: ids.length - now.length,
  }
}
