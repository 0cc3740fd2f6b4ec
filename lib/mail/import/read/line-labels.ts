/**
 * The first look at the lines of a mail: what only knows how mailers write. Depth of quoting, patches, signatures,
 * footers, the frame of signed text. It knows nothing of the thread, so that the same mail is told by it wherever it
 * is read (`dedupe.ts`).
 */
import { mayBeginFoot, threadFootLength } from '#lib/mail/text/thread-foot.ts'
import { attributionLength, MAX_ATTRIBUTION_LINES } from './attribution.ts'
import { bannerBelowLength, bannerLength, isSureBanner } from './banner.ts'
import { findDiffLines } from './diff-lines.ts'
import { footerLength, isSignatureDelimiter, isTrueDelimiter } from './footer.ts'
import { forwardedHead, isForwardSeparator, isGroupWiseHead, isUnderscores } from './forwarded-header.ts'
import { MAX_LINES } from './limits.ts'
import { splitQuotePrefix } from './quote-prefix.ts'
import { isSentence } from './sentence.ts'

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
  /** Begins a mail that was put in, and that is not of the thread; or is part of a signature. */
  isForeign?: true
}

/** What people add below their own signature. It is a paragraph, and the signature may go on below it. */
const POSTSCRIPT = /^P\.? ?S\.? ?(?:[:;.,–-]|\s)\s*\S.*\s\S/

/** A list adds below the words, and so does the gateway behind it, in either order. */
function endOfWords(raw: readonly string[]): number {
  let end = raw.length
  for (let taken = -1; taken !== 0; end -= taken) {
    const above = raw.slice(0, end)
    taken = footerLength(above) || bannerBelowLength(above)
  }
  return end
}

/** One label for each line; the content of a quoted one is without its marks. */
export function labelLines(raw: readonly string[]): BodyLine[] {
  const diff = findDiffLines(raw)
  const footerFrom = endOfWords(raw)
  const banner = bannerLength(raw)
  // What warns of something, and is all that there is, is what somebody wanted to say.
  const isAll = raw.slice(banner, footerFrom).every((line) => line.trim() === '')
  const bannerTo = isAll && !isSureBanner(raw.slice(0, banner)) ? 0 : banner
  let inSignature = false
  let isPostscript = false
  let inConflict = false
  const feet = threadFeet(raw)
  const labels = raw.map((line, i): BodyLine => {
    if (i >= MAX_LINES) return { kind: 'own', depth: 0, content: line }
    const trimmed = line.trimEnd()
    // An empty line of a hunk is one blank.
    if (diff[i]) return { kind: 'diff', depth: 0, content: line }
    // What git leaves where it cannot merge ends with what looks quoted.
    if (/^<{7} \S/.test(trimmed)) inConflict = true
    const endsConflict = inConflict && /^>{7}(?: |$)/.test(trimmed)
    if (endsConflict) inConflict = false
    const isHead = endsConflict || isGroupWiseHead(trimmed)
    const { depth, content } = isHead ? { depth: 0, content: trimmed } : splitQuotePrefix(trimmed)
    if (feet.has(i)) {
      if (depth > 0) inSignature = false
      return { kind: 'signature', depth: 0, content: content.trimEnd() }
    }
    if (depth > 0) {
      inSignature = false
      return { kind: 'quote', depth, content: content.trimEnd() }
    }
    if (i < bannerTo || i >= footerFrom) return { kind: 'footer', depth: 0, content: trimmed }
    if (isSignatureDelimiter(line))
      inSignature ||= isTrueDelimiter(line) || isBareSignature(raw, i, footerFrom)
    // A mail that was answered above its signature goes on below it.
    else if (inSignature && startsAnsweredMail(raw, i)) inSignature = false
    isPostscript = trimmed !== '' && (isPostscript || (inSignature && POSTSCRIPT.test(trimmed)))
    return { kind: inSignature && !isPostscript ? 'signature' : 'own', depth: 0, content }
  })
  return keptFromSignature(labels, feet)
}

/** Of a mail that says nothing but below the mark of a signature, what stands there in sentences is what it says. */
function keptFromSignature(labels: BodyLine[], feet: ReadonlySet<number>): BodyLine[] {
  const hasWords = labels.some(
    ({ kind, content }) =>
      (kind === 'own' || kind === 'diff') &&
      /[\p{L}\p{N}]/u.test(content) &&
      attributionLength([content]).count === 0,
  )
  if (hasWords) return labels
  const isOwn = ({ kind }: BodyLine, i: number) => kind === 'signature' && !feet.has(i)
  if (!labels.some((line, i) => isOwn(line, i) && isSentence(line.content))) return labels
  // With its mark, below which no line does anything.
  return labels.map((line, i) =>
    isOwn(line, i) ? { ...line, kind: 'own' as const, isForeign: true as const } : line,
  )
}

