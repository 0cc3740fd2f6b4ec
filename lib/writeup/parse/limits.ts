import { LineIndex } from './line-index.ts'
import { FILE_START, type Problem } from './problem.ts'

/**
 * Limits on one document, checked on the raw text before any parser sees it.
 *
 * The parsers are written for honest text: containers nested thousands deep overflow their recursion, some
 * constructs cost quadratic time, and all of them cost about 20 ms for each 1,000 lines. The limits are ten times
 * what a write-up of a few screens needs, and keep the worst input that we know of near one second.
 */
export const MAX_FILE_BYTES = 512 * 1024
/** Nesting of syntax nodes (list in quote in component …), counted from the root. */
export const MAX_DEPTH = 40
/** Syntax nodes in one document: about 100 screens of prose. */
export const MAX_NODES = 50_000
/** Problems of one document that are told: more than anyone reads in one go. */
export const MAX_PROBLEMS = 200
/** Some constructs (a long paragraph in a list) cost the square of it: this many lines take near a second. */
const MAX_LINES = 5_000
/** Characters in one line. Prose on one line per paragraph stays far below; generated junk does not. */
const MAX_LINE_LENGTH = 10_000
/** Columns before the first word of a line: nested lists cost the square of it. */
const MAX_INDENTATION = 80
/** `>`, list markers and footnote definitions that open one line. */
const MAX_CONTAINERS_PER_LINE = 20
/** Characters with a meaning in Markdown, in one run of lines without an empty one, and in all. */
const MAX_DELIMITERS_PER_PARAGRAPH = 3_000
const MAX_DELIMITERS = 25_000
const DELIMITERS = new Set('*_[]<~`|&{@\\')

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

/** Problems of the raw text. When there is one, the text must not be parsed. */
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
    if (problems.length >= MAX_PROBLEMS) break
  }

  const lines = source.split('\n')
  if (lines.length > MAX_LINES) {
    report('too-large', `The file has ${lines.length} lines; split it before ${MAX_LINES}.`, 0, 0)
  }
  let inParagraph = 0
  let inAll = 0
  let offset = 0
  for (const line of lines) {
    const complaint = complaintAbout(line)
    if (complaint) report(complaint.rule, complaint.message, offset, line.length)
    const delimiters = countDelimiters(line)
    inParagraph = line.trim() === '' ? 0 : inParagraph + delimiters
    inAll += delimiters
    const limit =
      inParagraph > MAX_DELIMITERS_PER_PARAGRAPH
        ? `${MAX_DELIMITERS_PER_PARAGRAPH} in one paragraph or table`
        : inAll > MAX_DELIMITERS
          ? `${MAX_DELIMITERS} in one document`
          : null
    if (limit) {
      const message = `Too many of the characters ${[...DELIMITERS].join(' ')} stand here: at most ${limit}. Split it.`
      report('too-large', message, offset, line.length)
      break
    }
    if (problems.length >= MAX_PROBLEMS) break
    offset += line.length + 1
  }
  return problems
}

function complaintAbout(line: string): { rule: 'too-large' | 'too-deep'; message: string } | null {
  if (line.length > MAX_LINE_LENGTH) {
    const message = `The line has ${line.length} characters; break it before ${MAX_LINE_LENGTH}.`
    return { rule: 'too-large', message }
  }
  const containers = countContainers(line)
  if (containers > MAX_CONTAINERS_PER_LINE) {
    const message = `${containers} quotes or lists open on one line; nest at most ${MAX_CONTAINERS_PER_LINE}.`
    return { rule: 'too-deep', message }
  }
  if (line.length - line.trimStart().length > MAX_INDENTATION) {
    const message = `The line is indented by more than ${MAX_INDENTATION} columns; flatten it.`
    return { rule: 'too-deep', message }
  }
  return null
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
  for (const character of line) if (DELIMITERS.has(character)) count += 1
  return count
}
