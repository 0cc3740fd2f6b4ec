/**
 * Markdown that says little in Markdown: paragraphs with code, a stressed word, a link. Most comments are that.
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
/** Words that are emphasis or a link's text without any doubt where it begins and ends. */
const WORDS = "[A-Za-z0-9](?:[A-Za-z0-9 ,'-]*[A-Za-z0-9])?"
const MARKED = new RegExp(
  `\`(?<code>[^\`\\n]+)\`|\\*\\*(?<strong>${WORDS})\\*\\*|\\*(?<stressed>${WORDS})\\*|\\[(?<link>${WORDS})\\]\\((?<url>https?://[A-Za-z0-9./_%?=#-]+)\\)`,
  'g',
)

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
