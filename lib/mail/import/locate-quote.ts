/**
 * Where do quoted words stand?
 *
 * People answer below what they answer, so it is the *end* of a quote that matters: the longest end of the run that
 * stands somewhere, without white space. What stands before it may be anything: attributions, deeper quotes, cuts,
 * words that were corrected while quoting. The lines at the end that stand nowhere (a quoted signature, a trailer)
 * are let go, a few of them.
 */

import { isSignatureDelimiter } from '#lib/mail/import/read/footer.ts'
import type { BodyLine } from '#lib/mail/import/read/line-labels.ts'
import { isGap } from '#lib/mail/import/read/quote-prefix.ts'
import type { SearchText } from './mailed-series.ts'
import { lettersOf, type Squeezed } from './squeeze.ts'
import { matchSuffixes } from './suffix-index.ts'

/** Letters that are enough although the run before them differs. */
const ENOUGH_LETTERS = 16
/** Letters that are enough when they are whole lines. */
const ENOUGH_OF_LINES = 10
/** Lines at the end of a run that may stand nowhere. */
const MAX_DROPPED = 12
/** Letters that are enough in the middle of words that stand nowhere, and the share of them. */
const APPROXIMATE_LETTERS = 24
const APPROXIMATE_SHARE = 0.4

export type QuotePlace = {
  /** Which of the texts. */
  readonly text: number
  /** UTF-16 offsets of the found words in it; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** Only some of the words were found. */
  readonly isApproximate: boolean
  /** Other places that are as good, nearest to the beginning first. */
  readonly others: readonly { readonly text: number; readonly end: number }[]
}

/** Words of a quote run, without white space, with the places where its lines end. */
export type QuoteWords = {
  readonly text: string
  readonly lineEnds: readonly number[]
  /** The lines, with their blanks. */
  readonly lines: readonly string[]
}

const WORD = /[\p{L}\p{N}_]/u
const GAP_BEFORE = /^(?:\[\.{2,}\]|\[…\]|\.{3,}|…)\s?/u
const GAP_BEHIND = /\s?(?:\[\.{2,}\]|\[…\]|\[snip\]|\.{3,}|…)$/iu

/** A line may be a megabyte long; only its ends are looked at. */
function withoutEdgeGaps(content: string): string {
  const end = Math.max(0, content.length - 20)
  const behind = content.slice(0, end) + content.slice(end).replace(GAP_BEHIND, '')
  return behind.slice(0, 20).replace(GAP_BEFORE, '') + behind.slice(20)
}

/** What was quoted, without cuts and without the quoted mail's signature. */
export function quoteWords(run: readonly BodyLine[]): QuoteWords {
  let text = ''
  const lineEnds: number[] = []
  const lines: string[] = []
  /** Lines up to the last one that says something: rules below headings stand everywhere. */
  let telling = 0
  let signatureDepth = Number.POSITIVE_INFINITY
  for (const line of run) {
    if (line.depth < signatureDepth) signatureDepth = Number.POSITIVE_INFINITY
    if (isSignatureDelimiter(line.content)) signatureDepth = Math.min(signatureDepth, line.depth)
    if (line.depth >= signatureDepth || isGap(line.content)) continue
    const words = lettersOf(withoutEdgeGaps(line.content))
    if (words === '') continue
    text += words
    lineEnds.push(text.length)
    lines.push(line.content.slice(0, LONGEST_LINE))
    if (WORD.test(words)) telling = lineEnds.length
  }
  if (telling === 0) return { text, lineEnds, lines }
  return {
    text: text.slice(0, lineEnds[telling - 1]),
    lineEnds: lineEnds.slice(0, telling),
    lines: lines.slice(0, telling),
  }
}

/**
 * The best place of the words in `texts`; null when they stand nowhere. Fewer lines let go is better, then more
 * words, then the earlier text. Of several places in one text, the first from `after[text]` on: answers come in the
 * order of what they answer.
 */
export function locateQuote(
  words: QuoteWords,
  texts: readonly SearchText[],
  after: readonly number[],
): QuotePlace | null {
  if (words.text === '') return null
  const matches = texts.map((text) => matchSuffixes(text.index, words.text))
  for (let dropped = 0; dropped <= Math.min(MAX_DROPPED, words.lineEnds.length - 1); dropped++) {
    const lineEnd = words.lineEnds[words.lineEnds.length - 1 - dropped] ?? 0
    const lineLetters = lineEnd - (words.lineEnds[words.lineEnds.length - 2 - dropped] ?? 0)
    let best = -1
    let bestLength = 0
    matches.forEach((match, i) => {
      const length = match.lengths[lineEnd - 1] ?? 0
      const isEnough =
        length === lineEnd || length >= ENOUGH_LETTERS || (length >= lineLetters && length >= ENOUGH_OF_LINES)
      if (isEnough && length > bestLength) {
        best = i
        bestLength = length
      }
    })
    if (best >= 0) {
      const found = words.text.slice(lineEnd - bestLength, lineEnd)
      const lines = words.lines.slice(0, words.lines.length - dropped)
      const isAsGood = (i: number) => (matches[i]?.lengths[lineEnd - 1] ?? 0) === bestLength
      return placeOf(found, texts, best, after, lines, isAsGood)
    }
  }
  return locateApproximately(words, texts, matches, after)
}

