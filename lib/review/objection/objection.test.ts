import { expect, test } from 'vitest'
import { challengeableFrom, isCondition, overrideRefusal } from './objection.ts'

const DAY = 24 * 60 * 60_000

test.each([
  ['A table of every caller of futex_wait_setup.', true],
  ['too short', false],
  ['          x          ', false],
  ['x'.repeat(2001), false],
])('“%s” says what would clear an objection: %s', (text, is) => {
  expect(isCondition(text)).toBe(is)
})

test('an objection that nobody answered is not challenged: it is the authors who are silent', () => {
  expect(challengeableFrom({ lastWords: 5 * DAY, lastAnswer: null, conditionAskedAt: null })).toBeNull()
  expect(challengeableFrom({ lastWords: 5 * DAY, lastAnswer: 4 * DAY, conditionAskedAt: null })).toBeNull()
})

test('thirty days after an answer without a word, and fourteen after a condition was asked for', () => {
  expect(challengeableFrom({ lastWords: 0, lastAnswer: 2 * DAY, conditionAskedAt: null })).toBe(32 * DAY)
  expect(challengeableFrom({ lastWords: 0, lastAnswer: null, conditionAskedAt: DAY })).toBe(15 * DAY)
  expect(challengeableFrom({ lastWords: 3 * DAY, lastAnswer: null, conditionAskedAt: DAY })).toBe(17 * DAY)
})

test('two challenges, and silence since: only then it is overridden', () => {
  const silence = { lastWords: 0, lastAnswer: DAY, conditionAskedAt: null }
  expect(overrideRefusal(silence, [])).toBe('not-challenged')
  expect(overrideRefusal(silence, [{ at: 40 * DAY }])).toBe('not-challenged')
  expect(overrideRefusal(silence, [{ at: 40 * DAY }, { at: 41 * DAY }])).toBeNull()
  expect(overrideRefusal({ ...silence, lastWords: 42 * DAY }, [{ at: 40 * DAY }, { at: 41 * DAY }])).toBe(
    'not-silent',
  )
})
