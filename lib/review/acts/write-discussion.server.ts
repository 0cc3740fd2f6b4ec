import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { EventRow } from '#lib/review/event/record-events.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import {
  type CommentRow,
  insertComments,
  insertThreads,
  lockThreads,
  type ThreadRow,
} from '#lib/review/thread/write-threads.server.ts'

/**
 * Words enter a discussion: new threads, and comments in them or in threads that stand. One comment of a form, or all
 * that a batch of mails says, whose rows each name an author of their own. Who lets them in has been asked before.
 */
export type NewComment = CommentRow & {
  readonly proposalId: string
  /** Opens its thread. */
  readonly isFirst: boolean
  /** The Message-ID of the mail that it came by, for the log. */
  readonly mail: string | null
}

/** Number of the thread and position in it, by comment. */
export type Written = ReadonlyMap<string, { readonly thread: number; readonly seq: number }>

export async function writeDiscussion(
  tx: Transaction,
  threads: readonly ThreadRow[],
  comments: readonly NewComment[],
): Promise<Written> {
  const opened = new Set(threads.map(({ id }) => id))
  const answered = [...new Set(comments.map(({ threadId }) => threadId))].filter((id) => !opened.has(id))
  const numbers = await lockThreads(tx, answered)
  for (const [id, number] of await insertThreads(tx, threads)) numbers.set(id, number)
  const seqs = await insertComments(tx, comments)
  const numberOf = ({ threadId }: NewComment) => numbers.get(threadId) ?? 0
  await recordEvents(
    tx,
    comments.map((comment): EventRow => {
      const { id, proposalId, author: actor, isFirst, mail } = comment
      const subject = { thread: numberOf(comment), comment: id, ...(mail === null ? {} : { mail }) }
      return { proposalId, actor, kind: isFirst ? 'thread-opened' : 'comment-added', subject }
    }),
  )
  return new Map(
    comments.map((comment) => [comment.id, { thread: numberOf(comment), seq: seqs.get(comment.id) ?? 0 }]),
  )
}
