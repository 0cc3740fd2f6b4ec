/**
 * Where the words of a block stand in the source of its document: what somebody edits who edits a passage.
 *
 * Of some words of a block the range is widened until it cuts no markup: half of `**bold**` cannot be replaced by itself.
 * Offsets are UTF-16 units in `Writeup.source`.
 */
import type { Nodes } from 'mdast'
import { standsForOf } from '#lib/writeup/parse/safe-tree.ts'
import { textContent } from '#lib/writeup/parse/text-content.ts'
import type { WriteupBlock } from './blocks.ts'

export type SourceRange = { readonly start: number; readonly end: number }

/** Null: its words are an attribute (a caption), or stand in no file as they are read. */
export function sourceOfBlock(block: WriteupBlock, source: string): SourceRange | null {
  const { node, kind, text } = block
  if (standsForOf(node) !== undefined) return null
  switch (kind) {
    case 'code-line': {
      const start = startOfLine(source, block.line)
      const end = endOfLine(source, start)
      return source.slice(start, end).endsWith(text) ? { start: end - text.length, end } : null
    }
    case 'diagram': {
      const whole = rangeOf(node)
      const at = whole ? source.indexOf(text, whole.start) : -1
      return whole && at >= 0 && at + text.length <= whole.end ? { start: at, end: at + text.length } : null
    }
    case 'table-row':
      return rangeOf(node)
    case 'claim':
    case 'heading':
    case 'list-item':
      return contentOf(node)
    case 'paragraph':
      // The summary of a `<Details>` is an attribute.
      return node.type === 'paragraph' ? contentOf(node) : null
    case 'simulation':
    case 'figure':
    case 'evidence':
      return null
  }
}

/** Of words of it, by their offsets in the block's text. All of it where the words cannot be told from the rest. */
export function sourceOfWords(block: WriteupBlock, source: string, words: SourceRange): SourceRange | null {
  const whole = sourceOfBlock(block, source)
  if (!whole || words.start >= words.end || words.end > block.text.length) return whole
  if (words.start === 0 && words.end === block.text.length) return whole
  if (block.kind === 'code-line' || block.kind === 'diagram')
    return { start: whole.start + words.start, end: whole.start + words.end }
  const letters = lettersOf(block.node, source)
  const read = collapsed(letters)
  // Characters that are composed only when they are read have no offsets of their own.
  if (read.map(({ letter }) => letter).join('') !== block.text) return whole
  let { start, end } = words
  while (start < end && read[start]?.letter === ' ') start += 1
  while (end > start && read[end - 1]?.letter === ' ') end -= 1
  const [first, last] = [read[start], read[end - 1]]
  if (!first || !last || start >= end) return whole
  return widened(block.node, { start: first.from, end: last.to })
}

type Letter = { readonly letter: string; readonly from: number; readonly to: number }

/** The text of a node as it is read, each UTF-16 unit with the source that it was made from. */
function lettersOf(node: Nodes, source: string): Letter[] {
  if (node.type === 'text' || node.type === 'inlineCode') {
    const range = rangeOf(node)
    if (!range) return unplaced(node.value)
    const inner = node.type === 'inlineCode' ? insideTicks(source, range) : range
    return aligned(node.value, source, inner) ?? opaque(node.value, range)
  }
  if (node.type === 'tableRow') {
    return node.children.flatMap((cell, i): Letter[] => {
      const own = lettersOf(cell, source)
      const from = own[0]?.from ?? rangeOf(cell)?.start ?? 0
      return i === 0 ? own : [{ letter: ' ', from, to: from }, ...own]
    })
  }
  if ('children' in node) return node.children.flatMap((child: Nodes) => lettersOf(child, source))
  return opaque(textContent(node), rangeOf(node) ?? { start: 0, end: 0 })
}

const unplaced = (value: string) => opaque(value, { start: 0, end: 0 })
const opaque = (value: string, { start, end }: SourceRange): Letter[] =>
  value.split('').map((letter) => ({ letter, from: start, to: end }))

