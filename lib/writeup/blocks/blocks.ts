/**
 * The blocks of a revision: what comments are attached to, with their keys, texts and offsets.
 *
 * One pure function makes them from the checked trees, and the page, the mail, the importer and the aligner all
 * use it; an original anchor refers to its result for ever. Therefore the rule has a number, `TEXT_VERSION`, and
 * any change of what is written here is a new number, not an edit.
 *
 * THE RULE, version 1
 *
 * | kind         | one block for                            | text                                       |
 * |--------------|------------------------------------------|--------------------------------------------|
 * | `heading`    | each heading                             | its words, without the section number      |
 * | `paragraph`  | each paragraph that is not a list item's first; the summary of a `<Details>`; the paragraphs of footnotes | its words |
 * | `list-item`  | the first paragraph of each list item    | its words, without bullet or number        |
 * | `table-row`  | each row, the header row included        | its cells, joined by one space             |
 * | `code-line`  | each line of fenced code that is not blank | the line, verbatim                       |
 * | `diagram`    | each ```mermaid fence                    | its source, verbatim, lines ended by LF    |
 * | `claim`      | each `<Claim>`                           | its sentence                               |
 * | `simulation` | each `<Simulation>`                      | its caption, else its model's name         |
 * | `figure`     | each `<Figure>`, before its content; each `<Chart>` | its caption                     |
 * | `evidence`   | each `<Evidence>`                        | its caption, else its scenario's name      |
 *
 * - Words are the rendered text without markup: white space collapsed to single spaces and trimmed, in Unicode's
 *   NFC. A footnote's number and a link's address are not words. Verbatim text keeps its white space.
 * - Words that a `<Term>` explains are words of the text; the explanation is not.
 * - A block whose text would be empty does not exist. `<Answer>`, `<Note>`, `<Details>`, quotes and lists are
 *   containers, not blocks.
 * - Order: as in the source; the paragraphs of footnotes come last, in the order in which the footnotes are first
 *   referred to. In a revision: the cover, then the write-ups.
 * - Key: the `id` of a component; of a heading `<writeup>-<slug>`, where the slug is GitHub's and repeated slugs
 *   get `-1`, `-2` …; else `<writeup>-` and the first 8 hex digits of SHA-256(kind, NUL, text), and when the same
 *   comes again in the write-up `-2`, `-3` …. A later revision inherits the keys of the blocks it is aligned with.
 * - Revision text: all texts joined by one empty line. `start` and `end` are UTF-16 offsets in it.
 */
import { createHash } from 'node:crypto'
import GithubSlugger from 'github-slugger'
import type { Code, Nodes, Root } from 'mdast'
import { invariant } from '#lib/result.ts'
import { type DocumentId, sectionOf } from '#lib/writeup/parse/document-id.ts'
import { attributeOf, type ComponentElement, type Writeup } from '#lib/writeup/parse/parse.ts'
import { placeOf } from '#lib/writeup/parse/problem.ts'
import { standsForOf } from '#lib/writeup/parse/safe-tree.ts'
import { collapse, textContent } from '#lib/writeup/parse/text-content.ts'

export const TEXT_VERSION = 1

/** What stands between two blocks in the revision text. */
export const BLOCK_SEPARATOR = '\n\n'

export const BLOCK_KINDS = [
  'heading',
  'paragraph',
  'list-item',
  'table-row',
  'code-line',
  'diagram',
  'claim',
  'simulation',
  'figure',
  'evidence',
] as const
export type BlockKind = (typeof BLOCK_KINDS)[number]

export type Block = {
  /** Unique in the revision. */
  readonly key: string
  readonly kind: BlockKind
  readonly writeup: DocumentId
  /** Position among the blocks of the revision, from 0. */
  readonly ord: number
  /** Never empty. */
  readonly text: string
  /** UTF-16 offset of the text in the revision text. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Line in the source file of the write-up, from 1. */
  readonly line: number
  /** The section that the block stands in, `2.1`; of a heading its own; null in the cover. */
  readonly sectionNumber: string | null
  /** Of a heading: 2 for `##` to 4; null for every other kind. */
  readonly headingDepth: number | null
}

