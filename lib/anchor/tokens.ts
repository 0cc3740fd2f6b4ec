/**
 * A text as a sequence of tokens: what two revisions are compared by.
 *
 * White space is no token, so wrapping a paragraph anew changes nothing. Case is kept. A word is a run of letters, digits,
 * marks and `_`: an identifier is one token, and a combining character never leaves its letter. Scripts that set no blanks
 * between words give a token for each character. The operators of C that are more than one sign are one token, so that
 * `hb->lock` is three. Everything else is one token a character, with its marks and joiners (an emoji of several is one).
 */

/** How strongly the text breaks before a token, from 0 (not at all) to `BREAK_BLOCK`. */
export const BREAK_CLAUSE = 1
export const BREAK_SENTENCE = 2
/** An empty line, or the start of the text. */
export const BREAK_BLOCK = 3

export type Tokens = {
  readonly words: readonly string[]
  /** UTF-16 offsets into the text. */
  readonly starts: Int32Array
  /** Exclusive. */
  readonly ends: Int32Array
  /** For each token, how the text breaks before it. */
  readonly breaks: Uint8Array
}

const BLANKLESS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
const TOKEN = new RegExp(
  [
    String.raw`[${BLANKLESS}][\p{M}\p{Lm}]*`,
    String.raw`(?:(?![${BLANKLESS}])[\p{L}\p{N}\p{M}_])+`,
    String.raw`->|==|!=|<=|>=|&&|\|\||::|\+\+|--|<<|>>|\.\.\.`,
    String.raw`\p{Regional_Indicator}{2}`,
    String.raw`[^\s](?:[\p{M}\p{Emoji_Modifier}]|\u200d[^\s])*`,
  ].join('|'),
  'gu',
)

export function tokensOf(text: string): Tokens {
  const words: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const breaks: number[] = []
  let before = 0
  let last = ''
  for (const match of text.matchAll(TOKEN)) {
    const [word] = match
    breaks.push(words.length === 0 ? BREAK_BLOCK : breakBetween(text, before, match.index, last))
    words.push(word)
    starts.push(match.index)
    before = match.index + word.length
    ends.push(before)
    last = word
  }
  return {
    words,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    breaks: Uint8Array.from(breaks),
  }
}

function breakBetween(text: string, from: number, to: number, last: string): number {
  let lines = 0
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) lines += 1
  if (lines > 1) return BREAK_BLOCK
  if (from === to) return 0
  if (last === '.' || last === '!' || last === '?') return BREAK_SENTENCE
  return last === ',' || last === ';' || last === ':' || last === ')' ? BREAK_CLAUSE : 0
}

/** The first token that ends after `offset`; `words.length` when none does. */
export function tokenAfter({ ends }: Tokens, offset: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}

/** Whether the token holds a letter or a digit. */
export function isWord(word: string): boolean {
  return /[\p{L}\p{N}_]/u.test(word)
}
