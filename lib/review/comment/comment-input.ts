/**
 * What a typed comment becomes before it is stored: itself.
 *
 * Four things may change, and each is told. Line ends are LF, as forms send CRLF. Letters are in the composed form
 * (NFC), so that a search finds them. Empty lines at the end go, as a mail's last line could not be told from them;
 * blanks at line ends stay, as `-- ` begins a signature and one blank is an empty line of context.
 *
 * Some characters are refused rather than taken out, with the place where they stand: NUL, which the database has no
 * room for; marks of direction, which make a line read as something else than it says (CVE-2021-42574); and halves of
 * characters, which no mail can carry.
 */
import { groupDigits } from '#lib/figures.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** UTF-16 units. */
export const COMMENT_LIMIT = 65_536

export type CommentChange =
  | { readonly kind: 'line-ends' }
  /** `lines` of the stored text, from 1, that were spelt in another form of the same letters. */
  | { readonly kind: 'composed'; readonly lines: readonly number[] }
  | { readonly kind: 'end-dropped'; readonly count: number }

export type CommentInput = { readonly text: string; readonly changes: readonly CommentChange[] }

export type CommentRefusal =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly length: number }
  | {
      readonly kind: 'nul' | 'direction' | 'half-character'
      /** From 1; the column counts characters as a reader does code points. */
      readonly line: number
      readonly column: number
      readonly codePoint: number
    }

/** Something that shows: a character that is no blank, no control and not ignored by a renderer. */
const VISIBLE = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u
const REFUSED = /[\0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u
/** Lines that a notice names. */
const MAX_NAMED = 10

export function commentInput(typed: string): Result<CommentInput, CommentRefusal> {
  const changes: CommentChange[] = []
  const lf = typed.replace(/\r\n?/g, '\n')
  if (lf !== typed) changes.push({ kind: 'line-ends' })
  const refused = REFUSED.exec(lf)
  if (refused) return err(refusalAt(lf, refused.index))
  const composed = lf.normalize('NFC')
  if (composed !== lf) changes.push({ kind: 'composed', lines: changedLines(lf, composed) })
  const end = endOfWords(composed)
  if (end < composed.length) changes.push({ kind: 'end-dropped', count: composed.length - end })
  const text = composed.slice(0, end)
  if (!VISIBLE.test(text)) return err({ kind: 'empty' })
  if (text.length > COMMENT_LIMIT) return err({ kind: 'too-long', length: text.length })
  return ok({ text, changes })
}

/** For the field that refuses it; a sentence, and what to do. */
export function refusalWords(refusal: CommentRefusal): string {
  switch (refusal.kind) {
    case 'empty':
      return 'Write something first: a comment is not empty.'
    case 'too-long': {
      const over = refusal.length - COMMENT_LIMIT
      return `This comment has ${groupDigits(refusal.length)} characters; the limit is ${groupDigits(COMMENT_LIMIT)}. Shorten it by ${groupDigits(over)}, or split it.`
    }
    case 'nul':
      return `${placeOf(refusal)} is a NUL character, which nothing can store. Delete it.`
    case 'direction':
      return `${placeOf(refusal)} is an invisible direction mark (${codeOf(refusal)}), which makes code read otherwise than it runs. Delete it.`
    case 'half-character':
      return `${placeOf(refusal)} is half a character (${codeOf(refusal)}), which no mail can carry. Delete it.`
  }
}

/** Null when there is nothing to say: every form sends CRLF, and nobody typed it. */
export function changeWords(change: CommentChange): string | null {
  switch (change.kind) {
    case 'line-ends':
      return null
    case 'composed': {
      const named = change.lines.slice(0, MAX_NAMED).join(', ')
      const more = change.lines.length > MAX_NAMED ? ' and more' : ''
      const lines = change.lines.length === 1 ? 'Line' : 'Lines'
      return `${lines} ${named}${more}: letters with separate accents are stored as one character each (NFC).`
    }
    case 'end-dropped':
      return change.count === 1
        ? 'The empty line at the end is left out.'
        : `${groupDigits(change.count)} empty lines at the end are left out.`
  }
}

type Placed = Extract<CommentRefusal, { line: number }>

function refusalAt(text: string, index: number): CommentRefusal {
  const codePoint = text.charCodeAt(index)
  const before = text.slice(0, index)
  const lineStart = before.lastIndexOf('\n') + 1
  return {
    kind:
      codePoint === 0 ? 'nul' : codePoint >= 0xd800 && codePoint < 0xe000 ? 'half-character' : 'direction',
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    codePoint,
  }
}

const placeOf = ({ line, column }: Placed) => `Line ${groupDigits(line)}, column ${groupDigits(column)}`
const codeOf = ({ codePoint }: Placed) => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`

/** NFC makes and takes no line ends, so lines are the same ones. */
function changedLines(before: string, after: string): number[] {
  const lines = after.split('\n')
  return before.split('\n').flatMap((line, i) => (line === lines[i] ? [] : [i + 1]))
}

/** Comments of an older time may have some. */
export const withoutEmptyEnd = (text: string) => text.slice(0, endOfWords(text))

/** A loop: an expression that is anchored at the end only begins anew at each of many line ends. */
function endOfWords(text: string): number {
  let end = text.length
  while (text[end - 1] === '\n') end--
  return end
}
