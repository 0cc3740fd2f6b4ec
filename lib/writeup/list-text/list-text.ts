/**
 * A write-up as the text of a mail: what a kernel developer would have typed.
 *
 * Rendered from the same checked tree as the page, block by block. Every line comes out either as prose (72
 * columns, nothing in it that list tools would misread: `lib/mail/text/prose.ts`) or as verbatim text (indented by
 * four: code, tables, diagrams, traces). Numbers of sections, figures, tables and traces are those of the page, so that
 * "see 4.2" and "Figure 4.1" mean the same in both.
 *
 * What a page shows and a mail cannot (a simulation, a replay) is named with its caption and a numbered link.
 * What a page must prove and a mail can only say (a verdict) is said with its bounds, its number of states and
 * the version of the checker, so that a reader can run it again.
 *
 * Each line remembers the line of the source that it came from; the export page's findings lead there.
 */
import type { BlockContent, Code, DefinitionContent, List, ListItem, Nodes, RootContent, Table } from 'mdast'
import { cleanText } from '#lib/mail/text/clean.ts'
import { type Prose, prose } from '#lib/mail/text/prose.ts'
import { quoteLine } from '#lib/mail/text/quote.ts'
import { renderTable } from '#lib/mail/text/table.ts'
import { verbatim, verbatimCode } from '#lib/mail/text/verbatim.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { invariant } from '#lib/result.ts'
import { blocksOfWriteup, footnotesInOrder } from '#lib/writeup/blocks/blocks.ts'
import { type ChartData, chartFacts, chartTable } from '#lib/writeup/blocks/chart-data.ts'
import { type Numbering, numberingOf } from '#lib/writeup/blocks/numbering.ts'
import { knownBy, type RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import { drawMermaid } from '#lib/writeup/list-text/ascii/diagram-ascii.ts'
import { sectionOf } from '#lib/writeup/parse/document-id.ts'
import { attributeOf, type ComponentElement, type Writeup } from '#lib/writeup/parse/parse.ts'
import { placeOf } from '#lib/writeup/parse/problem.ts'
import { evidenceIn, runsNamedIn } from '#lib/writeup/parse/run-names.ts'
import { isTerm, type TermElement, termOf } from '#lib/writeup/parse/term.ts'
import { collapse, textContent } from '#lib/writeup/parse/text-content.ts'
import {
  type ClaimForMail,
  checkedWords,
  checkerOf,
  claimLines,
  claimLinesBefore,
  traceCaption,
} from './list-text-claim.ts'
import { evidenceLines } from './list-text-evidence.ts'
import { LinkNumbers } from './list-text-links.ts'
import { type InlineContext, wordsOf, wordsOfText } from './list-text-words.ts'

export type TextLine = {
  readonly text: string
  /** Line of the write-up's source file, from 1; null for a line that no source line stands behind. */
  readonly source: number | null
}

/** Something that the mail says in another way than the source; for the author, not an error. */
export type TextNote = {
  readonly kind: 'rewritten' | 'character-removed' | 'link-dropped' | 'diagram-as-source' | 'table-as-blocks'
  readonly file: string
  readonly line: number
  readonly message: string
}

export type ListText = {
  readonly lines: readonly TextLine[]
  /** `[n] URL`, in order; they belong at the end of the mail. */
  readonly links: readonly string[]
  readonly notes: readonly TextNote[]
}

/**
 * A revision that was mailed is quoted for years, and goes to whoever gets it later as it was mailed. So a change of how
 * all texts read is a new edition, and the ones before can still be made.
 *
 * | edition | reads                                                                                            |
 * |---------|--------------------------------------------------------------------------------------------------|
 * | 1       | tables and traces counted within a mail, a table called by the heading above, `Checked:` at each claim |
 * | 2       | one numbering with the page (`Table 3.1`), `Checked:` once, addresses instead of paths            |
 * | 3       | `Arc<Task>` as it stands, Chinese and Japanese in lines of 72 columns                              |
 */
export type ListTextEdition = 1 | 2 | 3

export type ListTextContext = {
  /** Where the revision is read, `https://host/rfc/slug/v1`; relative links and replays lead there. */
  readonly revisionUrl: string
  /** The question's sentence by its id. */
  readonly questions: ReadonlyMap<string, string>
  readonly claims: ReadonlyMap<string, ClaimForMail>
  /** As it was mailed before figures, tables and traces were numbered by their write-up; left out: as it is now. */
  readonly edition?: ListTextEdition
  /** By the figure's id: its number in the write-up, and the author's own ASCII form. */
  readonly figures: ReadonlyMap<string, { readonly number: number; readonly ascii: string | null }>
  /** By the chart's id; left out: there is none. */
  readonly charts?: ReadonlyMap<string, ChartData>
  /** Recorded runs by their names; left out: none is. */
  readonly runs?: ReadonlyMap<string, RecordedRun>
  /** What a term says by its name; left out: nothing is explained. */
  readonly terms?: ReadonlyMap<string, string>
  /** Rewrites a line that would be misread in this very mail (`5/4` in a cover), by putting in blanks. */
  readonly guard?: (line: string) => string
}

/**
 * The lines of one document, with the links at its end still apart (the cover puts its own words between).
 * A write-up begins with its title as numbered heading; the cover has none, its title is the subject.
 */
export function listTextOf(document: Writeup, context: ListTextContext): ListText {
  return new Renderer(document, context).render()
}

/** Where a block stands: behind which prefix, and within how many columns. */
type Place = {
  /** Before the first line: a bullet, a number, `Note: `. */
  readonly first: string
  /** Before all others. */
  readonly rest: string
  /** Prefixes included. */
  readonly width: number
}

const PAGE: Place = { first: '', rest: '', width: 72 }
const VERBATIM = '    '
/** By heading depth; a dash line of three would cut the mail in two, so every underline has at least four. */
const UNDERLINES = ['=', '-', '.', '.'] as const

class Renderer {
  readonly #document: Writeup
  readonly #context: ListTextContext
  readonly #links: LinkNumbers
  readonly #notes: TextNote[] = []
  readonly #sectionNumbers = new Map<Nodes, string>()
  readonly #definitions = new Map<string, string>()
  readonly #below: readonly Note[]
  readonly #numbers: ReadonlyMap<string | TermElement, number>
  readonly #numbering: Numbering
  /** The claims of this write-up, in order, and the checker of most of them. */
  readonly #claims: readonly ClaimForMail[]
  readonly #checker: string | null
  #tables = 0
  #traces = 0
  /** Words of the heading that the current block stands under: what a table was called in the first edition. */
  #heading: string
  #line = 1

  constructor(document: Writeup, context: ListTextContext) {
    this.#document = document
    this.#context = context
    this.#links = new LinkNumbers(context.revisionUrl)
    this.#heading = document.title
    this.#below = notesOf(document.tree, context.terms ?? new Map())
    this.#numbers = new Map(this.#below.map(({ of }, at) => [of, at + 1]))
    const blocks = blocksOfWriteup(document)
    this.#numbering = numberingOf(document, (id) => (context.claims.get(id)?.trace.length ?? 0) > 0)
    this.#claims = blocks.flatMap(({ kind, key }) =>
      kind === 'claim' ? (context.claims.get(key) ?? []) : [],
    )
    this.#checker = checkerOf(this.#claims)
    for (const block of blocks) {
      if (block.kind === 'heading' && block.sectionNumber !== null) {
        this.#sectionNumbers.set(block.node, block.sectionNumber)
      }
    }
    this.#collectDefinitions(document.tree)
  }

  render(): ListText {
    const section = sectionOf(this.#document.writeup)
    const blocks: TextLine[][] = []
    if (section !== null) {
      blocks.push(this.#at(null, this.#underlined(`${section}.`, this.#plain(this.#document.title), 1)))
    }
    const body = this.#blocks(this.#document.tree.children, PAGE)
    if (body.length > 0) blocks.push(body)
    for (const [i, note] of this.#below.entries()) {
      const place = { first: `(note ${i + 1}) `, rest: '  ', width: PAGE.width }
      const lines =
        note.kind === 'footnote'
          ? this.#blocks(note.children, place)
          : this.#prose(this.#plain(note.says), place).map((text) => ({ text, source: note.line }))
      if (lines.length > 0) blocks.push(lines)
    }
    const { runs } = this.#context
    if (runs && runs.size > 0) {
      const shown = evidenceIn([this.#document.tree])
      const named = [...runsNamedIn([this.#document.tree])].filter(
        (name) => runs.has(name) && !shown.has(name),
      )
      const number = named.length > 0 ? this.#links.numberOf('#runs') : null
      if (number !== null) {
        const words = `Recorded runs that this part names: what was done, expected and seen is at`
        blocks.push(this.#at(null, this.#prose([...this.#plain(words), `[${number}].`], PAGE)))
      }
    }
    if (this.#checker !== null && !this.#isFirstEdition) {
      const words = this.#plain(checkedWords(this.#claims, this.#checker))
      blocks.push(this.#at(null, this.#prose(words, PAGE)))
    }
    const lines = joinBlocks(blocks)
    // A number inside a table or an indented line is not seen by list tools: name it once in prose.
    const unseen = this.#links.unseenIn(lines.map(({ text }) => text))
    if (unseen.length > 0) {
      const words = [...'Links in the tables and lists above:'.split(' '), ...unseen.map((n) => `[${n}]`)]
      if (lines.length > 0) lines.push({ text: '', source: null })
      lines.push(...this.#at(null, prose(words).lines))
    }
    return { lines, links: this.#links.lines(), notes: this.#notes }
  }

  get #isFirstEdition(): boolean {
    return this.#context.edition === 1
  }

  /** Blocks with an empty line between them; `first` stands before the first one only. */
  #blocks(nodes: readonly RootContent[], place: Place, isTight = false): TextLine[] {
    const rendered: TextLine[][] = []
    for (const node of nodes) {
      const here = rendered.length === 0 ? place : { ...place, first: place.rest }
      const lines = this.#block(node, here)
      if (lines.length > 0) rendered.push(lines)
    }
    return isTight ? rendered.flat() : joinBlocks(rendered)
  }

  #block(node: RootContent, place: Place): TextLine[] {
    this.#line = placeOf(node).line
    switch (node.type) {
      case 'paragraph':
        return wordsOf(node.children, this.#inline).flatMap((words, i) =>
          this.#at(node, this.#prose(words, i === 0 ? place : { ...place, first: place.rest })),
        )
      case 'heading': {
        const words = wordsOf(node.children, this.#inline).flat()
        this.#heading = collapse(textContent(node))
        const number = this.#sectionNumbers.get(node)
        return this.#at(node, this.#underlined(number ?? '', words, node.depth))
      }
      case 'list':
        return this.#list(node, place)
      case 'blockquote': {
        // `>` is a quotation only at the left edge; inside a list a deeper indent says the same.
        if (place.rest !== '') {
          const indent = place.rest + VERBATIM
          const inner = this.#blocks(node.children, { ...place, first: indent, rest: indent })
          return this.#behindMarker(inner, node, place)
        }
        const inner = this.#blocks(node.children, { first: '', rest: '', width: place.width - 2 })
        const quoted = inner.map(({ text, source }) => ({ text: quoteLine(text), source }))
        return this.#behindMarker(quoted, node, place)
      }
      case 'code':
        return this.#behindMarker(this.#at(node, this.#code(node, place)), node, place)
      case 'table':
        return this.#behindMarker(this.#at(node, this.#table(node, place)), node, place)
      case 'thematicBreak':
        return this.#at(node, [`${place.first}* * *`])
      case 'mdxJsxFlowElement':
        return this.#component(node, place)
      case 'footnoteDefinition':
      case 'definition':
        return []
      default:
        // The check lets no other block through; a new one must be given a text form here.
        return invariant(false, `no list text for ${node.type}`) as never
    }
  }

  #list(list: List, place: Place): TextLine[] {
    const isTight = !list.spread && list.children.every((item) => !item.spread)
    const items = list.children.flatMap((item, i) => {
      const marker = list.ordered ? `${(list.start ?? 1) + i}. ` : '- '
      const lines = this.#item(item, marker, i === 0 ? place : { ...place, first: place.rest }, isTight)
      return lines.length > 0 ? [lines] : []
    })
    return isTight ? items.flat() : joinBlocks(items)
  }

  #item(item: ListItem, marker: string, place: Place, isTight: boolean): TextLine[] {
    const indent = ' '.repeat(displayWidth(marker))
    const inner = { ...place, first: place.first + marker, rest: place.rest + indent }
    return this.#blocks(item.children, inner, isTight)
  }

  #component(element: ComponentElement, place: Place): TextLine[] {
    // The contract says which content a component has; all of it are blocks.
    const children = element.children as readonly (BlockContent | DefinitionContent)[]
    const attribute = (name: string) => attributeOf(element, name) ?? ''
    switch (element.name) {
      case 'Answer': {
        const question = this.#context.questions.get(attribute('to')) ?? attribute('to')
        const words = [...this.#plain(question), `(${attribute('to')})`]
        const head = this.#prose(words, { ...place, first: `${place.first}Q: `, rest: `${place.rest}   ` })
        return joinBlocks([this.#at(element, head), this.#blocks(children, { ...place, first: place.rest })])
      }
      case 'Note':
        return this.#blocks(children, { ...place, first: `${place.first}Note: ` })
      case 'Details': {
        const summary = this.#plain(attribute('summary').replace(/[:.]?\s*$/, ':'))
        return joinBlocks([
          this.#at(element, this.#prose(summary, place)),
          this.#blocks(children, { ...place, first: place.rest }),
        ])
      }
      case 'Figure':
        return this.#figure(element, children, place)
      case 'Claim':
        return this.#claim(element, children, place)
      case 'Chart':
        return this.#chart(element, place)
      case 'Evidence':
        return this.#evidence(element, place)
      case 'Simulation': {
        const caption = attribute('caption') || `the model ${attribute('model')}`
        const number = this.#links.numberOf(`#b-${attribute('id')}`)
        const mark = number === null ? [] : [`[${number}]`]
        return this.#at(
          element,
          this.#prose(['Simulation', ...mark.map((m) => `${m}:`), ...this.#plain(caption)], place),
        )
      }
      default:
        return invariant(false, `unchecked component <${element.name}>`) as never
    }
  }

  /** The diagram as the author drew it for mail, else as we can prove to have drawn it, else its source. */
  #figure(element: ComponentElement, children: readonly RootContent[], place: Place): TextLine[] {
    const id = attributeOf(element, 'id') ?? ''
    const figure = this.#context.figures.get(id)
    const content = children.find(
      (child): child is Code | Table => child.type === 'code' || child.type === 'table',
    )
    invariant(content && figure, `a figure without its content: ${id}`)
    const indent = place.rest + VERBATIM
    const drawn = () =>
      content.type === 'table' ? this.#tableLines(content, place) : this.#code(content, place)
    const drawing = figure.ascii === null ? drawn() : verbatim(this.#clean(figure.ascii).split('\n'), indent)
    const caption = this.#caption(
      `${this.#nameOf(content, figure.number, id)}: `,
      attributeOf(element, 'caption') ?? '',
      place,
    )
    const blocks = [this.#at(content, drawing), this.#at(element, caption)]
    if (
      content.type === 'code' &&
      content.lang === 'mermaid' &&
      figure.ascii === null &&
      drawMermaid(content.value).kind === 'refused'
    ) {
      const number = this.#links.numberOf(`#b-${id}`)
      if (number !== null) blocks.push(this.#at(element, this.#prose(['Drawn', 'at', `[${number}].`], place)))
    }
    return this.#behindMarker(joinBlocks(blocks), element, place)
  }

  /** What the figure around it is called. In the first edition figures were counted without regard to what is in them. */
  #nameOf(content: Code | Table, ordinal: number, id: string): string {
    if (this.#isFirstEdition) return `Figure ${ordinal}`
    return content.type === 'table'
      ? `Table ${this.#numbering.tables.get(content)}`
      : `Figure ${this.#numbering.figures.get(id)}`
  }

  #claim(element: ComponentElement, children: readonly RootContent[], place: Place): TextLine[] {
    const id = attributeOf(element, 'id') ?? ''
    const claim = this.#context.claims.get(id)
    invariant(claim, `a claim without its reference: ${id}`)
    const sentence = this.#blocks(children, {
      ...place,
      first: `${place.first}Claim ${id}${claim.isRequired ? '' : ' (not required)'}: `,
    })
    const indent = place.rest + VERBATIM
    const facts = this.#isFirstEdition ? claimLinesBefore(claim) : claimLines(claim, this.#checker)
    const verdict = facts.flatMap(([name, text]) =>
      this.#hanging(`${indent}${name}`.padEnd(indent.length + 9), this.#plain(text), place.width),
    )
    const blocks = [sentence, this.#at(element, verdict)]
    if (claim.trace.length > 0) {
      this.#traces += 1
      const number = this.#isFirstEdition ? `${this.#traces}` : (this.#numbering.traces.get(id) ?? '')
      const replay = this.#links.numberOf(`#b-${claim.replayAt}`)
      blocks.push(
        this.#at(
          element,
          verbatim(
            claim.trace.map((line) => this.#clean(line)),
            indent,
          ),
        ),
      )
      blocks.push(this.#at(element, this.#caption(`Trace ${number}: `, traceCaption(id, claim), place)))
      if (replay !== null) {
        const words = ['Replay', 'Trace', number, 'at', `[${replay}].`]
        blocks.push(this.#at(element, this.#prose(words, { ...place, first: place.rest })))
      }
    }
    return joinBlocks(blocks)
  }

  /** A mail draws no curve: the numbers, what they are, and under which name the page draws them. */
  #chart(element: ComponentElement, place: Place): TextLine[] {
    const id = attributeOf(element, 'id') ?? ''
    const chart = this.#context.charts?.get(id)
    const label = `Figure ${this.#numbering.figures.get(id)}: `
    const caption = this.#at(element, this.#caption(label, attributeOf(element, 'caption') ?? '', place))
    if (!chart) return this.#behindMarker(caption, element, place)
    const { header, rows } = chartTable(chart)
    const plain = (cell: string) => this.#plain(cell).join(' ')
    const table = renderTable(
      { header: header.map(plain), rows: rows.map((row) => row.map(plain)), align: [] },
      place.rest + VERBATIM,
    )
    if (table.kind === 'records') {
      const message = 'The table is wider than 76 columns: the mail shows a block for each row.'
      this.#note('table-as-blocks', element, message)
    }
    const facts = this.#at(element, this.#caption('', chartFacts(chart), place))
    return this.#behindMarker(joinBlocks([this.#at(element, table.lines), caption, facts]), element, place)
  }

  #evidence(element: ComponentElement, place: Place): TextLine[] {
    const name = attributeOf(element, 'scenario') ?? ''
    const run = this.#context.runs?.get(name)
    const says = attributeOf(element, 'caption') ?? run?.title ?? ''
    const known = run ? ` (${knownBy(run)})` : ''
    const head = this.#prose(this.#plain(`Evidence ${name}${known}${says === '' ? '' : `: ${says}`}`), place)
    if (!run) return this.#at(element, head)
    const indent = place.rest + VERBATIM
    const lines = evidenceLines(run).flatMap(([label, text]) =>
      this.#hanging(`${indent}${label}`.padEnd(indent.length + 10), this.#plain(text), place.width),
    )
    return joinBlocks([this.#at(element, head), this.#at(element, lines)])
  }

  #code(node: Code, place: Place): string[] {
    if (node.lang === 'mermaid') {
      const drawing = drawMermaid(node.value)
      if (drawing.kind === 'drawn') return verbatim(drawing.lines, place.rest + VERBATIM)
      this.#note('diagram-as-source', node, `The mail shows the diagram's source: ${drawing.reason}.`)
    }
    const { removed } = cleanText(node.value)
    if (removed.length > 0) this.#onRemoved(removed)
    if (place.rest === '') return verbatimCode(node.value)
    return verbatim(this.#clean(node.value).split('\n'), place.rest + VERBATIM)
  }

  #table(node: Table, place: Place): string[] {
    const lines = this.#tableLines(node, place)
    if (lines.length === 0) return []
    this.#tables += 1
    const caption = this.#isFirstEdition
      ? this.#caption(`Table ${this.#tables}: `, this.#heading, place)
      : verbatim([`Table ${this.#numbering.tables.get(node)}`], place.rest + VERBATIM)
    return [...lines, '', ...caption]
  }

  #tableLines(node: Table, place: Place): readonly string[] {
    const indent = place.rest + VERBATIM
    const cells = node.children.map((row) =>
      row.children.map((cell) => wordsOf(cell.children, this.#inline).flat().join(' ')),
    )
    const [header = [], ...rows] = cells
    const table = renderTable({ header, rows, align: node.align ?? [] }, indent)
    if (table.kind === 'records') {
      this.#note(
        'table-as-blocks',
        node,
        'The table is wider than 76 columns: the mail shows a block for each row.',
      )
    }
    return table.lines
  }

  #caption(label: string, text: string, place: Place): string[] {
    const indent = place.rest + VERBATIM
    return this.#hanging(`${indent}${label}`, this.#plain(text), place.width, indent)
  }

  /** Indented lines behind a label, below which the following lines begin. */
  #hanging(
    label: string,
    words: readonly string[],
    width: number,
    rest = ' '.repeat(label.length),
  ): string[] {
    // A label that leaves no room for words is not worth a column of its own.
    const below = width - displayWidth(rest) < 24 ? rest.slice(0, Math.max(4, width - 24)) : rest
    return verbatim(prose(words.length > 0 ? words : ['-'], { width, first: label, rest: below }).lines, '')
  }

  #underlined(number: string, words: readonly string[], depth: number): string[] {
    const first = number === '' ? '' : `${number} `
    const lines = this.#prose(words.length > 0 ? words : ['(untitled)'], {
      ...PAGE,
      first,
      rest: ' '.repeat(Math.min(3, first.length)),
    })
    const width = Math.min(PAGE.width, Math.max(4, ...lines.map(displayWidth)))
    return [...lines, (UNDERLINES[depth - 1] ?? '.').repeat(width)]
  }

  #prose(words: readonly string[], place: Place): string[] {
    if (words.length === 0) return []
    const { guard } = this.#context
    const asBefore = (this.#context.edition ?? 3) < 3
    const result: Prose = prose(words, { ...place, asBefore, ...(guard ? { guard } : {}) })
    for (const line of result.rewrites) {
      const message = `List tools would misread this, so the mail says: ${line.trim()}`
      this.#notes.push({ kind: 'rewritten', file: this.#document.file, line: this.#line, message })
    }
    return [...result.lines]
  }

  /** Verbatim lines cannot stand beside a bullet: it gets a line of its own above them. */
  #behindMarker(lines: TextLine[], node: Nodes, place: Place): TextLine[] {
    if (place.first === place.rest) return lines
    return [...this.#at(node, [place.first.trimEnd()]), ...lines]
  }

  #plain(text: string): string[] {
    return wordsOfText(text, this.#onRemoved)
  }

  #clean(text: string): string {
    return cleanText(text).text
  }

  #at(node: Nodes | null, lines: readonly string[]): TextLine[] {
    const source = node === null ? null : placeOf(node).line
    return lines.map((text) => ({ text, source }))
  }

  #note(kind: TextNote['kind'], node: Nodes, message: string): void {
    this.#notes.push({ kind, file: this.#document.file, line: placeOf(node).line, message })
  }

  readonly #onRemoved = (characters: readonly string[]) => {
    const message = `A mail must not carry ${characters.join(', ')}: removed.`
    this.#notes.push({ kind: 'character-removed', file: this.#document.file, line: this.#line, message })
  }

  readonly #inline: InlineContext = {
    pageOf: (path) => (this.#isFirstEdition ? null : this.#links.pageOf(path)),
    linkNumber: (url) => {
      const number = this.#links.numberOf(url)
      if (number === null && !url.startsWith('mailto:')) {
        const message = `A mail cannot name this address: ${url}`
        this.#notes.push({ kind: 'link-dropped', file: this.#document.file, line: this.#line, message })
      }
      return number
    },
    definition: (identifier) => this.#definitions.get(identifier) ?? null,
    noteNumber: (identifier) => this.#numbers.get(identifier) ?? 0,
    termNote: (element) => this.#numbers.get(element) ?? null,
    onRemoved: (characters) => this.#onRemoved(characters),
  }

  #collectDefinitions(node: Nodes): void {
    if (node.type === 'definition' && !this.#definitions.has(node.identifier)) {
      this.#definitions.set(node.identifier, node.url)
    }
    if ('children' in node) for (const child of node.children) this.#collectDefinitions(child)
  }
}

