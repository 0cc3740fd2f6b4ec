/**
 * RFC 2047: text outside ASCII in headers, as `=?UTF-8?q?...?=`.
 *
 * Only the q form: it keeps the ASCII letters of a word readable in raw headers, and base64 of text that is
 * mostly ASCII is what spam filters look for. An encoded word is at most 75 characters and holds whole
 * characters, because a reader decodes each word by itself before it joins them.
 */
import { invariant } from '#lib/result.ts'
import { decodeUtf8, utf8Bytes } from './utf8.ts'

const MAX_WORD = 75
const OPEN = '=?UTF-8?q?'
const CLOSE = '?='
/** The strictest of the RFC's three sets (5.3, phrases): one spelling is right in names and subjects alike. */
const AS_IS = /^[A-Za-z0-9!*+/-]$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** True for text that raw headers cannot carry, or that would be read as an encoded word itself. */
export function needsEncoding(text: string): boolean {
  return /[^\x20-\x7e]|=\?/.test(text)
}

/** `text` as encoded words; readers join them without the white space between them. At least one. */
export function encodeWords(text: string): string[] {
  // Encoded, a line break passes every check on raw headers, and is one again for whoever decodes it.
  invariant(!CONTROL.test(text), 'header text holds a control character')
  const words: string[] = []
  let word = ''
  for (const character of text) {
    const encoded = encodeCharacter(character)
    if (OPEN.length + word.length + encoded.length + CLOSE.length > MAX_WORD) {
      words.push(OPEN + word + CLOSE)
      word = ''
    }
    word += encoded
  }
  words.push(OPEN + word + CLOSE)
  return words
}

/**
 * Header text with its encoded words decoded. UTF-8, US-ASCII and ISO 8859-1 in q or b; a word in another
 * charset, or a broken one, stays as it stands. White space between two encoded words goes, other stays.
 */
export function decodeEncodedWords(text: string): string {
  const joined = text.replace(/(=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)/g, '$1')
  return joined.replace(
    /=\?([^?\s]+)\?([bBqQ])\?([^?\s]*)\?=/g,
    (word, charset: string, form: string, payload: string) => {
      const bytes = /b/i.test(form) ? decodeBase64(payload) : decodeQ(payload)
      if (bytes === null) return word
      if (/^iso-8859-1$/i.test(charset)) return bytes
      if (!/^(utf-8|us-ascii)$/i.test(charset)) return word
      const decoded = decodeUtf8(bytes)
      return decoded.badAt === null ? decoded.text : word
    },
  )
}

/** The payload of a q word as byte text. */
export function decodeQ(payload: string): string {
  return payload
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The payload of a b word as byte text; null when it is not base64. Missing padding is forgiven. */
export function decodeBase64(payload: string): string | null {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const digits = payload.replace(/=+$/, '')
  if (/[^A-Za-z0-9+/]/.test(digits) || digits.length % 4 === 1) return null
  let bytes = ''
  let bits = 0
  let value = 0
  for (const digit of digits) {
    value = ((value << 6) | ALPHABET.indexOf(digit)) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes += String.fromCharCode((value >> bits) & 0xff)
    }
  }
  return bytes
}

function encodeCharacter(character: string): string {
  if (AS_IS.test(character)) return character
  if (character === ' ') return '_'
  return utf8Bytes(character.codePointAt(0) ?? 0)
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}
