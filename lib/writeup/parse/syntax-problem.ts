import { FILE_START, type Place, type Problem } from './problem.ts'

/**
 * What the parser throws, as a problem with the author's next step.
 *
 * The MDX tokenizer stops at the first tag or brace that it cannot read; its message speaks about its grammar.
 * Almost always the author meant a literal `<` or `{`, or forgot a closing tag.
 */
export function syntaxProblem(file: string, error: unknown): Problem {
  if (error instanceof RangeError) {
    // The only one the parser can raise: its recursion ran out of stack on nesting that the line limits missed.
    return { file, rule: 'too-deep', message: 'The text is nested too deeply to be read.', ...FILE_START }
  }
  if (!isParserMessage(error)) throw error
  const { reason } = error
  return {
    file,
    rule: 'syntax',
    message: `${advice(reason)} (The parser says: ${reason}.)`,
    ...placeIn(error),
  }
}

/** A missing closing tag is told at the end of the file or of a list; the tag it is about is in the words only. */
const OPENED_AT = /closing tag for `<[^`]*>` \((\d+):(\d+)-(\d+):(\d+)\)/

function placeIn({ reason, place }: ParserMessage): Place {
  const opened = OPENED_AT.exec(reason)?.slice(1).map(Number)
  if (opened && !reason.startsWith('Unexpected')) {
    const [line = 1, column = 1, endLine = 1, endColumn = 1] = opened
    return { line, column, endLine, endColumn }
  }
  const start = place && 'start' in place ? place.start : place
  const end = place && 'end' in place ? place.end : undefined
  const line = start?.line ?? 1
  const column = start?.column ?? 1
  return { line, column, endLine: end?.line ?? line, endColumn: end?.column ?? column + 1 }
}

type Point = { line: number; column: number }
type ParserMessage = { reason: string; place?: Point | { start: Point; end: Point } | undefined }

/** A VFileMessage, told by its shape: the parser may carry its own copy of the class. */
function isParserMessage(error: unknown): error is ParserMessage {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string'
}

function advice(reason: string): string {
  if (/to create a comment in MDX/.test(reason)) return 'HTML comments are not allowed: delete it.'
  if (/attribute value/.test(reason)) return 'An attribute has no quotes: write name="text".'
  if (/closing tag|closing slash/.test(reason)) {
    return 'Opening and closing tag do not match: write both on lines of their own, at the same indentation, or `\\<` for a plain `<`.'
  }
  if (/expression|brace/i.test(reason)) return '`{` opens code here: write `\\{`, or put the text in `code`.'
  if (/lazy/i.test(reason)) {
    return 'A component that begins in a list or quote must be indented like it to its end.'
  }
  return '`<` opens a component here: write `\\<`, or put the text in `code`.'
}
