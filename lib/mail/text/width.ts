/**
 * How many columns a text takes in a terminal, which is where list mail is read.
 *
 * Counted per code point, not per grapheme: mail readers, and the linters that lists run, add up code points,
 * and a table whose rows are equally wide only for a reader that joins emoji is ragged everywhere else. For
 * the same reason a symbol such as the telephone is one column unless Unicode gives it emoji presentation by
 * itself (string-width says two for all of them).
 */
import stringWidth from 'string-width'

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const EMOJI_BY_DEFAULT = /^\p{Emoji_Presentation}$/u
/** Symbols that are emoji only when a selector asks for it. CJK signs among them are wide all the same. */
const TEXT_SYMBOL = /^\p{Emoji}$/u
const CJK_SIGN = /^[\u3000-\u33ff\u{1f200}-\u{1f2ff}]$/u
/** What it will be is unknown, and most of the room that is left is for wide scripts: rather too wide. */
const UNASSIGNED = /^\p{Cn}$/u
/** Regional indicators are emoji only in pairs; one by one they are narrow. */
const REGIONAL = /^\p{Regional_Indicator}$/u

/** Columns of one line of text; a tab goes on to the next multiple of eight from the line's start. */
export function displayWidth(line: string): number {
  if (/^[\x20-\x7e]*$/.test(line)) return line.length
  let columns = 0
  for (const character of line) {
    if (character === '\t') columns += 8 - (columns % 8)
    else columns += characterWidth(character)
  }
  return columns
}

/** `line` with blanks after it up to `columns`; unchanged when it is wider already. */
export function padToWidth(line: string, columns: number): string {
  return line + ' '.repeat(Math.max(0, columns - displayWidth(line)))
}

/** Tables of Unicode are asked once for each character; there are few in a text, and a bound for what is not one. */
const known = new Map<string, number>()
const KNOWN_MAX = 4096

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  const found = known.get(character)
  if (found !== undefined) return found
  const width = widthByTables(character)
  if (known.size < KNOWN_MAX) known.set(character, width)
  return width
}

function widthByTables(character: string): number {
  if (NO_WIDTH.test(character)) return 0
  if (REGIONAL.test(character)) return 1
  if (EMOJI_BY_DEFAULT.test(character)) return 2
  if (UNASSIGNED.test(character)) return 2
  if (TEXT_SYMBOL.test(character) && !CJK_SIGN.test(character)) return 1
  return stringWidth(character)
}
