/**
 * Text without its white space, with the way back.
 *
 * Mailers break lines, indent, double a space, put no-break spaces where spaces were and curl quotation marks; they
 * do not change letters. So quotes are compared in this form, and what is found is told in offsets of the text as
 * it stands.
 */
import { plainSigns } from '#lib/mail/text/clean.ts'

export type Squeezed = {
  readonly text: string
  /** For each UTF-16 unit of `text`, the offset of the character that it came from. */
  readonly at: Int32Array
}

const INVISIBLE = /[\s\p{Cf}]/u

export function squeeze(original: string): Squeezed {
  const at: number[] = []
  const units: string[] = []
  for (let i = 0; i < original.length; i++) {
    const code = original.charCodeAt(i)
    if (code <= 0x20) continue
    if (code < 0x7f) {
      units.push(original[i] ?? '')
      at.push(i)
      continue
    }
    const character = String.fromCodePoint(original.codePointAt(i) ?? 0)
    if (!INVISIBLE.test(character)) {
      for (const unit of plainSigns(character).replace(/\s/g, '').split('')) {
        units.push(unit)
        at.push(i)
      }
    }
    i += character.length - 1
  }
  return { text: units.join(''), at: Int32Array.from(at) }
}

/** The letters alone, for the many short texts whose offsets nobody asks for. */
export function lettersOf(original: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII as a range, and its white space and controls.
  if (/^[\u0000-\u007e]*$/.test(original)) return original.replace(/[\u0000-\u0020]+/g, '')
  return squeeze(original).text
}
