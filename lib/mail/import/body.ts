/**
 * The lines of a mail, each with what it is: own words, quoted words, or something that nobody says.
 *
 * Two looks. The first (`line-labels.ts`) knows only how mailers write: `>` and its depth, patches, signatures,
 * footers. The second knows what was mailed, and corrects the first where mailers do not follow any form: in a mail
 * without marks, a line that stands word for word in the proposal is a quote; a line that a mailer broke off a long
 * quoted one is the rest of it; and below a "From: … Sent: …" head, what the proposal does not say are answers that
 * somebody wrote into it (`unmarked-mail.ts`).
 *
 * Of the two mistakes, a quote shown as words costs a glance, and words taken for a quote are lost and nobody knows.
 * So each rule that takes a line away from its writer wants a proof, and what is left without one stays.
 *
 * Scanners over lines only, each line looked at a bounded number of times; no expression runs over the whole text.
 */
import {
  attributionLength,
  isMailers,
  MAX_ATTRIBUTION_LINES,
  mayEndAttribution,
} from '#lib/mail/import/read/attribution.ts'
import { isGreeting } from '#lib/mail/import/read/courtesy.ts'
import { isDeviceSignature } from '#lib/mail/import/read/footer.ts'
import {
  forwardedHead,
  isForwardEnd,
  isForwardSeparator,
  saysForwarded,
} from '#lib/mail/import/read/forwarded-header.ts'
import { type BodyLine, labelLines, splitLines, withoutArmor } from '#lib/mail/import/read/line-labels.ts'
import { isGap, isScissors, splitOddPrefix, splitQuotePrefix } from '#lib/mail/import/read/quote-prefix.ts'
import { quoteWords } from './locate-quote.ts'
import type { SearchText } from './mailed-series.ts'
import { lettersOf } from './squeeze.ts'
import { isSubstring } from './suffix-index.ts'
import {
  beginsKnown,
  LIKELY_LETTERS,
  markUnmarkedMail,
  type Stands,
  sharesWords,
  toQuote,
} from './unmarked-mail.ts'

export type Body = {
  readonly lines: readonly BodyLine[]
  /** The answered mail was put below the words, with marks or without. */
  readonly quotesBelow: boolean
}

/** Letters from which on a line that stands in the proposal is a quote, although nothing marks it as one. */
const SURE_LETTERS = 40

/**
 * `threadSubject` is the key of the thread's subject (`subjectKey`); `known` is all that can be quoted.
 *
 * @param isAnsweredKnown the very mail that this one answers is known, and not only its thread: what it says is in `known`
 */
export function scanBody(
  text: string,
  threadSubject: string,
  known: readonly SearchText[],
  isAnsweredKnown = false,
): Body {
  const raw = withoutArmor(splitLines(text))
  const lines = labelLines(raw)
  const stands = (words: string) => known.some(({ index }) => isSubstring(index, words))
  // Who marks what he quotes means what he does not mark as words of his own: what he repeats, or proposes.
  const isMarked = lines.some((line) => line.kind === 'quote')
  if (!isMarked) markKnownLines(lines, stands)
  markOddPrefixes(lines, stands, isMarked)
  markBrokenLines(lines, stands, isMarked)
  markRewrapped(lines)
  markAttributionsAbove(lines)
  markBelowHeads(lines, raw, threadSubject, stands, isMarked)
  markAttributions(lines, stands, isMarked, isAnsweredKnown)
  markCuts(lines)
  markDeviceSignatures(lines)
  if (known.length > 0) keepUnansweredTail(lines, raw, stands, isMarked)
  const quotesBelow = lines.some((line) => line.kind === 'quote')
  return { lines: known.length > 0 ? withRemarksInQuotes(lines, raw, stands) : lines, quotesBelow }
}

/** Lines of the proposal in a mail that marks nothing. */
function markKnownLines(lines: readonly BodyLine[], stands: Stands): void {
  for (const line of lines) {
    const words = line.kind === 'own' ? lettersOf(line.content) : ''
    if (words.length >= SURE_LETTERS && stands(words)) toQuote(line, line.content)
  }
}

