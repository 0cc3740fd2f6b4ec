/**
 * Header lines: folding at 76 columns and the refusal of line breaks.
 *
 * A header is written from pieces; between two pieces stands one space or one fold (RFC 5322, 2.2.3), which
 * mean the same. Pieces are never broken, so a Message-ID or an encoded word cannot be cut, and the first
 * piece always stays beside the name: `Subject:` alone on a line is legal and makes old parsers lose the tag.
 *
 * A CR, LF or NUL in a piece would let a title write headers of its own. Text is cleaned where messages are
 * composed, so one that arrives here is a bug and throws.
 */
import { invariant } from '#lib/result.ts'
import { encodeWords, needsEncoding } from './encoded-word.ts'

const FOLD_AT = 76
const UNSAFE = /[^\x20-\x7e]/

/** `Name: piece piece\n piece`, without a final line end. */
export function foldHeader(name: string, pieces: readonly string[]): string {
  let out = `${name}:`
  let column = out.length
  pieces.forEach((piece, i) => {
    invariant(!UNSAFE.test(piece), `a header piece holds a control or non-ASCII character: ${name}`)
    invariant(piece !== '', `an empty header piece: ${name}`)
    if (i > 0 && column + 1 + piece.length > FOLD_AT) {
      out += `\n ${piece}`
      column = 1 + piece.length
    } else {
      out += ` ${piece}`
      column += 1 + piece.length
    }
  })
  return out
}

/**
 * Free text (a subject) as pieces. Only the words that need it are encoded, with the spaces between two such
 * words, so the `[RFC v2 1/4]` tag and the area stay what list tools search for. Beside encoded words a quotation mark is one, too:
 * who takes every header for structured decodes nothing between two of them (RFC 2047, 5).
 */
export function textPieces(text: string): string[] {
  invariant(text === text.trim() && !/\s\s/.test(text), 'header text has single spaces only')
  const pieces: string[] = []
  let run: string[] = []
  const flush = () => {
    if (run.length > 0) pieces.push(...encodeWords(run.join(' ')))
    run = []
  }
  const isMixed = needsEncoding(text)
  for (const word of text.split(' ')) {
    if (needsEncoding(word) || (isMixed && word.includes('"'))) run.push(word)
    else {
      flush()
      pieces.push(word)
    }
  }
  flush()
  return pieces
}

export type HeaderField = { readonly name: string; readonly value: string }

/** Header lines to fields: folds become one space. A line that is no header is left out. */
export function unfoldHeaders(head: string): HeaderField[] {
  const fields: { name: string; value: string }[] = []
  for (const line of head.split('\n')) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (last) last.value += ` ${line.trim()}`
      continue
    }
    const m = /^([!-9;-~]+):[ \t]?(.*)$/s.exec(line)
    if (m) fields.push({ name: m[1] ?? '', value: (m[2] ?? '').trim() })
  }
  return fields
}
