/**
 * Lines of a mail that do something, beside saying it: `Resolves: #7` on a line of its own, like a trailer.
 *
 * They are told from ordinary words strictly, as nobody who writes about them may set them off: only the last unbroken run of
 * `Key: value` lines of an answer, but for a farewell (`Thanks, Reva`), exact case, outside quotes, code, patches, what stands below a signature mark, and what
 * was forwarded. What is not understood stays words, with a sentence for whoever wrote it.
 *
 * | line | what it does |
 * |---|---|
 * | `Objection: <words>` | makes the answer's thread an objection |
 * | `Clears-when: <words>` | says what would clear it |
 * | `Concern: <words>` | a stance |
 * | `Resolves: #7` | closes what the sender opened |
 * | `Keeps: #7`, `Reopens: #7` | an answer did not do; what was closed is open again |
 * | `Downgrades: #7` | an objection of the sender becomes an issue |
 * | `Hold-until: 2026-12-24` | asks for time |
 * | `Recuse: <words>` | stands aside |
 * | `Acked-by:`, `Reviewed-by:`, `Tested-by:`, `Nacked-by:` with the sender's own address | a stance |
 * | `Withdraws: Reviewed-by` | takes such a trailer back |
 */
import { codeLines } from '#lib/mail/import/read/code-lines.ts'
import { takesLeave } from '#lib/mail/import/read/courtesy.ts'
import { beginsOthersWords } from '#lib/mail/import/read/forwarded-header.ts'
import { parseTrailer } from './trailers.ts'

export type ThreadWord = 'resolve' | 'keep' | 'reopen' | 'lessen'
export type TrailerKey = 'Acked-by' | 'Reviewed-by' | 'Tested-by' | 'Nacked-by'

export type ActingLine = { readonly line: string } & (
  | { readonly act: 'objection'; readonly words: string }
  | { readonly act: 'condition'; readonly words: string }
  | { readonly act: 'concern' | 'recuse'; readonly words: string }
  | { readonly act: 'thread'; readonly does: ThreadWord; readonly thread: number }
  /** RFC 3339, a day. */
  | { readonly act: 'hold'; readonly until: string }
  | { readonly act: 'trailer'; readonly key: TrailerKey; readonly address: string }
  | { readonly act: 'withdraw'; readonly key: TrailerKey }
  /** The key is one of these, and the rest is not understood. */
  | { readonly act: 'unclear'; readonly why: string }
)

const KEY_VALUE = /^(?<key>[A-Z][A-Za-z]*(?:-[A-Za-z]+)*): (?<value>\S.*)$/
const SIGNATURE = /^-- ?$/
const FORWARDED = /^On .+ wrote:\s*$/
const isOthers = (line: string, at: number, lines: readonly string[]) =>
  SIGNATURE.test(line) || FORWARDED.test(line) || beginsOthersWords(lines, at)
const PATCH = /^(?:diff --git |@@ -\d|--- \S|\+\+\+ \S|Index: )/
/** What a mailer that wraps leaves of a line at least, and how many lines of one. */
const LONG_LINE = 50
const MAX_WRAPPED = 20
/** Lines of the longest farewell: a word, and a name. */
const MAX_FAREWELL = 3
/** Lines of one answer that do something; more than anybody means. */
const MAX_LINES = 20
const MAX_VALUE = 2000

/** What a line begins with, and what it does to the thread that it names. */
export const THREAD_KEYS: Readonly<Record<string, ThreadWord>> = {
  Resolves: 'resolve',
  Keeps: 'keep',
  Reopens: 'reopen',
  Downgrades: 'lessen',
}
const TRAILER_KEYS: readonly TrailerKey[] = ['Acked-by', 'Reviewed-by', 'Tested-by', 'Nacked-by']
const isTrailerKey = (key: string): key is TrailerKey => TRAILER_KEYS.some((one) => one === key)

