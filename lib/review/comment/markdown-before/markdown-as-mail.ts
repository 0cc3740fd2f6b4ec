/**
 * A comment's Markdown as the words of a list mail, as comments left while they were Markdown. `coherent upgrade` keeps
 * what it makes of the comments of that time; nothing else calls it, and nothing written since passes through it.
 *
 * Paragraphs at 72 columns, lists with their marks, code and tables indented by four, links numbered (an address
 * that stands alone stays as it was typed), emphasis gone. Nothing of the comment may be read as anything but its
 * words: prose goes through `lib/mail/text/prose.ts`, which defuses what list tools would misread.
 *
 * Two things depend on who answers whom, so the caller decides them. A quote of the answered mail is given as the
 * lines of that mail (`quotes`), as a list quotes whole lines, verbatim; any other quote becomes indented text, since
 * `>` says "you wrote this". And a trailer counts for its sender only: `Reviewed-by:` with another address is kept as
 * words, not as a trailer.
 */
import type { List, Nodes, Paragraph, PhrasingContent, Root, RootContent, Table } from 'mdast'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { cleanText } from '#lib/mail/text/clean.ts'
import { LEFTOVER_MARKUP } from '#lib/mail/text/markup.ts'
import { prose } from '#lib/mail/text/prose.ts'
import { renderTable } from '#lib/mail/text/table.ts'
import { TRAILER } from '#lib/mail/text/trailer.ts'
import { verbatim, verbatimCode } from '#lib/mail/text/verbatim.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { invariant } from '#lib/result.ts'
import { footnotesInOrder } from '#lib/writeup/blocks/blocks.ts'
import { LinkNumbers } from '#lib/writeup/list-text/list-text-links.ts'
import { type InlineContext, wordsOf } from '#lib/writeup/list-text/list-text-words.ts'
import { textContent } from '#lib/writeup/parse/text-content.ts'
import { commentMarkdown } from './comment-markdown.ts'

export type CommentTextOptions = {
  readonly sender: Mailbox
  /** Where relative addresses of the comment lead from. */
  readonly baseUrl: string
  /** By the position of the quote among `quotesIn(markdown)`: the `>` lines that stand for it. */
  readonly quotes: ReadonlyMap<number, readonly string[]>
}

/** Lines of the mail's own part, links included; never empty, no blank lines at the ends. */
export function markdownAsMail(markdown: string, options: CommentTextOptions): string[] {
  const tree = commentMarkdown(markdown)
  const lines = tree ? new Renderer(tree, markdown, options).render() : []
  if (lines.length > 0) return lines
  // Words that are nothing in Markdown (a definition), or nesting that nobody reads: as they were typed.
  const typed = verbatim(cleanText(markdown).text.split('\n'), VERBATIM)
  return typed.length > 0 ? typed : ['(A comment without visible words.)']
}

/**
 * The rendering with its quotes as `>` lines, whatever they are quotes of; as it was typed where the renderer of that
 * time gave up.
 */
export function keptAsMailed(markdown: string, options: Omit<CommentTextOptions, 'quotes'>): string {
  if (isHostile(markdown)) return markdown
  try {
    const quotes = quotesIn(markdown).map((words) => words.split('\n').map((line) => `> ${line}`.trimEnd()))
    return markdownAsMail(markdown, { ...options, quotes: new Map(quotes.entries()) }).join('\n')
  } catch {
    return markdown
  }
}

/** Made the export fail, or take seconds or megabytes: lists within lists on one line, notes within notes. */
function isHostile(markdown: string): boolean {
  const notes = markdown.split('[^', 42).length - 1
  return notes > 40 || /^(?:[ \t]{0,3}(?:>|[-+*]|\d{1,9}[.)])[ \t]+){8}/m.test(markdown)
}

/**
 * The words of each quote that stands at the comment's left edge with words of the comment below it, in order: what
 * may be a quote of the answered mail. A quote at the end is none: a mail ends with its sender's own words.
 */
export function quotesIn(markdown: string): string[] {
  // Without a sign of a quote at a line's start the parser need not look.
  if (!/^ {0,3}>/m.test(markdown)) return []
  const blocks = commentMarkdown(markdown)?.children ?? []
  const last = blocks.findLastIndex(({ type }) => type !== 'blockquote' && type !== 'definition')
  return blocks
    .filter((node, i) => node.type === 'blockquote' && i < last)
    .map((node) => ('children' in node ? node.children.map(textContent).join('\n') : ''))
}

type Place = { readonly first: string; readonly rest: string }

