/**
 * What a maintainer stumbles over in a text that answers everything: warnings, which keep nothing from review. An author
 * who means it so says why, in the cover, and the warning is listed as overridden with that reason:
 *
 * ```yaml
 * overrides:
 *   - lint: this-patch
 *     in: problem
 *     reason: The sentence quotes a changelog.
 * ```
 *
 * | lint                      | warns of                                                                          |
 * |---------------------------|-----------------------------------------------------------------------------------|
 * | `benefit-without-measure` | a sentence that says that something is better, in a passage without number or link |
 * | `quotation-without-source`| a quotation in a passage (or beside one, for a quoted block) without a link or a name |
 * | `function-without-parens` | `futex_wake`, which the same revision elsewhere calls `futex_wake()`              |
 * | `this-patch`              | “this patch”: a proposal is none, and its reader has none                         |
 * | `unfinished-mark`         | TODO, TBD, FIXME, XXX or ??? within a sentence                                    |
 */
import type { Nodes, Parents, PhrasingContent } from 'mdast'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import type { LintName } from '#lib/writeup/parse/lint-names.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import { placeOf } from '#lib/writeup/parse/problem.ts'
import { textContent } from '#lib/writeup/parse/text-content.ts'

export type Lint = {
  readonly lint: LintName
  readonly writeup: DocumentId
  readonly file: string
  readonly line: number
  readonly column: number
  /** The words that it is about, in one line. */
  readonly words: string
  readonly says: string
  /** Why its author means it so; null: they did not say. */
  readonly override: string | null
}

/** Of one revision: who has more reads these first. */
const MOST = 200
const MOST_WORDS = 80

const SAYS: Readonly<Record<LintName, string>> = {
  'benefit-without-measure': 'Say by how much, with a number, or link what shows it.',
  'quotation-without-source': 'Say whose words these are, with a link.',
  'function-without-parens': 'It is a function elsewhere in the text: write it with ().',
  'this-patch': 'A reader of a proposal has no patch: say what does it.',
  'unfinished-mark': 'A mark of what is to be written stands in the text: write it.',
}

const BENEFIT =
  /\b(?:(?:much |far |significantly |considerably |a lot )?(?:faster|quicker|cheaper) than|more efficient(?:ly)?|more scalable|scales? (?:much )?better|outperforms?|(?:improves?|increases?) (?:the )?(?:performance|throughput|scalability|efficiency)|(?:reduces?|lowers?|saves?|cuts?) (?:the )?(?:latency|overhead|memory|cpu|contention|cost)|(?:better|higher|lower|less) (?:performance|throughput|latency|overhead|contention)|speeds? up|speed-?up|performance (?:gain|benefit|win)s?)\b/i
const NUMBER = /\d|\b(?:two|three|four|five|ten|twice|half|double|zero)\b/i
/** Eight words or more between quotation marks: a shorter one is a term. */
const QUOTATION = /[“"]((?:[^”"\s]+\s+){7,}[^”"\s]+)[”"]/u
const THIS_PATCH = /\bthis\s+(?:patch(?:\s?set)?|commit)\b/i
const MARK = /(?<![\p{L}\p{N}_])(?:TODO|TBD|FIXME|XXX|\?{3})(?![\p{L}\p{N}_?])/u
const FUNCTION_NAME = /^[a-z_][a-z0-9]*(?:_[a-z0-9]+)+$/i

type Passage = {
  readonly node: Nodes
  readonly document: Writeup
  readonly before: string
  readonly isQuote: boolean
}

export function lintsOf({ documents, cover }: Pick<Bundle, 'documents' | 'cover'>): Lint[] {
  const passages = documents.flatMap((document) => passagesOf(document))
  const called = functionsIn(documents)
  const found: Lint[] = []
  for (const passage of passages) {
    if (found.length >= MOST) break
    found.push(...lintsIn(passage, called))
  }
  return found.slice(0, MOST).map((lint) => {
    const override = (cover.overrides ?? []).find((one) => one.lint === lint.lint && one.in === lint.writeup)
    return override ? { ...lint, override: override.reason } : lint
  })
}

