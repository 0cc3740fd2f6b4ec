/**
 * The checked tree, prepared for the page: the same content, with every block marked by its key.
 *
 * | block        | element                                                       |
 * |--------------|---------------------------------------------------------------|
 * | heading      | `h2`…`h6` with `data-block`, `data-section`                    |
 * | paragraph    | `p` with `id="b-<key>"`, `data-block`; a `div` with `data-paragraph` where a word in it is explained, which opens |
 * | list item    | the item's own text, a `div` or `p` in the `li`               |
 * | table row    | `tr`; the `table` lists its rows' keys in `data-blocks`, with its `data-number` |
 * | code line    | `span data-line`; the `pre` lists its lines' keys             |
 * | diagram      | the component `Diagram`                                       |
 * | claim, simulation, figure, chart, evidence, details | the attribute `blockKey` of the component    |
 *
 * On the page `id="b-<key>"` is on the whole of a block, and `data-block="<key>"` on the element that holds exactly
 * its text. Whatever stands inside that element without being text (footnote marks, self links) is marked
 * `data-no-text`, so that offsets in the page and in the block agree. (Cells of a row are joined by one space.)
 *
 * Words that name a section, a figure, a table, a trace or a recorded run are in the component `Reference`, which makes a link of them
 * where there is such a thing.
 *
 * Columns of figures are set flush right, unless the author aligned them.
 *
 * A write-up's own title is an `h2` on the page, so its headings are one level deeper than in the source; the
 * cover's title is the page's, so its headings stay.
 */
import type { ElementContent } from 'hast'
import type { Code, Nodes, Parents, RootContent, Table } from 'mdast'
import { invariant } from '#lib/result.ts'
import { blocksOfWriteup, type WriteupBlock } from '#lib/writeup/blocks/blocks.ts'
import { captionedTable, type Numbering, numberingOf } from '#lib/writeup/blocks/numbering.ts'
import { CODE_LANGUAGES, type CodeLanguage } from '#lib/writeup/parse/allow-list.ts'
import { attributeOf, type ComponentElement, type Writeup } from '#lib/writeup/parse/parse.ts'
import { isRunName } from '#lib/writeup/parse/run-names.ts'
import { hasTerm, isTerm } from '#lib/writeup/parse/term.ts'
import { textContent } from '#lib/writeup/parse/text-content.ts'
import { isNumericColumn } from './numeric-column.ts'
import { referencesIn } from './references.ts'

/** A run of characters and its role in the code; null: plain. */
type Token = { readonly text: string; readonly role: string | null }
type Highlight = (source: string, language: CodeLanguage) => Promise<readonly (readonly Token[])[]>