/** @param text one answer of a mail, as it was written, without the quoted words above it */
export function actingLines(text: string): ActingLine[] {
  return lastRun(text.split('\n'))
    .slice(-MAX_LINES)
    .flatMap((line) => {
      const acting = actingLine(line)
      return acting ? [acting] : []
    })
}

/** The last run of `Key: value` lines that ends the words, or stands above a farewell; empty when something else does. */
function lastRun(lines: readonly string[]): string[] {
  const end = lines.findIndex(isOthers)
  const own = end < 0 ? lines : lines.slice(0, end)
  let last = lastOf(own, own.length)
  let begin = last
  while (begin > 0 && last - begin < MAX_FAREWELL && own[begin - 1]?.trim() !== '') begin--
  if (takesLeave(own.slice(begin, last + 1).join('\n'))) last = lastOf(own, begin)
  const run: string[] = []
  let from = last + 1
  let rest: string[] = []
  for (let at = last; at >= 0 && rest.length <= MAX_WRAPPED && own[at]?.trim() !== ''; at--) {
    const line = (own[at] ?? '').trimEnd()
    const isKeyed = KEY_VALUE.test(line)
    if (!isKeyed) rest.unshift(line.trim())
    else if (rest.length > 0 && !isWrapped(own.slice(at, at + rest.length))) break
    else {
      run.push([line, ...rest].join(' '))
      rest = []
      from = at
    }
  }
  return isOwnBelow(own.slice(0, from)) ? run.reverse() : []
}

/** Words behind a key that a mailer broke: all of these lines but the last, which goes on below them, are as long as lines get. */
function isWrapped(lines: readonly string[]): boolean {
  return (
    /^(?:Objection|Clears-when|Concern|Recuse): /.test(lines[0] ?? '') &&
    lines.every((line) => line.length >= LONG_LINE)
  )
}

/** The last line above `before` that is not empty; -1: there is none. */
function lastOf(lines: readonly string[], before: number): number {
  let last = before - 1
  while (last >= 0 && lines[last]?.trim() === '') last--
  return last
}

/**
 * Whether a line below these is one that the writer of a mail says: not below a signature mark or in what was forwarded. In code
 * or below a patch it is an example, or a commit's.
 */
export function isOwnBelow(above: readonly string[]): boolean {
  return !codeLines(above).at(-1) && !above.some((line, at) => PATCH.test(line) || isOthers(line, at, above))
}

function actingLine(line: string): ActingLine | null {
  const { key = '', value = '' } = KEY_VALUE.exec(line)?.groups ?? {}
  const words = value.trim()
  const unclear = (why: string): ActingLine => ({ line, act: 'unclear', why })
  if (words.length > MAX_VALUE) return unclear('it is too long')
  switch (key) {
    case 'Objection':
      return { line, act: 'objection', words }
    case 'Clears-when':
      return { line, act: 'condition', words }
    case 'Concern':
      return { line, act: 'concern', words }
    case 'Recuse':
      return { line, act: 'recuse', words }
    case 'Hold-until':
      return isDay(words) ? { line, act: 'hold', until: words } : unclear('a day is written as 2026-12-24')
    case 'Withdraws':
      return isTrailerKey(words)
        ? { line, act: 'withdraw', key: words }
        : unclear(`what is taken back is one of ${TRAILER_KEYS.join(', ')}`)
  }
  const does = Object.hasOwn(THREAD_KEYS, key) ? THREAD_KEYS[key] : undefined
  if (does) {
    const thread = /^#([1-9]\d{0,8})$/.exec(words)?.[1]
    return thread
      ? { line, act: 'thread', does, thread: Number(thread) }
      : unclear('a thread is written as #7, one in a line')
  }
  if (!isTrailerKey(key)) return null
  const trailer = parseTrailer(line)
  return trailer
    ? { line, act: 'trailer', key, address: trailer.email.toLowerCase() }
    : unclear('it names no mailbox')
}

function isDay(text: string): boolean {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
