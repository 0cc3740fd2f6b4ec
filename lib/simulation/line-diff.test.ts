import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../scripts/cpu-time.mjs'
import { lineDiff } from './line-diff.ts'

function written(before: string, after: string, context?: number): string {
  const marks = { same: ' ', removed: '-', added: '+' } as const
  return lineDiff(before, after, context)
    .map(({ kind, line, text }) => `${marks[kind]}${line} ${text}`)
    .join('\n')
}

test('equal texts have no difference', () => {
  expect(lineDiff('a\nb', 'a\nb')).toEqual([])
})

test('a changed line stands between its neighbours, with both wordings', () => {
  expect(written('a\nb\nc\nd\ne', 'a\nb\nC\nd\ne', 1)).toBe(' 2 b\n-3 c\n+3 C\n 4 d')
})

test('what was put in and what was taken out are not mixed up with what stayed', () => {
  expect(written('a\nb\nc', 'a\nx\nb\nc', 0)).toBe('+2 x')
  expect(written('a\nb\nc', 'a\nc', 0)).toBe('-2 b')
  expect(written('lock\nx\nunlock', 'x\nlock\nunlock', 0)).toBe('-1 lock\n+2 lock')
})

test('the lines that stayed and were added are the new text, those that stayed and were removed the old one', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after, 1_000)
      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join('\n')
      // Nothing is shown when nothing changed.
      fc.pre(before !== after)
      expect(without('removed')).toBe(after)
      expect(without('added')).toBe(before)
    }),
  )
})

test('two long texts that share nothing are told at once', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}`).join('\n')
  const began = cpuMs()
  expect(lineDiff(many('old'), many('new'))).toHaveLength(40_000)
  expect(cpuMs() - began).toBeLessThan(msHere(2_000))
})

test('a long text with few changes is compared, however long it is', () => {
  const old = Array.from({ length: 20_000 }, (_, at) => `line ${at}`)
  const now = old.map((line, at) => (at % 1_000 === 500 ? `${line} changed` : line))
  const began = cpuMs()
  expect(lineDiff(old.join('\n'), now.join('\n'), 0)).toHaveLength(40)
  expect(cpuMs() - began).toBeLessThan(msHere(2_000))
})

test('the costliest texts, those changed just as much as is still compared, take less than a second', () => {
  const some = (word: string, lines: number) =>
    Array.from({ length: lines }, (_, at) => (at % 2 ? `same ${at}` : `${word} ${at}`)).join('\n')
  for (const lines of [590, 600, 1_200, 20_000]) {
    const began = cpuMs()
    lineDiff(some('old', lines), some('new', lines))
    expect(cpuMs() - began).toBeLessThan(msHere(1_000))
  }
})