/** The rests of quoted lines that a mailer broke: with the words beside them they stand in the proposal. */
function markBrokenLines(lines: readonly BodyLine[], stands: Stands, isMarked: boolean): void {
  // The right frame of a drawing, which a mailer broke off.
  lines.forEach((line, i) => {
    const above = lines[i - 1]
    if (
      line.kind === 'own' &&
      /^\s*[|│┃]\s*$/.test(line.content) &&
      above?.kind === 'quote' &&
      above.content !== ''
    )
      toQuote(line, line.content, above.depth)
  })
  const squeezed = lines.map((line) =>
    line.kind === 'own' && !isSetIn(line, isMarked) ? lettersOf(line.content) : '',
  )
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

/** What a mailer that wraps at 72 has left of a line, with its marks taken off. */
const LONG_LINE = 48

/** The end of a sentence that goes on below it, and no answer: `AM`, `Linus`, and not `Agreed.` or `NAK`. */
function isRest(content: string, above: string, below: string): boolean {
  return (
    above.length >= LONG_LINE && content.length <= 24 && !/[.!?]$/.test(content) && /^\p{Ll}/u.test(below)
  )
}

/**
 * A mailer that wraps quoted lines anew leaves their ends unmarked. Where the quoted mail is not known, what tells them
 * from answers is how they stand: each between two quoted lines with no empty line around, going on in small letters where
 * the line above did not end; and no words of the mail stand as tight in another way. One alone may be an answer.
 */
function markRewrapped(lines: readonly BodyLine[]): void {
  const isQuoted = (line: BodyLine | undefined) => line?.kind === 'quote' && line.content !== ''
  const ends: number[] = []
  let sure = 0
  for (let i = 1; i < lines.length - 1; i++) {
    const line = lines[i]
    if (line?.kind !== 'own' || line.content === '' || !isQuoted(lines[i - 1])) continue
    if (!isQuoted(lines[i + 1]) && lines[i + 1]?.kind !== 'quote') continue
    const above = lines[i - 1]?.content ?? ''
    if (line.content.length > 76 || /[.?!]$/.test(above)) return
    // A name or an hour may be at the end of a line, too, and of one that was long; alone it tells nothing.
    const goesOn = /^[\p{Ll}\d<(]/u.test(line.content)
    if (!goesOn && !isRest(line.content, above, lines[i + 1]?.content ?? '')) return
    ends.push(i)
    if (goesOn) sure++
  }
  if (sure < 2) return
  for (const i of ends) {
    const line = lines[i]
    if (line) toQuote(line, line.content, lines[i - 1]?.depth ?? 1)
  }
}

/** Who marks quotes and sets a line in means it as words of his own. */
function isSetIn({ content }: BodyLine, isMarked: boolean): boolean {
  return isMarked && /^(?: {4}|\t)/.test(content)
}

/** Odd marks that begin items of a list, comments and lines of a diff as well. */
const INITIALS = /^\s{0,4}\p{L}[\p{L}.]{0,11}>/u
const BULLET = /[*+#=~%$!-]/

/** Runs of lines behind the same odd mark, of which at least half stand in the proposal. */
function markOddPrefixes(lines: readonly BodyLine[], stands: Stands, isMarked: boolean): void {
  const prefixOf = (line: BodyLine | undefined) => {
    // Initials are set in where the mailer sets in all that it quotes.
    const isPlain = line && (!isSetIn(line, isMarked) || INITIALS.test(line.content))
    const prefix = isPlain ? oddPrefixOf(line) : null
    // Below real marks, a star or a plus begins an item of an own list or diff.
    return prefix && isMarked && BULLET.test(prefix) ? null : prefix
  }
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

/** A head of header lines, and the mail below it that nothing marks as quoted. */
function markBelowHeads(
  lines: readonly BodyLine[],
  raw: readonly string[],
  threadSubject: string,
  stands: Stands,
  isMarked: boolean,
): void {
  let hasMarksAbove = false
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (line?.kind === 'quote') hasMarksAbove = true
    if (line?.kind !== 'own' || line.content === '') continue
    const { length, proof } = forwardedHead(raw, i, threadSubject)
    if (length > 0) {
      const isMailersOwn = proof === 'separated' || (proof === 'likely' && !hasMarksAbove)
      if (isMailersOwn || beginsKnown(lines, i + length, stands, isMarked)) {
        for (const l of lines.slice(i, i + length)) l.kind = 'attribution'
        // What stands below its end is of who put it in.
        const end = raw.findIndex((one, k) => k >= i + length && isForwardEnd(one))
        const until = end < 0 ? lines : lines.slice(0, end)
        if (!markUnmarkedMail(until, i + length, i, stands)) line.isForeign = true
        const last = lines[end]
        if (last?.kind === 'own') last.kind = 'attribution'
        return
      }
      i += length - 1
    } else if (isForwardSeparator(raw[i] ?? '')) {
      line.kind = 'attribution'
      if (saysForwarded(raw[i] ?? '')) line.isForeign = true
    }
  }
}

/** Attributions without a quote of which each is looked into; no reply has as many. */
const MAX_CITATIONS = 50

function markAttributions(
  lines: readonly BodyLine[],
  stands: Stands,
  isMarked: boolean,
  isAnsweredKnown: boolean,
): void {
  let below = -1
  let citations = 0
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (line?.kind !== 'own' || below >= 0 || citations > MAX_CITATIONS || !mayEndAttribution(line.content))
      continue
    // One with no quote below: the answered mail stands there unmarked, or was taken out.
    const { count, strength } = attributionLength(paragraphUpTo(lines, i))
    if (strength === null || nextIsQuote(lines, i)) continue
    citations++
    const from = i - count + 1
    const isOfUnmarked = beginsKnown(lines, i + 1, stands, isMarked)
    if (strength === 'weak' && !isOfUnmarked) continue
    const isOfMail = isOfUnmarked || markPrefixedBelow(lines, i + 1)
    if (!isOfMail && !isLeftOver(lines, from, i, isAnsweredKnown)) continue
    for (const l of lines.slice(from, i + 1)) l.kind = 'attribution'
    if (isOfMail) below = i
    if (isOfUnmarked) markUnmarkedMail(lines, i + 1, from, stands)
  }
  // More quotes may have been found, by the head or here.
  markAttributionsAbove(lines)
}

/** The attributions right above quotes. */
function markAttributionsAbove(lines: readonly BodyLine[]): void {
  lines.forEach((line, i) => {
    if (line.kind === 'quote' && lines[i - 1]?.kind !== 'quote') markAttributionAbove(lines, i)
  })
}

/**
 * An attribution whose quote was taken out: a cut stands below it, or it says what only a mailer does, and nothing
 * stands below it or it begins the mail. Above other words it may be anybody's citation.
 *
 * Where it begins the mail, what stands below it is the sender's only if it cannot be the answered mail, unmarked: that is
 * known, and these words are not in it. Else the line stays above them, and they do nothing.
 */
function isLeftOver(lines: readonly BodyLine[], from: number, to: number, isAnsweredKnown: boolean): boolean {
  let next = to + 1
  while (lines[next]?.content === '') next++
  const below = lines[next]
  if (below && isGap(below.content)) return true
  if (
    !isMailers(
      lines
        .slice(from, to + 1)
        .map(({ content }) => content)
        .join(' '),
    )
  )
    return false
  if (!below || below.kind === 'signature' || below.kind === 'footer') return true
  return (
    isAnsweredKnown &&
    !lines.slice(0, from).some(({ content }) => /\p{L}/u.test(content) && !isGreeting(content))
  )
}

/** The attribution right above the quote that begins at `at`, at most two empty lines between. */
function markAttributionAbove(lines: readonly BodyLine[], at: number): void {
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
  let next = at + 1
  while (next <= at + 4 && lines[next]?.content === '') next++
  return next <= at + 4 && lines[next]?.kind === 'quote'
}

/** Right below an attribution an odd mark needs no other proof, when all lines of the paragraph have it. */
function markPrefixedBelow(lines: readonly BodyLine[], from: number): boolean {
  let start = from
  while (lines[start]?.content === '' && start < from + 3) start++
  const prefix = oddPrefixOf(lines[start])
  if (!prefix || BULLET.test(prefix)) return false
  let end = start
  while (end < lines.length && oddPrefixOf(lines[end]) === prefix) end++
  if (end < lines.length && lines[end]?.content !== '') return false
  const run = lines.slice(start, end)
  const contents = run.map((line) => splitOddPrefix(line.content)?.content ?? '')
  markRun(run, contents)
  return true
}

/** A cut beside a quote is no word of anybody; in other places `...` is a line of code. */
function markCuts(lines: readonly BodyLine[]): void {
  const isTold = (line: BodyLine | undefined) => line?.kind === 'quote' || line?.kind === 'attribution'
  for (const direction of [1, -1]) {
    let beside: BodyLine | undefined
    for (let k = 0; k < lines.length; k++) {
      const line = lines[direction > 0 ? k : lines.length - 1 - k]
      if (!line || line.content === '') continue
      if (line.kind === 'own' && isGap(line.content) && !isScissors(line.content) && isTold(beside))
        toQuote(line, line.content)
      beside = line
    }
  }
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

/**
 * Quoted lines below the last words answer nothing and are dropped, but not when they stand nowhere: then `>` was no
 * quote (`>> file.c: warning`), or somebody cites what this thread does not know, and that is the point of the mail.
 * The whole of an answered mail below an answer begins with its attribution.
 */
function keepUnansweredTail(
  lines: readonly BodyLine[],
  raw: readonly string[],
  stands: Stands,
  isMarked: boolean,
): void {
  const lastWords = lines.findLastIndex(({ kind, content }) => isWords(kind) && /[\p{L}\p{N}]/u.test(content))
  const from = lines.findIndex((line, i) => i > lastWords && line.kind === 'quote')
  if (lastWords < 0 || from < 0) return
  const to = lines.findLastIndex((line) => line.kind === 'quote') + 1
  const tail = lines.slice(lastWords + 1, to)
  const isAnswering = lines.slice(0, lastWords).some((line) => line.kind === 'quote')
  const hasAttribution = tail.some((line) => line.kind === 'attribution')
  if (hasAttribution && !isAnswering) return
  const hasMarks = tail.some(
    ({ kind, content }, k) => kind === 'quote' && raw[lastWords + 1 + k]?.trimEnd() !== content,
  )
  // The only words of the proposal in a mail that marks nothing are repeated, not quoted.
  const isRepetition = !isMarked && !isAnswering && !hasAttribution
  const { text } = quoteWords(tail.filter((line) => line.kind === 'quote'))
  if (text.length < LIKELY_LETTERS) {
    // Too short to tell, unless it is the rest of an own sentence that compares: `only if nr` and, on the next line, `> 4`.
    const isSentence = from === lastWords + 1 && !/[.?!:]$/.test(lines[lastWords]?.content ?? '')
    if (!isSentence || !/^\d+(?![.\d])/.test(lines[from]?.content ?? '')) return
  } else if (!isRepetition && (!hasMarks || stands(text) || sharesWords(text, stands))) return
  for (let i = lastWords + 1; i < to; i++) {
    const line = lines[i]
    if (!line || (line.kind !== 'quote' && line.kind !== 'attribution')) continue
    line.kind = 'own'
    line.depth = 0
    line.content = (raw[i] ?? '').trimEnd()
  }
}

/** `> it may not sleep   <-- says who?`: an arrow back to what stands before it. */
const ARROW = /\s(?:<[-=]{1,12}|←)\s?(?=\p{L}|[-+]\d)/u
const MAX_REMARKED = 400

/**
 * What somebody wrote into a line that they quoted: behind an arrow; and, where a mail has no other words, in a line that
 * begins as the proposal does, and goes on in another way.
 */
function withRemarksInQuotes(
  lines: readonly BodyLine[],
  raw: readonly string[],
  stands: Stands,
): readonly BodyLine[] {
  const says = lines.some(({ kind, content }) => isWords(kind) && /[\p{L}\p{N}]/u.test(content))
  return lines.flatMap((line, i) => {
    if (line.kind !== 'quote' || line.content.length > MAX_REMARKED) return [line]
    const at = ARROW.exec(line.content)?.index ?? -1
    const before = lettersOf(at < 0 ? line.content : line.content.slice(0, at))
    if (before.length < LIKELY_LETTERS || stands(lettersOf(line.content))) return [line]
    if (at >= 0 && stands(before))
      return [
        { ...line, content: line.content.slice(0, at).trimEnd() },
        { kind: 'own' as const, depth: 0, content: line.content.slice(at).trim() },
      ]
    if (says || !stands(before.slice(0, LIKELY_LETTERS))) return [line]
    const { depth } = splitQuotePrefix(raw[i] ?? '')
    const words = { kind: 'own' as const, depth: 0, content: (raw[i] ?? '').trimEnd() }
    return depth === 1 ? [line, words] : [line]
  })
}

function isWords(kind: BodyLine['kind']): boolean {
  return kind === 'own' || kind === 'diff'
}
