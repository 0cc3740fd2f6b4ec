import { expect, test } from 'vitest'
import { lostWords } from './lost-words.ts'

const unrecognized = Object.assign(new Error('not found'), { name: 'UnrecognizedActionError' })
const digested = Object.assign(new Error('of the server'), { digest: '4711' })

test.each([
  ['a broken connection', new TypeError('Failed to fetch'), true],
  ['no connection', new TypeError('Failed to fetch'), false],
  ['the page of a proxy', new Error('An unexpected response was received from the server.'), true],
  ['an error of the server', digested, true],
  ['another build', unrecognized, true],
  ['anything', null, true],
])(
  'after %s nothing is said to be stored or not stored, and the words are said to stay',
  (_, error, isOnline) => {
    const words = lostWords(error, isOnline)
    expect(words).toContain('What you typed stays here')
    expect(words).not.toMatch(/(was|is) (not )?(stored|saved|done)\b(?<!whether (this|it) was done)/)
  },
)

test('an error of the server is told by its number, and without its words', () => {
  expect(lostWords(digested, true)).toContain('4711')
  expect(lostWords(digested, true)).not.toContain('of the server')
})

test('a form that the server refused unread is told in the words of the server', () => {
  const body = JSON.stringify({ kind: 'refused', words: 'Wait 5 seconds, and send it again.' })
  expect(lostWords(new Error(body), true)).toBe('Wait 5 seconds, and send it again.')
})

test.each(['', '{}', '{"kind":"refused"}', '{"kind":"stored","words":"x"}', '[1]', 'null'])(
  'what else a server says is not taken for that: %s',
  (body) => expect(lostWords(new Error(body), true)).toContain('No answer came'),
)
