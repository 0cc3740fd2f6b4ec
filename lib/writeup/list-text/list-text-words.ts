/**
 * Inline Markdown to the words of a mail: what a person would have typed who never heard of Markdown.
 *
 * Emphasis and code marks go (functions are known by their `()`), links become a number behind their text, a
 * footnote a note number. A short piece of code stays together on a line. What an author wrote as `[5]` is kept
 * apart from our link numbers by a blank inside it.
 */
import type { PhrasingContent } from 'mdast'
import { cleanText } from '#lib/mail/text/clean.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { invariant } from '#lib/result.ts'
import type { TermElement } from '#lib/writeup/parse/term.ts'
import { textContent } from '#lib/writeup/parse/text-content.ts'

/** Longer code may be broken at its blanks like prose. */
const KEEP_TOGETHER_COLUMNS = 32
/** Control characters cannot be in cleaned text, so these stand for link numbers until words are complete. */
const LINK_OPEN = '\u0001'
const LINK_CLOSE = '\u0002'
/** Only a space or an opening sign before a number is sure to leave it a number for every linter. */
const CLOSE_TO_LINK = new RegExp(`(?<=[^\\s("'])${LINK_OPEN}`, 'gu')

export type InlineContext = {
  /** The number of a link's address in this mail; null when it leads nowhere that a mail can name. */
  readonly linkNumber: (url: string) => number | null
  /** Where `[text][name]` leads; null when nothing defines it. */
  readonly definition: (identifier: string) => string | null
  /** The address of a page of this site that is named by its path; null for other paths. A mail has no site of its own. */
  readonly pageOf: (path: string) => string | null
  readonly noteNumber: (identifier: string) => number
  /** Of the note that explains these words; null: another place of the mail has it, or nothing has. */
  readonly termNote: (element: TermElement) => number | null
  /** Characters that a mail must not carry were taken out. */
  readonly onRemoved: (characters: readonly string[]) => void
}

/** One list of words for each line that the author broke by hand. No empty lists, except that there is at least one. */
export function wordsOf(nodes: readonly PhrasingContent[], context: InlineContext): string[][] {
  const builder = new WordBuilder(context)
  for (const node of nodes) builder.add(node)
  return builder.finish()
}

/** The words of plain text: a caption, a title, a question. */
export function wordsOfText(text: string, onRemoved: InlineContext['onRemoved']): string[] {
  const { text: cleaned, removed } = cleanText(text)
  if (removed.length > 0) onRemoved(removed)
  return cleaned
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(finishWord)
}

class WordBuilder {
  readonly #lines: string[][] = [[]]
  readonly #context: InlineContext
  /** The next characters continue the last word. */
  #open = false

  constructor(context: InlineContext) {
    this.#context = context
  }

  add(node: PhrasingContent): void {
    switch (node.type) {
      case 'text':
        this.#text(node.value)
        break
      case 'inlineCode':
        this.#code(node.value)
        break
      case 'break':
        this.#lines.push([])
        this.#open = false
        break
      case 'emphasis':
      case 'strong':
        for (const child of node.children) this.add(child)
        break
      case 'link':
        this.#link(node.children, node.url)
        break
      case 'linkReference':
        this.#link(node.children, this.#context.definition(node.identifier) ?? '')
        break
      case 'footnoteReference':
        this.#text(` (note ${this.#context.noteNumber(node.identifier)})`)
        break
      case 'mdxJsxTextElement': {
        for (const child of node.children) this.add(child)
        const number = this.#context.termNote(node)
        if (number !== null) this.#text(` (note ${number})`)
        break
      }
      default:
        // The checked subset has no other inline node; a new one must be given words here.
        invariant(false, `no words for ${node.type}`)
    }
  }

  finish(): string[][] {
    const lines = this.#lines.map((words) => words.map(finishWord)).filter((words) => words.length > 0)
    return lines.length > 0 ? lines : [[]]
  }

  #text(value: string): void {
    const text = this.#clean(value)
    if (/^\s/.test(text)) this.#open = false
    for (const word of text.split(/\s+/)) {
      if (word === '') continue
      // A full stop behind a path ends the sentence.
      const [, path = word, behind = ''] = /^(\/.*?)([.,;:!?)]*)$/s.exec(word) ?? []
      if (!this.#open && this.#page(path)) {
        if (behind !== '') this.#append(behind)
      } else this.#append(word)
      this.#open = false
    }
    this.#open = text !== '' && !/\s$/.test(text)
  }

  #code(value: string): void {
    const text = this.#clean(value).replace(/\s+/g, ' ').trim()
    if (text === '') return
    if (this.#page(text)) return
    if (displayWidth(text) > KEEP_TOGETHER_COLUMNS) {
      this.#text(text)
      return
    }
    this.#append(text)
    this.#open = true
  }

  /** A path of this site stands as a link without words of its own. */
  #page(path: string): boolean {
    const address = this.#context.pageOf(path)
    const number = address === null ? null : this.#context.linkNumber(address)
    if (number === null) return false
    this.#append(`${LINK_OPEN}${number}${LINK_CLOSE}`)
    this.#open = true
    return true
  }

  #link(children: readonly PhrasingContent[], url: string): void {
    const shown = children.map(textContent).join('').trim()
    const number = this.#context.linkNumber(url)
    const isBare = shown === url || `http://${shown}` === url || `mailto:${shown}` === url
    if (number === null || !isBare) for (const child of children) this.add(child)
    if (number === null) return
    const mark = `${LINK_OPEN}${number}${LINK_CLOSE}`
    const line = this.#lines.at(-1) ?? []
    // Behind the text of a link, and never the first of a line: `[1] word` alone would read as a definition.
    if (!isBare && line.length > 0) line[line.length - 1] += ` ${mark}`
    else this.#append(mark)
    this.#open = true
  }

  #append(text: string): void {
    const line = this.#lines.at(-1) ?? []
    if (this.#open && line.length > 0) line[line.length - 1] += text
    else line.push(text)
  }

  #clean(value: string): string {
    const { text, removed } = cleanText(value)
    if (removed.length > 0) this.#context.onRemoved(removed)
    return text
  }
}

/**
 * Keeps an author's `[5]` from being a link number, then puts the link numbers in. Also in front of a parenthesis:
 * where `](https:` is taken apart as left-over Markdown, `[5] (https:` would be a number again.
 */
function finishWord(word: string): string {
  // ASCII without a bracket or a mark of ours.
  if (/^[\x21-\x5a\x5c-\x7e]+$/.test(word)) return word
  return (
    word
      .normalize('NFC')
      .replace(/(?<![A-Za-z0-9_\]])\[(?=\p{Nd}{1,3}\])/gu, '[ ')
      // A number right behind a word, or right before a parenthesis, would not be seen as one.
      .replace(CLOSE_TO_LINK, ` ${LINK_OPEN}`)
      .replaceAll(`${LINK_CLOSE}(`, `${LINK_CLOSE} (`)
      .replaceAll(LINK_OPEN, '[')
      .replaceAll(LINK_CLOSE, ']')
  )
}
