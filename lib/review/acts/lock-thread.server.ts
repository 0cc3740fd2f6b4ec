import 'server-only'
import type { Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { setThreadLock } from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeAllowed, type Place, Refused } from './act.server.ts'
import { settle } from './settle.server.ts'

/** To a locked thread maintainers alone add, on the page and by mail. Twice is once. */
export function lockThread(
  viewer: Viewer,
  threadId: string,
  wish: 'lock' | 'unlock',
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, async (tx, actor) => {
    const thread = await tx.thread.findUnique({
      where: { id: threadId, proposal: readableBy(viewer) },
      select: { number: true, proposalId: true, proposal: { select: { slug: true } } },
    })
    if (!thread) throw new Refused({ kind: 'no-such-thread' })
    const { proposalId, number } = thread
    await mustBeAllowed(tx, viewer, 'lock-thread', proposalId)
    const place = { slug: thread.proposal.slug, thread: number, comment: 1 }
    const lock = wish === 'lock' ? { by: actor, at: now } : null
    if (!(await setThreadLock(tx, threadId, lock))) return place
    const kind = wish === 'lock' ? 'thread-locked' : 'thread-unlocked'
    await recordEvents(tx, [{ proposalId, actor, kind, subject: { thread: number } }])
    await noteAudit({ kind, actor, proposalId, detail: { thread: number } }, tx)
    // Who may add to it no more has not its turn either.
    await settle(tx, { proposalId, actor, now })
    return place
  })
}
