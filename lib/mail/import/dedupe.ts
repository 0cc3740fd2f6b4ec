/**
 * Is it the same mail? A Message-ID says which mail it claims to be; only the words say whether it is.
 *
 * The same mail comes several times, through several lists, in another transfer encoding, with a footer added. What
 * stays is the sender and the words. They are compared whole, without white space, and with the depth of quoting, so
 * that nobody's words can be made a quote. A caller may keep a SHA-256 instead of the text.
 */
import { labelLines, splitLines } from '#lib/mail/import/read/line-labels.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import type { MailedPart } from './mailed-series.ts'
import { lettersOf } from './squeeze.ts'

export function textIdentity(mail: Pick<ParsedMail, 'text'>): string {
  let identity = ''
  let depth = -1
  for (const line of labelLines(splitLines(mail.text))) {
    if (line.kind === 'footer' || line.kind === 'signature') continue
    const words = lettersOf(line.content)
    if (words === '') continue
    if (line.depth !== depth) identity += `\u0001${line.depth}\u0002`
    depth = line.depth
    identity += words
  }
  return identity
}

/** Whether a mail with the Message-ID of a part is that part: all its passages, in order. */
export function isMailedPart(
  mail: Pick<ParsedMail, 'text'>,
  part: Pick<MailedPart, 'text' | 'passages'>,
): boolean {
  const text = lettersOf(mail.text)
  let at = 0
  return part.passages.every((passage) => {
    const words = lettersOf(part.text.slice(passage.start, passage.end))
    const found = text.indexOf(words, at)
    at = found + words.length
    return found >= 0
  })
}

/**
 * What a mail can show for its Message-ID to be its own; the greater claim has it.
 *
 * | claim | whose                                                                         |
 * |-------|-------------------------------------------------------------------------------|
 * | 3     | a proved sender's, and the id is of their domain                              |
 * | 2     | a proved sender's, with an id of some service                                 |
 * | 1     | a list's that the operator named                                              |
 * | 0     | nobody's: it says so                                                          |
 */
export function claimOn(messageId: MessageId, author: string, proof: string): number {
  if (proof !== 'sender') return proof === 'list' ? 1 : 0
  const domain = domainOf(author)
  const ofId = domainOf(messageId)
  const isWithin = (one: string, other: string) =>
    other.includes('.') && (one === other || one.endsWith(`.${other}`))
  return isWithin(ofId, domain) || isWithin(domain, ofId) ? 3 : 2
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
