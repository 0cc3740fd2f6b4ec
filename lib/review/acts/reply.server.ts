import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { act, mustBeOpenTo, type Place, Refused } from './act.server.ts'
import { Asked } from './asked.server.ts'
import { sameWordsTo } from './same-words.server.ts'
import { sayIn } from './say.server.ts'

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
    saidBefore: (tx: Transaction, author: string) => sameWordsTo(tx, author, input, now),
  } as const
  return act(viewer, once, async (tx, author) => {
    const answered = await answerable(new Asked(tx, viewer), input.commentId)
    const { threadId, proposalId, slug, frontMatter } = answered
    const said = { threadId, proposalId, parentId: input.commentId, author, body: input.body }
    const place = await sayIn(tx, said, frontMatter, now)
    return { slug, thread: place.thread, comment: place.seq }
  })
}

/** The comment that is answered, if the viewer may answer it. For a reply that is sent alone, and for one of a review. */
export async function answerable(asked: Asked, commentId: string) {
  const { tx, viewer } = asked
  const parent = await tx.comment.findUnique({
    where: { id: commentId, thread: { proposal: readableBy(viewer) } },
    select: {
      redactedAt: true,
      thread: {
        select: {
          id: true,
          proposalId: true,
          openedOn: true,
          lockedAt: true,
          proposal: { select: { slug: true } },
          revision: { select: { frontMatter: true } },
        },
      },
    },
  })
  if (!parent) throw new Refused({ kind: 'no-such-comment' })
  const { id: threadId, proposalId, openedOn, proposal, revision } = parent.thread
  await asked.mustBeAllowed('reply', proposalId)
  await mustBeOpenTo(tx, viewer, parent.thread)
  if (parent.redactedAt) throw new Refused({ kind: 'comment-deleted' })
  return {
    threadId,
    proposalId,
    revisionId: openedOn,
    slug: proposal.slug,
    frontMatter: revision.frontMatter,
  }
}
