import { expect, test } from 'vitest'
import { MOST_SEEN, readInput } from './read-input.ts'

const form = (...fields: [string, string][]) => {
  const made = new FormData()
  for (const [name, value] of fields) made.append(name, value)
  return made
}

test('a form says which threads were seen up to which comment, and which write-ups in which revision', () => {
  expect(readInput(form(['thread', '5.12'], ['thread', '6.1'], ['part', 'lifetime.3']))).toEqual({
    threads: [
      { thread: 5, seen: 12 },
      { thread: 6, seen: 1 },
    ],
    parts: [{ writeup: 'lifetime', revision: 3 }],
    allUntil: null,
  })
  expect(readInput(form(['until', '2026-11-30T06:58:00.123Z']))?.allUntil?.toISOString()).toBe(
    '2026-11-30T06:58:00.123Z',
  )
})

test('what means nothing is passed over, and a form that says nothing is none', () => {
  const nonsense = form(
    ...(['5', '0.1', '5.', 'x.2', '5.99999999999', ''] as const).map((one): [string, string] => [
      'thread',
      one,
    ]),
    ...(['../x.1', 'lifetime.0', 'nothing-like-it.1'] as const).map((one): [string, string] => ['part', one]),
    ['until', 'yesterday'],
  )
  expect(readInput(nonsense)).toBeNull()
  expect(readInput(form())).toBeNull()
  expect(readInput(form(['until', '2026-99-99T99:99:99Z']))).toBeNull()
})

test('more than a page has is cut', () => {
  const many = Array.from({ length: 1000 }, (_, at): [string, string] => ['thread', `${at + 1}.1`])
  expect(readInput(form(...many))?.threads.length).toBe(MOST_SEEN)
})