const VERBATIM = '    '
/** Deeper text stays at this column: what is nested ten times has to be readable in 72 columns, too. */
const MAX_INDENT = 24
const EDGE: Place = { first: '', rest: '' }
/** `Reviewed-by: Name <address>`, whatever stands behind the address; tags of persons only. */
const PERSON_TRAILER =
  /^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by: (?:[^<>@]*\S )?<?([^<>@\s]+@[^<>@\s]+?)>?(?: #.*)?$/

class Renderer {
  readonly #tree: Root
  readonly #source: string
  readonly #options: CommentTextOptions
  readonly #links: LinkNumbers
  readonly #footnotes: ReturnType<typeof footnotesInOrder>
  readonly #definitions = new Map<string, string>()
  #quotes = 0

  constructor(tree: Root, source: string, options: CommentTextOptions) {
    this.#tree = tree
    this.#source = source
    this.#options = options
    this.#links = new LinkNumbers(options.baseUrl)
    this.#footnotes = footnotesInOrder(tree)
    this.#collectDefinitions(tree)
  }

  render(): string[] {
    const lines = this.#blocks(this.#tree.children, EDGE)
    for (const [i, footnote] of this.#footnotes.entries()) {
      const note = this.#blocks(footnote.children, { first: `(note ${i + 1}) `, rest: '  ' })
      if (note.length > 0) lines.push('', ...note)
    }
    if (lines.length === 0) return []
    const unseen = this.#links.unseenIn(lines)
    if (unseen.length > 0) {
      lines.push('', ...prose(['Links', 'above:', ...unseen.map((n) => `[${n}]`)]).lines)
    }
    const links = this.#links.lines()
    return links.length > 0 ? [...lines, '', ...links] : lines
  }

  #blocks(nodes: readonly RootContent[], place: Place, isTight = false): string[] {
    const out: string[] = []
    for (const node of nodes) {
      const lines = this.#block(node, out.length === 0 ? place : { first: place.rest, rest: place.rest })
      if (lines.length === 0) continue
      if (out.length > 0 && !isTight) out.push('')
      out.push(...lines)
    }
    return out
  }

  #block(node: RootContent, place: Place): string[] {
    switch (node.type) {
      case 'paragraph':
        return this.#paragraph(node, place)
      case 'heading':
        return this.#words(node.children, place)
      case 'list':
        return this.#list(node, place)
      case 'blockquote': {
        // Quotes at the left edge only are counted: `quotesIn` sees no others.
        const given = place.rest === '' ? this.#options.quotes.get(this.#quotes++) : undefined
        if (given) return [...given]
        const indent = deeper(place.rest, VERBATIM)
        const inner = verbatim(this.#blocks(node.children, { first: indent, rest: indent }), '')
        return this.#behindMarker(inner, place)
      }
      case 'code':
        return this.#behindMarker(
          place.rest === ''
            ? verbatimCode(node.value)
            : verbatim(cleanText(node.value).text.split('\n'), deeper(place.rest, VERBATIM)),
          place,
        )
      case 'table':
        return this.#behindMarker(this.#table(node, place), place)
      case 'thematicBreak':
        return [`${place.first}* * *`]
      case 'definition':
      case 'footnoteDefinition':
        return []
      default:
        // Markdown has no other blocks; HTML is text by now.
        return invariant(false, `no mail text for ${node.type}`) as never
    }
  }

  #paragraph(node: Paragraph, place: Place): string[] {
    const [only] = node.children
    if (node.children.length === 1 && only?.type === 'link') {
      const typed = this.#loneAddress(only.url, textContent(only))
      if (typed !== null) return [place.first + typed]
    }
    const lines = place.rest === '' ? this.#sourceLines(node) : []
    if (!lines.some((line) => this.#isOwnTrailer(line))) return this.#words(node.children, place)
    return this.#withTrailers(lines)
  }

  /** Words between trailers are a paragraph of their own; the trailers stand as they were typed. */
  #withTrailers(lines: readonly string[]): string[] {
    const out: string[] = []
    let words: string[] = []
    const flush = () => {
      if (words.length > 0) {
        const markdown = commentMarkdown(words.join('\n'))
        const inner =
          markdown?.children.flatMap((n) => ('children' in n ? (n.children as Nodes[]) : [])) ?? []
        out.push(...this.#words(inner as PhrasingContent[], EDGE))
      }
      words = []
    }
    for (const line of lines) {
      if (this.#isOwnTrailer(line)) {
        flush()
        out.push(line)
      } else words.push(line)
    }
    flush()
    return out
  }

  #isOwnTrailer(line: string): boolean {
    const address = PERSON_TRAILER.exec(line)?.[1]
    return (
      address?.toLowerCase() === this.#options.sender.address.toLowerCase() &&
      TRAILER.test(line) &&
      cleanText(line).text === line &&
      utf8Length(line) < 900 &&
      !/\[\p{Nd}{1,3}\]|:\/\//u.test(line) &&
      !LEFTOVER_MARKUP.some(({ pattern }) => pattern.test(line))
    )
  }

  /** The lines of a paragraph as they were typed, for what Markdown does not know: lines that stand for themselves. */
  #sourceLines({ position }: Paragraph): string[] {
    if (position?.start.offset === undefined || position.end.offset === undefined) return []
    return this.#source
      .slice(position.start.offset, position.end.offset)
      .split('\n')
      .map((line) => line.trim())
  }

  #words(children: readonly PhrasingContent[], place: Place): string[] {
    const out: string[] = []
    for (const words of wordsOf(children.map(plainInline), this.#inline)) {
      if (words.length === 0) continue
      const first = out.length === 0 ? place.first : place.rest
      out.push(...prose(words, { first, rest: place.rest, asBefore: true }).lines)
    }
    return out
  }

  #loneAddress(url: string, shown: string): string | null {
    const isWhole = shown === url && /^https?:\/\/[\x21-\x7e]{1,900}$/.test(url)
    return isWhole && !LEFTOVER_MARKUP.some(({ pattern }) => pattern.test(url)) ? url : null
  }

  #list(list: List, place: Place): string[] {
    const isTight = !list.spread && list.children.every((item) => !item.spread)
    const out: string[] = []
    for (const [i, item] of list.children.entries()) {
      const box = item.checked === null || item.checked === undefined ? '' : item.checked ? '[x] ' : '[ ] '
      const marker = `${list.ordered ? `${(list.start ?? 1) + i}.` : '-'} ${box}`
      const before = out.length === 0 ? place.first : place.rest
      // Lists that begin within lists would fill the line with their bullets.
      const first = (before.length > MAX_INDENT ? place.rest : before) + marker
      const rest = deeper(place.rest, ' '.repeat(displayWidth(marker)))
      const lines = this.#blocks(item.children, { first, rest }, isTight)
      if (lines.length === 0) continue
      if (out.length > 0 && !isTight) out.push('')
      out.push(...lines)
    }
    return out
  }

  #table(node: Table, place: Place): string[] {
    const cells = node.children.map((row) =>
      row.children.map((cell) => wordsOf(cell.children.map(plainInline), this.#inline).flat().join(' ')),
    )
    const [header = [], ...rows] = cells
    const indent = deeper(place.rest, VERBATIM)
    const { lines } = renderTable({ header, rows, align: node.align ?? [] }, indent)
    // A table without rows that is too wide for a grid has its words in the header alone.
    return lines.length > 0 ? [...lines] : verbatim([header.join(' | ')], indent)
  }

  /** Verbatim lines cannot stand beside a bullet: it gets a line of its own above them. */
  #behindMarker(lines: readonly string[], place: Place): string[] {
    if (lines.length === 0 || place.first === place.rest) return [...lines]
    return [place.first.trimEnd(), ...lines]
  }

  readonly #inline: InlineContext = {
    linkNumber: (url) => this.#links.numberOf(url),
    pageOf: () => null,
    definition: (identifier) => this.#definitions.get(identifier) ?? null,
    noteNumber: (identifier) => this.#footnotes.findIndex((note) => note.identifier === identifier) + 1,
    termNote: () => null, // a comment explains no words
    onRemoved: () => {}, // the web shows the comment; nobody who could change it sees this mail
  }

  #collectDefinitions(node: Nodes): void {
    if (node.type === 'definition' && !this.#definitions.has(node.identifier)) {
      this.#definitions.set(node.identifier, node.url)
    }
    if ('children' in node) for (const child of node.children) this.#collectDefinitions(child)
  }
}

/** Inline nodes that write-ups do not have, as ones that they have. */
function plainInline(node: PhrasingContent): PhrasingContent {
  switch (node.type) {
    case 'delete': {
      // Without its line, struck text would say what its author took back.
      const around = (value: string): PhrasingContent => ({ type: 'text', value })
      const children = [around('(struck out: '), ...node.children.map(plainInline), around(')')]
      return { type: 'emphasis', children }
    }
    case 'imageReference':
      return { ...node, type: 'linkReference', children: [{ type: 'text', value: node.alt || 'image' }] }
    case 'emphasis':
    case 'strong':
    case 'link':
    case 'linkReference':
      return { ...node, children: node.children.map(plainInline) } as PhrasingContent
    default:
      return node
  }
}

function deeper(indent: string, by: string): string {
  const wanted = indent + by
  return wanted.length <= MAX_INDENT ? wanted : indent.length >= VERBATIM.length ? indent : wanted
}
