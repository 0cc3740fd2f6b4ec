/**
 * The foot below a mail about a thread: which thread it is, how that stands, and what a line in an answer would do.
 *
 * It stands behind the signature mark, where mail readers grey it out and most of them leave it out of an answer. Some
 * quote it all the same, break its lines anew, or send the whole mail back unmarked. So it has a grammar that nobody types by
 * chance, and is found by that wherever it comes back; it is nobody's words:
 *
 *     Thread #7: https://rfc.example/rfc/futex/t/7
 *     Objection, answered, blocks; waits for Reva Reviewer.
 *     By its opener, a last line "Resolves: #7" closes it, ...
 *
 * A mail that speaks in several threads has one for all of them:
 *
 *     Threads of this mail: https://rfc.example/rfc/futex/threads
 *     #7 objection, open, blocks; #8 note, open; and 3 more.
 *     By its opener, a last line "Resolves: #7" closes it, ...
 *
 * At most four lines, as a list allows a signature (rule B9).
 */
import { displayWidth } from './width.ts'
import { wrapWords } from './wrap.ts'

const COLUMNS = 72
/** Beside the first one, which is an address and is never broken. */
const MOST_LINES = 3

export type ThreadFootWords = {
  /** `Objection, open, blocks; waits for the authors.` Begins with a kind, ends in a full stop. */
  readonly standing: string
  /** `By …, a last line "…" …` or `NO_LINE_ACTS`. */
  readonly acts: string
}

export const NO_LINE_ACTS = 'No line of a mail changes it.'
const SAYS_LINES = ' a last line "'

/**
 * @param wordings the same in fewer and fewer words: the first that fits is taken
 * @returns without a mark above; null: none of them fits
 */
export function formatThreadFoot(
  thread: number,
  url: string,
  wordings: readonly ThreadFootWords[],
): readonly string[] | null {
  return withHead(`Thread #${thread}: ${url}`, wordings)
}

/** Of a mail that speaks in several threads. `standing`: `#7 objection, open; #8 note, open.` */
export function formatThreadsFoot(
  url: string,
  wordings: readonly ThreadFootWords[],
): readonly string[] | null {
  return withHead(`${SEVERAL} ${url}`, wordings)
}

function withHead(head: string, wordings: readonly ThreadFootWords[]): readonly string[] | null {
  for (const { standing, acts } of wordings) {
    const apart = [...wrapped(standing), ...wrapped(acts)]
    const lines = apart.length <= MOST_LINES ? apart : wrapped(`${standing} ${acts}`)
    if (lines.length <= MOST_LINES && lines.every((line) => displayWidth(line) <= COLUMNS))
      return [head, ...lines]
  }
  return null
}

/** A line that acts, in quotation marks, is not broken. */
function wrapped(text: string): string[] {
  const words = text.match(/"[^"]*"\S*|\S+/g) ?? []
  return wrapWords(words, {
    width: COLUMNS,
    first: '',
    rest: '',
    isBadStart: (line) => line.startsWith('From '),
  })
}

const SEVERAL = 'Threads of this mail:'
const FIRST = /^(?:Thread #[1-9]\d{0,8}|Threads of this mail):(?: https?:\/\/\S+)?$/
const WHOLE =
  /^(?:Thread #[1-9]\d{0,8}: https?:\/\/\S+ (?:Note|Question|Issue|Objection)|Threads of this mail: https?:\/\/\S+ #[1-9]\d{0,8} (?:note|question|issue|objection)), /
/** Whether a line can be the first of one: what a text is looked through for. */
export const mayBeginFoot = (line: string): boolean => line.includes('Thread #') || line.includes(SEVERAL)
/** Lines that its four became where a mailer broke them anew. */
const MOST_BROKEN = 9
const MOST_LETTERS = 3000

/**
 * How many lines the foot takes that begins with line `at`; 0: none begins there.
 * @param lines without quote marks
 */
export function threadFootLength(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? '').trim()
  if (first.length > MOST_LETTERS || !first.startsWith('Thread') || !FIRST.test(first)) return 0
  let text = first
  for (let to = at + 1; to < lines.length && to < at + MOST_BROKEN; to++) {
    const line = (lines[to] ?? '').trim()
    if (line === '') return 0
    text += ` ${line}`
    if (text.length > MOST_LETTERS) return 0
    if (!text.endsWith('.') || !WHOLE.test(text)) continue
    if (text.includes(SAYS_LINES) || text.endsWith(` ${NO_LINE_ACTS}`)) return to + 1 - at
  }
  return 0
}

/** Where the foot begins that ends a text of ours, its mark included; the number of lines where there is none. */
export function threadFootStart(lines: readonly string[]): number {
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - 1 - MOST_LINES); at--) {
    if (at + threadFootLength(lines, at) !== lines.length) continue
    return lines[at - 1] === '-- ' || lines[at - 1] === '' ? at - 1 : at
  }
  return lines.length
}
