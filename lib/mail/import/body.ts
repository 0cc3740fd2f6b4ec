/**
 * The lines of a mail, each with what it is: own words, quoted words, or something that nobody says.
 *
 * Two looks. The first knows only how mailers write: `>` and its depth, patches, signatures, footers, attributions,
 * heads of answered mails. The second knows what was mailed, and corrects the first where mailers do not follow
 * any form: a line that stands word for word in the proposal is a quote, whatever mark is before it or none; a line
 * that a mailer broke off a long quoted one is the rest of it; and below a "From: … Sent: …" head, what the
 * proposal does not say are answers that somebody wrote into it.
 *
 * Scanners over lines only, each line looked at a bounded number of times; no expression runs over the whole text.
 */
import { attributionLength, MAX_ATTRIBUTION_LINES, mayEndAttribution } from './attribution.ts'
import { findDiffLines } from './diff-lines.ts'
import { footerLength, isDeviceSignature, isSignatureDelimiter } from './footer.ts'
import { forwardedHeaderLength, isForwardSeparator } from './forwarded-header.ts'
import { MAX_LINES } from './limits.ts'
import type { SearchText } from './mailed-series.ts'
import { isGap, isScissors, splitOddPrefix, splitQuotePrefix } from './quote-prefix.ts'
import { lettersOf } from './squeeze.ts'
import { isSubstring } from './suffix-index.ts'

export type LineKind =
  | 'own'
  | 'diff'
  | 'quote'
  /** Says who wrote the quote below, or that a whole mail follows. */
  | 'attribution'
  | 'signature'
  | 'footer'

export type BodyLine = {
  kind: LineKind
  /** Levels of quoting; 0 for everything but `quote`. */
  depth: number
  /** Without its quote marks and without blanks at the end. */
  content: string
}

export type Body = {
  readonly lines: readonly BodyLine[]
  /** The answered mail was put below the words, with marks or without. */
  readonly quotesBelow: boolean
}

/** Letters from which on a line that stands in the proposal is a quote, although nothing marks it as one. */
const SURE_LETTERS = 40
/** The same for a line behind an odd mark, and for the words before a line break that a mailer made. */
const LIKELY_LETTERS = 12

/** `threadSubject` is the key of the thread's subject (`subjectKey`); `known` is all that can be quoted. */
export function scanBody(text: string, threadSubject: string, known: readonly SearchText[]): Body {
  const raw = withoutArmor(splitLines(text))
  const lines = labelLines(raw)
  const stands = (words: string) => known.some(({ index }) => isSubstring(index, words))
  markKnownWords(lines, stands)
  markBelowHeads(lines, raw, threadSubject, stands)
  markAttributions(lines, raw, stands)
  // A cut is no word of anybody, whether it was quoted or not.
  for (const line of lines)
    if (line.kind === 'own' && isGap(line.content) && !isScissors(line.content)) toQuote(line, line.content)
  markDeviceSignatures(lines)
  return { lines, quotesBelow: lines.some((line) => line.kind === 'quote') }
}

/** Depth, patches, signature and footer: what needs no knowledge of the thread. */
export function labelLines(raw: readonly string[]): BodyLine[] {
  const diff = findDiffLines(raw)
  const footerFrom = raw.length - footerLength(raw)
  const tails = bareTails(raw)
  let inSignature = false
  return raw.map((line, i): BodyLine => {
    if (i >= MAX_LINES) return { kind: 'own', depth: 0, content: line }
    const trimmed = line.trimEnd()
    if (diff[i]) return { kind: 'diff', depth: 0, content: trimmed }
    const { depth, content } = splitQuotePrefix(trimmed)
    if (depth > 0) {
      inSignature = false
      return { kind: 'quote', depth, content: content.trimEnd() }
    }
    if (i >= footerFrom) return { kind: 'footer', depth: 0, content: trimmed }
    if (isSignatureDelimiter(trimmed) && (line !== '--' || (tails[i] ?? 0) <= LONGEST_BARE_SIGNATURE))
      inSignature = true
    // A mail that was answered above its signature goes on below it.
    const ends = inSignature && startsAnsweredMail(raw, i)
    if (ends) inSignature = false
    return { kind: inSignature ? 'signature' : 'own', depth: 0, content }
  })
}

