import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { buildSuffixIndex, isSubstring, matchSuffixes } from './suffix-index.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 })

test('the longest end that stands in the text is what a search for every end finds', () => {
  fc.assert(
    fc.property(text, text, (source, quote) => {
      const { lengths, ends } = matchSuffixes(buildSuffixIndex(source), quote)
      for (let i = 0; i < quote.length; i++) {
        let length = i + 1
        while (length > 0 && !source.includes(quote.slice(i + 1 - length, i + 1))) length--
        expect(lengths[i]).toBe(length)
        const found = quote.slice(i + 1 - length, i + 1)
        expect(ends[i]).toBe(length === 0 ? 0 : source.indexOf(found) + length)
      }
    }),
    { numRuns: 500 },
  )
})

test('a part of the text is told from what is none', () => {
  fc.assert(
    fc.property(text, text, (source, part) => {
      expect(isSubstring(buildSuffixIndex(source), part)).toBe(source.includes(part))
    }),
    { numRuns: 500 },
  )
})

test('a text of many letters, and of many different ones, is indexed in linear time', () => {
  const same = 'a'.repeat(131_072)
  const different = Array.from({ length: 50_000 }, (_, i) => String.fromCharCode(0x3000 + (i % 30_000))).join(
    '',
  )
  for (const source of [same, different]) {
    const start = cpuMs()
    const { lengths } = matchSuffixes(buildSuffixIndex(source), source)
    expect(lengths.at(-1)).toBe(source.length)
    expect(cpuMs() - start).toBeLessThan(msHere(2000))
  }
})
