import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Relation, Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { type Place, Refused } from './act.server.ts'

/** A comment with what the rules of changing it need to know, within the act's transaction. */
export async function commentForChange(tx: Transaction, id: string, viewer: Viewer) {
  const comment = await tx.comment.findUnique({
    where: { id, thread: { proposal: readableBy(viewer) } },
    select: {
      authorId: true,
      seq: true,
      body: true,
      lockVersion: true,
      redactedAt: true,
      thread: {
        select: {
          id: true,
          number: true,
          proposalId: true,
          lockedAt: true,
          proposal: { select: { slug: true } },
        },
      },
    },
  })
  if (!comment) throw new Refused({ kind: 'no-such-comment' })
  const { thread, ...rest } = comment
  const relations: Relation[] = comment.authorId === viewer?.personId ? ['writer'] : []
  const place: Place = { slug: thread.proposal.slug, thread: thread.number, comment: comment.seq }
  return {
    ...rest,
    threadId: thread.id,
    proposalId: thread.proposalId,
    lockedAt: thread.lockedAt,
    relations,
    place,
  }
}
