/** Labels of diagrams as ASCII: what mermaid would show, on one line. */
import { plainSigns } from '#lib/mail/text/clean.ts'

/**
 * The text of a label; null when it is not plain: a character outside ASCII that has no usual spelling, a
 * character reference, Markdown in a string, an icon.
 */
export function plainLabel(raw: string): string | null {
  const text = plainSigns(raw.replace(/<br\s*\/?>/gi, ' '))
    .replace(/\s+/g, ' ')
    .trim()
  if (!/^[\x20-\x7e]*$/.test(text)) return null
  if (/#\w+;|`|<\/?[a-z]|\bfa:/i.test(text)) return null
  return text
}

/** Words of a label in lines of at most `width`; a longer word stays whole. */
export function wrapLabel(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
