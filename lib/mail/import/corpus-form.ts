/**
 * The form in which collections of replies say what was mailed and what must become of each: the model (parts with
 * their passages, but without the mailed text around them) and the outcome of a mail.
 */

import { messageIdsOf } from '#lib/mail/import/read/message-ids.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import type { ImportedMail, QuoteAnchor } from './imported-mail.ts'
import type { MailedPart, MailedSeries, Passage } from './mailed-series.ts'

export type CorpusModel = {
  readonly revision: number
  readonly parts: readonly {
    readonly part: number
    readonly message_id: string
    readonly subject?: string
    readonly passages: readonly { readonly id: string; readonly section: string; readonly text: string }[]
  }[]
}

/** The passages with one empty line between them are the mailed text, as far as the model knows it. */
export function seriesOfModel(model: CorpusModel): MailedSeries {
  const parts = model.parts.map(({ part, message_id, subject, passages }): MailedPart => {
    let text = ''
    const placed = passages.map(({ id, section, text: words }): Passage => {
      const start = text.length
      text += `${words}\n\n`
      return { id, section, start, end: start + words.length }
    })
    const messageId = messageIdsOf(message_id)[0] ?? ('' as MessageId) // a model without ids matches nothing
    return { messageId, number: part, subject: subject ?? null, author: null, text, passages: placed }
  })
  return { key: `v${model.revision}`, revision: model.revision, parts }
}

/** `p4/4.1#1` for a passage; `p4` for a part, `cover` for the cover as a whole. */
export function anchorName(anchor: QuoteAnchor): string {
  if (anchor.kind === 'passage') return anchor.passage
  return anchor.part === 0 ? 'cover' : `p${anchor.part}`
}

export function toCorpusOutcome(mail: ImportedMail) {
  const { status, author, parent, date } = mail
  const isHeld = status === 'quarantined'
  return {
    status,
    message_id: `<${mail.messageId}>`,
    author: author && { name: author.name, email: author.address },
    parent: parent && `<${parent.messageId}>`,
    parent_by: parent?.by ?? null,
    date: date && rfc3339(date.epochSeconds, date.offsetMinutes),
    subject: mail.subject,
    comments: mail.comments.map(({ kind, text, anchor, replyTo, flags }) => ({
      kind,
      anchor: anchorName(anchor),
      text,
      ...(replyTo ? { reply_to_comment_of: `<${replyTo.messageId}>` } : {}),
      ...(isHeld ? { held: true } : {}),
      ...(kind === 'patch' ? { has_diff: true } : {}),
      flags,
    })),
    trailers: mail.trailers.map(({ tag, name, email, match }) => ({
      tag,
      name,
      email,
      match,
      scope: anchorName({ kind: 'part', part: mail.part ?? 0 }),
    })),
    flags: mail.flags,
    attachments: mail.attachments.map(({ filename }) => ({ filename })),
  }
}

export type CorpusOutcome = ReturnType<typeof toCorpusOutcome>

/** In the zone that the sender wrote. */
function rfc3339(epochSeconds: number, offsetMinutes: number): string {
  const local = new Date((epochSeconds + offsetMinutes * 60) * 1000).toISOString().slice(0, 19)
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.abs(offsetMinutes)
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
