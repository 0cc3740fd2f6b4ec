/**
 * Trailers: `Reviewed-by: Name <address>` on a line of its own, in the sender's own words.
 *
 * They are kept whoever they name. One counts only when the sender is proved and is the person named; a trailer for
 * somebody else is what that person is said to have said.
 */
import { parseMailbox } from '#lib/mail/message/address.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { personTrailer, unwrappedTrailer } from '#lib/mail/text/trailer.ts'

export type ImportedTrailer = {
  /** As lists write it: `Reviewed-by`. */
  readonly tag: string
  readonly name: string
  readonly email: string
  /** It counts: written by the person that it names, and that is proved. */
  readonly match: boolean
  /** The line, as it stood. */
  readonly line: string
}

/** The tag and mailbox of a line; null when it is no trailer. */
export function parseTrailer(line: string): Omit<ImportedTrailer, 'match'> | null {
  const found = personTrailer(line)
  if (!found || found.value === '') return null
  const { key, value } = found
  // "# arm64" and "(v1)" behind the address are remarks.
  const end = value.indexOf('>')
  const box = parseMailbox(cleanLine(end < 0 ? value : value.slice(0, end + 1)))
  if (!box.ok) return null
  const lower = key.toLowerCase()
  return {
    tag: lower[0]?.toUpperCase() + lower.slice(1),
    name: cleanLine(box.value.name),
    email: box.value.address,
    line: line.trim(),
  }
}

/** Words behind the address of a trailer that are no remark in brackets: "… <address> but please fix the comment". */
export function hasWordsBehind(line: string): boolean {
  const end = line.lastIndexOf('>')
  return end >= 0 && /^[\s,;:-]*(?:\p{L}[\p{L}'’]*\s+){2,}\p{L}/u.test(line.slice(end + 1, end + 1000))
}

/** Whether a line is a trailer whose address was wrapped into the next line. */
export function joinedTrailer(line: string, next: string): Omit<ImportedTrailer, 'match'> | null {
  const whole = unwrappedTrailer(line, next)
  return whole === null ? null : parseTrailer(whole)
}

export function isOwnTrailer(trailer: { readonly email: string }, author: Mailbox | null): boolean {
  return author !== null && trailer.email.toLowerCase() === author.address.toLowerCase()
}
