/**
 * Prose as a list can take it: wrapped, and with nothing in it that a program would take for something else.
 *
 * A paragraph may rightly talk about `<div>`, begin with "From the waiter's view" or have "Acked by" where a
 * line happens to break. On a list each of these has consequences: a mailbox is split, a trailer is misread, a
 * patch queue sees HTML. So the wrapped lines are looked at once more, and a blank is put where it takes the
 * other meaning away. What no blank can help is set off as verbatim text, which nobody interprets.
 *
 * `rewrites` tells the author which lines he may want to phrase in another way.
 */
import { ATTRIBUTION, CITATION, PATCH_START, SCISSORS } from './line-signs.ts'
import { LEFTOVER_MARKUP, LEFTOVER_MARKUP_BEFORE } from './markup.ts'
import { TRAILER } from './trailer.ts'
import { cut, verbatim } from './verbatim.ts'
import { displayWidth } from './width.ts'
import { breakable, wrapWords } from './wrap.ts'

export const PROSE_COLUMNS = 72

export type Prose = { readonly lines: readonly string[]; readonly rewrites: readonly string[] }

export type ProseOptions = {
  /** Columns; 72 when left out. */
  readonly width?: number
  readonly first?: string
  readonly rest?: string
  /** Rewrites a line that must not look as it does in this mail, by putting in blanks. */
  readonly guard?: (line: string) => string
  /** As mails were written before: a blank in any `<Task>`, and Chinese on one line. Left out: no. */
  readonly asBefore?: boolean
}

/** Leaves room on a line of 998 bytes for whatever stands before the word. */
const MAX_WORD_BYTES = 900

/** A trailer or something close to one: a line of the text that counts as somebody's word. */
const NEARLY_TRAILER =
  /^(?:reviewed|acked|tested|nacked|nack|ack|naked|signed[ -]off)[ -]?by(?![\p{L}\p{N}_])/iu
/** git reads headers at the top of a text, and some tools anywhere. */
const IN_BODY_HEADER = /^(?:From|Subject|Date|Message-ID|Content-[A-Za-z-]+|\[PATCH\])(?::|$)/i

/** Words without blanks around them; cleaned (`clean.ts`), no tabs. At least one word. */
export function prose(given: readonly string[], options: ProseOptions = {}): Prose {
  const {
    width = PROSE_COLUMNS,
    first = '',
    rest = '',
    guard = (line: string) => line,
    asBefore = false,
  } = options
  const markup = asBefore ? LEFTOVER_MARKUP_BEFORE : LEFTOVER_MARKUP
  const room = width - Math.max(displayWidth(first), displayWidth(rest))
  const words = given
    // What is kept together as one word is broken where it does not fit into a line.
    .flatMap((word) => (displayWidth(word) > room ? word.split(' ') : [word]))
    .flatMap((word) => cut(word, MAX_WORD_BYTES))
    .filter((word) => word !== '')
    .flatMap((word) => (asBefore ? [word] : breakable(word)))
  // A narrower line moves the breaks, which is often all that is needed; the last resort always works.
  for (const narrower of [0, 1, 2, 3, 5, 8, 12]) {
    const wrapped = wrapWords(words, { width: width - narrower, first, rest, isBadStart })
    const lines = wrapped.map((line) => defuse(guard(line), markup))
    if (lines.every((line, i) => isSafe(line, markup) && isAsWideAs(line, wrapped[i] ?? '', width))) {
      return { lines, rewrites: lines.filter((line, i) => line !== wrapped[i]) }
    }
  }
  const lines = verbatim(wrapWords(words, { width: width - 4, first, rest, isBadStart: () => false }), '    ')
  return { lines, rewrites: lines }
}

/** Whether a line at the left edge reads as something else than prose. */
export function isBadStart(line: string): boolean {
  return (
    line.startsWith('From ') ||
    line === 'From' ||
    line.startsWith('>') ||
    // Behind the indent of a list, too, readers take it for a quote.
    /^ {2,3}>/.test(line) ||
    /^---(?!-)/.test(line) ||
    PATCH_START.test(line) ||
    TRAILER.test(line) ||
    NEARLY_TRAILER.test(line) ||
    IN_BODY_HEADER.test(line) ||
    ATTRIBUTION.test(line) ||
    CITATION.test(line)
  )
}

function defuse(line: string, table: typeof LEFTOVER_MARKUP): string {
  let out = isBadStart(line) ? ` ${line}` : line
  if (SCISSORS.test(out)) out = out.replace(/([8%])(?=[<>])|([<>])(?=[8%])/g, '$1$2 ')
  // Each round removes at least one occurrence; a line has few of them.
  for (let round = 0; round < 20; round++) {
    const markup = table.find(({ pattern }) => pattern.test(out))
    if (!markup) break
    const next = markup.defuse(out)
    if (next === out) break
    out = next
  }
  return out
}

function isSafe(line: string, table: typeof LEFTOVER_MARKUP): boolean {
  return !isBadStart(line) && !SCISSORS.test(line) && !table.some(({ pattern }) => pattern.test(line))
}

/** Blanks that were put in must not push a line over the edge. One that was too wide before is one long word. */
function isAsWideAs(line: string, before: string, width: number): boolean {
  return line === before || displayWidth(line) <= width
}
