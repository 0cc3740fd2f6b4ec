/**
 * Text that is kept as it stands: code, diagrams, traces, tables. Indented by four columns or a tab, which is
 * what mail readers and linters take as "not prose".
 *
 * Verbatim has limits too: no blanks at the end of a line, no line over 998 bytes (RFC 5322), no scissors
 * (`git am` cuts there), nothing that looks like an ASCII table with ragged edges although it is somebody's code.
 */

import { utf8Length } from '#lib/mail/message/utf8.ts'
import { cleanText } from './clean.ts'
import { SCISSORS } from './line-signs.ts'
import { tableDefects } from './table-defects.ts'
import { displayWidth } from './width.ts'

const MAX_BYTES = 990

/**
 * Lines of text, each behind `indent`; blank lines stay empty, and more than two in a row become two.
 * `indent` is four blanks or more, or a tab.
 */
export function verbatim(lines: readonly string[], indent: string): string[] {
  const out: string[] = []
  for (const raw of lines.flatMap((line) => line.split('\n'))) {
    const line = raw.trimEnd()
    if (line === '') {
      if (out.at(-1) !== '' || out.at(-2) !== '') out.push('')
      continue
    }
    for (const piece of cut(line, MAX_BYTES - indent.length))
      out.push(guardScissors(indent + piece).trimEnd())
  }
  while (out[0] === '') out.shift()
  while (out.at(-1) === '') out.pop()
  return guardTables(out)
}

/** Program text with its tabs: a tab in front of it keeps every column where an editor shows it. */
export function verbatimCode(source: string): string[] {
  const { text } = cleanText(source)
  const lines = text.split('\n')
  return verbatim(lines, lines.some((line) => line.includes('\t')) ? '\t' : '    ')
}

/** `line` in pieces of at most `maxBytes` in UTF-8, cut between characters. */
export function cut(line: string, maxBytes: number): string[] {
  if (utf8Length(line) <= maxBytes) return [line]
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  for (const character of line) {
    const size = utf8Length(character)
    if (bytes + size > maxBytes) {
      pieces.push(piece)
      piece = ''
      bytes = 0
    }
    piece += character
    bytes += size
  }
  pieces.push(piece)
  return pieces
}

function guardScissors(line: string): string {
  return SCISSORS.test(line) ? line.replace(/([8%])(?=[<>])|([<>])(?=[8%])/g, '$1$2 ') : line
}

/** A run of table-like lines that is no table gets a dot behind each row: then nothing takes it for one. */
function guardTables(lines: readonly string[]): string[] {
  const out = [...lines]
  let run: number[] = []
  const finish = () => {
    const rows = run.map((i) => ({
      line: i,
      width: displayWidth(out[i] ?? ''),
      text: (out[i] ?? '').trim(),
    }))
    if (tableDefects(rows).length > 0) for (const i of run) out[i] += ' .'
    run = []
  }
  lines.forEach((line, i) => {
    if (/^(\+[-=+]{2,}\+|\|.*\|)$/s.test(line.trim())) run.push(i)
    else finish()
  })
  finish()
  return out
}
