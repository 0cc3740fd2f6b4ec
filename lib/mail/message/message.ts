/**
 * A mail as this program thinks of it: one model for the cover, the write-ups and every reply, in both
 * directions. It holds meaning only. How the meaning is spelt (folding, encoded words, quoting, transfer
 * encoding) is the writer's business, so two equal messages are always the same bytes.
 *
 * Deliberately absent: attachments, HTML, any charset but UTF-8, any header whose value a program did not
 * choose. A list mail needs none of them, and each is a way to be rejected by a list.
 */
import type { MailDate } from './date.ts'

/** `local@domain` without the angle brackets. */
export type MessageId = string & { readonly brand: 'MessageId' }

/** One sender or receiver. `name` is plain Unicode text, empty when there is only an address. */
export type Mailbox = { readonly name: string; readonly address: string }

export type Message = {
  readonly messageId: MessageId
  /** The parent; null starts a thread. */
  readonly inReplyTo: MessageId | null
  /** Ancestors, oldest first, the parent last; empty exactly when `inReplyTo` is null. */
  readonly references: readonly MessageId[]
  readonly from: Mailbox
  /** At least one. */
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly date: MailDate
  /** Plain Unicode text on one line, single spaces. */
  readonly subject: string
  /** What words cannot carry (kind, state and anchor of a thread), as one `X-RFC-Coherent` line; null for none. */
  readonly note: string | null
  /** Lines that end in LF; at least one, the last one not blank. */
  readonly body: string
}
