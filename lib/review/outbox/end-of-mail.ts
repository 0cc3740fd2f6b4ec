import { unfoldHeaders } from '#lib/mail/message/header.ts'

/** The subject of a mail that ends mail: this word, and the token of the mail that it ends. */
export const END_WORD = 'unsubscribe'

const SUBJECT = new RegExp(`^${END_WORD} +([A-Za-z0-9_-]{64})$`, 'i')
/** As much of a head as is looked at: a mail has 64 KB of it at most. */
const HEAD_BYTES = 65_536

/**
 * The token in the subject of a mail that a mail program wrote for its reader (RFC 2369, 3.2; RFC 6068). Null: it is another
 * mail. Who sent it is not asked, since the token says all that there is to know.
 */
export function tokenOfMail(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES)).replaceAll('\r\n', '\n')
  const subjects = unfoldHeaders(head.split('\n\n', 1)[0] ?? '').filter(
    ({ name }) => name.toLowerCase() === 'subject',
  )
  const [subject, ...more] = subjects
  return subject && more.length === 0 ? (SUBJECT.exec(subject.value)?.[1] ?? null) : null
}
