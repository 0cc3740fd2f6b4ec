import { LineIndex } from './line-index.ts'
import { FILE_START, type Problem } from './problem.ts'

/**
 * Limits on one document, checked on the raw text before any parser sees it.
 *
 * The parsers are written for honest text: containers nested thousands deep overflow their recursion, and long
 * runs of delimiters cost quadratic time. Each limit below is far above what a write-up of a few screens needs
 * and keeps the worst input we know of under a second.
 */
export const MAX_FILE_BYTES = 512 * 1024
/** Nesting of syntax nodes (list in quote in component …), counted from the root. */
export const MAX_DEPTH = 40
/** Syntax nodes in one document: about 100 screens of prose. */
export const MAX_NODES = 40_000
/** Characters in one line. Prose on one line per paragraph stays far below; generated junk does not. */
const MAX_LINE_LENGTH = 10_000
/** `>`, list markers and footnote definitions that open one line. */
const MAX_CONTAINERS_PER_LINE = 20
/** Characters in a row that are all of one paragraph's emphasis, bracket or tag delimiters. */
const MAX_DELIMITERS_PER_PARAGRAPH = 2_000

const CONTAINER = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[\^[^\]\s]{1,200}\]:)/y

/**
 * Control characters (tab and LF excepted), bidirectional overrides and invisible marks. They make a text that
 * a reviewer sees differ from the text that is checked, and none of them survives the way to a mailing list.
 */
export const FORBIDDEN_CHARACTER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u

export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Problems of the raw text. When there is one of rule `too-large` or `too-deep`, the text must not be parsed. */
export function checkLimits(file: string, source: string): Problem[] {
  if (source.length > MAX_FILE_BYTES) {
    const message = `The file is larger than ${MAX_FILE_BYTES / 1024} KB; split it or move data into a file of its own.`
    return [{ file, rule: 'too-large', message, ...FILE_START }]
  }
  const problems: Problem[] = []
  const index = new LineIndex(source)
  const report = (rule: Problem['rule'], message: string, offset: number, length: number) =>
    problems.push({ file, rule, message, ...index.placeAt(offset, offset + length) })

  const forbidden = new RegExp(FORBIDDEN_CHARACTER.source, 'gu')
  for (const match of source.matchAll(forbidden)) {
    report(
      'control-character',
      `The invisible character ${codePointName(match[0])} is not allowed; delete it.`,
      match.index,
      match[0].length,
    )
    if (problems.length >= 20) break
  }

  let delimiters = 0
  let lineStart = 0
  for (const line of source.split('\n')) {
    if (line.length > MAX_LINE_LENGTH) {
      report(
        'too-large',
        `A line has ${line.length} characters; break it before ${MAX_LINE_LENGTH}.`,
        lineStart,
        line.length,
      )
    }
    const containers = countContainers(line)
    if (containers > MAX_CONTAINERS_PER_LINE) {
      report(
        'too-deep',
        `${containers} quotes or lists open on one line; nest at most ${MAX_CONTAINERS_PER_LINE}.`,
        lineStart,
        line.length,
      )
    }
    delimiters = line.trim() === '' ? 0 : delimiters + countDelimiters(line)
    if (delimiters > MAX_DELIMITERS_PER_PARAGRAPH) {
      report(
        'too-deep',
        `More than ${MAX_DELIMITERS_PER_PARAGRAPH} of the characters * _ [ ] < ~ \` stand in one paragraph; split it or write it as code.`,
        lineStart,
        line.length,
      )
      delimiters = Number.NEGATIVE_INFINITY
    }
    lineStart += line.length + 1
  }
  return problems
}

function countContainers(line: string): number {
  let count = 0
  CONTAINER.lastIndex = 0
  while (CONTAINER.test(line)) {
    count += 1
    if (CONTAINER.lastIndex >= line.length) break
  }
  return count
}

function countDelimiters(line: string): number {
  let count = 0
  for (const character of line) if ('*_[]<~`'.includes(character)) count += 1
  return count
}
