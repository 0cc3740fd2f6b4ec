/**
 * Where the code of a document is, by the parser that everything else goes by. What mends a text asks here first: a sign
 * within code is what its author wrote, whatever a rule thinks that it has found.
 */
import type { Nodes, Root } from 'mdast'
import { withoutCode, withoutInlineCode } from './formulas.ts'
import { bodyOf } from './front-matter.ts'
import { readLeniently } from './lenient.ts'
import { checkLimits } from './limits.ts'
import { LineIndex } from './line-index.ts'
import { sourceOf } from './parse.ts'
import type { Edit } from './problem.ts'

type Range = { readonly start: number; readonly end: number }

/** Those that change nothing within code: the word behind the signs of a fence is none, nor is what a bar parts in a table. */
export function editsOutsideCode(file: string, text: string, edits: readonly Edit[]): Edit[] {
  if (edits.length === 0) return []
  const source = sourceOf(text)
  const index = new LineIndex(source)
  const code = codePlaces(file, source)
  return edits.filter(({ line, column, length }) => {
    const at = index.offsetAt(line, column)
    if (source[at] === '|') return true
    // In front of code and behind it is outside.
    return !code.some(({ start, end }) => start < at + length && at < end && (length > 0 || start < at))
  })
}

/** Offsets of `source`. */
export function codePlaces(file: string, source: string): Range[] {
  const limits = checkLimits(file, source)
  if (limits.some(({ rule }) => rule === 'too-large' || rule === 'too-deep'))
    return [{ start: 0, end: source.length }]
  const body = bodyOf(source) ?? source
  const { tree } = readLeniently(file, body)
  if (tree === null) return blankedIn(body, withoutCode(body))
  const nodes = codeNodes(tree)
  const ranges = nodes.map(({ type, start, end }) => {
    const isFence = type === 'code' && /^(?:`{3}|~{3})/.test(source.slice(start, start + 3))
    const firstLineEnd = source.indexOf('\n', start)
    return { start: isFence && firstLineEnd >= 0 ? Math.min(firstLineEnd, end) : start, end }
  })
  // A tag on a line of its own, a list, a heading end a paragraph, and code that was meant to go on behind them.
  const signs = body.split('')
  for (const { start, end } of nodes)
    for (let at = start; at < end; at++) if (signs[at] !== '\n') signs[at] = ' '
  const rest = signs.join('')
  return [...ranges, ...blankedIn(rest, withoutInlineCode(rest))]
}

function codeNodes(tree: Root): (Range & { readonly type: Nodes['type'] })[] {
  const found: (Range & { readonly type: Nodes['type'] })[] = []
  const visit = (node: Nodes): void => {
    const [start, end] = [node.position?.start.offset, node.position?.end.offset]
    if ((node.type === 'code' || node.type === 'inlineCode') && start !== undefined && end !== undefined)
      found.push({ type: node.type, start, end })
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(tree)
  return found
}

/** What was made blank: between two signs of it blanks are of it too. */
function blankedIn(text: string, without: string): Range[] {
  const ranges: Range[] = []
  let isOpen = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== without[at]) {
      const last = ranges.at(-1)
      if (isOpen && last) ranges[ranges.length - 1] = { start: last.start, end: at + 1 }
      else ranges.push({ start: at, end: at + 1 })
      isOpen = true
    } else if (/\S/.test(text[at] ?? '')) isOpen = false
  }
  return ranges
}
