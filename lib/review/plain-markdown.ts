/**
 * Markdown that says nothing in Markdown but paragraphs and short code: what most comments of a review are.
 *
 * The real parser takes almost half a millisecond a comment, and a discussion of ten thousand leaves in two seconds.
 * So text without any sign that could mean more is cut into paragraphs here. Whatever is in doubt is not plain:
 * `plain-markdown.test.ts` holds the result to what the parser makes of the same text.
 */
import type { Paragraph, PhrasingContent, Root } from 'mdast'

/** Outside code: emphasis, links, HTML, entities, escapes, strikethrough, addresses that link themselves. */
const INLINE = /[*[<&\\~@`\t\r]|:\/\/|www\./i
/** A name in snake case is a word; any other underscore may be emphasis. */
const UNDERSCORE = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/
/** Where a line may begin something else than a paragraph, or go on with it in another way. */
const LINE_START = /^(?:[\s>#+\-=|:`~]|\d{1,9}[.)])/u
const CODE = /`([^`\n]+)`/

/** The tree that the parser would make, without positions; null for text that needs the parser. */
export function plainMarkdown(markdown: string): Root | null {
  if (markdown.includes('\0')) return null
  const children: Paragraph[] = []
  for (const block of markdown.split(/\n{2,}/)) {
    const text = block.replace(/^\n|\n$/g, '')
    if (text === '') continue
    const words = wordsOf(text)
    if (!words) return null
    children.push({ type: 'paragraph', children: words })
  }
  return { type: 'root', children }
}

function wordsOf(text: string): PhrasingContent[] | null {
  // Blanks at a line's end are a line break, and blanks only are an empty line.
  if (text.split('\n').some((line) => LINE_START.test(line) || /\s$/u.test(line))) return null
  const words: PhrasingContent[] = []
  // Every second piece stood between backticks.
  const pieces = text.split(CODE)
  for (const [i, value] of pieces.entries()) {
    if (i % 2 === 1) {
      // The parser takes one blank off each end.
      if (/^\s|\s$/.test(value)) return null
      words.push({ type: 'inlineCode', value })
    } else if (value !== '') {
      if (INLINE.test(value) || UNDERSCORE.test(value)) return null
      words.push({ type: 'text', value })
    } else if (i > 0 && i < pieces.length - 1) return null // two runs of backticks touch
  }
  return words
}
