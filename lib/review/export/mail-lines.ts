/** The text of a mail as lines: what of it can be quoted, and where words stand in it. */
import { squeeze } from '#lib/mail/import/squeeze.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { CITATION } from '#lib/mail/text/line-signs.ts'
import { type LineRange, quoteExcerpt } from '#lib/mail/text/quote.ts'
import { threadFootStart } from '#lib/mail/text/thread-foot.ts'

/** Lines of a quote; longer passages show their beginning and their end. */
const MAX_QUOTED = { head: 4, tail: 6 } as const
/** Lines of what the quoted words answered themselves. */
const MAX_CONTEXT = 4
const MAX_QUOTED_LINE_BYTES = 500
/** Typed quotes of one comment that are looked for, each in the whole mail: nobody quotes one mail more often. */
const MAX_TYPED_QUOTES = 50
/** Letters from which on a typed quote is looked for: fewer stand everywhere. */
const QUOTE_LETTERS = 8

/** The letters of a mail, the line of each, and the offset of the first letter of each line or below it. */
type Searchable = { readonly text: string; readonly lineOf: Int32Array; readonly startOf: Int32Array }

export type TypedQuote = { readonly index: number; readonly range: LineRange }

/** The text of an answered mail as lines, and what of it can be quoted. */
export class MailLines {
  readonly all: readonly string[]
  #squeezed: Searchable | null = null

  constructor(message: Pick<Message, 'body'>) {
    this.all = message.body.split('\n').slice(0, -1)
  }

  textOf({ from, to }: LineRange): string {
    return this.all.slice(from, to).join('\n')
  }

  hasWords(range: LineRange): boolean {
    return this.textOf(range).trim() !== ''
  }

  /** The lines of `place` that hold `words`; all of them when they do not stand there as they are in the source. */
  within(place: LineRange, words: string): LineRange {
    const wanted = squeeze(words).text
    const lines = this.all.slice(place.from, place.to).map((line) => squeeze(line).text)
    const at = lines.join('').indexOf(wanted)
    if (at < 0 || wanted === '') return { from: place.from, to: place.to }
    let from = 0
    let before = 0
    while (before + (lines[from]?.length ?? 0) <= at) before += lines[from++]?.length ?? 0
    let to = from
    while (to < lines.length && before < at + wanted.length) before += lines[to++]?.length ?? 0
    return { from: place.from + from, to: place.from + to }
  }

  /** Without lines that would not fit behind many quote marks, and without empty ends. */
  quotable(range: LineRange): LineRange[] {
    return rangesOf(this.all, range, (line) => utf8Length(line) <= MAX_QUOTED_LINE_BYTES)
  }

  /** What the sender says himself, in some of the lines or in all: no quotes, no attribution, no link definitions, no foot. */
  ownRanges(within: LineRange | null = null): LineRange[] {
    const foot = threadFootStart(this.all)
    const isOwn = (line: string, i: number) =>
      i < foot &&
      !line.startsWith('>') &&
      !CITATION.test(line) &&
      !this.#isAttribution(i) &&
      utf8Length(line) <= MAX_QUOTED_LINE_BYTES
    return rangesOf(this.all, within ?? { from: 0, to: this.all.length }, isOwn)
  }

  #isAttribution(i: number): boolean {
    return /^On .* wrote:$/.test(this.all[i] ?? '') && this.all[i + 1]?.startsWith('>') === true
  }

  /** The end of the quote right above `range`, behind the attribution that names whose words they are. */
  contextOf(range: LineRange): string[] {
    let to = range.from
    while (to > 0 && this.all[to - 1] === '') to--
    const isQuote = (i: number) => this.all[i]?.startsWith('>') === true
    let from = to
    while (isQuote(from - 1) && !this.all[from - 1]?.startsWith('>>') && to - from < MAX_CONTEXT) from--
    while (from < to && /^>(?: \[\.\.\.\])?$/.test(this.all[from] ?? '')) from++
    let attribution = from - 1
    while (isQuote(attribution)) attribution--
    if (from === to || !this.#isAttribution(attribution)) return []
    const lines = quoteExcerpt(this.all, [
      { from: attribution, to: attribution + 1 },
      { from, to },
    ])
    return [...lines, '>'].map((line) => line.trimEnd())
  }

  /** Of the quotes that the comment's author typed, those that stand in this mail, in order, as whole lines. */
  typedQuotes(typed: readonly string[], passage: LineRange | null): TypedQuote[] {
    if (typed.length === 0) return []
    const fromStart = this.#locate(typed, 0)
    if (passage === null) return fromStart
    const isAbout = fromStart.some(({ range }) => range.from < passage.to && range.to > passage.from)
    return isAbout ? fromStart : this.#locate(typed, passage.to)
  }

  #locate(typed: readonly string[], firstLine: number): TypedQuote[] {
    const { text, lineOf, startOf } = this.#searchable()
    const found: TypedQuote[] = []
    let line = firstLine
    let looked = 0
    for (const [index, words] of typed.entries()) {
      const wanted = squeeze(words).text
      if (wanted.length < QUOTE_LETTERS) continue
      if (++looked > MAX_TYPED_QUOTES) break
      const at = text.indexOf(wanted, startOf[line] ?? text.length)
      if (at < 0) continue
      const range = { from: lineOf[at] ?? 0, to: (lineOf[at + wanted.length - 1] ?? 0) + 1 }
      if (this.quotable(range).length !== 1) continue
      found.push({ index, range })
      line = range.to
    }
    return found
  }

  isUnique(words: string): boolean {
    const { text } = this.#searchable()
    const at = words.length < 4 ? -1 : text.indexOf(words)
    return at >= 0 && text.indexOf(words, at + 1) < 0
  }

  #searchable(): Searchable {
    if (this.#squeezed) return this.#squeezed
    const pieces: string[] = []
    const lineOf: number[] = []
    const startOf: number[] = []
    this.all.forEach((line, i) => {
      const { text } = squeeze(line)
      startOf.push(lineOf.length)
      pieces.push(text)
      for (let k = 0; k < text.length; k++) lineOf.push(i)
    })
    const text = pieces.join('')
    this.#squeezed = { text, lineOf: Int32Array.from(lineOf), startOf: Int32Array.from(startOf) }
    return this.#squeezed
  }
}

/** Stretches of lines that `isTaken`, each without empty lines at its ends. */
function rangesOf(
  lines: readonly string[],
  { from, to }: LineRange,
  isTaken: (line: string, i: number) => boolean,
): LineRange[] {
  const ranges: LineRange[] = []
  for (let at = from; at < to; at++) {
    if (lines[at] === '' || !isTaken(lines[at] ?? '', at)) continue
    let end = at + 1
    let last = end
    while (end < to && (lines[end] === '' || isTaken(lines[end] ?? '', end))) {
      end++
      if (lines[end - 1] !== '') last = end
    }
    ranges.push({ from: at, to: last })
    at = end - 1
  }
  return ranges
}

/** The beginning and the end of what is too long to be quoted as a whole. */
export function shortened(ranges: readonly LineRange[]): LineRange[] {
  const lines = ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
  const { head, tail } = MAX_QUOTED
  if (lines.length <= head + tail + 2) return [...ranges]
  const kept = [...lines.slice(0, head), ...lines.slice(-tail)]
  const out: { from: number; to: number }[] = []
  for (const line of kept) {
    const last = out.at(-1)
    if (last?.to === line) last.to = line + 1
    else out.push({ from: line, to: line + 1 })
  }
  return out
}
