/**
 * Markdown that says little in Markdown: paragraphs with code, a stressed word, a link; one level of a list, a table, a
 * block of code, a quote of paragraphs. Most comments are that.
 *
 * The real parser takes almost half a millisecond a comment, and a discussion of ten thousand leaves in two seconds.
 * So text without any sign that could mean more is cut into blocks here, line by line. Whatever is in doubt is not plain:
 * `plain-markdown.test.ts` holds the result to what the parser makes of the same text.
 */
import type { AlignType, Blockquote, Code, List, Paragraph, PhrasingContent, Root, Table } from 'mdast'

/** Outside code: emphasis, links, HTML, entities, escapes, strikethrough, addresses that link themselves. */
const INLINE = /[*[<&\\~@`\t\r]|:\/\/|www\./i
/** A name in snake case is a word; any other underscore may be emphasis. */
const UNDERSCORE = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/
/** Where a line may begin something else than a paragraph, or go on with it in another way. */
const LINE_START = /^(?:[\s>#+\-=|:`~]|\d{1,9}[.)])/u
/** Words that are emphasis or a link's text without any doubt where it begins and ends. */
const WORDS = "[A-Za-z0-9](?:[A-Za-z0-9 ,'-]*[A-Za-z0-9])?"
const MARKED = new RegExp(
  `\`(?<code>[^\`\\n]+)\`|\\*\\*(?<strong>${WORDS})\\*\\*|\\*(?<stressed>${WORDS})\\*|\\[(?<link>${WORDS})\\]\\((?<url>https?://[A-Za-z0-9./_%?=#-]+)\\)`,
  'g',
)

const FENCE = /^```(?<lang>[A-Za-z0-9+#-]*)$/
/** Whatever might end a block of code, also where it does so only for the parser. */
const FENCE_END = /^ {0,3}`{3,}[ \t]*$/
const BULLET = /^- (?=\S)/
const NUMBER = /^(?<number>\d{1,9})\. (?=\S)/
const ROW = /^\|(?<cells>.*)\|$/
const ALIGN = /^ *(?<left>:?)-+(?<right>:?) *$/

/** Items, rows, cells and quoted lines; more than that is for `markdown-cost.ts` to judge, and for the parser. */
const MAX_MARKED = 1000

const isParagraphStart = (line: string) => !/^(?:[>|]|- |\d{1,9}\. )/.test(line)

type PlainBlock = Paragraph | List | Table | Code | Blockquote

/** The tree that the parser would make, without positions; null for text that needs the parser. */
export function plainMarkdown(markdown: string): Root | null {
  if (/[\0\r]/.test(markdown)) return null
  const children = blocksOf(markdown.split('\n'))
  return children && { type: 'root', children }
}

/** A block begins behind an empty line, and but for code it ends at one: nothing continues lazily. */
function blocksOf(lines: readonly string[]): PlainBlock[] | null {
  const blocks: PlainBlock[] = []
  let marked = 0
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    if (line === '') {
      at++
      continue
    }
    const fence = FENCE.exec(line)
    let end = at + 1
    if (fence) {
      while (end < lines.length && !FENCE_END.test(lines[end] ?? '')) end++
      if (lines[end] !== '```' || (lines[end + 1] ?? '') !== '') return null
      const lang = fence.groups?.lang || null
      blocks.push({ type: 'code', lang, meta: null, value: lines.slice(at + 1, end).join('\n') })
      at = end + 1
      continue
    }
    while (end < lines.length && lines[end] !== '') end++
    const own = lines.slice(at, end)
    if (!isParagraphStart(own[0] ?? ''))
      marked += own.reduce((sum, one) => sum + 1 + one.split('|').length, 0)
    if (marked > MAX_MARKED) return null
    const block = blockOf(own)
    if (!block) return null
    // Two lists with an empty line between them may be one.
    if (block.type === 'list' && blocks.at(-1)?.type === 'list') return null
    blocks.push(block)
    at = end
  }
  return blocks
}

/** `lines`: at least one, none empty. */
function blockOf(lines: readonly string[]): PlainBlock | null {
  const [first = ''] = lines
  if (first.startsWith('> ')) return quoteOf(lines)
  if (BULLET.test(first)) return listOf(lines, BULLET)
  if (NUMBER.test(first)) return listOf(lines, NUMBER)
  if (first.startsWith('|')) return tableOf(lines)
  return paragraphOf(lines)
}

