/**
 * Characters to tokens, before the preprocessor: comments and line splices are gone, `#` lines are still there.
 *
 * Promela takes words as long as they go: `!!` is the sorted send even in `!!a`, and `..` is never two dots.
 */
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import type { SourceFile, Span } from '#lib/promela/source.ts'
import type { Token, TokenKind } from './token.ts'

/** Longest first, so that the first match is the longest one. */
const marks = [
  '<->',
  '-->',
  '->',
  '::',
  '..',
  '!!',
  '??',
  '++',
  '--',
  '<=',
  '>=',
  '==',
  '!=',
  '<<',
  '>>',
  '&&',
  '||',
  '##',
  ';',
  ':',
  ',',
  '.',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '<',
  '>',
  '=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '~',
  '!',
  '?',
  '@',
  '#',
  '\\',
  '$',
] as const

/** All that is neither word, number nor text. */
export const punctuation: ReadonlySet<string> = new Set(marks)

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, '\\': 92, "'": 39, '"': 34 }

const nameStart = /[A-Za-z_]/
const namePart = /[A-Za-z0-9_]/
const digit = /[0-9]/

export function lexFile(file: SourceFile, diagnostics: DiagnosticList): readonly Token[] {
  const text = file.text
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  let startsLine = true
  let spaced = false
  let inDirective = false

  const span = (from: number, fromLine: number, fromLineStart: number): Span => ({
    file: file.name,
    line: fromLine,
    column: from - fromLineStart + 1,
    endLine: line,
    endColumn: at - lineStart + 1,
  })
  const push = (kind: TokenKind, from: number, value = 0, word = text.slice(from, at)): void => {
    const place = span(from, line, lineStart)
    inDirective ||= startsLine && word === '#'
    tokens.push({ kind, text: word, value, span: place, expansion: null, startsLine, spaced, hidden: null })
    startsLine = false
    spaced = false
  }
  const newline = (): void => {
    line++
    lineStart = at
  }

  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '\n') {
      at++
      inDirective = false
      newline()
      startsLine = true
      spaced = true
      continue
    }
    if (character === '\\' && /^\\[ \t]*\r?\n/.test(text.slice(at, at + 200))) {
      at = text.indexOf('\n', at) + 1
      newline()
      spaced = true
      continue
    }
    if (
      character === ' ' ||
      character === '\t' ||
      character === '\r' ||
      character === '\f' ||
      character === '\uFEFF'
    ) {
      at++
      spaced = true
      continue
    }
    if (text.startsWith('/*', at)) {
      const from = at
      const fromLine = line
      const fromLineStart = lineStart
      const close = text.indexOf('*/', at + 2)
      const end = close < 0 ? text.length : close + 2
      while (at < end) {
        at++
        if (text.charAt(at - 1) !== '\n') continue
        newline()
        // cpp keeps the line break of a comment, and Spin then reads a semicolon; a directive goes on behind it.
        startsLine ||= !inDirective
      }
      if (close < 0) {
        const place = {
          ...span(from, fromLine, fromLineStart),
          endLine: fromLine,
          endColumn: from - fromLineStart + 3,
        }
        diagnostics.report('unterminated-comment', 'this comment has no end', place)
      }
      spaced = true
      continue
    }
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
      spaced = true
      continue
    }
    const from = at
    if (nameStart.test(character)) {
      while (at < text.length && namePart.test(text.charAt(at))) at++
      push('name', from)
      continue
    }
    if (digit.test(character)) {
      while (at < text.length && digit.test(text.charAt(at))) at++
      const value = Number(text.slice(from, at))
      if (value > 0xffffffff) {
        diagnostics.report(
          'number-too-large',
          'this number does not fit 32 bits',
          span(from, line, lineStart),
        )
      }
      push('number', from, value | 0)
      continue
    }
    if (character === '"' || character === "'") {
      at++
      while (at < text.length && text.charAt(at) !== character && text.charAt(at) !== '\n') {
        at += text.charAt(at) === '\\' && text.charAt(at + 1) !== '\n' ? 2 : 1
      }
      if (at >= text.length || text.charAt(at) !== character) {
        at = Math.min(at, text.length)
        // An apostrophe in the text of an #error line or of a disabled part is no character constant.
        push('punctuation', from, 0)
        continue
      }
      at++
      if (character === '"') push('string', from)
      else push('number', from, characterValue(text.slice(from + 1, at - 1)))
      continue
    }
    const word = marks.find((candidate) => text.startsWith(candidate, at))
    at += word?.length ?? 1
    // Another spelling, as in Spin: `x-->0` is no count, whatever C makes of it.
    push('punctuation', from, 0, word === '-->' ? '->' : text.slice(from, at))
  }
  return tokens
}

/** The code of a character constant; the last one counts when there are several, as in C. */
function characterValue(body: string): number {
  if (body.startsWith('\\')) return escapes[body.charAt(1)] ?? body.charCodeAt(1)
  return body.length > 0 ? body.charCodeAt(body.length - 1) : 0
}
