/**
 * Text as list mail may carry it: NFC, plain spaces, nothing invisible.
 *
 * Bidirectional controls can make a line read as something else than what it says (CVE-2021-42574), zero-width
 * characters hide words from search, and a no-break space breaks `git grep`. Visible characters of any script
 * stay as they are: names are names.
 */

/** What reads as a space but is not one. The two line separators would start a line nobody wrote. */
const ODD_SPACE = /[\p{Zs}\u0085\u2028\u2029\ufffc]/gu
/** Format controls (bidi, zero width, soft hyphen, tags) and the selectors that choose between two glyphs. */
const INVISIBLE =
  /\p{Cf}|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu
const LONE_SURROGATE = /\p{Cs}/gu

/** Characters that were taken out, for whoever wants to tell the author; spaces do not count. */
export type Cleaned = { readonly text: string; readonly removed: readonly string[] }

/** Keeps LF and tab. `removed` lists each removed character once, as `U+202E`. */
export function cleanText(raw: string): Cleaned {
  // Most text, and nothing below would find anything in it.
  if (/^[\x20-\x7e\n]*$/.test(raw)) return { text: raw, removed: [] }
  const removed = new Set<string>()
  const note = (character: string) => {
    removed.add(`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    return ''
  }
  const text = raw
    .replace(/\r\n?/g, '\n')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(ODD_SPACE, ' ')
    .replace(INVISIBLE, note)
    .replace(CONTROL, note)
    .normalize('NFC')
  return { text, removed: [...removed] }
}

/** One line of header text: cleaned, white space (line breaks too) collapsed to single spaces. */
export function cleanLine(raw: string): string {
  return cleanText(raw).text.replace(/\s+/g, ' ').trim()
}

/** Typography that has a plain spelling everybody on a list would type. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2015': '-',
  '\u2022': '*',
  '\u2026': '...',
  '\u2190': '<-',
  '\u2192': '->',
  '\u2194': '<->',
  '\u21d2': '=>',
  '\u2212': '-',
  '\u2260': '!=',
  '\u2264': '<=',
  '\u2265': '>=',
  '\u00b1': '+/-',
  '\u00b5': 'u',
  '\u03bc': 'u',
  '\u00b7': '*',
  '\u00d7': 'x',
  '\u00a7': 'section ',
}

/** For tables and diagrams, which are ASCII: typographic signs in their plain spelling; names stay. */
export function plainSigns(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => PLAIN[character] ?? character)
}
