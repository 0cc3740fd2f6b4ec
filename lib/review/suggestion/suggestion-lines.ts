/**
 * A suggestion as lines of a comment, as it leaves by mail, waits in a review, and is typed by who writes mail:
 *
 *     Suggestion:
 *     - the words that stand there,
 *     - all lines of them
 *     + the words instead
 *
 * At the end of the words about a passage; without lines of the second kind it takes words away. In a mail that somebody else
 * wrapped, a line that is set in goes on the one above it.
 *
 * Invariant: readSuggestion(withSuggestion(words, s)) is `words` and `s`, for words that are not empty.
 */
import { isOwnBelow } from '#lib/mail/import/acting-lines.ts'
import { MAX_SUGGESTED, NO_WORDS } from './suggestion.ts'

export type SuggestionLines = { readonly old: string; readonly replacement: string }

const HEAD = 'Suggestion:'

const marked = (sign: string, text: string) =>
  text.split('\n').map((line) => (line === '' ? sign : `${sign} ${line}`))

export function withSuggestion(words: string, { old, replacement }: SuggestionLines): string {
  const lines = [...marked('-', old), ...(replacement === '' ? [] : marked('+', replacement))]
  return (words === NO_WORDS ? [HEAD, ...lines] : [words, '', HEAD, ...lines]).join('\n')
}

/**
 * Null: it ends in none.
 *
 * @param isMailed it came by a mailer that may have wrapped it, and that nobody can ask; and it may end in what others said, and
 *   in a patch with lines like these
 */
export function readSuggestion(
  text: string,
  isMailed = false,
): { readonly words: string; readonly suggestion: SuggestionLines } | null {
  const lines = text.split('\n')
  while (lines.at(-1)?.trim() === '') lines.pop()
  const head = lines.lastIndexOf(HEAD)
  if (isMailed && !isOwnBelow(lines.slice(0, Math.max(0, head)))) return null
  if (head < 0 || text.length - lines.slice(0, head).join('\n').length > 4 * MAX_SUGGESTED) return null
  const parts: Record<'-' | '+', string[]> = { '-': [], '+': [] }
  let sign: '-' | '+' = '-'
  for (const line of lines.slice(head + 1)) {
    const found = /^([-+])(?: |$)/.exec(line)?.[1]
    if (found === '-' || found === '+') {
      if (found === '-' && sign === '+') return null
      sign = found
      parts[sign].push(line.slice(2))
    } else if (isMailed && /^ {1,4}\S/.test(line) && parts[sign].length > 0) {
      parts[sign].push(`${parts[sign].pop()} ${line.trim()}`)
    } else return null
  }
  const [old, replacement] = [parts['-'].join('\n'), parts['+'].join('\n')]
  if (old === '' || old.length > MAX_SUGGESTED || replacement.length > MAX_SUGGESTED) return null
  const above = lines.slice(0, head)
  if (above.at(-1) === '') above.pop()
  const words = above.join('\n')
  return { words: words === '' ? NO_WORDS : words, suggestion: { old, replacement } }
}

/** The words of a comment as they leave: with its suggestion, where it has one that stands. Of columns of the database. */
export function leavingWords(
  words: string,
  suggestion: { readonly oldText: string; readonly newText: string } | null,
): string {
  // Of a comment that was deleted both are empty.
  if (!suggestion || suggestion.oldText === '') return words
  return withSuggestion(words, { old: suggestion.oldText, replacement: suggestion.newText })
}
