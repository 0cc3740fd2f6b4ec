/**
 * The one writer: a message to the text of a mail (RFC 5322, UTF-8, LF).
 *
 * Our own because the known composers turn any text outside ASCII into quoted-printable and encode the
 * subject's tag: correct mail, and unreadable in a patch queue. The order of headers is fixed; equal messages
 * are equal bytes.
 */
import { invariant } from '#lib/result.ts'
import { mailboxPieces } from './address.ts'
import { formatRfc5322Date } from './date.ts'
import { foldHeader, textPieces } from './header.ts'
import type { Mailbox, Message, MessageId } from './message.ts'
import { isAscii } from './utf8.ts'

/** `X-RFC-`: headers of that kind are known to the linters of list mail; one called `X-Coherent` alone is an error. */
export const THREAD_NOTE_HEADER = 'X-RFC-Coherent'

export function writeMessage(message: Message): string {
  invariant(message.to.length > 0, 'a mail goes to somebody')
  // A blank line at the end could not be told from the empty line that separates mails in a mailbox.
  invariant(/[^\n]\n$/.test(message.body), 'a body ends in one line end')
  invariant(!/[\r\0]/.test(message.body), 'a body has LF line ends and no NUL')
  const last = message.references.at(-1) ?? null
  invariant(last === message.inReplyTo, 'the last reference is the parent')

  const head = [
    foldHeader('Message-ID', [bracketed(message.messageId)]),
    ...(message.inReplyTo ? [foldHeader('In-Reply-To', [bracketed(message.inReplyTo)])] : []),
    ...(message.references.length > 0 ? [foldHeader('References', message.references.map(bracketed))] : []),
    foldHeader('From', mailboxPieces(message.from)),
    foldHeader('To', listPieces(message.to)),
    ...(message.cc.length > 0 ? [foldHeader('Cc', listPieces(message.cc))] : []),
    foldHeader('Date', [formatRfc5322Date(message.date)]),
    foldHeader('Subject', textPieces(message.subject)),
    ...(message.note === null ? [] : [foldHeader(THREAD_NOTE_HEADER, textPieces(message.note))]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Transfer-Encoding: ${isAscii(message.body) ? '7bit' : '8bit'}`,
  ]
  return `${head.join('\n')}\n\n${message.body}`
}

function bracketed(id: MessageId): string {
  return `<${id}>`
}

function listPieces(boxes: readonly Mailbox[]): string[] {
  return boxes.flatMap((box, i) => {
    const pieces = mailboxPieces(box)
    const comma = i < boxes.length - 1 ? ',' : ''
    return [...pieces.slice(0, -1), `${pieces.at(-1) ?? ''}${comma}`]
  })
}