function paragraphOf(lines: readonly string[]): Paragraph | null {
  // Blanks at a line's end are a line break, and blanks only are an empty line.
  if (lines.some((line) => line === '' || LINE_START.test(line) || /\s$/u.test(line))) return null
  const children = wordsOf(lines.join('\n'))
  return children && { type: 'paragraph', children }
}

/** Paragraphs, and `>` alone between them. */
function quoteOf(lines: readonly string[]): Blockquote | null {
  const inner = lines.map((line) => (line === '>' ? '' : line.startsWith('> ') ? line.slice(2) : null))
  const children: Paragraph[] = []
  let paragraph: string[] = []
  for (const line of [...inner, '']) {
    if (line === null) return null
    if (line !== '') paragraph.push(line)
    else if (paragraph.length > 0) {
      const block = paragraphOf(paragraph)
      if (!block) return null
      children.push(block)
      paragraph = []
    }
  }
  return { type: 'blockquote', children }
}

/** An item a line, or several lines that are indented to its words. */
function listOf(lines: readonly string[], marker: RegExp): List | null {
  const items: string[][] = []
  let indent = ''
  for (const line of lines) {
    const mark = marker.exec(line)
    if (mark) {
      indent = ' '.repeat(mark[0].length)
      items.push([line.slice(indent.length)])
    } else if (line.startsWith(indent)) items.at(-1)?.push(line.slice(indent.length))
    else return null
  }
  const children: List['children'] = []
  for (const item of items) {
    const paragraph = paragraphOf(item)
    if (!paragraph) return null
    children.push({ type: 'listItem', spread: false, checked: null, children: [paragraph] })
  }
  const number = NUMBER.exec(lines[0] ?? '')?.groups?.number
  const isOrdered = marker === NUMBER
  return {
    type: 'list',
    ordered: isOrdered,
    start: isOrdered ? Number(number) : null,
    spread: false,
    children,
  }
}

/** Bars at both ends of each row, as many cells in each. */
function tableOf(lines: readonly string[]): Table | null {
  const rows = lines.map((line) => (line.includes('\\') ? null : ROW.exec(line)?.groups?.cells?.split('|')))
  const [header, marks, ...body] = rows
  if (!header || !marks || marks.length !== header.length) return null
  const align: AlignType[] = []
  for (const mark of marks) {
    const { left, right } = ALIGN.exec(mark)?.groups ?? {}
    if (left === undefined) return null
    align.push(left ? (right ? 'center' : 'left') : right ? 'right' : null)
  }
  const children: Table['children'] = []
  for (const row of [header, ...body]) {
    if (row?.length !== header.length) return null
    const cells: Table['children'][number]['children'] = []
    for (const cell of row) {
      const text = cell.replace(/^ +| +$/g, '')
      if (/^\s|\s$/u.test(text)) return null
      const words = text === '' ? [] : wordsOf(text)
      if (!words) return null
      cells.push({ type: 'tableCell', children: words })
    }
    children.push({ type: 'tableRow', children: cells })
  }
  return { type: 'table', align, children }
}

function wordsOf(text: string): PhrasingContent[] | null {
  const words: PhrasingContent[] = []
  let at = 0
  for (const match of text.matchAll(MARKED)) {
    const { code, strong, stressed, link, url = '' } = match.groups ?? {}
    const [before, after] = [text[match.index - 1] ?? ' ', text[match.index + match[0].length] ?? ' ']
    // Marks that touch others, or words, may belong to them.
    if (match.index > at) {
      const value = text.slice(at, match.index)
      if (!isText(value)) return null
      words.push({ type: 'text', value })
    } else if (at > 0) return null
    at = match.index + match[0].length
    if (code !== undefined) {
      // The parser takes one blank off each end.
      if (/^\s|\s$/.test(code)) return null
      words.push({ type: 'inlineCode', value: code })
      continue
    }
    if (!/[\s(]/.test(before) || !/[\s.,:;)?!]/.test(after)) return null
    const inner = strong ?? stressed ?? link ?? ''
    if (!isText(inner)) return null
    const children: PhrasingContent[] = [{ type: 'text', value: inner }]
    if (strong !== undefined) words.push({ type: 'strong', children })
    else if (stressed !== undefined) words.push({ type: 'emphasis', children })
    else words.push({ type: 'link', title: null, url, children })
  }
  if (at === text.length) return words
  const rest = text.slice(at)
  if (!isText(rest)) return null
  words.push({ type: 'text', value: rest })
  return words
}

function isText(value: string): boolean {
  return !INLINE.test(value) && !UNDERSCORE.test(value)
}
