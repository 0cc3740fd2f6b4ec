/**
 * A long line of prose in lines that a list reader likes, so that the way back is exact: the lines, joined by one
 * blank each, are the line.
 *
 * A break takes the place of one blank and takes nothing else, so blanks in a row stay where they are. Where there is
 * a choice no line begins with what a program takes for something else (`From `, a list's bullet, a trailer), and no
 * line ends in a blank. A word that is wider than the line keeps a line of its own.
 */
import { isBadStart } from '#lib/mail/text/prose.ts'
import { displayWidth } from '#lib/mail/text/width.ts'

/** How many of the possible breaks are looked at, from the right. */
const TRIES = 8
const BULLET = /^(?:[-*+\u2022>|]|\(?\d{1,3}[.)]|\[)/

export type WrapLineOptions = {
  /** Columns. */
  readonly width: number
  /** Characters that stand before the words of the line: its bullet, which keeps a word, and room for the rest. */
  readonly hang: number
}

/** At least one line; joined by one blank each they are `line`. The rest is not set in here. */
export function wrapLine(line: string, { width, hang }: WrapLineOptions): string[] {
  const lines: string[] = []
  let from = 0
  while (from < line.length) {
    const at = breakOf(line, from, from === 0 ? hang : 0, from === 0 ? width : width - hang)
    if (at === null) break
    lines.push(line.slice(from, at))
    from = at + 1
  }
  lines.push(line.slice(from))
  return lines
}

/** The blank at which the line that begins at `from` ends; null when the rest is one line. */
function breakOf(line: string, from: number, hang: number, width: number): number | null {
  let columns = 0
  let hasWord = false
  const breaks: number[] = []
  for (let i = from; i < line.length; ) {
    const character = String.fromCodePoint(line.codePointAt(i) ?? 0)
    if (character !== ' ') hasWord ||= i >= from + hang
    else if (hasWord && isBreak(line, i)) {
      // A word wider than the line ends with the word.
      if (columns > width) return i
      breaks.push(i)
    }
    columns += displayWidth(character)
    i += character.length
    if (columns > width && breaks.length > 0) return best(line, breaks)
  }
  return null
}

/** The last blank of a run, with words behind it. */
function isBreak(line: string, at: number): boolean {
  const next = line[at + 1]
  return next !== undefined && next !== ' ' && next !== '\t'
}

function best(line: string, breaks: readonly number[]): number {
  const tried = breaks.slice(-TRIES).reverse()
  const good = tried.find((at) => {
    const next = line.slice(at + 1, at + 200)
    return line[at - 1] !== ' ' && !BULLET.test(next) && !isBadStart(next)
  })
  return good ?? tried[0] ?? 0
}
