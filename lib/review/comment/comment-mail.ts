/**
 * A comment on its way out as lines of a mail, and the way back.
 *
 * A comment leaves as it was typed. Four things change, each because a list or its programs would change or misread
 * the line otherwise, and each is told (in the preview to its writer, in a header of the mail to whoever imports it):
 *
 * | what      | which lines                                          | the way back                          |
 * |-----------|------------------------------------------------------|---------------------------------------|
 * | `joined`  | prose wider than 76 columns is wrapped at 72         | a blank instead of the line end       |
 * | `cut`     | what is too long for a line of mail (998 bytes)      | nothing instead of the line end       |
 * | `inset`   | what would forge or break something (`forging.ts`)   | four blanks less                      |
 * | `loose`   | scissors (`scissors.ts`)                             | a blank less between the signs        |
 * | `spelt`   | controls and odd line ends (`unmailable.ts`)         | the character instead of its spelling |
 *
 * Lines are the mail's, counted from 1 at the comment's first. What is wrapped and cut is in both.
 * Nobody has to believe what a header says: the text is right when its hash is, and otherwise the mail is read as
 * anybody's.
 *
 * Invariant: storedComment(mailedComment(text).lines, mailedComment(text).way) is `text`, for every text.
 */
import type { Mailbox } from '#lib/mail/message/message.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { cut } from '#lib/mail/text/verbatim.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { isForging, isHeaderAtTop } from './forging.ts'
import { coarser, type LineSet, lineSetOf, MAX_SPANS, membersOf } from './line-set.ts'
import { stretchesOf } from './recognise.ts'
import { hasScissors, isScissors, loosened, tightened } from './scissors.ts'
import type { StretchKind } from './stretch.ts'
import { hasUnmailable, spelt, unspelt } from './unmailable.ts'
import { wrapLine } from './wrap-line.ts'

export type WayBack = {
  readonly joined: LineSet
  readonly cut: LineSet
  readonly inset: LineSet
  readonly loose: LineSet
  readonly spelt: LineSet
}

export type MailedComment = { readonly lines: readonly string[]; readonly way: WayBack }

const WIDEST = 76
const WRAP_AT = 72
const INSET = '    '
/** Of 998 (RFC 5322), so that a quote of the line fits as well. */
const MAX_BYTES = 980
/** Prose after so many wrapped lines stays wide: the header that names them has an end. */
const MAX_WRAPPED = MAX_SPANS

/** What stands before the words of a line, as far as the lines that continue it are set in below. */
const HANG = /^ {0,3}(?:(?:[-*+\u2022]|\(?\d{1,3}[.)]|\(?[a-z]\)) {1,4}(?=\S))?/

type Typed = { readonly kind: StretchKind; readonly text: string }

