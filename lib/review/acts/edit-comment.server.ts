import 'server-only'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { replaceWords } from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeAllowed, mustBeOpenTo, type Place, Refused } from './act.server.ts'
import { commentForChange } from './comment-for-change.server.ts'

/** Other words for a comment. Sent twice it changes nothing: the words are there already. */
export function editComment(
  viewer: Viewer,
  input: { readonly commentId: string; readonly body: string; readonly lockVersion: number },
): Promise<Result<Place, ThreadFailure>> {
  const { commentId, body, lockVersion } = input
  return act(viewer, null, async (tx, actor) => {
    const comment = await commentForChange(tx, commentId, viewer)
    const { proposalId, place } = comment
    await mustBeAllowed(tx, viewer, 'edit-comment', proposalId, comment.relations)
    await mustBeOpenTo(tx, viewer, comment)
    if (comment.redactedAt) throw new Refused({ kind: 'comment-deleted' })
    if (comment.body === body) return place
    if (!(await replaceWords(tx, { id: commentId, lockVersion, body }))) {
      // Read again: what was read above may be older than the edit that won.
      const theirs = await commentForChange(tx, commentId, viewer)
      throw new Refused({ kind: 'edited-meanwhile', theirs: theirs.body, lockVersion: theirs.lockVersion })
    }
    const subject = { thread: place.thread, comment: commentId }
    await recordEvents(tx, [{ proposalId, actor, kind: 'comment-edited', subject }])
    return place
  })
}