function insideTicks(source: string, { start, end }: SourceRange): SourceRange {
  const ticks = /^`+/.exec(source.slice(start, end))?.[0].length ?? 0
  return { start: start + ticks, end: end - ticks }
}

/**
 * Each unit of a text beside the source that it stands in: without the marks of quotes and the blanks at which lines begin,
 * without backslashes, character references as the one character that they are. Null: it is not made of that source.
 */
function aligned(value: string, source: string, { start, end }: SourceRange): Letter[] | null {
  const letters: Letter[] = []
  let at = start
  let isLineStart = false
  for (let i = 0; i < value.length; ) {
    const wanted = value[i] ?? ''
    const here = at < end ? source[at] : undefined
    if (here === undefined) return null
    const isEscape = here === '\\' && source[at + 1] === wanted && /[!-/:-@[-`{-~]/.test(wanted)
    if (here === '&' && !(wanted === '&' && !/^&#?\w+;/.test(source.slice(at, at + 40)))) {
      const reference = /^&#?\w+;/.exec(source.slice(at, Math.min(end, at + 40)))?.[0]
      const units = String.fromCodePoint(value.codePointAt(i) ?? 0)
      if (reference === undefined) return null
      for (const unit of units.split('')) letters.push({ letter: unit, from: at, to: at + reference.length })
      at += reference.length
      i += units.length
    } else if (isEscape) {
      letters.push({ letter: wanted, from: at, to: at + 2 })
      at += 2
      i += 1
    } else if (here === wanted && !(isLineStart && wanted === '>')) {
      letters.push({ letter: wanted, from: at, to: at + 1 })
      at += 1
      i += 1
      isLineStart = here === '\n'
    } else if (here === ' ' || here === '\t' || (isLineStart && here === '>')) at += 1
    else return null
  }
  return /^[ \t]*$/.test(source.slice(at, end)) ? letters : null
}

function collapsed(letters: readonly Letter[]): Letter[] {
  const read: Letter[] = []
  for (const { letter, from, to } of letters) {
    if (!/\s/.test(letter)) read.push({ letter, from, to })
    else if (read.length > 0 && read.at(-1)?.letter !== ' ') read.push({ letter: ' ', from, to })
  }
  if (read.at(-1)?.letter === ' ') read.pop()
  return read
}

/** The smallest range around this one that has both ends of whatever it begins or ends in. */
function widened(node: Nodes, range: SourceRange): SourceRange {
  const children: readonly Nodes[] = 'children' in node ? node.children : []
  const around = children.find((child) => {
    const own = rangeOf(child)
    return own !== null && own.start <= range.start && range.end <= own.end
  })
  if (around) {
    if (around.type === 'text') return range
    const [own, content] = [rangeOf(around), contentOf(around)]
    const isAll = content === null || (range.start <= content.start && content.end <= range.end)
    // A cell of a table has its frame within its range.
    if (around.type === 'tableCell' || around.type === 'paragraph') return widened(around, range)
    if (around.type === 'inlineCode') {
      const isInside = own !== null && range.start > own.start + 1 && range.end < own.end - 1
      return isInside || !own ? range : own
    }
    return isAll && own ? own : widened(around, range)
  }
  if (node.type === 'tableRow') return rangeOf(node) ?? range
  let { start, end } = range
  for (const child of children) {
    const own = rangeOf(child)
    if (!own || child.type === 'text' || own.end <= range.start || own.start >= range.end) continue
    start = Math.min(start, own.start)
    end = Math.max(end, own.end)
  }
  return { start, end }
}

function rangeOf(node: Nodes): SourceRange | null {
  const [start, end] = [node.position?.start.offset, node.position?.end.offset]
  return start === undefined || end === undefined || start >= end ? null : { start, end }
}

/** From its first child to its last; of a component with a paragraph, of what is in that. */
function contentOf(node: Nodes): SourceRange | null {
  if (!('children' in node)) return null
  const children: readonly Nodes[] = node.children
  const [only] = children
  if (children.length === 1 && only?.type === 'paragraph') return contentOf(only)
  const [first, last] = [children[0], children.at(-1)]
  const [from, to] = [first && rangeOf(first), last && rangeOf(last)]
  return from && to ? { start: from.start, end: to.end } : null
}

function startOfLine(source: string, line: number): number {
  let at = 0
  for (let i = 1; i < line; i++) {
    const next = source.indexOf('\n', at)
    if (next < 0) return source.length
    at = next + 1
  }
  return at
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from)
  return end < 0 ? source.length : end
}
