/**
 * Characters that a mail may hold and should not: controls, which move a terminal's cursor, and the other line ends of
 * Unicode, at which some software breaks a line that its writer did not.
 *
 * They leave in a form that shows them. A control of ASCII is its picture (U+2401 for U+0001), others are
 * `\u2426{9b}`. U+2426 stands for "what follows is not meant": before a picture, or before itself, that sign is the
 * writer's own. So the way back is exact.
 *
 * Invisible characters that move nothing (soft hyphens, joiners of emoji, no-break spaces) leave as they are: some
 * scripts need them, and the linter tells of them.
 */
const MARK = '\u2426'
/** Controls but for tab and LF, separators of lines and paragraphs, marks of direction. */
const UNMAILABLE = /[^\P{Cc}\t\n]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const TO_SPELL = new RegExp(`${UNMAILABLE.source}|[\\u2400-\\u2421\\u2426]`, 'gu')
const SPELT = /\u2426(?:\{([0-9a-f]{1,4})\}|([\u2400-\u2421\u2426]))|[\u2400-\u2421]/g

export const hasUnmailable = (line: string) => UNMAILABLE.test(line)

export function spelt(line: string): string {
  return line.replace(TO_SPELL, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    if (character === MARK || (code >= 0x2400 && code <= 0x2421)) return MARK + character
    return `${MARK}{${code.toString(16)}}`
  })
}

export function unspelt(line: string): string {
  return line.replace(SPELT, (sign, hex: string | undefined, own: string | undefined) => {
    if (own !== undefined) return own
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    const code = sign.charCodeAt(0)
    return code === 0x2421 ? '\u007f' : String.fromCharCode(code - 0x2400)
  })
}
