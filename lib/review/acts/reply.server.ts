import 'server-only'
import { randomUUID } from 'node:crypto'
import { invariant, type Result } from '#lib/result.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { act, mustBeAllowed, type Place, Refused } from './act.server.ts'
import { writeDiscussion } from './write-discussion.server.ts'

export type NewReply = {
  /** The comment that is answered. */
  readonly commentId: string
  readonly body: string
  readonly clientKey: string
}

export function reply(
  viewer: Viewer,
  input: NewReply,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  const once = {
    key: input.clientKey,
    kind: 'reply',
    target: [input.commentId],
    words: input.body,
  } as const
  return act(viewer, once, async (tx, author) => {
    const parent = await tx.comment.findUnique({
      where: { id: input.commentId },
      select: {
        redactedAt: true,
        thread: {
          select: {
            id: true,
            proposalId: true,
            proposal: { select: { slug: true } },
            revision: { select: { frontMatter: true } },
          },
        },
      },
    })
    if (!parent) throw new Refused({ kind: 'no-such-comment' })
    const { id: threadId, proposalId, proposal, revision } = parent.thread
    await mustBeAllowed(tx, viewer, 'reply', proposalId)
    if (parent.redactedAt) throw new Refused({ kind: 'comment-deleted' })

    const id = randomUUID()
    const comment = {
      ...{ id, proposalId, threadId, parentId: input.commentId, author, body: input.body },
      origin: 'web' as const,
      messageId: commentMessageId(id, revision.frontMatter, now),
      otherId: null,
      at: now,
      isDeleted: false,
      isFirst: false,
      mail: null,
    }
    const place = (await writeDiscussion(tx, [], [comment])).get(id)
    invariant(place, 'what was written has a place')
    return { slug: proposal.slug, thread: place.thread, comment: place.seq }
  })
}