/** Words that were changed while quoting, up to the last: the longest stretch that stands somewhere. */
function locateApproximately(
  words: QuoteWords,
  texts: readonly SearchText[],
  matches: readonly { readonly lengths: Int32Array }[],
  after: readonly number[],
): QuotePlace | null {
  let best = -1
  let bestLength = 0
  let bestEnd = 0
  matches.forEach((match, i) => {
    for (let at = 0; at < match.lengths.length; at++) {
      const length = match.lengths[at] ?? 0
      if (length > bestLength) {
        best = i
        bestLength = length
        bestEnd = at + 1
      }
    }
  })
  const lastLine = words.text.length - (words.lineEnds.at(-2) ?? 0)
  if (bestLength < APPROXIMATE_LETTERS || bestLength < APPROXIMATE_SHARE * Math.max(lastLine, 1)) return null
  const found = words.text.slice(bestEnd - bestLength, bestEnd)
  const place = placeOf(found, texts, best, after, [], () => false)
  return place && { ...place, isApproximate: true }
}

/** Of words that stand in more places than these, one is as good as another. */
const MAX_PLACES = 64
/** Longer lines are wrapped on their way, and not the same again. */
const LONGEST_LINE = 200

/**
 * Of several places the one whose lines are the quoted ones, blanks and all: the steps of two traces are the same
 * statements in other columns. Of several such places, the next after the last answer.
 */
function placeOf(
  found: string,
  texts: readonly SearchText[],
  best: number,
  after: readonly number[],
  lines: readonly string[],
  isAsGood: (text: number) => boolean,
): QuotePlace | null {
  const first = placeIn(found, texts, best, after)
  if (!first) return null
  const places = [first]
  for (let which = best; which < texts.length && places.length < MAX_PLACES; which++)
    if (which === best || isAsGood(which))
      places.push(...allIn(found, texts, which, MAX_PLACES - places.length))
  if (places.length < 3) return { ...first, isApproximate: false, others: [] }
  const same = places.map((place) => sameLines(texts[place.text]?.text ?? '', place.end, lines))
  const most = Math.max(...same)
  const chosen = same[0] === most ? first : (places[same.indexOf(most)] ?? first)
  const others = places.filter((place, i) => i > 0 && same[i] === most && place.start !== chosen.start)
  return { ...chosen, isApproximate: false, others }
}

type Place = Pick<QuotePlace, 'text' | 'start' | 'end'>

function placeIn(
  found: string,
  texts: readonly SearchText[],
  which: number,
  after: readonly number[],
): Place | null {
  const text = texts[which]
  if (!text) return null
  const { squeezed } = text
  const from = lowerBound(squeezed.at, after[which] ?? 0)
  const at =
    found.length < ENOUGH_OF_LINES ? wordsAt(squeezed, found, from) : anyAt(squeezed.text, found, from)
  return at < 0 ? null : placeAt(squeezed, which, at, found.length)
}

function placeAt({ at }: Squeezed, text: number, from: number, length: number): Place {
  return { text, start: at[from] ?? 0, end: (at[from + length - 1] ?? 0) + 1 }
}

/** Every place in one text, of words that are enough; of fewer only the best is looked for. */
function allIn(found: string, texts: readonly SearchText[], which: number, most: number): Place[] {
  const squeezed = texts[which]?.squeezed
  const places: Place[] = []
  if (!squeezed || found.length < ENOUGH_OF_LINES) return places
  for (let at = squeezed.text.indexOf(found); at >= 0 && places.length < most; ) {
    places.push(placeAt(squeezed, which, at, found.length))
    at = squeezed.text.indexOf(found, at + found.length)
  }
  return places
}

/** How many of the last quoted lines stand above `end`, the last one up to it, with the same blanks. */
function sameLines(text: string, end: number, lines: readonly string[]): number {
  let same = 0
  let until = text.indexOf('\n', end - 1)
  if (until < 0) until = text.length
  for (const line of lines.toReversed().slice(0, MAX_PLACES)) {
    const start = text.lastIndexOf('\n', until - 1) + 1
    if (until - start > LONGEST_LINE || text.slice(start, until).trimEnd() !== line.trimEnd()) break
    same++
    if (start === 0) break
    until = start - 1
    // Empty lines are no words, and quoted ones are not among the lines.
    while (until > 0 && text[until - 1] === '\n') until--
  }
  return same
}

/** From `from` on, else from the start; -1 for nowhere. */
function anyAt(text: string, found: string, from: number): number {
  const later = text.indexOf(found, from)
  return later >= 0 ? later : text.indexOf(found)
}

/** Few letters stand in many words; they have to be words themselves. Gives up after a number of places. */
function wordsAt({ text, at }: Squeezed, found: string, from: number): number {
  const isBoundary = (k: number) =>
    k === 0 ||
    k >= text.length ||
    (at[k] ?? 0) - (at[k - 1] ?? 0) > 1 ||
    !WORD.test(text[k] ?? '') ||
    !WORD.test(text[k - 1] ?? '')
  let place = anyAt(text, found, from)
  for (let tries = 0; place >= 0 && tries < 64; tries++) {
    if (isBoundary(place) && isBoundary(place + found.length)) return place
    place = text.indexOf(found, place + 1)
  }
  return -1
}

/** The first index whose offset is at least `offset`. */
function lowerBound(at: Int32Array, offset: number): number {
  let low = 0
  let high = at.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}