export function mailedComment(text: string, sender: Mailbox): MailedComment {
  const typed = typedLines(text)
  // Decided before anything is wrapped: a span in which every line is spelt or loosened is told in fewer words.
  const isSpelt = spread(
    typed.map(({ text }) => hasUnmailable(text)),
    MAX_SPANS,
  )
  const isLoose = spread(
    typed.map((line) => isScissors(line.text) || (hasScissors(line.text) && isLong(line))),
    MAX_SPANS,
  )
  const lines: string[] = []
  const joined: boolean[] = []
  const severed: boolean[] = []
  const inset: boolean[] = []
  const loose: boolean[] = []
  const spelled: boolean[] = []
  let wrapped = 0
  let isAtTop = true
  typed.forEach(({ kind, text: own }, i) => {
    const loosely = isLoose[i] ? loosened(own) : own
    const line = isSpelt[i] ? spelt(loosely) : loosely
    const isProse = (kind === 'prose' || kind === 'list') && !hasColumns(line)
    const wraps = isProse && wrapped < MAX_WRAPPED && isWide(line)
    const hang = wraps ? (HANG.exec(line)?.[0].length ?? 0) : 0
    const pieces = wraps ? wrapLine(line, { width: WRAP_AT, hang }) : [line]
    if (pieces.length > 1) wrapped++
    if (own.trim() !== '' && !isHeaderAtTop(own)) isAtTop = false
    pieces.forEach((piece, nth) => {
      const whole = nth === 0 ? piece : ' '.repeat(hang) + piece
      const parts = cut(whole, MAX_BYTES)
      parts.forEach((part, k) => {
        const isRest = nth > 0 || k > 0
        const next = parts[k + 1] ?? pieces[nth + 1] ?? typed[i + 1]?.text ?? ''
        lines.push(part)
        joined.push(nth > 0)
        severed.push(k > 0)
        inset.push(
          isForging(part, kind, sender, next) ||
            (isAtTop && isHeaderAtTop(part)) ||
            (isRest && /^>/.test(part)),
        )
        loose.push(isLoose[i] === true)
        spelled.push(isSpelt[i] === true)
      })
    })
  })
  const setIn = spread(inset, MAX_SPANS)
  return {
    lines: lines.map((line, i) => (setIn[i] ? INSET + line : line)),
    way: {
      joined: lineSetOf(joined),
      cut: lineSetOf(severed),
      inset: lineSetOf(setIn),
      loose: lineSetOf(loose),
      spelt: lineSetOf(spelled),
    },
  }
}

/**
 * The text whose mail has these lines; null when `way` does not lead back. Whether it is the right one says its hash:
 * a mail that was changed on its way gives some text as well.
 */
export function storedComment(lines: readonly string[], way: WayBack): string | null {
  const at = (set: LineSet) => membersOf(set, lines.length)
  const [joined, severed, inset] = [at(way.joined), at(way.cut), at(way.inset)]
  const [loose, spelled] = [at(way.loose), at(way.spelt)]
  if (!joined || !severed || !inset || !loose || !spelled) return null
  const typed: string[] = []
  let hang = 0
  for (let i = 0; i < lines.length; ) {
    const parts: string[] = []
    const first = i
    do {
      const line = lines[i] ?? ''
      if (inset[i] && !line.startsWith(INSET)) return null
      const part = inset[i] ? line.slice(INSET.length) : line
      if (i === first) {
        if (joined[i] || severed[i]) return null
        hang = HANG.exec(part)?.[0].length ?? 0
        parts.push(part)
      } else if (severed[i]) parts.push(part)
      else {
        if (part.slice(0, hang).trim() !== '') return null
        parts.push(' ', part.slice(hang))
      }
      i++
    } while (i < lines.length && (joined[i] || severed[i]))
    const line = parts.join('')
    const plain = spelled[first] ? unspelt(line) : line
    typed.push(loose[first] ? tightened(plain) : plain)
  }
  return typed.join('\n')
}

function typedLines(text: string): Typed[] {
  const lines = text.split('\n')
  return stretchesOf(lines).flatMap(({ kind, from, to }) =>
    lines.slice(from, to).map((line) => ({ kind, text: line })),
  )
}

/** A row of a table that stands by itself: its blanks are not where words end. */
const hasColumns = (line: string) =>
  /\S {3,}\S/.test(line) || line.trimStart().includes('\t') || /^\|.*\|$/s.test(line.trim())

/** Whether a line may become several. */
const isLong = ({ text }: Typed) => isWide(text) || utf8Length(text) > MAX_BYTES

function isWide(line: string): boolean {
  // A tab is the widest. What is cut for its bytes may as well be wrapped.
  if (line.length <= WIDEST / 8) return false
  if (line.length > MAX_BYTES) return true
  return displayWidth(line) > WIDEST
}

/** The same, with lines between added until there are at most `max` spans. */
function spread(isIn: readonly boolean[], max: number): readonly boolean[] {
  const set = lineSetOf(isIn)
  if (set.length <= max) return isIn
  const members = membersOf(coarser(set, max), isIn.length)
  return isIn.map((is, i) => is || members?.[i] === 1)
}
