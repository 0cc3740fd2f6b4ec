/** Where in a text the words of a search are, and the piece around the first of them. Pure: the same words, the same piece. */
import { type Term, wordsOf } from './query.ts'

/** A piece of text; `isFound`: it is what was looked for. */
export type Stretch = { readonly text: string; readonly isFound: boolean }

const BEFORE = 80
const LENGTH = 280
/** Of a text, in which is looked: the longest comment. */
const LOOKED_AT = 70_000
const MOST_MARKS = 20

type Range = readonly [start: number, end: number]

export function excerptOf(given: string, terms: readonly Term[]): readonly Stretch[] {
  const text = given.slice(0, LOOKED_AT)
  const found = rangesOf(text, terms)
  const first = found[0]?.[0] ?? 0
  const start = first <= BEFORE ? 0 : wordStart(text, first - BEFORE)
  const end = start + LENGTH >= text.length ? text.length : wordEnd(text, start + LENGTH)
  const stretches: Stretch[] = []
  const add = (from: number, to: number, isFound: boolean) => {
    const piece = text.slice(from, to).replace(/\s+/gu, ' ')
    if (piece !== '') stretches.push({ text: piece, isFound })
  }
  if (start > 0) stretches.push({ text: '… ', isFound: false })
  let at = start
  for (const [from, to] of found) {
    if (from < at || from >= end) continue
    add(at, from, false)
    add(from, Math.min(to, end), true)
    at = Math.min(to, end)
  }
  add(at, end, false)
  if (end < text.length) stretches.push({ text: ' …', isFound: false })
  return stretches
}

/** In order, none within another. */
function rangesOf(text: string, terms: readonly Term[]): readonly Range[] {
  const ranges = terms.flatMap((term) => {
    const pattern = patternOf(term)
    if (!pattern) return []
    const found: Range[] = []
    for (const match of text.matchAll(pattern)) {
      found.push([match.index, match.index + match[0].length])
      if (found.length >= MOST_MARKS) break
    }
    return found
  })
  const kept: Range[] = []
  for (const range of ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]))
    if (range[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(range)
  return kept
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
const NO_LETTER_BEFORE = '(?<![\\p{L}\\p{N}])'
/** Between the words of a phrase: blanks, line ends, signs of a quote, all of them short. */
const BETWEEN = '[^\\p{L}\\p{N}]{1,40}'

function patternOf(term: Term): RegExp | null {
  switch (term.kind) {
    case 'message':
      return new RegExp(escaped(term.id), 'giu')
    case 'literal':
      return new RegExp(escaped(term.text), 'giu')
    case 'word':
      return new RegExp(
        `${NO_LETTER_BEFORE}${escaped(stemOf(term.text))}[\\p{L}\\p{N}]*|${escaped(term.text)}`,
        'giu',
      )
    case 'phrase': {
      const words = wordsOf(term.text)
      return words.length === 0
        ? null
        : new RegExp(`${NO_LETTER_BEFORE}${words.map(escaped).join(BETWEEN)}(?![\\p{L}\\p{N}])`, 'giu')
    }
  }
}

/** Near enough to what the database makes of an English word to find where it stands. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:ations?|ings?|ed|es|e|s|y)$/iu, '')
  return stem.length >= 3 ? stem : word
}

function wordStart(text: string, at: number): number {
  const next = text.slice(at, at + 40).search(/\s\S/u)
  return next < 0 ? whole(text, at) : at + next + 1
}

function wordEnd(text: string, at: number): number {
  const next = text.slice(at, at + 40).search(/\s/u)
  return next < 0 ? whole(text, at) : at + next
}

/** Not between the halves of a character. */
const whole = (text: string, at: number) => (/[\udc00-\udfff]/.test(text[at] ?? '') ? at + 1 : at)
