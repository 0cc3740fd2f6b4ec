/** What the importer must know of mails that came before: values that a caller keeps wherever it likes. */
import type { MessageId } from '#lib/mail/message/message.ts'
import type { QuoteAnchor } from './imported-mail.ts'

export type KnownComment = { readonly text: string; readonly anchor: QuoteAnchor }

export type KnownMessage = {
  readonly messageId: MessageId
  /** False for a mail that is held: nothing may hang on it until a person let it in. */
  readonly isVisible: boolean
  readonly author: string
  /** What it can show for its id to be its own (`claimOn`); null for a message of ours, whose id nobody else's is. */
  readonly claim: number | null
  /** `textIdentity` of the mail, or any function of it, as long as the caller asks with the same. */
  readonly textIdentity: string
  readonly subjectKey: string
  /** The series and the part of it whose thread the mail is in. */
  readonly series: string
  readonly part: number
  /** What it answers; null when that is the part. */
  readonly parent: MessageId | null
  readonly comments: readonly KnownComment[]
}

export type KnownMessages = ReadonlyMap<MessageId, KnownMessage>
