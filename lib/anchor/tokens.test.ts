import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BREAK_BLOCK, BREAK_SENTENCE, tokenAfter, tokensOf } from './tokens.ts'

test.each([
  ['an identifier is one token', 'futex_wait_setup()', ['futex_wait_setup', '(', ')']],
  ['an operator of C is one', 'hb->lock != 0', ['hb', '->', 'lock', '!=', '0']],
  ['a combining mark stays with its letter', 'e\u0301te\u0301', ['e\u0301te\u0301']],
  ['letters of any script make words', 'блокировка שלום', ['блокировка', 'שלום']],
  ['what has no blanks is told character by character', '待ち行列', ['待', 'ち', '行', '列']],
  ['an emoji of several is one', '👩‍💻 ok 👍🏽 🇩🇪', ['👩‍💻', 'ok', '👍🏽', '🇩🇪']],
])('%s', (_, text, words) => {
  expect(tokensOf(text).words).toEqual(words)
})

test('how a text breaks before a token is kept, but not where its lines are wrapped', () => {
  const { words, breaks } = tokensOf('One two.\nThree\nfour\n\nfive')
  expect(words.map((word, at) => [word, breaks[at]])).toEqual([
    ['One', BREAK_BLOCK],
    ['two', 0],
    ['.', 0],
    ['Three', BREAK_SENTENCE],
    ['four', 0],
    ['five', BREAK_BLOCK],
  ])
})

test('tokens are the text without its white space, in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const { words, starts, ends } = tokensOf(text)
      expect(words.join('')).toBe(text.replace(/\s+/gu, ''))
      for (const [at, word] of words.entries()) {
        expect(text.slice(starts[at], ends[at])).toBe(word)
        expect(tokenAfter({ words, starts, ends, breaks: new Uint8Array() }, starts[at] ?? 0)).toBe(at)
      }
    }),
  )
})
