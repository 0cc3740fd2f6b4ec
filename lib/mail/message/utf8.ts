/**
 * UTF-8, by hand: this leaf has neither Node's Buffer nor the DOM's TextEncoder, and it needs three things
 * that both lack anyway: the length of a text in bytes without encoding it, the bytes of one character for a
 * header, and the place where a byte sequence stops being UTF-8.
 *
 * "Byte text" below is a string whose UTF-16 units are bytes, 0 to 255: searchable with string functions,
 * with offsets that are byte offsets.
 */

/** Bytes that `text` takes in UTF-8. A lone surrogate counts as U+FFFD, which is what would be written. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (isPairAt(text, i)) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/** The bytes of one character (a code point). */
export function utf8Bytes(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint]
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), 0x80 | (codePoint & 0x3f)]
  if (codePoint >= 0xd800 && codePoint < 0xe000) return [0xef, 0xbf, 0xbd]
  if (codePoint < 0x10000) {
    return [0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f)]
  }
  return [
    0xf0 | (codePoint >> 18),
    0x80 | ((codePoint >> 12) & 0x3f),
    0x80 | ((codePoint >> 6) & 0x3f),
    0x80 | (codePoint & 0x3f),
  ]
}

/** Text to byte text. */
export function encodeUtf8(text: string): string {
  // Most mail is ASCII, which is its own byte text.
  if (isAscii(text)) return text
  const parts: string[] = []
  for (const character of text) {
    parts.push(String.fromCharCode(...utf8Bytes(character.codePointAt(0) ?? 0)))
  }
  return parts.join('')
}

export type DecodedUtf8 = {
  /** Every byte that is not part of a character became U+FFFD. */
  readonly text: string
  /** Offset of the first such byte; null for clean UTF-8. */
  readonly badAt: number | null
}

/** Byte text to text. Overlong forms, surrogates and anything above U+10FFFF are not UTF-8. */
export function decodeUtf8(bytes: string): DecodedUtf8 {
  if (isAscii(bytes)) return { text: bytes, badAt: null }
  const parts: string[] = []
  let badAt: number | null = null
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes.charCodeAt(i)
    const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
    let codePoint = size === 1 ? lead : lead & (0x7f >> size)
    let valid = size > 0
    for (let k = 1; k < size && valid; k++) {
      const next = bytes.charCodeAt(i + k)
      valid = (next & 0xc0) === 0x80
      codePoint = (codePoint << 6) | (next & 0x3f)
    }
    if (size === 3) valid &&= codePoint >= 0x800 && (codePoint < 0xd800 || codePoint >= 0xe000)
    if (size === 4) valid &&= codePoint >= 0x10000 && codePoint <= 0x10ffff
    if (valid) {
      parts.push(String.fromCodePoint(codePoint))
      i += size
    } else {
      badAt ??= i
      parts.push('\ufffd')
      i += 1
    }
  }
  return { text: parts.join(''), badAt }
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

function isPairAt(text: string, i: number): boolean {
  const high = text.charCodeAt(i)
  const low = text.charCodeAt(i + 1)
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000
}
