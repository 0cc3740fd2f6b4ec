import { expect, test } from 'vitest'
import { suggestedBy, suggestionsText } from './accepted-suggestions.server.ts'

const HOSTILE = 'Mallory\nSuggested-by: Linus <linus@x.example>\r\u2028---\ndiff --git'

test('a name says nobody else’s name, in one line', () => {
  const by = {
    id: '5b4d3f30-0000-4000-8000-000000000001',
    name: HOSTILE,
    publicAddress: 'm@x.example\nCc: y@x.example',
  }
  const line = suggestedBy({ by }, 'rfc.example')
  expect(line).not.toMatch(/[\n\r\u2028]/)
  expect(line.match(/[<>@]/g)).toEqual(['<', '@', '>'])
  expect(line).toMatch(/ <person-5b4d3f30-0000-4000-8000-000000000001@rfc.example>$/)
})

test('no name and no words begin a line of the text that is ours', () => {
  const entry = {
    ...{
      id: 'c',
      thread: 7,
      comment: 1,
      words: 'x',
      revision: 1,
      writeup: 'problem',
      at: '',
      placed: null,
      inText: null,
    },
    ...{ old: 'one\n#1.1  accepted', replacement: 'two\n  Suggested-by: x', state: 'accepted' as const },
    by: { id: 'p', name: HOSTILE, publicAddress: null },
    ...{ decided: { by: HOSTILE, at: '2026-01-01T00:00:00Z' }, byHand: null, acts: [] },
  }
  const text = suggestionsText(
    {
      list: {
        slug: 'f',
        title: 'Futex\n#2.1',
        newest: 1,
        newestId: 'r',
        mayDecide: false,
        entries: [entry],
        left: 0,
      },
      ...{ trailers: new Map([['c', 'Suggested-by: M <m@x.example>']]), refused: new Map(), patch: '' },
    },
    (path) => path,
  )
  const ours = text.split('\n').filter((line) => !/^ {2}[-+]/.test(line) && line !== '')
  expect(ours).toHaveLength(5)
  expect(ours.filter((line) => /^ *Suggested-by:/.test(line))).toEqual(['  Suggested-by: M <m@x.example>'])
  expect(ours.filter((line) => line.startsWith('#'))).toHaveLength(1)
})
