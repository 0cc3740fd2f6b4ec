import { expect, test } from 'vitest'
import { carriedText } from './carried-text.ts'

const carried = { from: 1, survival: 1, pinnedBy: null }
const thread = {
  ...{ number: 7, kind: 'objection' as const, state: 'open' as const, opener: 'Reva', comments: 2 },
  words: 'The lock is dropped before the queue is looked at, so a wake may be lost between the two.',
}

test('a thread of an earlier revision is told with the words that it stands at, no line too long', () => {
  const words = { blockKey: 'a', start: 4, end: 8 }
  const text = carriedText(
    2,
    [
      { ...thread, blockKey: 'a', carried: { ...carried, state: 'moved', words } },
      {
        ...thread,
        number: 8,
        blockKey: 'gone:lifetime',
        carried: { ...carried, state: 'orphaned', words: null },
      },
    ],
    (key) => (key === 'a' ? 'The lock is dropped.' : undefined),
  )
  expect(text).toBe(`Threads of earlier revisions, and where they stand in v2
========================================================

#7 objection, open, blocks, 2 comments, Reva: The lock is dropped before
    the queue is looked at, so a wake may be lost between the two.
    from v1, the quoted words moved here
    > lock

#8 objection, open, blocks, 2 comments, Reva: The lock is dropped before
    the queue is looked at, so a wake may be lost between the two.
    from v1, the quoted words are gone from this text, in lifetime
`)
})

test('where nothing was carried nothing is said, and a long passage is cut', () => {
  expect(carriedText(2, [], () => '')).toBeNull()
  const long = {
    ...thread,
    words: '',
    blockKey: 'a',
    carried: { ...carried, state: 'block' as const, words: null },
  }
  const text = carriedText(2, [long], () => 'word '.repeat(5000)) ?? ''
  expect(text.length).toBeLessThan(800)
  expect(text).toMatch(/ …\n$/)
})