/** What is explained below the text: the author's footnotes, and each term at its first use. */
type Note =
  | { readonly kind: 'footnote'; readonly of: string; readonly children: readonly RootContent[] }
  | {
      readonly kind: 'term'
      readonly of: TermElement
      readonly says: string
      /** The passage's that the word stands in. */
      readonly line: number
    }

/** In the order of their first reference, so that a reader who counts finds them; those that only notes refer to are last. */
function notesOf(tree: Nodes, terms: ReadonlyMap<string, string>): Note[] {
  const notes: Note[] = []
  const footnotes = new Map(
    (tree.type === 'root' ? footnotesInOrder(tree) : []).map(({ identifier, children }) => [
      identifier,
      children,
    ]),
  )
  const explained = new Set<string>()
  const take = (of: string) => {
    const children = footnotes.get(of)
    if (children) notes.push({ kind: 'footnote', of, children })
    footnotes.delete(of)
  }
  const visit = (node: Nodes, line: number): void => {
    if (node.type === 'footnoteDefinition') return
    if (node.type === 'footnoteReference') take(node.identifier)
    if (isTerm(node)) {
      const name = termOf(node)
      const says = terms.get(name)
      if (says !== undefined && !explained.has(name))
        notes.push({ kind: 'term', of: node, says: `${name}: ${says}`, line })
      explained.add(name)
    }
    if (!('children' in node)) return
    const own = node.type === 'paragraph' || node.type === 'table' ? placeOf(node).line : line
    for (const child of node.children) visit(child, own)
  }
  visit(tree, 1)
  for (const of of [...footnotes.keys()]) take(of)
  return notes
}

function joinBlocks(blocks: readonly (readonly TextLine[])[]): TextLine[] {
  return blocks
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? [...lines] : [{ text: '', source: null }, ...lines]))
}