/** A block before it knows its place in the revision, with the syntax that it was made from. */
export type WriteupBlock = Omit<Block, 'ord' | 'start' | 'end'> & {
  /** The node whose rendering carries the block's key. Several `code-line`s share one `code` node. */
  readonly node: Nodes
  /** Of a `code-line`: its line within the fence, from 0. Else null. */
  readonly codeLine: number | null
}

/** The blocks of one write-up, in order. Depends on nothing but the write-up. */
export function blocksOfWriteup(writeup: Writeup): WriteupBlock[] {
  const collector = new BlockCollector(writeup.writeup)
  collector.walk(writeup.tree)
  collector.walkFootnotes(footnotesInOrder(writeup.tree))
  return collector.blocks
}

/** The blocks and the text of a whole revision. `documents` in reading order: the cover first. */
export function blocksOfRevision(documents: readonly Writeup[]): { blocks: Block[]; text: string } {
  const blocks: Block[] = []
  let start = 0
  for (const document of documents) {
    for (const { node: _node, codeLine: _codeLine, ...block } of blocksOfWriteup(document)) {
      const end = start + block.text.length
      blocks.push({ ...block, ord: blocks.length, start, end })
      start = end + BLOCK_SEPARATOR.length
    }
  }
  return { blocks, text: blocks.map((block) => block.text).join(BLOCK_SEPARATOR) }
}

class BlockCollector {
  readonly blocks: WriteupBlock[] = []
  readonly #writeup: DocumentId
  readonly #slugger = new GithubSlugger()
  readonly #repeats = new Map<string, number>()
  readonly #numbers: SectionNumbers

  constructor(writeup: DocumentId) {
    this.#writeup = writeup
    this.#numbers = new SectionNumbers(sectionOf(writeup))
  }

  /** Recursion is safe: a checked tree is at most `MAX_DEPTH` deep. */
  walk(node: Nodes): void {
    switch (node.type) {
      case 'paragraph':
        this.#words('paragraph', node)
        return
      case 'heading': {
        const text = collapse(textContent(node))
        const number = this.#numbers.enter(node.depth)
        this.#add('heading', text, node, `${this.#writeup}-${this.#slugger.slug(text)}`, number)
        return
      }
      case 'listItem': {
        const first = node.children.find((child) => child.type === 'paragraph')
        for (const child of node.children) {
          if (child === first) this.#words('list-item', child)
          else this.walk(child)
        }
        return
      }
      case 'tableRow':
        this.#words('table-row', node)
        return
      case 'code':
        this.#code(node)
        return
      case 'mdxJsxFlowElement':
        this.#component(node)
        return
      case 'footnoteDefinition':
        return // last, in the order of the references
      default:
        if ('children' in node) for (const child of node.children) this.walk(child)
    }
  }

  walkFootnotes(definitions: readonly FootnoteDefinition[]): void {
    this.#numbers.leaveAll()
    for (const definition of definitions) for (const child of definition.children) this.walk(child)
  }