function lintsIn({ node, document, before, isQuote }: Passage, called: ReadonlySet<string>): Lint[] {
  const own = new Words(node)
  const hasSource = own.hasLink || isSourced(before)
  const found: Lint[] = []
  const tell = (lint: LintName, at: number, words: string) => {
    const place = own.placeAt(at)
    const shown = words.replace(/\s+/g, ' ')
    found.push({
      ...{ lint, writeup: document.writeup, file: document.file, ...place, says: SAYS[lint], override: null },
      words: shown.length > MOST_WORDS ? `${shown.slice(0, MOST_WORDS)}…` : shown,
    })
  }
  const match = (lint: LintName, pattern: RegExp) => {
    const hit = pattern.exec(own.prose)
    if (hit) tell(lint, hit.index, hit[0])
  }
  match('this-patch', THIS_PATCH)
  match('unfinished-mark', MARK)
  if (!own.hasLink && !NUMBER.test(own.prose)) match('benefit-without-measure', BENEFIT)
  if (isQuote) {
    if (!hasSource) tell('quotation-without-source', 0, own.prose)
  } else if (!hasSource && !isSourced(own.prose)) match('quotation-without-source', QUOTATION)
  for (const { name, at } of own.names) if (called.has(name)) tell('function-without-parens', at, name)
  return found
}

/** `X wrote:`, `according to X`, `X said that`: somebody is named. */
const isSourced = (words: string) =>
  /\b(?:wrote|writes|said|says|according to|asked|quoted? (?:from|in)|in the words of|reads)\b/i.test(words)

/** Paragraphs, items and rows; what is code is nobody's prose. */
function passagesOf(document: Writeup): Passage[] {
  const passages: Passage[] = []
  const visit = (node: Nodes, before: string, isQuote: boolean): void => {
    if (node.type === 'paragraph' || node.type === 'tableRow') {
      passages.push({ node, document, before, isQuote })
      return
    }
    if (node.type === 'heading' || !('children' in node)) return
    const children: readonly Nodes[] = (node as Parents).children
    let last = before
    for (const child of children) {
      visit(child, last, isQuote || node.type === 'blockquote')
      last = child.type === 'paragraph' ? `${textContent(child)}${hasLink(child) ? ' said' : ''}` : ''
    }
  }
  visit(document.tree, '', false)
  return passages
}

function hasLink(node: Nodes): boolean {
  if (node.type === 'link' || node.type === 'linkReference' || node.type === 'footnoteReference') return true
  return 'children' in node && node.children.some(hasLink)
}

/** Names that stand somewhere with `()`, in code or in prose. */
function functionsIn(documents: readonly Writeup[]): ReadonlySet<string> {
  const called = new Set<string>()
  const visit = (node: Nodes): void => {
    if (node.type === 'inlineCode' || node.type === 'text')
      for (const [, name = ''] of node.value.matchAll(/\b([a-z_]\w*)\(\)/gi)) called.add(name)
    if ('children' in node) for (const child of node.children) visit(child)
  }
  for (const { tree } of documents) visit(tree)
  return called
}

/** The prose of a passage, with the place of each piece of it in the source. */
class Words {
  prose = ''
  hasLink = false
  /** Inline code that is a bare name. */
  readonly names: { readonly name: string; readonly at: number }[] = []
  readonly #pieces: {
    readonly from: number
    readonly value: string
    readonly line: number
    readonly column: number
  }[] = []

  constructor(node: Nodes) {
    this.hasLink = hasLink(node)
    this.#visit(node)
  }

  #visit(node: Nodes | PhrasingContent): void {
    const { line, column } = placeOf(node)
    if (node.type === 'text') {
      this.#pieces.push({ from: this.prose.length, value: node.value, line, column })
      this.prose += node.value
    } else if (node.type === 'inlineCode') {
      if (FUNCTION_NAME.test(node.value)) this.names.push({ name: node.value, at: this.prose.length })
      this.#pieces.push({ from: this.prose.length, value: node.value, line, column })
      // Its words are not prose: a place is kept for them.
      this.prose += ' '.repeat(node.value.length)
    } else if (node.type === 'break') this.prose += '\n'
    else if ('children' in node) {
      for (const child of node.children) this.#visit(child)
      if (node.type === 'tableCell') this.prose += '\n'
    }
  }

  placeAt(at: number): { readonly line: number; readonly column: number } {
    const piece = this.#pieces.findLast(({ from }) => from <= at) ?? this.#pieces[0]
    if (!piece) return { line: 1, column: 1 }
    const before = piece.value.slice(0, Math.max(0, at - piece.from))
    const lines = before.split('\n')
    const last = lines.at(-1) ?? ''
    return lines.length === 1
      ? { line: piece.line, column: piece.column + last.length }
      : { line: piece.line + lines.length - 1, column: last.length + 1 }
  }
}
