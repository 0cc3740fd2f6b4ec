import 'server-only'
import { createHash } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { type NewComment, type Written, writeDiscussion } from '#lib/review/acts/write-discussion.server.ts'
import { renameMessage, type ThreadRow } from '#lib/review/thread/write-threads.server.ts'
import type { ActingMail } from './act-by-mail.server.ts'

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
  readonly sentZone: number | null
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

/** A Message-ID that an earlier mail gives up to who can show that it is theirs. */
export type ReclaimedId = { readonly messageId: string; readonly mailDomain: string }

export type Writes = {
  readonly reclaimed: ReclaimedId[]
  readonly mails: MailRow[]
  readonly threads: ThreadRow[]
  readonly comments: MailedComment[]
  readonly trailers: TrailerRow[]
  /** Whose lines may do something, once their words are stored. */
  readonly acting: ActingMail[]
}

/** The Message-ID of the comment that stood under a mail's own until that gave it up. */
export function yieldedId(mailId: string, mailDomain: string): string {
  return `m0-0.${createHash('sha256').update(mailId).digest('hex').slice(0, 24)}@${mailDomain}`
}

/** Before anything is written under these ids. */
export async function giveUpIds(tx: Transaction, { reclaimed }: Writes): Promise<void> {
  for (const one of reclaimed) await giveUpId(tx, one)
}

/** The mail stays with its comments, and is said to be in conflict; the comment that bore the id gets one of its own. */
async function giveUpId(tx: Transaction, { messageId, mailDomain }: ReclaimedId): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE incoming_mail SET is_conflict = true, flags = array_append(flags, 'message-id-conflict')
    WHERE message_id = ${messageId} AND status IN ('imported', 'dropped') AND NOT is_conflict RETURNING id::text`
  for (const { id } of rows) await renameMessage(tx, id, messageId, yieldedId(id, mailDomain))
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
