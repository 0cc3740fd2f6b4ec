/**
 * What does a mail answer? In-Reply-To says it; when it names a private mail or nothing, the nearest known ancestor
 * of References does; when mailers lost both, the subject of a part does. A mail is never its own parent.
 */

import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { formerSubject, partTagOf, subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import type { ParentBy } from './imported-mail.ts'
import type { KnownMessage, KnownMessages } from './known-message.ts'
import type { IndexedPart, IndexedSeries } from './mailed-series.ts'

export type FoundParent = {
  readonly messageId: MessageId
  readonly by: ParentBy
  readonly series: IndexedSeries
  readonly part: IndexedPart
  /** Null when the parent is the part itself. */
  readonly message: KnownMessage | null
}

export function findParent(
  mail: Pick<ParsedMail, 'messageId' | 'inReplyTo' | 'references' | 'subject'>,
  series: readonly IndexedSeries[],
  known: KnownMessages,
): FoundParent | null {
  const byId = (id: MessageId, by: ParentBy) => (id === mail.messageId ? null : lookUp(id, by, series, known))
  for (const id of mail.inReplyTo) {
    const found = byId(id, 'in-reply-to')
    if (found) return found
  }
  for (const id of mail.references.toReversed()) {
    const found = byId(id, 'references')
    if (found) return found
  }
  const former = formerSubject(mail.subject)
  return (
    bySubject(subjectKey(mail.subject), series) ?? (former ? bySubject(subjectKey(former), series) : null)
  )
}

/** The ids that a caller has to look up before it calls the importer: the mail's own, and all that it may answer. */
export function idsToLookUp(
  mail: Pick<ParsedMail, 'messageId' | 'inReplyTo' | 'references'>,
): readonly MessageId[] {
  return [...new Set([mail.messageId, ...mail.inReplyTo, ...mail.references])]
}

export function findPart(
  id: MessageId,
  series: readonly IndexedSeries[],
): { series: IndexedSeries; part: IndexedPart } | null {
  for (const one of series) {
    const part = one.parts.find((p) => p.messageId === id)
    if (part) return { series: one, part }
  }
  return null
}

function lookUp(
  id: MessageId,
  by: ParentBy,
  series: readonly IndexedSeries[],
  known: KnownMessages,
): FoundParent | null {
  const mailed = findPart(id, series)
  if (mailed) return { messageId: id, by, ...mailed, message: null }
  const message = known.get(id)
  if (!message?.isVisible) return null
  const own = series.find((one) => one.key === message.series)
  const part = own?.parts.find((p) => p.number === message.part)
  return own && part ? { messageId: id, by, series: own, part, message } : null
}

/** The same subject as a part; the tag alone where the subject of the part is not known. */
function bySubject(key: string, series: readonly IndexedSeries[]): FoundParent | null {
  const tag = partTagOf(key)
  for (const one of series.toReversed()) {
    const part = one.parts.find((p) =>
      p.subjectKey === null
        ? tag?.revision === one.revision && tag.part === p.number && tag.last === one.parts.length - 1
        : p.subjectKey === key,
    )
    if (part) return { messageId: part.messageId, by: 'subject', series: one, part, message: null }
  }
  return null
}