/** The lines of a text, with all lines beyond the limit as one. */
export function splitLines(text: string): readonly string[] {
  const lines: string[] = []
  let at = 0
  while (lines.length < MAX_LINES) {
    const end = text.indexOf('\n', at)
    if (end < 0) break
    lines.push(text.slice(at, end))
    at = end + 1
  }
  lines.push(text.slice(at))
  return lines
}

/** OpenPGP's clear text frame: the words are inside, the rest is for machines (RFC 4880, 7). */
function withoutArmor(lines: readonly string[]): readonly string[] {
  const begin = lines.indexOf('-----BEGIN PGP SIGNED MESSAGE-----')
  if (begin < 0) return lines
  const words = lines.indexOf('', begin)
  const end = lines.indexOf('-----BEGIN PGP SIGNATURE-----', begin)
  if (words < 0 || end < 0) return lines
  const close = lines.indexOf('-----END PGP SIGNATURE-----', end)
  const inside = lines.slice(words + 1, end).map((line) => (line.startsWith('- ') ? line.slice(2) : line))
  return [...lines.slice(0, begin), ...inside, ...(close < 0 ? [] : lines.slice(close + 1))]
}

/** A bare `--` is a signature only when little follows: people draw lines, too. */
const LONGEST_BARE_SIGNATURE = 10

/** For each line, how many lines follow up to the next quoted one or the end. */
function bareTails(raw: readonly string[]): Int32Array {
  const tails = new Int32Array(raw.length)
  for (let i = raw.length - 2; i >= 0; i--)
    tails[i] = raw[i + 1]?.startsWith('>') ? 0 : (tails[i + 1] ?? 0) + 1
  return tails
}

function startsAnsweredMail(raw: readonly string[], at: number): boolean {
  if ((raw[at - 1] ?? '').trim() !== '') return false
  if (isForwardSeparator(raw[at] ?? '') || /^\s*_{20,}\s*$/.test(raw[at] ?? '')) return true
  const paragraph: string[] = []
  for (let i = at; i < raw.length && i < at + MAX_ATTRIBUTION_LINES && (raw[i] ?? '').trim() !== ''; i++) {
    if ((raw[i] ?? '').startsWith('>')) break
    paragraph.push(raw[i] ?? '')
    if (attributionLength(paragraph).strength === 'strong') return true
  }
  return forwardedHeaderLength(raw, at, '') > 0
}

/** Lines of the proposal that no `>` marks, and the rests of quoted lines that a mailer broke. */
function markKnownWords(lines: BodyLine[], stands: (words: string) => boolean): void {
  // Who marks quotes and sets a line in means it as words of his own: what he repeats, or proposes.
  const marksQuotes = lines.some((line) => line.kind === 'quote')
  const isSetIn = ({ content }: BodyLine) => marksQuotes && /^(?: {4}|\t)/.test(content)
  const squeezed = lines.map((line) =>
    line.kind === 'own' && !isSetIn(line) ? lettersOf(line.content) : '',
  )
  lines.forEach((line, i) => {
    const words = squeezed[i] ?? ''
    if (line.kind === 'own' && words.length >= SURE_LETTERS && stands(words)) toQuote(line, line.content)
  })
  markOddPrefixes(lines, stands, isSetIn)
  for (const direction of [1, -1]) {
    for (let k = 0; k < lines.length; k++) {
      const i = direction > 0 ? k : lines.length - 1 - k
      const line = lines[i]
      const neighbour = lines[i - direction]
      const words = squeezed[i] ?? ''
      if (line?.kind !== 'own' || words === '' || neighbour?.kind !== 'quote' || neighbour.content === '')
        continue
      const beside = lettersOf(neighbour.content)
      if (beside.length < LIKELY_LETTERS) continue
      const joined = direction > 0 ? beside.slice(-80) + words : words + beside.slice(0, 80)
      // Backwards, a short line may be the end of an own sentence; it has to say more.
      if ((direction > 0 || words.length >= LIKELY_LETTERS) && stands(joined)) {
        toQuote(line, line.content, neighbour.depth)
      }
    }
  }
}

