/**
 * Which words of a block did a quote mean?
 *
 * The importer knows the block in which a quote ends. A quote of all its lines means the block; a quote of some lines
 * means the words on them. Mail shows words in another shape (wrapped, with numbers of links, behind bullets and
 * captions), so both texts are compared without white space, from both ends of the quote. Where they cannot be
 * matched up, the block as a whole is meant: too much is better than other words.
 */
import type { TextRange } from '#lib/anchor/selector.ts'
import { lettersOf, type Squeezed, squeeze } from '#lib/mail/import/squeeze.ts'

/** Letters at an end of the quote that tell its place in the block. */
const EDGE = 12

/** Null: the whole block. `quote`: the quoted lines as they stood in the mail, with their marks. */
export function quotedRange(blockText: string, mailedPassage: string, quote: string): TextRange | null {
  const passage = lettersOf(mailedPassage)
  const all = quotedLines(quote)
  // A quoted signature below and the lines of an earlier passage above are not about this block.
  const lines = all.slice(0, all.findLastIndex((line) => passage.includes(line)) + 1)
  const from = lines.findIndex((_, i) => isWithin(passage, lines.slice(i)))
  const [first = '', last = ''] = [lines[from], lines.at(-1)]
  if (from < 0 || (passage.startsWith(first) && passage.endsWith(last))) return null
  return rangeBetween(squeeze(blockText), first, last, blockText.length)
}

/** Lines that stand in the passage one behind the other; a cut leaves some out. */
function isWithin(passage: string, lines: readonly string[]): boolean {
  let at = 0
  return lines.every((line) => {
    const found = passage.indexOf(line, at)
    at = found + line.length
    return found >= 0
  })
}

/** Without marks, cuts and empty lines. */
function quotedLines(quote: string): string[] {
  return quote
    .split('\n')
    .map((line) => line.replace(/^(?:> ?)+/, ''))
    .filter((line) => !/^\s*(?:\[\.{2,}\]|\[…\]|\.{3,}|…|\[snip\])\s*$/i.test(line))
    .map(lettersOf)
    .filter((line) => line !== '')
}

function rangeBetween(block: Squeezed, first: string, last: string, length: number): TextRange | null {
  const [head, tail] = [first.slice(0, EDGE), last.slice(-EDGE)]
  const at = block.text.indexOf(head)
  // The last line's own place: the first one behind the beginning that it can be at.
  const lastAt = at < 0 ? -1 : block.text.indexOf(last, first === last ? at : at + 1)
  const end = lastAt >= 0 ? lastAt + last.length : at < 0 ? -1 : endOf(block.text, tail, at)
  if (at < 0 || end <= at) return null
  const range = { start: block.at[at] ?? 0, end: (block.at[end - 1] ?? 0) + 1 }
  return range.start > 0 || range.end < length ? range : null
}

function endOf(text: string, tail: string, from: number): number {
  const at = text.indexOf(tail, from)
  return at < 0 ? -1 : at + tail.length
}
