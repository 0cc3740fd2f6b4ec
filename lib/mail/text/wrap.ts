/**
 * Filling lines with words, by display width.
 *
 * A word is whatever must not be broken; it may hold blanks (a short piece of code, `word [1]`). A word that is
 * wider than the line gets a line of its own and is not cut: a path or a name that was cut cannot be searched.
 *
 * Some words must not begin a line, because git, b4 or a mail reader would read the line as something else
 * (`From `, `>`, `Acked-by`, `diff -`). Then the word before comes along to the next line.
 */
import { invariant } from '#lib/result.ts'
import { displayWidth } from './width.ts'

export type WrapOptions = {
  /** Columns, prefixes included. */
  readonly width: number
  /** Stands before the first line: a bullet. */
  readonly first: string
  /** Stands before the others; blanks as wide as the bullet for a hanging indent. */
  readonly rest: string
  /** Says of a line (without its prefix) whether it must not stand at the left edge. */
  readonly isBadStart: (line: string) => boolean
}

/** In front of a word that follows the one before without a blank: a line may break there all the same. */
const GLUE = '\u0003'
const SCRIPT_WITHOUT_BLANKS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const NEVER_FIRST = /^[，。、；：！？）」』】》〉〕·…ー々]/u
/** The same between words of such a script: many write them there instead of the wide ones. */
const ASCII_NEVER_FIRST = /^[,.;:!?)\]}%]/
const NEVER_LAST = /[（「『【《〈〔([{]$/u

/** A word of a script that has no blanks between words, in pieces between which a line may break; else the word itself. */
export function breakable(word: string): string[] {
  if (!SCRIPT_WITHOUT_BLANKS.test(word)) return [word]
  const pieces: string[] = []
  for (const sign of word) {
    const last = pieces.at(-1)
    const before = last?.at(-1) ?? ''
    const mayBreak =
      last !== undefined &&
      (SCRIPT_WITHOUT_BLANKS.test(sign) || SCRIPT_WITHOUT_BLANKS.test(before) || NEVER_FIRST.test(before)) &&
      !NEVER_FIRST.test(sign) &&
      !ASCII_NEVER_FIRST.test(sign) &&
      !NEVER_LAST.test(last) &&
      sign !== ' ' &&
      before !== ' '
    if (last === undefined || mayBreak) pieces.push(sign)
    else pieces[pieces.length - 1] = last + sign
  }
  return pieces.map((piece, i) => (i === 0 ? piece : GLUE + piece))
}

const joined = (words: readonly string[]) =>
  words.map((word, i) => (word.startsWith(GLUE) ? word.slice(1) : i === 0 ? word : ` ${word}`)).join('')

/** At least one line, none with blanks at its end. */
export function wrapWords(words: readonly string[], options: WrapOptions): string[] {
  invariant(
    words.every((word) => word !== '' && word === word.trim()),
    'words have no blanks around them',
  )
  const lines: string[][] = [[]]
  const indentOf = (line: number) => displayWidth(line === 0 ? options.first : options.rest)
  let column = indentOf(0)
  for (const [i, word] of words.entries()) {
    const line = lines.at(-1) ?? []
    const isGlued = word.startsWith(GLUE)
    const width = displayWidth(isGlued ? word.slice(1) : word)
    const gap = line.length > 0 && !isGlued ? 1 : 0
    // An overlong word does not stand behind a bullet or a label either: those get a line of their own.
    const isLabelled = lines.length === 1 && options.first.trim() !== ''
    if (column + gap + width <= options.width || (line.length === 0 && !isLabelled)) {
      line.push(word)
      column += gap + width
      continue
    }
    const next = [word]
    // Only lines without a prefix begin at the left edge, where those programs look.
    const ahead = (start: readonly string[]) => joined([...start, ...words.slice(i + 1, i + 4)])
    while (options.rest === '' && line.length > 1 && options.isBadStart(ahead(next))) {
      const before = line.at(-1) ?? ''
      // Two words of which one is too wide already would be a long line, not a long word.
      if (displayWidth(joined([before, ...next])) > options.width) break
      next.unshift(before)
      line.pop()
    }
    lines.push(next)
    column = indentOf(lines.length - 1) + displayWidth(joined(next))
  }
  return lines.map((line, i) => `${i === 0 ? options.first : options.rest}${joined(line)}`.trimEnd())
}

/** Lines of a mail of ours out of one running text, of 72 columns; none out of blanks. */
export function filled(text: string, first = '', rest = first): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return []
  return wrapWords(words, { width: 72, first, rest, isBadStart: (line) => line.startsWith('From ') })
}
