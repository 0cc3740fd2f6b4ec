import { expect, test } from 'vitest'
import { liveWords } from './live-words.ts'

const page = { layout: 'inline', revision: 2, thread: null } as const

test('what happened is said in one line, each kind by its number', () => {
  expect(liveWords([], page)).toBeNull()
  expect(liveWords([{ kind: 'comment', thread: 5 }], page)).toBe('1 new comment')
  expect(
    liveWords(
      [
        { kind: 'comment', thread: 5 },
        { kind: 'comment', thread: 6 },
        { kind: 'thread', thread: 5 },
        { kind: 'thread', thread: 5 },
        { kind: 'edit', thread: 5 },
        { kind: 'stance' },
        { kind: 'state' },
        { kind: 'revision', revision: 3 },
        { kind: 'verdict', revision: 3 },
      ],
      page,
    ),
  ).toBe(
    '2 new comments, 1 thread in another state, 1 comment edited or deleted, 1 stance, another state of the proposal, v3 published, claims of v3 checked',
  )
})

test('a thread’s own page says what happened to that thread alone', () => {
  const own = { ...page, layout: 'page', thread: 5 } as const
  expect(
    liveWords(
      [
        { kind: 'comment', thread: 6 },
        { kind: 'revision', revision: 3 },
      ],
      own,
    ),
  ).toBeNull()
  expect(
    liveWords(
      [
        { kind: 'comment', thread: 6 },
        { kind: 'comment', thread: 5 },
      ],
      own,
    ),
  ).toBe('1 new comment')
})
