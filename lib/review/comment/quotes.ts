/** What a comment's writer quotes in it: whose words they are decides where the comment belongs, in mail. */
import { stretchesOf } from './recognise.ts'

/**
 * The words of each quote with words of the comment below it, in order, without one mark each: what may be a quote of
 * the answered mail. One at the end is none: a mail ends with its sender's own words.
 */
export function quotesIn(text: string): string[] {
  if (!/^>/m.test(text)) return []
  const lines = text.split('\n')
  const last = lines.findLastIndex((line) => !line.startsWith('>') && line.trim() !== '')
  return stretchesOf(lines)
    .filter(({ kind, from }) => kind === 'quote' && from < last)
    .map(({ from, to }) =>
      lines
        .slice(from, to)
        .map((line) => line.replace(/^> ?/, ''))
        .filter((line) => line.trim() !== '[...]')
        .join('\n'),
    )
}
