/** What is done to a comment's lines on its way to a list, in words for the person who typed them. */
import type { MailedComment } from './comment-mail.ts'
import type { LineSet } from './line-set.ts'

const MAX_SHOWN = 5
const MAX_LETTERS = 60

/** Empty when the comment leaves as it was typed. */
export function wayWords({ lines, way }: MailedComment): string[] {
  const said = (set: LineSet, words: string) =>
    set.length === 0 ? [] : [`${words} ${shown(lines, set)}. It comes back as you typed it.`]
  const wrapped = way.joined.length
  return [
    ...(wrapped > 0
      ? [
          `${wrapped === 1 ? 'A long line of prose is' : `${wrapped} long lines of prose are`} wrapped at 72 columns.`,
        ]
      : []),
    ...said(way.inset, 'Set in by four blanks, as list programs take it for something else than words:'),
    ...said(way.loose, 'A blank is put into scissors, at which git would cut the mail:'),
    ...said(way.spelt, 'Control characters are shown as signs:'),
    ...said(way.cut, 'Cut, as a line of mail has at most 998 bytes; this continues the line above:'),
  ]
}

function shown(lines: readonly string[], set: LineSet): string {
  const all = set.flatMap(([first, last]) => lines.slice(first - 1, Math.min(last, first + MAX_SHOWN)))
  const named = all.slice(0, MAX_SHOWN).map((line) => `“${shortened(line.trim())}”`)
  return named.join(', ') + (all.length > MAX_SHOWN ? ' and more' : '')
}

function shortened(line: string): string {
  const letters = [...line.slice(0, 4 * MAX_LETTERS)]
  return letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS).join('')}…` : line
}
