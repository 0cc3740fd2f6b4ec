import { expect, test } from 'vitest'
import { TURN_ACTS } from './turn.ts'
import { ageWords, turnHref } from './turn-links.ts'

test('each turn leads to a page of its proposal, and one about a thread to that thread', () => {
  for (const act of TURN_ACTS) expect(turnHref('futex', { act, thread: 7 })).toMatch(/futex/)
  for (const act of ['answer', 'confirm', 'respond'] as const)
    expect(turnHref('futex', { act, thread: 7 })).toBe('/rfc/futex/t/7')
})

test('an age is said in one unit, and never in the future', () => {
  const hour = 3_600_000
  const age = (ms: number) => ageWords(0, ms)
  expect([-hour, 0, hour, 47 * hour, 48 * hour, 20 * 24 * hour].map(age)).toEqual([
    'less than an hour',
    'less than an hour',
    '1 hour',
    '47 hours',
    '2 days',
    '20 days',
  ])
})
