/**
 * The series to its sender first: what will reach the list, seen in his own mail reader.
 *
 * Its mails have Message-IDs of their own (`reflect-…`): a reader that keeps one mail of each id would otherwise drop the
 * real ones when they come back through the list.
 */
import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { invariant } from '#lib/result.ts'

const MAX_ID_BYTES = 244

/** With other ids, threaded as before. Headers To and Cc say whom the real ones go to. `round`: from 1, a look each. */
export function reflected(messages: readonly Message[], round: number): Message[] {
  const prefix = round === 1 ? 'reflect-' : `reflect${round}-`
  const idOf = (id: MessageId) => prefixed(prefix, id)
  return messages.map((message) => ({
    ...message,
    messageId: idOf(message.messageId),
    inReplyTo: message.inReplyTo === null ? null : idOf(message.inReplyTo),
    references: message.references.map(idOf),
  }))
}

/** As files for git, which would send to everybody in To: only the sender is left there. */
export function reflectedTo(messages: readonly Message[], box: Mailbox): Message[] {
  return reflected(messages, 1).map((message) => ({ ...message, to: [box], cc: [] }))
}

function prefixed(prefix: string, id: MessageId): MessageId {
  const own = `${prefix}${id}`
  if (own.length <= MAX_ID_BYTES) return own as MessageId // its characters are those of an id
  // The end tells the ids of a series apart.
  const at = id.lastIndexOf('@')
  const local = id.slice(Math.min(own.length - MAX_ID_BYTES, at), at)
  invariant(local.length > 0, 'an id has room for its own part')
  return `${prefix}${local}${id.slice(at)}` as MessageId
}