/** Runs of lines behind the same odd mark, of which at least half stand in the proposal. */
function markOddPrefixes(
  lines: BodyLine[],
  stands: (words: string) => boolean,
  isSetIn: (line: BodyLine) => boolean,
): void {
  const prefixOf = (line: BodyLine | undefined) => (line && !isSetIn(line) ? oddPrefixOf(line) : null)
  for (let i = 0; i < lines.length; i++) {
    const prefix = prefixOf(lines[i])
    if (!prefix) continue
    let end = i
    while (end < lines.length && prefixOf(lines[end]) === prefix) end++
    const contents = lines.slice(i, end).map((line) => splitOddPrefix(line.content)?.content ?? '')
    const words = contents.map((content) => lettersOf(splitQuotePrefix(content).content))
    const known = words.map((word) => word !== '' && stands(word))
    const letters = words.reduce((sum, word, k) => sum + (known[k] ? word.length : 0), 0)
    const total = words.reduce((sum, word) => sum + word.length, 0)
    if (letters >= LIKELY_LETTERS && letters * 2 >= total) markRun(lines.slice(i, end), contents)
    i = end - 1
  }
}

function oddPrefixOf(line: BodyLine | undefined): string | null {
  return line?.kind === 'own' ? (splitOddPrefix(line.content)?.prefix ?? null) : null
}

function markRun(lines: readonly BodyLine[], contents: readonly string[]): void {
  lines.forEach((line, k) => {
    const inner = splitQuotePrefix(contents[k] ?? '')
    toQuote(line, inner.content, inner.depth + 1)
  })
}

function toQuote(line: BodyLine, content: string, depth = 1): void {
  line.kind = 'quote'
  line.depth = depth
  line.content = content.trimEnd()
}

/** A head of header lines, and the mail below it that nothing marks as quoted. */
function markBelowHeads(
  lines: BodyLine[],
  raw: readonly string[],
  threadSubject: string,
  stands: (words: string) => boolean,
): void {
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]?.kind !== 'own' || lines[i]?.content === '') continue
    const length = forwardedHeaderLength(raw, i, threadSubject)
    if (length > 0) {
      for (const line of lines.slice(i, i + length)) line.kind = 'attribution'
      markUnmarkedMail(lines, i + length, i, stands)
      return
    }
    if (isForwardSeparator(raw[i] ?? '')) setKind(lines[i], 'attribution')
  }
}

function markAttributions(
  lines: BodyLine[],
  raw: readonly string[],
  stands: (words: string) => boolean,
): void {
  let below = -1
  let hasQuoteAbove = false
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (line?.kind === 'quote') {
      if (lines[i - 1]?.kind !== 'quote') markAttributionAbove(lines, i)
      continue
    }
    // Who marked quotes above does not go on below without marks: "foo@bar said this:" is then words of his own.
    hasQuoteAbove ||= lines[i - 1]?.kind === 'quote'
    if (line?.kind !== 'own' || below >= 0 || hasQuoteAbove || !mayEndAttribution(line.content)) continue
    // One with no quote below: the answered mail stands there unmarked, or was taken out.
    const paragraph = paragraphUpTo(lines, i)
    const { count, strength } = attributionLength(paragraph)
    if (strength !== 'strong' || nextIsQuote(lines, i)) continue
    for (const l of lines.slice(i - count + 1, i + 1)) l.kind = 'attribution'
    below = i
    if (markPrefixedBelow(lines, i + 1)) continue
    markUnmarkedMail(lines, i + 1, i - count + 1, stands)
  }
  // What an attribution introduces may itself have been found only now.
  if (below >= 0 && raw.length > 0) {
    lines.forEach((line, i) => {
      if (line.kind === 'quote' && lines[i - 1]?.kind !== 'quote') markAttributionAbove(lines, i)
    })
  }
}

/** The attribution right above the quote that begins at `at`, at most two empty lines between. */
function markAttributionAbove(lines: BodyLine[], at: number): void {
  let last = at - 1
  while (last >= at - 3 && lines[last]?.kind === 'own' && lines[last]?.content === '') last--
  if (lines[last]?.kind !== 'own') return
  const { count } = attributionLength(paragraphUpTo(lines, last))
  for (const line of lines.slice(last - count + 1, last + 1)) line.kind = 'attribution'
}

