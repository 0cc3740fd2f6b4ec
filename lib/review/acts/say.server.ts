import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import { type NewComment, writeDiscussion } from './write-discussion.server.ts'

/** One comment that somebody typed here, in a thread that stands. Who may is asked before. */
export async function sayIn(
  tx: Transaction,
  said: {
    readonly threadId: string
    readonly proposalId: string
    readonly parentId: string
    readonly author: string
    readonly body: string
  },
  /** Of the revision that the thread was opened on: its Message-IDs have the same host. */
  frontMatter: Parameters<typeof commentMessageId>[1],
  now: Date,
): Promise<{ readonly thread: number; readonly seq: number; readonly id: string }> {
  const comment = saidRow(said, frontMatter, now)
  const { id } = comment
  const place = (await writeDiscussion(tx, [], [comment])).get(id)
  invariant(place, 'what was written has a place')
  return { ...place, id }
}

/** The row of such a comment. */
export function saidRow(
  said: Parameters<typeof sayIn>[1],
  frontMatter: Parameters<typeof commentMessageId>[1],
  now: Date,
): NewComment {
  const id = randomUUID()
  return {
    ...said,
    id,
    origin: 'web',
    messageId: commentMessageId(id, frontMatter, now),
    otherId: null,
    at: now,
    isDeleted: false,
    isFirst: false,
    mail: null,
  }
}
