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
    const width = displayWidth(word)
    const gap = line.length > 0 ? 1 : 0
    // An overlong word does not stand behind a bullet or a label either: those get a line of their own.
    const isLabelled = lines.length === 1 && options.first.trim() !== ''
    if (column + gap + width <= options.width || (line.length === 0 && !isLabelled)) {
      line.push(word)
      column += gap + width
      continue
    }
    const next = [word]
    // Only lines without a prefix begin at the left edge, where those programs look.
    const ahead = (start: readonly string[]) => [...start, ...words.slice(i + 1, i + 4)].join(' ')
    while (options.rest === '' && line.length > 1 && options.isBadStart(ahead(next))) {
      const before = line.at(-1) ?? ''
      // Two words of which one is too wide already would be a long line, not a long word.
      if (displayWidth([before, ...next].join(' ')) > options.width) break
      next.unshift(before)
      line.pop()
    }
    lines.push(next)
    column = indentOf(lines.length - 1) + displayWidth(next.join(' '))
  }
  return lines.map((line, i) => `${i === 0 ? options.first : options.rest}${line.join(' ')}`.trimEnd())
}