/**
 * Which lines are the foot that our own mails have, in whatever form it comes back: whose mail was quoted did not write it.
 * Its mark is its own and begins no signature, so words may follow.
 */
function threadFeet(raw: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  if (!raw.some(mayBeginFoot)) return found
  const contents = raw.map((line) => splitQuotePrefix(line.trimEnd()).content.trimEnd())
  for (let at = 0; at < contents.length; at++) {
    const length = threadFootLength(contents, at)
    if (length === 0) continue
    const from = isSignatureDelimiter(contents[at - 1] ?? '') ? at - 1 : at
    for (let i = from; i < at + length; i++) found.add(i)
    at += length - 1
  }
  return found
}

/** The lines of a text, with all lines beyond the limit as one, out of the frame of signed text. */
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
export function withoutArmor(lines: readonly string[]): readonly string[] {
  // Blanks at the end are no part of signed text, and gateways add them.
  const find = (marker: string, from = 0) =>
    lines.findIndex((line, i) => i >= from && line.length < 100 && line.trimEnd() === marker)
  const begin = find('-----BEGIN PGP SIGNED MESSAGE-----')
  if (begin < 0) return lines
  const words = find('', begin)
  const end = find('-----BEGIN PGP SIGNATURE-----', begin)
  if (words < 0 || end < 0 || words > end) return lines
  const close = find('-----END PGP SIGNATURE-----', end)
  const inside = lines.slice(words + 1, end).map((line) => (line.startsWith('- ') ? line.slice(2) : line))
  return [...lines.slice(0, begin), ...inside, ...(close < 0 ? [] : lines.slice(close + 1))]
}

/** Lines of a signature, and of the visiting cards that some have instead. */
const SIGNATURE_LINES = 4
const CARD_LINES = 10
const CARD_WORDS =
  /\b(?:phone|tel|fax|mobile|cell|street|str|strasse|road|gmbh|ltd|inc|engineer|team)\b|https?:|www\.|@/iu

/**
 * Whether a bare `--` begins a signature: people draw lines with it, too. A signature is one block, has few lines that
 * are no sentences, and the mail ends with it, or the answered mail or the list's footer begins.
 */
function isBareSignature(raw: readonly string[], at: number, footerFrom: number): boolean {
  const block: string[] = []
  let i = at + 1
  for (; i < footerFrom && block.length <= CARD_LINES; i++) {
    const line = raw[i] ?? ''
    // Who draws several lines draws lines.
    if (isSignatureDelimiter(line)) return false
    if (line.trim() === '' || isQuoted(line) || startsAnsweredMail(raw, i)) break
    block.push(line)
  }
  const isCard =
    block.length <= CARD_LINES &&
    block.every((line) => line.length <= 40) &&
    block.some((line) => CARD_WORDS.test(line))
  if (block.length > SIGNATURE_LINES && !isCard) return false
  const said = block.join(' ')
  if (said.trim().split(/\s+/).length >= 5 && (isSentence(said) || /\p{Ll}[.?!]$/u.test(said.trimEnd())))
    return false
  while (i < footerFrom && (raw[i] ?? '').trim() === '') i++
  return i >= footerFrom || isQuoted(raw[i] ?? '') || startsAnsweredMail(raw, i)
}

function isQuoted(line: string): boolean {
  return splitQuotePrefix(line).depth > 0
}

function startsAnsweredMail(raw: readonly string[], at: number): boolean {
  if ((raw[at - 1] ?? '').trim() !== '') return false
  if (isForwardSeparator(raw[at] ?? '') || isUnderscores(raw[at] ?? '')) return true
  const paragraph: string[] = []
  for (let i = at; i < raw.length && i < at + MAX_ATTRIBUTION_LINES && (raw[i] ?? '').trim() !== ''; i++) {
    if ((raw[i] ?? '').startsWith('>')) break
    paragraph.push(raw[i] ?? '')
    if (attributionLength(paragraph).strength === 'strong') return true
  }
  return forwardedHead(raw, at, '').length > 0
}
