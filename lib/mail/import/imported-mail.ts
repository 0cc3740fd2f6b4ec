/**
 * What becomes of a mail. The importer decides nothing that is not written here, and writes nothing anywhere: the
 * caller stores it, opens threads and adds replies.
 */

import type { Authentication } from '#lib/mail/import/read/authentication.ts'
import type { Flag } from '#lib/mail/import/read/flag.ts'
import type { Attachment } from '#lib/mail/import/read/parsed-mail.ts'
import type { MailDate } from '#lib/mail/message/date.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import type { ImportedTrailer } from './trailers.ts'

/**
 * | status      | what it means                                                        |
 * |-------------|----------------------------------------------------------------------|
 * | imported    | its comments stand in the proposal                                   |
 * | duplicate   | the same mail is here already                                        |
 * | ignored     | automatic, empty, or about nothing known here                        |
 * | rejected    | beyond a limit; nothing of it was read                               |
 * | quarantined | held until a person lets it in; its comments are ready, and not shown |
 */
export type ImportStatus = 'imported' | 'duplicate' | 'ignored' | 'rejected' | 'quarantined'

/**
 * comment: on quoted words. reply: answers another comment. general: about the part as a whole. patch: brings a diff.
 */
export type ImportedKind = 'comment' | 'reply' | 'general' | 'patch'

export type QuoteAnchor =
  | {
      readonly kind: 'passage'
      readonly part: number
      /** The passage in which the quoted words end. */
      readonly passage: string
      /** The quoted words in the mailed text of the part, UTF-16 offsets; `end` is exclusive. */
      readonly start: number
      readonly end: number
    }
  | { readonly kind: 'part'; readonly part: number }

export type ImportedComment = {
  readonly kind: ImportedKind
  /** Plain text, LF, literal: never to be compiled. Not blank. */
  readonly text: string
  readonly anchor: QuoteAnchor
  /** Of a reply: the comment it answers, counted from 0 in that mail. */
  readonly replyTo: { readonly messageId: MessageId; readonly comment: number } | null
  /** The quoted lines as they stood in the mail; empty when nothing was quoted. */
  readonly quote: string
  readonly flags: readonly Flag[]
}

export type ParentBy = 'in-reply-to' | 'references' | 'subject'

export type ImportedMail = {
  readonly status: ImportStatus
  readonly messageId: MessageId
  readonly author: Mailbox | null
  readonly subject: string
  readonly date: MailDate | null
  /** The mail that it answers: of the series, or one that was imported before. */
  readonly parent: { readonly messageId: MessageId; readonly by: ParentBy } | null
  readonly series: string | null
  /** Of the series; null when the mail belongs to none. */
  readonly part: number | null
  /** Of a held mail: ready to be let in. Empty for every other status but imported. */
  readonly comments: readonly ImportedComment[]
  readonly trailers: readonly ImportedTrailer[]
  /** Trailers that stand by themselves, above a quote or between two; `before`: how many comments stand above them. */
  readonly bareTrailers: readonly { readonly comment: ImportedComment; readonly before: number }[]
  /** Its one comment has the words as they are stored where it was written, trailers and quotes included. */
  readonly isAsStored: boolean
  readonly flags: readonly Flag[]
  readonly attachments: readonly Attachment[]
  readonly authentication: Authentication
  /** The mail's `X-Coherent` line; null for none. */
  readonly note: string | null
  /** For deduplication; see `dedupe.ts`. Empty for a rejected mail. */
  readonly textIdentity: string
}

/**
 * What a mail says, in its order: its comments, and what stands between them as trailers alone. Those of a mail that says
 * nothing else are about what it answers as a whole, wherever they stand.
 */
export function saidIn({
  comments,
  bareTrailers,
}: Pick<ImportedMail, 'comments' | 'bareTrailers'>): readonly ImportedComment[] {
  if (comments.length === 0) return []
  const before = (n: number) => bareTrailers.filter((one) => one.before === n).map(({ comment }) => comment)
  return [...comments.flatMap((comment, n) => [...before(n), comment]), ...before(comments.length)]
}