/** Own lines without a break that end with the one at `last`, at most as many as an attribution has. */
function paragraphUpTo(lines: readonly BodyLine[], last: number): string[] {
  const paragraph: string[] = []
  for (let i = last; i >= 0 && paragraph.length < MAX_ATTRIBUTION_LINES; i--) {
    const line = lines[i]
    if (line?.kind !== 'own' || line.content === '') break
    paragraph.unshift(line.content)
  }
  return paragraph
}

function nextIsQuote(lines: readonly BodyLine[], at: number): boolean {
  const next = lines.findIndex((line, i) => i > at && line.content !== '')
  return next >= 0 && next <= at + 4 && lines[next]?.kind === 'quote'
}

/** Right below an attribution an odd mark needs no other proof, when all lines of the paragraph have it. */
function markPrefixedBelow(lines: BodyLine[], from: number): boolean {
  let start = from
  while (lines[start]?.content === '' && start < from + 3) start++
  const prefix = oddPrefixOf(lines[start])
  if (!prefix) return false
  let end = start
  while (end < lines.length && oddPrefixOf(lines[end]) === prefix) end++
  if (end < lines.length && lines[end]?.content !== '') return false
  const run = lines.slice(start, end)
  const contents = run.map((line) => splitOddPrefix(line.content)?.content ?? '')
  markRun(run, contents)
  return true
}

/**
 * The unmarked mail from `from` on: what is known is a quote, and so is the rest when words stand above its head.
 * Two kinds of paragraphs in it are answers: those right after known words that have nothing in common with them, and,
 * when nothing is said above, all that is not known.
 */
function markUnmarkedMail(
  lines: BodyLine[],
  from: number,
  head: number,
  stands: (words: string) => boolean,
): void {
  const hasWordsAbove = lines
    .slice(0, head)
    .some((line) => line.kind === 'own' && /\p{L}/u.test(line.content))
  let afterKnown = false
  for (const paragraph of paragraphsFrom(lines, from)) {
    const own = paragraph.filter((line) => line.kind === 'own')
    const words = own.map((line) => lettersOf(line.content))
    const all = words.join('')
    const isKnown = paragraph.some((line) => line.kind === 'quote') || (all !== '' && stands(all))
    const isAnswer = hasWordsAbove
      ? afterKnown && !isKnown && all.length >= 20 && !isHeading(own) && !sharesWords(all, stands)
      : !isKnown && !isHeading(own)
    if (!isAnswer) for (const line of own) toQuote(line, line.content)
    if (isKnown) afterKnown = true
    else if (!isAnswer) afterKnown = false
  }
}

function* paragraphsFrom(lines: readonly BodyLine[], from: number): Generator<BodyLine[]> {
  let paragraph: BodyLine[] = []
  for (const line of lines.slice(from)) {
    if (line.content === '' && paragraph.length > 0) {
      yield paragraph
      paragraph = []
    } else if (line.content !== '') paragraph.push(line)
  }
  if (paragraph.length > 0) yield paragraph
}

/** A numbered or underlined heading of the answered mail. */
function isHeading(lines: readonly BodyLine[]): boolean {
  const first = lines[0]?.content ?? ''
  const last = lines.at(-1)?.content ?? ''
  return lines.length <= 2 && (/^\d{1,3}(?:\.\d{1,3})*\.?\s\S/.test(first) || /^[=~-]{3,}$/.test(last))
}

/** Whether a stretch of four words' length stands in the proposal: then it is quoted, not answered. */
function sharesWords(words: string, stands: (words: string) => boolean): boolean {
  const STRETCH = 20
  for (let at = 0; at + STRETCH <= words.length; at += STRETCH / 2) {
    if (stands(words.slice(at, at + STRETCH))) return true
  }
  return false
}

/** "Sent from my phone", where own words end. */
function markDeviceSignatures(lines: readonly BodyLine[]): void {
  let endsHere = true
  for (const line of lines.toReversed()) {
    if (line.content === '') continue
    if (line.kind === 'own' && endsHere && isDeviceSignature(line.content)) line.kind = 'signature'
    endsHere = line.kind !== 'own'
  }
}

function setKind(line: BodyLine | undefined, kind: LineKind): void {
  if (line) line.kind = kind
}
