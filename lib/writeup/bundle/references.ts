/**
 * What a document says about the rest of its bundle: claims and simulations about models, figures about files,
 * answers about questions, links about anchors. Collected with their places; `bundle.ts` resolves them.
 */
import type { Nodes } from 'mdast'
import { invariant } from '#lib/result.ts'
import type { WriteupBlock } from '#lib/writeup/blocks/blocks.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import { attributeOf, type ComponentElement, type Writeup } from '#lib/writeup/parse/parse.ts'
import { type Place, placeOf } from '#lib/writeup/parse/problem.ts'
import { isTerm, termOf } from '#lib/writeup/parse/term.ts'
import { collapse, textContent } from '#lib/writeup/parse/text-content.ts'

/** Where a reference stands: file, write-up, and place in the source. */
export type Origin = Place & { readonly file: string; readonly writeup: DocumentId }

export type ClaimReference = Origin & {
  /** Also the key of its block. */
  readonly id: string
  readonly model: string
  /** null: the model's default variant. */
  readonly variant: string | null
  readonly property: string
  readonly expect: 'holds' | 'violated'
  readonly required: boolean
  readonly sentence: string
}

export type SimulationReference = Origin & {
  readonly id: string
  readonly model: string
  readonly variant: string | null
  /** The claim whose trace it opens on; null: the initial state. */
  readonly trace: string | null
  readonly caption: string | null
}

export type FigureReference = Origin & {
  readonly id: string
  /** From 1, in its write-up: page and mail both call it `Figure 2`. */
  readonly number: number
  readonly caption: string
  /** The file with the author's own ASCII form; null: none. */
  readonly ascii: string | null
}

export type AnswerReference = Origin & {
  /** The id of the question. */
  readonly to: string
  /** Its words without markup, white space collapsed. */
  readonly text: string
}

/** A link to an anchor of the same revision. */
export type LinkReference = Origin & {
  readonly fragment: string
  /** Where its `#` is written; null: not to be found on one line. */
  readonly fragmentAt: { readonly line: number; readonly column: number } | null
}

export type EvidenceReference = Origin & {
  readonly id: string
  readonly scenario: string
  readonly caption: string | null
}

export type ChartReference = Origin & {
  readonly id: string
  /** Path of a file of the bundle. */
  readonly data: string
  readonly caption: string
}

/** Words that a term of the bundle explains. */
export type TermReference = Origin & { readonly of: string }

export type References = {
  readonly claims: readonly ClaimReference[]
  readonly simulations: readonly SimulationReference[]
  readonly figures: readonly FigureReference[]
  readonly answers: readonly AnswerReference[]
  readonly links: readonly LinkReference[]
  readonly terms: readonly TermReference[]
  readonly evidence: readonly EvidenceReference[]
  readonly charts: readonly ChartReference[]
}

export function referencesOf(writeup: Writeup): References {
  const claims: ClaimReference[] = []
  const simulations: SimulationReference[] = []
  const figures: FigureReference[] = []
  const answers: AnswerReference[] = []
  const links: LinkReference[] = []
  const terms: TermReference[] = []
  const evidence: EvidenceReference[] = []
  const charts: ChartReference[] = []
  const visit = (node: Nodes): void => {
    const origin: Origin = { file: writeup.file, writeup: writeup.writeup, ...placeOf(node) }
    if ((node.type === 'link' || node.type === 'definition') && node.url.startsWith('#')) {
      links.push({ ...origin, fragment: node.url.slice(1), fragmentAt: writtenAt(node, writeup.source) })
    }
    if (isTerm(node)) terms.push({ ...origin, of: termOf(node) })
    if (node.type === 'mdxJsxFlowElement') {
      switch (node.name) {
        case 'Claim':
          claims.push({
            ...origin,
            id: required(node, 'id'),
            model: required(node, 'model'),
            variant: attributeOf(node, 'variant') ?? null,
            property: required(node, 'property'),
            expect: required(node, 'expect') === 'violated' ? 'violated' : 'holds',
            required: attributeOf(node, 'required') !== 'no',
            sentence: collapse(node.children.map(textContent).join(' ')),
          })
          break
        case 'Simulation':
          simulations.push({
            ...origin,
            id: required(node, 'id'),
            model: required(node, 'model'),
            variant: attributeOf(node, 'variant') ?? null,
            trace: attributeOf(node, 'trace') ?? null,
            caption: attributeOf(node, 'caption') ?? null,
          })
          break
        case 'Figure':
          figures.push({
            ...origin,
            id: required(node, 'id'),
            number: figures.length + 1,
            caption: collapse(required(node, 'caption')),
            ascii: attributeOf(node, 'ascii') ?? null,
          })
          break
        case 'Chart':
          charts.push({
            ...origin,
            id: required(node, 'id'),
            data: required(node, 'data'),
            caption: collapse(required(node, 'caption')),
          })
          break
        case 'Evidence':
          evidence.push({
            ...origin,
            id: required(node, 'id'),
            scenario: required(node, 'scenario'),
            caption: attributeOf(node, 'caption') ?? null,
          })
          break
        case 'Answer':
          answers.push({ ...origin, to: required(node, 'to'), text: wordsOf(node) })
          break
      }
    }
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(writeup.tree)
  return { claims, simulations, figures, answers, links, terms, evidence, charts }
}

/** What `#…` in this write-up can point at: headings, components with an id, and every block. */
export function anchorsOf(blocks: readonly Pick<WriteupBlock, 'key' | 'kind'>[]): string[] {
  return blocks.flatMap(({ key, kind }) => (kind === 'heading' ? [key, `b-${key}`] : [`b-${key}`]))
}

function writtenAt(node: Extract<Nodes, { type: 'link' | 'definition' }>, source: string) {
  const { start, end } = node.position ?? {}
  if (start?.offset === undefined || end?.offset === undefined) return null
  const text = source.slice(start.offset, end.offset)
  const at = text.lastIndexOf(node.url)
  if (at < 0) return null
  const rows = text.slice(0, at).split('\n')
  return {
    line: start.line + rows.length - 1,
    column: (rows.length === 1 ? start.column : 1) + (rows.at(-1)?.length ?? 0),
  }
}

function required(element: ComponentElement, name: string): string {
  const value = attributeOf(element, name)
  invariant(value !== undefined, `a checked <${element.name}> has the attribute ${name}`)
  return value
}

/** The words of everything inside, blocks separated by a space. */
function wordsOf(node: Nodes): string {
  const words: string[] = []
  const visit = (inner: Nodes): void => {
    if (inner.type === 'paragraph' || inner.type === 'heading' || inner.type === 'tableRow') {
      words.push(textContent(inner))
    } else if (inner.type === 'code') {
      words.push(inner.value)
    } else if ('children' in inner) {
      for (const child of inner.children) visit(child)
    }
  }
  visit(node)
  return collapse(words.join(' '))
}