  #component(element: ComponentElement): void {
    const id = attributeOf(element, 'id')
    switch (element.name) {
      case 'Claim':
        this.#add('claim', collapse(element.children.map(textContent).join(' ')), element, id)
        return
      case 'Simulation': {
        const text = attributeOf(element, 'caption') ?? attributeOf(element, 'model') ?? ''
        this.#add('simulation', collapse(text), element, id)
        return
      }
      case 'Figure':
        this.#add('figure', collapse(attributeOf(element, 'caption') ?? ''), element, id)
        break
      case 'Chart':
        this.#add('figure', collapse(attributeOf(element, 'caption') ?? ''), element, id)
        return
      case 'Evidence': {
        const text = attributeOf(element, 'caption') ?? attributeOf(element, 'scenario') ?? ''
        this.#add('evidence', collapse(text), element, id)
        return
      }
      case 'Details':
        this.#add('paragraph', collapse(attributeOf(element, 'summary') ?? ''), element)
        break
      case 'Answer':
      case 'Note':
        break
      default:
        invariant(false, `unchecked component <${element.name}>`)
    }
    for (const child of element.children) this.walk(child)
  }

  #code(node: Code): void {
    if (standsForOf(node) === null) return
    if (node.lang === 'mermaid') {
      this.#add('diagram', node.value, node)
      return
    }
    // The first line of the content is the one after the fence; code that is set in has none.
    const { line, endLine } = placeOf(node)
    const isSetIn = node.position !== undefined && endLine - line + 1 === node.value.split('\n').length
    const firstLine = isSetIn ? line : line + 1
    for (const [codeLine, text] of node.value.split('\n').entries()) {
      if (text.trim() === '') continue
      this.#add('code-line', text, node, undefined, this.#numbers.current, firstLine + codeLine, codeLine)
    }
  }

  #words(kind: BlockKind, node: Nodes): void {
    const standsFor = standsForOf(node)
    if (standsFor === null) return
    if (standsFor) {
      // What was published has the key and the words that it had, however it has to be drawn today.
      const known = BLOCK_KINDS.find((one) => one === standsFor.kind) ?? kind
      this.#add(known, standsFor.text, node, standsFor.key)
      return
    }
    this.#add(kind, collapse(textContent(node)), node)
  }

  #add(
    kind: BlockKind,
    text: string,
    node: Nodes,
    key: string = this.#hashKey(kind, text),
    sectionNumber = this.#numbers.current,
    line = placeOf(node).line,
    codeLine: number | null = null,
  ): void {
    if (text === '') return
    const headingDepth = node.type === 'heading' ? node.depth : null
    this.blocks.push({
      key,
      kind,
      writeup: this.#writeup,
      text,
      line,
      sectionNumber,
      headingDepth,
      node,
      codeLine,
    })
  }

  #hashKey(kind: BlockKind, text: string): string {
    if (text === '') return '' // not added, so it must not count as a repetition either
    const hash = createHash('sha256').update(`${kind}\0${text}`, 'utf8').digest('hex').slice(0, 8)
    const base = `${this.#writeup}-${hash}`
    const count = (this.#repeats.get(base) ?? 0) + 1
    this.#repeats.set(base, count)
    return count === 1 ? base : `${base}-${count}`
  }
}

/** Counts `##`, `###`, `####` below the number of a write-up. The cover has none. */
class SectionNumbers {
  readonly #section: number | null
  readonly #counts: number[] = []

  constructor(section: number | null) {
    this.#section = section
  }

  get current(): string | null {
    return this.#section === null ? null : [this.#section, ...this.#counts].join('.')
  }

  /** Back to the write-up itself: its footnotes belong to no section of it. */
  leaveAll(): void {
    this.#counts.length = 0
  }

  /** @param depth of the heading: 2 to 4. */
  enter(depth: number): string | null {
    const level = depth - 1
    // The check refuses skipped levels, so at most one count is missing.
    while (this.#counts.length < level) this.#counts.push(0)
    this.#counts.length = level
    this.#counts[level - 1] = (this.#counts[level - 1] ?? 0) + 1
    return this.current
  }
}

type FootnoteDefinition = Extract<Nodes, { type: 'footnoteDefinition' }>

/** The definitions in the order of their first reference, references within footnotes after all others. */
export function footnotesInOrder(tree: Root): FootnoteDefinition[] {
  const definitions = new Map<string, FootnoteDefinition>()
  const order: string[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'footnoteDefinition') {
      definitions.set(node.identifier, node)
      return
    }
    if (node.type === 'footnoteReference' && !order.includes(node.identifier)) order.push(node.identifier)
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(tree)
  const found: FootnoteDefinition[] = []
  // The list grows while it is read: a footnote may refer to another one.
  for (let at = 0; at < order.length; at++) {
    const definition = definitions.get(order[at] ?? '')
    if (!definition) continue
    found.push(definition)
    for (const child of definition.children) visit(child)
  }
  return found
}
