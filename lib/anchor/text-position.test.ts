import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOfShown, shownRange, shownText } from './text-position.ts'

/** As the blocks are made (lib/writeup/parse/text-content.ts). */
const collapse = (text: string) => text.replace(/\s+/g, ' ').trim().normalize('NFC')

/** Words, blanks, line ends, marks that compose, jamo, pairs, letters from right to left. */
const shownTexts = fc
  .array(
    fc.constantFrom(
      'a',
      'wake',
      ' ',
      '  ',
      '\n',
      '\t',
      '\u00a0',
      'e\u0301',
      '\u0301',
      'é',
      '🙂',
      '👩‍🚒',
      'שלום',
      '\u1112\u1161\u11ab',
      '가',
      '-',
      '(',
      '>',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

test('the text is what the blocks have, whatever is shown', () => {
  fc.assert(
    fc.property(shownTexts, (shown) => {
      const { text, offsets } = shownText(shown, false)
      expect(text).toBe(collapse(shown))
      expect(offsets).toHaveLength(shown.length + 1)
      expect(offsets.every((at, i) => at >= (offsets[i - 1] ?? 0) && at <= text.length)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('code is verbatim', () => {
  expect(shownText('\tif (x)  y;', true)).toEqual({
    text: '\tif (x)  y;',
    offsets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  })
})

test('a selection is the words in it, without the blanks at its ends', () => {
  const shown = shownText('  Who\n   owns  the entry ', false)
  const words = (from: number, to: number) => {
    const range = rangeOfShown(shown, from, to)
    return range && shown.text.slice(range.start, range.end)
  }
  expect(shown.text).toBe('Who owns the entry')
  expect(words(0, 6)).toBe('Who')
  expect(words(5, 18)).toBe('owns the')
  expect(words(3, 99)).toBe('ho owns the entry')
  expect(words(5, 9)).toBe(null)
})

test('a selection has whole characters', () => {
  const shown = shownText('a 🙂 b', false)
  expect(rangeOfShown(shown, 3, 6)).toEqual({ start: 2, end: 6 })
  expect(rangeOfShown(shown, 0, 3)).toEqual({ start: 0, end: 4 })
})

test('there and back again is the same range', () => {
  fc.assert(
    fc.property(shownTexts, fc.nat(60), fc.nat(60), (shown, from, to) => {
      const map = shownText(shown, false)
      const range = rangeOfShown(map, Math.min(from, to), Math.max(from, to))
      if (!range) return
      const back = shownRange(map, range)
      expect(back).not.toBe(null)
      if (back) expect(rangeOfShown(map, back.start, back.end)).toEqual(range)
    }),
    { numRuns: 2000 },
  )
})

test('offsets outside the text are nowhere', () => {
  const map = shownText('abc', false)
  for (const range of [
    { start: 0, end: 4 },
    { start: -1, end: 2 },
    { start: 2, end: 2 },
  ])
    expect(shownRange(map, range)).toBe(null)
})
