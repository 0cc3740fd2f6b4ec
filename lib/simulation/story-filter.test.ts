import { expect, test } from 'vitest'
import { filterFields, filterOfFields, type StoryFilter, WHOLE_STORY } from './story-filter.ts'

/** As a server reads a query: a field that stands once is no list. */
const read = (filter: StoryFilter) => {
  const query = new URLSearchParams(filterFields(filter).map(([name, value]) => [name, value]))
  const names = [...new Set(query.keys())]
  return filterOfFields(
    Object.fromEntries(
      names.map((name) => {
        const [first = '', ...rest] = query.getAll(name)
        return [name, rest.length === 0 ? first : [first, ...rest]]
      }),
    ),
  )
}

test.each<StoryFilter>([
  WHOLE_STORY,
  { processes: [2], variables: null },
  { processes: [0, 2], variables: ['hb_lock', 'waiter.uval', 'a&b=c'] },
  { processes: [], variables: [] },
])('what a query chooses is read back: %j', (filter) => {
  expect(read(filter)).toEqual(filter)
})

test('what a query chooses and nobody could have chosen is no choice', () => {
  expect(filterOfFields({ process: ['0', 'x'], variable: 'n'.repeat(201) })).toEqual(WHOLE_STORY)
  expect(filterOfFields({ process: '-1' })).toEqual(WHOLE_STORY)
  expect(filterOfFields({ variable: Array.from({ length: 256 }, (_, k) => `n${k}`) })).toEqual(WHOLE_STORY)
  expect(filterOfFields({ process: ['1', '1'], variable: ['n', 'n'] })).toEqual({
    processes: [1],
    variables: ['n'],
  })
})
