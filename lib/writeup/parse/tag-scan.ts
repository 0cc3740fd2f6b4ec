/**
 * A tag as its author wrote it, read from the text alone: where it ends, or why it is none. MDX's own tokenizer stops the
 * whole parse at the first tag that it cannot read; this one says beforehand whether it could, and goes on.
 */
export type ScannedTag =
  | {
      readonly kind: 'tag'
      /** Exclusive offset. */
      readonly end: number
      /** Empty: `<>`. */
      readonly name: string
      readonly isClosing: boolean
      readonly isSelfClosing: boolean
    }
  /** `at`: offset of what is wrong; of the `<` where nothing in it looks like a tag. */
  | { readonly kind: 'none'; readonly at: number; readonly why: 'plain' | 'no-quotes' | 'no-end' }

/** A tag over more is none that anybody wrote. */
const LONGEST_TAG = 4000
const NAME = /[A-Za-z_$][\w$]*(?:[-.:][\w$-]+)*/y
const BLANKS = /[ \t\n]*/y

/**
 * @param at offset of the `<`.
 * @param braces `closingBraces` of the text.
 */
export function scanTag(source: string, at: number, braces: ReadonlyMap<number, number>): ScannedTag {
  const limit = Math.min(source.length, at + LONGEST_TAG)
  const plain: ScannedTag = { kind: 'none', at, why: 'plain' }
  let offset = at + 1
  const closingBrace = (brace: number): number | null => {
    const end = braces.get(brace)
    return end === undefined || end > limit ? null : end
  }
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = offset
    const found = pattern.exec(source)?.[0] ?? ''
    offset += found.length
    return found
  }
  const isClosing = source[offset] === '/'
  if (isClosing) offset += 1
  const name = skip(NAME)
  if (name === '') {
    return source[offset] === '>'
      ? { kind: 'tag', end: offset + 1, name, isClosing, isSelfClosing: false }
      : plain
  }
  for (;;) {
    const blanks = skip(BLANKS)
    if (offset >= limit) return { kind: 'none', at, why: 'no-end' }
    const sign = source[offset]
    if (sign === '>') return { kind: 'tag', end: offset + 1, name, isClosing, isSelfClosing: false }
    if (sign === '/' && source[offset + 1] === '>') {
      return isClosing ? plain : { kind: 'tag', end: offset + 2, name, isClosing, isSelfClosing: true }
    }
    if (blanks === '' || isClosing) return plain
    if (sign === '{') {
      const end = closingBrace(offset)
      if (end === null) return plain
      offset = end
      continue
    }
    const start = offset
    if (skip(NAME) === '') return plain
    const afterName = offset
    skip(BLANKS)
    if (source[offset] !== '=') {
      offset = afterName
      continue
    }
    offset += 1
    skip(BLANKS)
    const quote = source[offset]
    if (quote === '"' || quote === "'") {
      const end = source.slice(offset + 1, limit).indexOf(quote) + offset + 1
      if (end === offset) return { kind: 'none', at: start, why: 'no-quotes' }
      offset = end + 1
    } else if (quote === '{') {
      const end = closingBrace(offset)
      if (end === null) return { kind: 'none', at: start, why: 'no-quotes' }
      offset = end
    } else return { kind: 'none', at: start, why: 'no-quotes' }
  }
}

/** Of each brace that is closed, by its offset, the offset behind the one that closes it. All at once: each is asked often. */
export function closingBraces(source: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const { index, 0: sign } of source.matchAll(/[{}]/g)) {
    if (sign === '{') open.push(index)
    else {
      const opening = open.pop()
      if (opening !== undefined) ends.set(opening, index + 1)
    }
  }
  return ends
}
