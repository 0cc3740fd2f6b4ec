import { expect, test } from 'vitest'
import { epochSecondsOf, momentOf } from './moment.ts'

test('a moment is written in UTC, and what is none is said', () => {
  expect(momentOf(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  expect(momentOf(new Date(Number.POSITIVE_INFINITY))).toBe('at no known time')
  expect(epochSecondsOf(new Date(1_999))).toBe(1)
  expect(epochSecondsOf(new Date(Number.NaN))).toBe(0)
})
