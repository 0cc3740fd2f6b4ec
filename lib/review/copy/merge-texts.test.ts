import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { mergeTexts } from './merge-texts.ts'

test('changes of two in different lines come together', () => {
  expect(mergeTexts('a\nb\nc\nd', 'A\nb\nc\nd', 'a\nb\nc\nD')).toBe('A\nb\nc\nD')
  expect(mergeTexts('a\nb\n', 'a\nb\nmine\n', 'theirs\na\nb\n')).toBe('theirs\na\nb\nmine\n')
})

test('the same change of two is one, and what one left as it was is the other one’s', () => {
  expect(mergeTexts('a\nb', 'a\nx', 'a\nx')).toBe('a\nx')
  expect(mergeTexts('a\nb', 'a\nb', 'a\nx')).toBe('a\nx')
  expect(mergeTexts('a\nb', 'a\nx', 'a\nb')).toBe('a\nx')
})

test('of two who changed the same line nobody is chosen', () => {
  expect(mergeTexts('a\nb\nc', 'a\nmine\nc', 'a\ntheirs\nc')).toBeNull()
  expect(mergeTexts('', 'mine', 'theirs')).toBeNull()
})

test('lines that are all the same are not compared for ever', () => {
  const base = 'x\n'.repeat(5000)
  const began = cpuMs()
  expect(mergeTexts(base, `${base}mine\n`, `theirs\n${base}`)).toBeNull()
  expect(cpuMs() - began).toBeLessThan(msHere(500))
})

test('lines that are all different are compared in no time, and empty ones between them not for ever', () => {
  const lines = Array.from({ length: 49_000 }, (_, n) => n.toString(36))
  const began = cpuMs()
  expect(mergeTexts(lines.join('\n'), ['mine', ...lines].join('\n'), [...lines, 'theirs'].join('\n'))).toBe(
    ['mine', ...lines, 'theirs'].join('\n'),
  )
  const twice = Array.from({ length: 12_000 }, (_, n) => [n.toString(36), ''])
  const [some, others] = [twice.flat(), twice.reverse().flat()]
  const text = [...some, ...others].join('\n')
  expect(mergeTexts(text, `mine\n${text}`, `${text}\ntheirs`)).toBeNull()
  expect(
    mergeTexts('\n'.repeat(900_000), `mine${'\n'.repeat(900_000)}`, `${'\n'.repeat(900_000)}theirs`),
  ).toBeNull()
  expect(cpuMs() - began).toBeLessThan(msHere(2000))
})

test('texts of one act share what merging may cost', () => {
  const base = `a\nb\n${'x\n'.repeat(200)}`
  const merge = (left: number) => mergeTexts(base, `mine\n${base}`, `${base}theirs\n`, { left })
  expect(merge(40_000_000)).toBe(`mine\n${base}theirs\n`)
  expect(merge(1000)).toBeNull()
})

test.each(['constructor', '__proto__', 'toString', '0'])('a line that says %j is a line', (word) => {
  expect(mergeTexts(`a\n${word}\nb`, `a\n${word}\nb\nmine`, `${word}\n\na\n${word}\nb`)).toBe(
    `${word}\n\na\n${word}\nb\nmine`,
  )
})

/** Words for lines, of which some come often, as empty ones do. */
function someLines(random: () => number, most: number): string[] {
  const length = Math.floor(random() * most)
  return Array.from({ length }, () => (random() < 0.4 ? '' : Math.floor(random() * 30).toString(36)))
}

test('of random texts a change on one side alone is never lost, and parts that nobody changed stay', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  for (let round = 0; round < 500; round++) {
    const [head, middle, tail] = [someLines(random, 20), someLines(random, 20), someLines(random, 20)]
    // Two lines that both have part what one changed from what the other did.
    const whole = (first: readonly string[], last: readonly string[]) =>
      [...first, 'ONE', ...middle, 'TWO', ...last].join('\n')
    const [newHead, newTail] = [someLines(random, 20), someLines(random, 20)]
    expect(mergeTexts(whole(head, tail), whole(newHead, tail), whole(head, newTail))).toBe(
      whole(newHead, newTail),
    )
  }
})
