/**
 * Trailers: `Key: value` on a line of its own, by which programs take something for said.
 *
 * | who asks                                        | what for                           | asks               |
 * |-------------------------------------------------|------------------------------------|--------------------|
 * | the linter, prose                               | lines just as lists write them     | `TRAILER`          |
 * | the recogniser of comments                      | the same, and ids of mails and changes | `isTrailerLine` |
 * | the importer; what must not leave in a comment  | whatever git, b4 or we would take for somebody's word | `personTrailer` |
 *
 * The last two have to agree: what an importer would count for somebody else must not be sent in one's name.
 */

/** `Reviewed-by: Name <mail>` and the other keys that count as somebody's word. Groups `key` and `value`. */
export const TRAILER =
  /^(?<key>[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by|Cc|Link|Closes|Fixes|Message-ID): (?<value>\S.*)$/s
const FURTHER_KEY = /^(?:Message-Id|Change-I[Dd]): +\S/

export const isTrailerLine = (line: string) =>
  TRAILER.test(line.replace(/: +/, ': ')) || FURTHER_KEY.test(line)

/** Keys that say somebody's opinion of the text, without `-by`. */
export const REVIEW_TRAILER =
  /^(?:reviewed|acked|nacked|tested|signed-off|co-developed|suggested|reported|requested|objected)-by$/i

/** Any case, as git takes it, a few blanks before; stars are what is left of bold letters. */
const PERSON =
  /^[ \t]{0,3}\*{0,2}([A-Za-z][A-Za-z-]{1,30}-by)\*{0,2}[ \t]*:(?:\*{0,2}[ \t]*(?=\S)|[ \t]*$)(.*)$/is
/** Outlook writes an address twice: `<a@b<mailto:a@b>>`. */
const MAILTO = /<mailto:[^<>\s]{1,300}>(?=>)/i
const MAX_LINE = 1000
/** Of a line that goes on with a wrapped one. */
const MAX_NEXT = 500

/** `value` is empty where a mailer put all of it on the next line. */
export type PersonTrailer = { readonly key: string; readonly value: string }

export function personTrailer(line: string): PersonTrailer | null {
  const m = PERSON.exec(line.slice(0, MAX_LINE).replace(MAILTO, ''))
  return m && { key: m[1] ?? '', value: m[2] ?? '' }
}

/** A trailer whose value goes on in the next line, as one line; null: the next line does not continue it. */
export function unwrappedTrailer(line: string, next: string): string | null {
  if (next.length > MAX_NEXT || !/^\s+\S|^<\S+@\S+>\s*$/.test(next) || !personTrailer(line)) return null
  return `${line.trimEnd()} ${next.trim()}`
}
