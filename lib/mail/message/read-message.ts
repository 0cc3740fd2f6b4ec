/**
 * The writer's inverse: the text of a mail that this program wrote (or that is as plain) back to a message.
 *
 * It is strict on purpose. Mail from the wide world goes through a full MIME parser in `shell/`; this reader
 * exists so that what was written can be proved to be what was meant, and refuses the rest by name.
 */
import { err, ok, type Result } from '#lib/result.ts'
import { parseMailbox, parseMailboxes } from './address.ts'
import { parseRfc5322Date } from './date.ts'
import { decodeEncodedWords } from './encoded-word.ts'
import { unfoldHeaders } from './header.ts'
import type { Message, MessageId } from './message.ts'
import { THREAD_NOTE_HEADER } from './write-message.ts'

export type ReadProblem = {
  readonly kind: 'no-body' | 'missing-header' | 'repeated-header' | 'bad-header' | 'not-plain-text'
  /** The header in question, in lower case; empty for the mail as a whole. */
  readonly header: string
}

const ID_LIST = /^<[^<>\s]+>(?:\s+<[^<>\s]+>)*$/

export function readMessage(text: string): Result<Message, ReadProblem> {
  const end = text.indexOf('\n\n')
  if (end < 0) return err({ kind: 'no-body', header: '' })
  const fields = new Map<string, string>()
  for (const { name, value } of unfoldHeaders(text.slice(0, end))) {
    const key = name.toLowerCase()
    if (fields.has(key)) return err({ kind: 'repeated-header', header: key })
    fields.set(key, value)
  }
  for (const header of ['message-id', 'from', 'to', 'date', 'subject']) {
    if (!fields.has(header)) return err({ kind: 'missing-header', header })
  }
  const field = (header: string) => fields.get(header) ?? ''
  const bad = (header: string) => err({ kind: 'bad-header' as const, header })

  if (!/^text\/plain; charset=(utf-8|us-ascii)$/i.test(field('content-type'))) {
    return err({ kind: 'not-plain-text', header: 'content-type' })
  }
  if (!/^[78]bit$/i.test(field('content-transfer-encoding'))) {
    return err({ kind: 'not-plain-text', header: 'content-transfer-encoding' })
  }
  const own = ids(field('message-id'))
  if (own?.length !== 1) return bad('message-id')
  const parent = fields.has('in-reply-to') ? ids(field('in-reply-to')) : []
  if (!parent || parent.length > 1) return bad('in-reply-to')
  const references = fields.has('references') ? ids(field('references')) : []
  if (!references) return bad('references')
  const from = parseMailbox(field('from'))
  if (!from.ok) return bad('from')
  const to = parseMailboxes(field('to'))
  if (!to.ok) return bad('to')
  const cc = parseMailboxes(field('cc'))
  if (!cc.ok) return bad('cc')
  const date = parseRfc5322Date(field('date'))
  if (!date.ok) return bad('date')

  const note = fields.get(THREAD_NOTE_HEADER.toLowerCase())
  return ok({
    messageId: own[0] as MessageId, // length checked above
    inReplyTo: parent[0] ?? null,
    references,
    from: from.value,
    to: to.value,
    cc: cc.value,
    date: date.value,
    subject: decodeEncodedWords(field('subject')),
    note: note === undefined ? null : decodeEncodedWords(note),
    body: text.slice(end + 2),
  })
}

function ids(value: string): MessageId[] | null {
  if (!ID_LIST.test(value)) return null
  // Whatever stands in angle brackets is an id of somebody's mail; ours are checked where they are made.
  return value.split(/\s+/).map((id) => id.slice(1, -1) as MessageId)
}
