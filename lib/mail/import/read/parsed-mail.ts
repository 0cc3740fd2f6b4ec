/**
 * A mail of the wide world after its MIME is undone: what `shell/parse.ts` hands to the importer.
 *
 * Unlike `Message` it may lack anything, repeat anything and lie. It holds no bytes of attachments and no HTML: what
 * is not here cannot be unpacked, compiled or shown by mistake.
 */
import type { MailDate } from '#lib/mail/message/date.ts'
import type { HeaderField } from '#lib/mail/message/header.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import type { DkimSignature } from './dkim-signature.ts'
import type { Flag } from './flag.ts'

export type Attachment = {
  /** A bare file name without folders; empty when there is none. For display, never for a path. */
  readonly filename: string
  readonly contentType: string
}

export type ParsedMail = {
  /** Of the mail, or made from its bytes when it has none (`message-id-missing`). */
  readonly messageId: MessageId
  /** All headers in order, unfolded, in Unicode, encoded words as they stand. */
  readonly headers: readonly HeaderField[]
  /** What it is signed with, and how much of it. Whether a signature is right is not known here. */
  readonly signatures: readonly DkimSignature[]
  /** The first mailbox of the first From, or who wrote it where a list rewrote that; null when none can be read. */
  readonly author: Mailbox | null
  /** Decoded, on one line. */
  readonly subject: string
  /** As written by the sender; null when it is missing, wrong or in the future. */
  readonly date: MailDate | null
  /** Every id in angle brackets of the raw header, in order; usually one. */
  readonly inReplyTo: readonly MessageId[]
  /** Oldest first. */
  readonly references: readonly MessageId[]
  /** LF only, soft breaks of format=flowed undone, no control characters; may be blank. */
  readonly text: string
  /**
   * The same with nothing taken out or made plain, of a mail with a note: by it the program that wrote the mail finds
   * the words as they were. Anything may be in it; not for display. Null for other mails.
   */
  readonly asSent: string | null
  readonly attachments: readonly Attachment[]
  /** The `X-Coherent` header, decoded; null when there is none. */
  readonly note: string | null
  /** What was noticed while parsing. */
  readonly flags: readonly Flag[]
}

/** The value of the first header of that name (in lower case); null when there is none. */
export function headerOf(mail: Pick<ParsedMail, 'headers'>, name: string): string | null {
  return mail.headers.find((field) => field.name.toLowerCase() === name)?.value ?? null
}
