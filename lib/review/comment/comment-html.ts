/**
 * A comment as HTML: its text, in boxes that say what its lines are.
 *
 * Invariant: the text content of what comes out is the comment, character for character. Line ends stay line ends
 * (the boxes are `white-space: pre-wrap` or `pre`), and so do marks: the backticks of `code`, the `>` of a quote.
 * A string and not a tree, because ten thousand comments make one page, and because the same string is kept.
 *
 * Safe by construction: every character of the comment goes through `escaped`, tags and attributes are those of this
 * file, and an address is one only behind http(s).
 *
 * Invariant: at most 6 bytes for each of the text (in UTF-8), and 4 KB. What would cost more (a link for every other
 * character) is left as words.
 */
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { type CommentLinks, type Piece, piecesOf } from './inline.ts'
import { stretchesOf } from './recognise.ts'
import type { Stretch, StretchKind } from './stretch.ts'

/** Of one comment. */
const MAX_LINKS = 200
/** With more there is a box for every few words: nobody set them so, and each is an element of the page. */
const MAX_BOXES = 1000
const BYTES_EACH = 6
const BYTES_FREE = 4096
/** `<p></p>`: must always be affordable, as it holds what nothing else may. */
const PLAIN_BOX = 7
/**
 * A box that may be wider than its place scrolls by itself, reachable by keyboard. Who prints does not know the place;
 * the narrowest, a reply in the margin of a small window, has room for 22 columns.
 */
const NARROWEST_COLUMNS = 20

/** What a line needs for anything to be found within it. */
const SIGNS = /[`#<]|:\/\/|^(?:message-id|in-reply-to):/i

const LABEL: Partial<Record<StretchKind, string>> = {
  fence: 'Code',
  indented: 'Code',
  patch: 'Patch',
  columns: 'Columns',
}

export function commentHtml(text: string, links: CommentLinks): string {
  const lines = text.split('\n')
  const out: string[] = []
  let isPlainOpen = false
  let written = 0
  let read = 0
  let linksLeft = MAX_LINKS
  const found = stretchesOf(lines)
  const asWords: Stretch = { kind: 'prose', from: 0, to: lines.length }
  for (const stretch of found.length > MAX_BOXES ? [asWords] : found) {
    const own = lines.slice(stretch.from, stretch.to)
    // The line end at the end belongs to the last line, but for the comment's very last.
    const words = `${own.join('\n')}${stretch.to < lines.length ? '\n' : ''}`
    if (words === '') continue
    read += utf8Length(words)
    const box = boxOf(stretch.kind, words, links, linksLeft)
    const cost = utf8Length(box.html)
    if (written + cost + PLAIN_BOX <= BYTES_EACH * read + BYTES_FREE) {
      if (isPlainOpen) out.push('</p>')
      isPlainOpen = false
      out.push(box.html)
      written += cost
      linksLeft -= box.links
    } else {
      const plain = escaped(words)
      if (!isPlainOpen) out.push('<p>')
      written += utf8Length(plain) + (isPlainOpen ? 0 : PLAIN_BOX)
      isPlainOpen = true
      out.push(plain)
    }
  }
  if (isPlainOpen) out.push('</p>')
  return out.join('')
}

export type NamedInComment = { readonly threads: readonly number[]; readonly mails: readonly string[] }

/** What a comment may lead to, for who looks it up: at most as many of each as a comment may have links. */
export function namedInComment(text: string): NamedInComment {
  const threads = new Set<number>()
  const mails = new Set<string>()
  const note = <T>(seen: Set<T>, name: T) => {
    if (seen.size < MAX_LINKS) seen.add(name)
    return null
  }
  const links = { thread: (n: number) => note(threads, n), mail: (id: string) => note(mails, id) }
  for (const line of text.split('\n')) if (/[#<@]/.test(line)) piecesOf(line, links, true)
  return { threads: [...threads], mails: [...mails] }
}

type Box = { readonly html: string; readonly links: number }

function boxOf(kind: StretchKind, words: string, links: CommentLinks, linksLeft: number): Box {
  const label = LABEL[kind]
  const { inner, used } = innerOf(kind, words, links, linksLeft)
  if (kind === 'quote') return { html: `<blockquote>${inner}</blockquote>`, links: used }
  if (kind === 'prose') return { html: `<p>${inner}</p>`, links: used }
  const isWide = label !== undefined && words.split('\n').some(mayBeWide)
  const scroll = isWide ? ` tabindex="0" role="group" aria-label="${label}"` : ''
  return { html: `<div data-kind="${kind}"${scroll}>${inner}</div>`, links: used }
}

function innerOf(
  kind: StretchKind,
  words: string,
  links: CommentLinks,
  linksLeft: number,
): { inner: string; used: number } {
  // Most boxes have nothing to be found within.
  if (kind !== 'patch' && !SIGNS.test(words)) return { inner: escaped(words), used: 0 }
  const withNames = LABEL[kind] === undefined
  const lines = linesWithEnds(words)
  const parts: string[] = []
  let used = 0
  const print = (piece: Piece) => {
    if (piece.kind === 'code') return `<code>${escaped(piece.text)}</code>`
    if (piece.kind === 'text' || used >= linksLeft) return escaped(piece.text)
    used++
    const rel = piece.isOutside ? ' rel="nofollow noopener ugc"' : ''
    return `<a href="${escapedValue(piece.href)}"${rel}>${escaped(piece.text)}</a>`
  }
  const marked = kind === 'patch' ? lines.map(patchMark) : []
  lines.forEach((line, i) => {
    const mark = marked[i] ?? ''
    if (mark !== '' && marked[i - 1] !== mark) parts.push(`<span data-line="${mark}">`)
    if (!SIGNS.test(line)) parts.push(escaped(line))
    else for (const piece of piecesOf(line, links, withNames)) parts.push(print(piece))
    if (mark !== '' && marked[i + 1] !== mark) parts.push('</span>')
  })
  return { inner: parts.join(''), used }
}

/** At least what any font makes of it, and read no further than needed: a comment may be one line. */
function mayBeWide(line: string): boolean {
  let columns = 0
  for (const character of line) {
    columns += character === '\t' ? 8 : character > '~' ? 2 : 1
    if (columns > NARROWEST_COLUMNS) return true
  }
  return false
}

function linesWithEnds(words: string): string[] {
  const lines: string[] = []
  for (let from = 0; from < words.length; ) {
    const end = words.indexOf('\n', from)
    const to = end < 0 ? words.length : end + 1
    lines.push(words.slice(from, to))
    from = to
  }
  return lines
}

function patchMark(line: string): string {
  if (/^(?:\+\+\+|---) /.test(line)) return 'file'
  if (line.startsWith('+')) return 'added'
  if (line.startsWith('-')) return 'removed'
  return line.startsWith('@@') ? 'hunk' : ''
}

/** A parser of HTML makes a line end of a bare CR; no other character changes on its way. */
function escaped(text: string): string {
  if (!/[&<>\r]/.test(text)) return text
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

const escapedValue = (text: string) => escaped(text).replaceAll('"', '&quot;')