/** Code up to this length stays on one line (`hb->lock` would break behind its hyphen). */
const SHORT_CODE_LENGTH = 28
/** A word of prose that begins with a hyphen: `-EINVAL`, `-DN=3`. A line would end behind the hyphen. */
const HYPHENED_WORD = /(?<![^\s([{"'“‘/])(-{1,2}[A-Za-z0-9][^\s,;:)\]}"'”’/]{0,27}(?![^\s,;:.!?)\]}"'”’/]))/

/** A new tree; the write-up's own stays as it is. */
export async function pageTree(writeup: Writeup, highlight: Highlight): Promise<Writeup['tree']> {
  const copy: Writeup = { ...writeup, tree: structuredClone(writeup.tree) }
  const blocks = blocksOfWriteup(copy)
  // Traces depend on verdicts, which the page knows and the tree does not.
  const marker = new Marker(
    copy,
    blocks,
    highlight,
    numberingOf(copy, () => false),
  )
  await marker.walk(copy.tree)
  return copy.tree
}

class Marker {
  readonly #headingShift: number
  readonly #highlight: Highlight
  readonly #byNode = new Map<Nodes, WriteupBlock>()
  readonly #codeLines = new Map<Nodes, Map<number, WriteupBlock>>()
  readonly #numbering: Numbering

  constructor(writeup: Writeup, blocks: readonly WriteupBlock[], highlight: Highlight, numbering: Numbering) {
    this.#numbering = numbering
    this.#headingShift = writeup.writeup === 'cover' ? 0 : 1
    this.#highlight = highlight
    for (const block of blocks) {
      if (block.codeLine === null) {
        this.#byNode.set(block.node, block)
      } else {
        const lines = this.#codeLines.get(block.node) ?? new Map<number, WriteupBlock>()
        lines.set(block.codeLine, block)
        this.#codeLines.set(block.node, lines)
      }
    }
  }

  async walk(parent: Parents, isInLink = false): Promise<void> {
    // What opens is pressed, and no place for a link.
    const isLink = isInLink || parent.type === 'link' || isReference(parent) || isTerm(parent)
    // A heading's words are what the outline leads to.
    if (!isLink && parent.type !== 'heading') {
      markReferences(parent)
      markRuns(parent)
    }
    keepHyphenedWords(parent)
    for (const [at, child] of parent.children.entries()) {
      if (child.type === 'code') {
        // A fence stands where a paragraph or a component may stand too.
        const replacement = child.lang === 'mermaid' ? this.#diagram(child, parent) : await this.#code(child)
        parent.children[at] = replacement as (typeof parent.children)[number]
        continue
      }
      this.#mark(child, parent)
      if ('children' in child) await this.walk(child, isLink)
    }
  }

  #mark(node: RootContent, parent: Parents): void {
    switch (node.type) {
      case 'heading': {
        const block = this.#byNode.get(node)
        setElement(node, `h${Math.min(6, node.depth + this.#headingShift)}`, {
          ...(block ? { dataBlock: block.key } : {}),
          ...(block?.sectionNumber ? { dataSection: block.sectionNumber } : {}),
        })
        return
      }
      case 'paragraph':
        // In a tight list the paragraph's own element would be left out, and the key with it.
        if (parent.type !== 'listItem' && hasTerm(node)) {
          const properties = { dataParagraph: '', ...blockProperties(this.#byNode.get(node)) }
          setElement(node, 'div', properties)
        } else {
          setElement(node, parent.type === 'listItem' ? 'div' : 'p', blockProperties(this.#byNode.get(node)))
        }
        return
      case 'tableRow':
        setElement(node, 'tr', blockProperties(this.#byNode.get(node)))
        return
      case 'table': {
        const keys = node.children.flatMap((row) => this.#byNode.get(row)?.key ?? [])
        const number = this.#numbering.tables.get(node) ?? ''
        const isCaptioned = captionedTable(parent) === node
        setElement(node, 'table', {
          dataBlocks: keys.join(' '),
          dataNumber: number,
          ...(isCaptioned ? { dataCaptioned: '' } : {}),
        })
        alignFigures(node)
        return
      }
      case 'inlineCode':
        if (node.value.length <= SHORT_CODE_LENGTH) node.data = { hProperties: { dataShort: '' } }
        return
      case 'mdxJsxFlowElement': {
        const block = this.#byNode.get(node)
        if (block) addAttribute(node, 'blockKey', block.key)
        if (node.name === 'Figure' || node.name === 'Chart') {
          const table = captionedTable(node)
          const { tables, figures } = this.#numbering
          const number = table ? tables.get(table) : figures.get(attributeOf(node, 'id') ?? '')
          addAttribute(node, 'name', `${table ? 'Table' : 'Figure'} ${number ?? ''}`)
        }
        return
      }
    }
  }

  #diagram(node: Code, parent: Parents): ComponentElement {
    const block = this.#byNode.get(node)
    invariant(block, 'a diagram is a block')
    const figure = parent.type === 'mdxJsxFlowElement' && parent.name === 'Figure' ? parent : undefined
    const element: ComponentElement = {
      type: 'mdxJsxFlowElement',
      name: 'Diagram',
      attributes: [],
      children: [],
    }
    addAttribute(element, 'source', node.value)
    addAttribute(element, 'label', (figure && attributeOf(figure, 'caption')) ?? 'Diagram')
    const figureId = figure && attributeOf(figure, 'id')
    if (figureId !== undefined) addAttribute(element, 'figure', figureId)
    addAttribute(element, 'blockKey', block.key)
    return element
  }

  /** `<pre><code><span data-line>…`: a line's element is there for blank lines too, without a key. */
  async #code(node: Code): Promise<RootContent> {
    const language = CODE_LANGUAGES.find((known) => known === node.lang) ?? 'text'
    const keys = this.#codeLines.get(node) ?? new Map<number, WriteupBlock>()
    const lines = await this.#highlight(node.value, language)
    const children = lines.flatMap((tokens, at): ElementContent[] => {
      const line: ElementContent = {
        type: 'element',
        tagName: 'span',
        properties: { dataLine: String(at + 1), ...blockProperties(keys.get(at)) },
        children: tokens.map(tokenElement),
      }
      return at === 0 ? [line] : [{ type: 'text', value: '\n' }, line]
    })
    const code: ElementContent = { type: 'element', tagName: 'code', properties: {}, children }
    const dataBlocks = [...keys.values()].map(({ key }) => key).join(' ')
    return {
      type: 'paragraph',
      children: [],
      data: { hName: 'pre', hProperties: { dataBlocks, dataLanguage: language }, hChildren: [code] },
    }
  }
}

function tokenElement({ text, role }: Token): ElementContent {
  const value: ElementContent = { type: 'text', value: text }
  if (role === null) return value
  return { type: 'element', tagName: 'span', properties: { dataRole: role }, children: [value] }
}

const REFERENCE = 'Reference'
const isReference = (node: Parents) => node.type === 'mdxJsxTextElement' && node.name === REFERENCE

/** Where the text names another place of its proposal the page may put a link: the component `Reference` knows. */
function markReferences(parent: Parents): void {
  const isText = (child: RootContent) => child.type === 'text'
  if (!parent.children.some((child) => isText(child) && /[1-9]/.test(textContent(child)))) return
  const children = parent.children.flatMap((child): RootContent[] => {
    if (child.type !== 'text') return [child]
    return referencesIn(child.value).map((part): RootContent => {
      const text: RootContent = { type: 'text', value: part.text }
      if (part.kind === 'text') return text
      const attribute = (name: string, value: string) => ({ type: 'mdxJsxAttribute' as const, name, value })
      return {
        type: 'mdxJsxTextElement',
        name: REFERENCE,
        attributes: [attribute('kind', part.kind), attribute('number', part.number)],
        children: [text],
      }
    })
  })
  // Text was replaced by phrasing content, which stands wherever text does.
  parent.children = children as typeof parent.children
}

/** The same for what may be the name of a recorded run. */
function markRuns(parent: Parents): void {
  const children = parent.children.map((child): RootContent => {
    if (child.type !== 'inlineCode' || !isRunName(child.value)) return child
    return {
      type: 'mdxJsxTextElement',
      name: REFERENCE,
      attributes: [
        { type: 'mdxJsxAttribute', name: 'kind', value: 'run' },
        { type: 'mdxJsxAttribute', name: 'number', value: child.value },
      ],
      children: [child],
    }
  })
  // Code was replaced by phrasing content, which stands wherever code does.
  parent.children = children as typeof parent.children
}

/** Words that must not be broken get an element; the text stays what it was. */
function keepHyphenedWords(parent: Parents): void {
  if (!parent.children.some((child) => child.type === 'text' && HYPHENED_WORD.test(child.value))) return
  const children = parent.children.flatMap((child): RootContent[] => {
    if (child.type !== 'text') return [child]
    // Split by a group: every other part is a word.
    const parts = child.value.split(HYPHENED_WORD).map((value, at): RootContent => {
      if (at % 2 === 0) return { type: 'text', value }
      // mdast has no plain span: any phrasing element will do. Its text is in the page's tree only, so that it is
      // not met and wrapped again.
      const hChildren: ElementContent[] = [{ type: 'text', value }]
      return {
        type: 'emphasis',
        children: [],
        data: { hName: 'span', hProperties: { dataShort: '' }, hChildren },
      }
    })
    return parts.filter((part) => part.type !== 'text' || part.value !== '')
  })
  // Text was replaced by phrasing content, which stands wherever text does.
  parent.children = children as typeof parent.children
}

/** Figures are compared by their last digits. */
function alignFigures(table: Table): void {
  const [header, ...rows] = table.children
  table.align = (header?.children ?? []).map((_, column) => {
    const cells = rows.map((row) => {
      const cell = row.children[column]
      return cell ? textContent(cell) : ''
    })
    return table.align?.[column] ?? (isNumericColumn(cells) ? 'right' : null)
  })
}

/** Nothing for what is not a block: an empty row, a blank line. */
function blockProperties(block: WriteupBlock | undefined): Record<string, string> {
  return block ? { id: `b-${block.key}`, dataBlock: block.key } : {}
}

function setElement(
  node: Extract<RootContent, { type: 'heading' | 'paragraph' | 'table' | 'tableRow' }>,
  hName: string,
  hProperties: Record<string, string>,
): void {
  node.data = { hName, hProperties }
}

function addAttribute(element: ComponentElement, name: string, value: string): void {
  element.attributes.push({ type: 'mdxJsxAttribute', name, value })
}
