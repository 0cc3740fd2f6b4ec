import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterQuery, threadFilter } from './thread-filter.ts'

const nothing = threadFilter({})

test('an address says which threads, and what means nothing is left out', () => {
  const filter = threadFilter({ state: 'standing', kind: 'objection', in: 'lifetime', mine: '1', page: '3' })
  expect(filter).toMatchObject({
    state: 'standing',
    kind: 'objection',
    writeup: 'lifetime',
    isMine: true,
    page: 3,
  })
  expect(
    threadFilter({ state: 'opne', kind: '', in: '../x', by: "' OR 1=1", order: 'random', page: '-1' }),
  ).toEqual(nothing)
  expect(threadFilter({ kind: ['issue', 'note'] }).kind).toBe('issue')
  expect(threadFilter({ page: '999999' }).page).toBe(1)
})

test('what a filter says of itself is the filter', () => {
  const some = fc.record({
    state: fc.constantFrom('', 'open', 'closed', 'x'),
    kind: fc.constantFrom('', 'note', 'issue', 'x'),
    in: fc.constantFrom('', 'cover', 'sys-futex', 'x'),
    by: fc.constantFrom('', '0b4f8a00-0000-4000-8000-000000000000', 'x'),
    mine: fc.constantFrom('', '1'),
    waiting: fc.constantFrom('', '1'),
    unread: fc.constantFrom('0', '1'),
    order: fc.constantFrom('', 'oldest', 'number', 'x'),
    page: fc.constantFrom('', '1', '7', 'x'),
  })
  fc.assert(
    fc.property(some, (asked) => {
      const filter = threadFilter(asked)
      const query = Object.entries(filterQuery(filter)).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as const],
      )
      expect(threadFilter(Object.fromEntries(query))).toEqual(filter)
    }),
  )
})
