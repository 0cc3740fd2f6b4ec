import 'server-only'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { lockThreads, redactComments } from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeAllowed, type Place } from './act.server.ts'
import { commentForChange } from './comment-for-change.server.ts'
import { settle } from './settle.server.ts'

/** Leaves a tombstone. Doing twice what is done already changes nothing. */
export function deleteComment(
  viewer: Viewer,
  commentId: string,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, async (tx, actor) => {
    const { threadId, proposalId, place, relations } = await commentForChange(tx, commentId, viewer)
    await mustBeAllowed(tx, viewer, 'delete-comment', proposalId, relations)
    // Before the comment, whose trigger asks for it: whoever drops a mail takes them in this order, too.
    await lockThreads(tx, [threadId])
    if ((await redactComments(tx, [commentId], actor, now)) === 0) return place
    const subject = { thread: place.thread, comment: commentId }
    await recordEvents(tx, [{ proposalId, actor, kind: 'comment-deleted', subject }])
    // Of a thread without a word left nobody is asked to answer it.
    await settle(tx, { proposalId, actor, now })
    return place
  })
}
