/** Labels of diagrams as ASCII: what mermaid would show, on one line. */
import { plainSigns } from '#lib/mail/text/clean.ts'

/**
 * The text of a label; null when it is not plain: a character outside ASCII that has no usual spelling, a
 * character reference, Markdown in a string, an icon.
 */
export function plainLabel(raw: string): string | null {
  const text = plainSigns(decoded(unmarked(raw).replace(/<br\s*\/?>/gi, ' ')))
    .replace(/\s+/g, ' ')
    .trim()
  if (!/^[\x20-\x7e]*$/.test(text)) return null
  if (/#\w+;|`|\bfa:/i.test(text)) return null
  return text
}

const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ' }

/** Entities as mermaid has them (`#gt;`, `#59;`), and as HTML has them. */
function decoded(label: string): string {
  return label.replace(/[#&](?:#?(\d{2,5})|(lt|gt|amp|quot|nbsp));/g, (entity, code, name) =>
    code === undefined ? (SIGNS[name] ?? entity) : String.fromCharCode(Number(code)),
  )
}

/** A string in Markdown, `` `**words**` ``, as its words. */
function unmarked(label: string): string {
  const inner = /^\s*`([^`]*)`\s*$/.exec(label)?.[1]
  return inner === undefined ? label : inner.replace(/\*\*|__|(?<!\w)[*_]|[*_](?!\w)/g, '')
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
