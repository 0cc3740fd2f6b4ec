/**
 * An answered mail that a mailer put in as it was, with no mark before its lines, and what was written into it.
 *
 * Of such a mail all is known that was mailed in the thread, and what is not known was written into it. Two things
 * blur that: the thread may not know the mail at all, and what mails begin and end with (greetings, headings,
 * trailers) is not all known even when the mail is.
 */
import { attributionLength } from '#lib/mail/import/read/attribution.ts'
import { isCourteous, isGreeting } from '#lib/mail/import/read/courtesy.ts'
import { forwardedHead, isForwardSeparator } from '#lib/mail/import/read/forwarded-header.ts'
import type { BodyLine } from '#lib/mail/import/read/line-labels.ts'
import { isSentence } from '#lib/mail/import/read/sentence.ts'
import { lettersOf } from './squeeze.ts'
import { parseTrailer } from './trailers.ts'

/** Whether words, without white space, stand in what was mailed. */
export type Stands = (words: string) => boolean

/** Letters that are more than a coincidence. */
export const LIKELY_LETTERS = 12
/** Letters of a paragraph that says something. */
const TELLING_LETTERS = 20
/** Letters that are nobody's own when they stand in the proposal: about four words. */
const STRETCH = 20

export function toQuote(line: BodyLine, content: string, depth = 1): void {
  line.kind = 'quote'
  line.depth = depth
  line.content = content.trimEnd()
}

/**
 * The unmarked mail from `from` on, whose head begins at `head`: what is known is a quote. With words above the head, so
 * is what is not known, unless the mail is known and it says something of its own. Without words above, all that is
 * not known is an answer: there must be one somewhere.
 *
 * @returns whether the mail is known: anything of it was mailed in the thread
 */
export function markUnmarkedMail(
  lines: readonly BodyLine[],
  from: number,
  head: number,
  stands: Stands,
): boolean {
  const hasWordsAbove = lines
    .slice(0, head)
    .some(({ kind, content }) => kind === 'own' && /\p{L}/u.test(content) && !isGreeting(content))
  const paragraphs = [...paragraphsFrom(lines, from)].map((paragraph) => {
    const own = paragraph.filter((line) => line.kind === 'own')
    const words = lettersOf(own.map((line) => line.content).join('\n'))
    const isQuoting = paragraph.some((line) => line.kind === 'quote')
    const isKnown = words !== '' && isMostlyKnown(own, stands)
    // "Hi," stands in every cover, and what a mail quotes need not be of the thread.
    const proves =
      (isKnown && words.length >= LIKELY_LETTERS) || (isQuoting && isMostlyKnown(paragraph, stands))
    return { own, words, isKnown: isKnown || (isQuoting && proves), proves }
  })
  const isMailKnown = paragraphs.some(({ proves }) => proves)
  for (const { own, words, isKnown } of paragraphs) {
    if (isKnown) markKnownParagraph(own, stands)
    else {
      const isAnswer = hasWordsAbove
        ? isMailKnown && isRemark(own, words) && !sharesWords(words, stands)
        : !isHeading(own)
      if (!isAnswer) for (const line of own) toQuote(line, line.content)
    }
  }
  return isMailKnown
}

/** All of it is quoted but lines that somebody wrote between the others. */
function markKnownParagraph(own: readonly BodyLine[], stands: Stands): void {
  const words = own.map((line) => lettersOf(line.content))
  own.forEach((line, i) => {
    const [above = '', here = '', below = ''] = [words[i - 1], words[i], words[i + 1]]
    const isKnown = stands(here) || stands(above.slice(-80) + here) || stands(here + below.slice(0, 80))
    if (isKnown || !isRemark([line], here) || sharesWords(here, stands)) toQuote(line, line.content)
  })
}

/** Lines of a paragraph that tell whether it is known: a mail may be one paragraph, and be asked at each line. */
const LOOKED_AT_LINES = 12

/**
 * Whether the first paragraph from `from` on that says something was mailed in the thread, and is not a quote that
 * the writer himself marked (`isMarked`: he marks his).
 */
export function beginsKnown(
  lines: readonly BodyLine[],
  from: number,
  stands: Stands,
  isMarked: boolean,
): boolean {
  let looked = 0
  for (const paragraph of paragraphsFrom(lines, from, LOOKED_AT_LINES)) {
    // Above it a mail has a greeting and a heading at most.
    if (looked++ === 3) return false
    if (isMarked && paragraph[0]?.kind === 'quote') return false
    const said = paragraph.filter((line) => line.kind === 'own' || line.kind === 'quote')
    const words = lettersOf(said.map((line) => line.content).join('\n'))
    if (words.length < TELLING_LETTERS && !stands(words)) continue
    if (isHeading(said) && !stands(words)) continue
    return words.length >= LIKELY_LETTERS && isMostlyKnown(said, stands)
  }
  return false
}

/** At least half of the letters are in lines that stand in the proposal, or all of them together do. */
function isMostlyKnown(lines: readonly BodyLine[], stands: Stands): boolean {
  const words = lines.map((line) => lettersOf(line.content))
  const all = words.join('')
  if (stands(all)) return true
  const known = words.filter((word) => word.length >= LIKELY_LETTERS && stands(word))
  return known.join('').length * 2 >= all.length
}

/** Lines between empty ones; longer ones than `most` in pieces. */
function* paragraphsFrom(
  lines: readonly BodyLine[],
  from: number,
  most = Number.POSITIVE_INFINITY,
): Generator<BodyLine[]> {
  let paragraph: BodyLine[] = []
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]
    if (!line || (line.content === '' && paragraph.length === 0)) continue
    if (line.content === '') {
      yield paragraph
      paragraph = []
    } else if (paragraph.push(line) >= most) {
      yield paragraph
      paragraph = []
    }
  }
  if (paragraph.length > 0) yield paragraph
}

/** Somebody's own: not what mails are framed with. */
function isRemark(lines: readonly BodyLine[], words: string): boolean {
  const contents = lines.map((line) => line.content).filter((content) => parseTrailer(content) === null)
  const last = contents.at(-1) ?? ''
  const isShort = words.length < TELLING_LETTERS && !/[\p{L}\p{N})][.?!:]$/u.test(last)
  if (isShort && !isSentence(contents.join(' '))) return false
  return !(
    contents.length === 0 ||
    isHeading(lines) ||
    isCourteous(contents.join('\n')) ||
    contents.some((content) => isForwardSeparator(content)) ||
    forwardedHead(contents, 0, '').length > 0 ||
    (attributionLength(contents.slice(-4)).strength === 'strong' && contents.length <= 4)
  )
}

/** A numbered or underlined heading of the answered mail; items of an own list are numbered, too, and say more. */
function isHeading(lines: readonly BodyLine[]): boolean {
  const first = lines[0]?.content ?? ''
  const last = lines.at(-1)?.content ?? ''
  if (lines.length === 2) return /^[=~-]{3,}$/.test(last)
  if (lines.length !== 1) return false
  const isNumbered =
    /^\d{1,3}(?:\.\d{1,3}){1,3}\.?\s\S/.test(first) || /^\d{1,3}\.?(?:\s\S+){1,3}$/.test(first)
  return isNumbered && first.length <= 76 && !/[.?!:,;]$/.test(last) && !isSentence(first)
}

/** Whether a stretch of four words' length stands in the proposal: then it is quoted, not answered. */
export function sharesWords(words: string, stands: Stands): boolean {
  for (let at = 0; at + STRETCH <= words.length; at += STRETCH / 2) {
    if (stands(words.slice(at, at + STRETCH))) return true
  }
  return false
}
