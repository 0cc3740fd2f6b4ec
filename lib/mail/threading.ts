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
