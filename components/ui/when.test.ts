import { expect, test } from 'vitest'
import { ageWords } from './when.tsx'

const at = '2026-11-29T12:00:00.000Z'
const after = (minutes: number) => ageWords(at, Date.parse(at) + minutes * 60_000)

test('an age is said in the largest unit that is full', () => {
  expect(after(0)).toBe('just now')
  expect(after(1)).toBe('1 minute ago')
  expect(after(59.9)).toBe('59 minutes ago')
  expect(after(60)).toBe('1 hour ago')
  expect(after(24 * 60 * 3.5)).toBe('3 days ago')
  expect(after(24 * 60 * 61)).toBe('2 months ago')
  expect(after(24 * 60 * 800)).toBe('2 years ago')
})

test('what is still to come is said so, and what is no moment has no age', () => {
  expect(after(-24 * 60 * 2)).toBe('in 2 days')
  expect(after(-0.2)).toBe('just now')
  expect(ageWords('infinity', 0)).toBe('')
})
