import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { type NewComment, type Written, writeDiscussion } from '#lib/review/acts/write-discussion.server.ts'
import type { ThreadRow } from '#lib/review/thread/write-threads.server.ts'

/**
 * What some mails become, as rows, in the caller's transaction: all or nothing. What they say enters the discussion by the
 * same function as what is typed on the page; here is what only a mail has. Who brought a mail stands with the mail.
 */
export type MailRow = {
  readonly id: string
  readonly messageId: string
  readonly isConflict: boolean
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha256: Uint8Array<ArrayBuffer>
  readonly source: string
  readonly broughtBy: string | null
  readonly tokenId: string | null
  readonly status: string
  readonly flags: string[]
  readonly proof: string
  readonly proofDetail: string
  readonly authorName: string
  readonly authorAddress: string | null
  readonly authorId: string | null
  readonly subject: string
  readonly sentAt: Date | null
  readonly textSha256: Uint8Array<ArrayBuffer>
  readonly answers: string[]
  readonly parentMessageId: string | null
  readonly proposalId: string | null
  readonly revisionId: string | null
  readonly part: number | null
  readonly waitUntil: Date | null
}

/** A comment of a mail: which of its comments, and which piece of that. */
export type MailedComment = NewComment & {
  readonly mailId: string
  readonly ord: number
  readonly piece: number
  readonly flags: readonly string[]
}

export type TrailerRow = {
  readonly mailId: string
  readonly ord: number
  readonly tag: string
  readonly name: string
  readonly address: string
  readonly line: string
  readonly isOwn: boolean
}

export type Writes = {
  readonly mails: MailRow[]
  readonly threads: ThreadRow[]
  readonly comments: MailedComment[]
  readonly trailers: TrailerRow[]
}

export async function storeWrites(tx: Transaction, writes: Writes, actor: string): Promise<Written> {
  const { mails, threads, comments, trailers } = writes
  if (mails.length > 0) await tx.incomingMail.createMany({ data: mails })
  if (trailers.length > 0) await tx.mailTrailer.createMany({ data: trailers })
  if (comments.length === 0) return new Map()
  const written = await writeDiscussion(tx, threads, comments)
  await tx.mailComment.createMany({
    data: comments.map(({ id, mailId, ord, piece, flags }) => ({
      ...{ mailId, ord, piece, commentId: id },
      flags: [...flags],
    })),
  })
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  return written
}
