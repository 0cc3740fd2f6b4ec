/** Who answers whom: the two headers from which every mail reader builds its tree. */
import type { Message, MessageId } from './message.ts'

export type ThreadPlace = Pick<Message, 'inReplyTo' | 'references'>

/** The cover starts a thread of its own, also from v2 on (the kernel lists' rule). */
export const THREAD_START: ThreadPlace = { inReplyTo: null, references: [] }

/** A part answers the cover only, so that the parts stand side by side below it. */
export function partPlace(cover: MessageId): ThreadPlace {
  return { inReplyTo: cover, references: [cover] }
}

/** A reply carries its parent's whole line of ancestors: readers thread by it when a mail between is missing. */
export function replyPlace(parent: Pick<Message, 'messageId' | 'references'>): ThreadPlace {
  return { inReplyTo: parent.messageId, references: [...parent.references, parent.messageId] }
}

/** Exactly one `Re: `, whatever the parent has. */
export function replySubject(parentSubject: string): string {
  return `Re: ${parentSubject.replace(/^(?:re:\s*)+/i, '')}`
}

export type ThreadedMail = { readonly message: Message; readonly depth: number }

/**
 * The order in which a mail reader lists mails: each above its answers, answers in the order in which they come. A
 * mail whose parent is not among them starts a thread; mails that answer each other in a circle are not listed.
 */
export function inThreadOrder(messages: readonly Message[]): ThreadedMail[] {
  const known = new Set(messages.map(({ messageId }) => messageId))
  const answers = new Map<MessageId | null, Message[]>([[null, []]])
  for (const message of messages) {
    const parent = message.inReplyTo !== null && known.has(message.inReplyTo) ? message.inReplyTo : null
    const siblings = answers.get(parent)
    if (siblings) siblings.push(message)
    else answers.set(parent, [message])
  }
  const below = (parent: MessageId | null, depth: number) =>
    (answers.get(parent) ?? []).map((message) => ({ message, depth })).reverse()
  const ordered: ThreadedMail[] = []
  // A stack, not recursion: threads are as deep as people go on answering.
  const open = below(null, 0)
  for (let next = open.pop(); next; next = open.pop()) {
    ordered.push(next)
    open.push(...below(next.message.messageId, next.depth + 1))
  }
  return ordered
}
