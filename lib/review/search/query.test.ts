import { expect, test } from 'vitest'
import { parseQuery, QUERY_LIMIT, wordsOf } from './query.ts'

const termsOf = (text: string) => {
  const parsed = parseQuery(text)
  return parsed.ok ? parsed.value.terms : parsed.error
}

test.each([
  ['lock', [{ kind: 'word', text: 'lock' }]],
  ['hb->lock', [{ kind: 'literal', text: 'hb->lock' }]],
  ['futex_wait_setup()', [{ kind: 'literal', text: 'futex_wait_setup' }]],
  ['(requeue),', [{ kind: 'word', text: 'requeue' }]],
  ['"who frees it"', [{ kind: 'phrase', text: 'who frees it' }]],
  ['"who frees', [{ kind: 'phrase', text: 'who frees' }]],
  ['<a.b-1@example.org>', [{ kind: 'message', id: 'a.b-1@example.org' }]],
  [
    'Message-ID: <a@example.org>',
    [
      { kind: 'literal', text: 'Message-ID' },
      { kind: 'message', id: 'a@example.org' },
    ],
  ],
  ['https://example.org/x', [{ kind: 'literal', text: 'https://example.org/x' }]],
  [
    'C++ io_uring/futex.c',
    [
      { kind: 'literal', text: 'C++' },
      { kind: 'literal', text: 'io_uring/futex.c' },
    ],
  ],
  [
    'note: free',
    [
      { kind: 'word', text: 'note' },
      { kind: 'word', text: 'free' },
    ],
  ],
  [
    'überläuft ждать',
    [
      { kind: 'word', text: 'überläuft' },
      { kind: 'word', text: 'ждать' },
    ],
  ],
  ['-> !! …', []],
])('%s is read as what it is', (text, terms) => {
  expect(termsOf(text)).toEqual(terms)
})

test('filters of each key are told from words', () => {
  expect(parseQuery('is:open kind:objection by:"Reva R" in:lifetime on:v2 free')).toEqual({
    ok: true,
    value: {
      terms: [{ kind: 'word', text: 'free' }],
      states: ['open', 'answered'],
      kinds: ['objection'],
      by: 'Reva R',
      in: 'lifetime',
      on: 2,
      only: 'comments',
    },
  })
})

test.each([
  ['is:opne', '“is:opne” is no filter. Did you mean is:open?'],
  ['kind:bug', '“kind:bug” is no filter.'],
  ['is:constructor', '“is:constructor” is no filter.'],
  ['on:next', '“on:next” names no revision.'],
  ['on:v0', '“on:v0” names no revision.'],
  ['by:""', '“by:” has nothing behind it.'],
  ['is:passage is:open', '“is:passage” does not go with filters of comments'],
  ['a b c d e f g h i', 'A search has at most 8 words'],
  ['x'.repeat(QUERY_LIMIT + 1), `A search has at most ${QUERY_LIMIT} characters`],
])('%s is answered with a sentence that names it', (text, words) => {
  const parsed = parseQuery(text)
  expect(parsed.ok).toBe(false)
  expect(parsed.ok ? '' : parsed.error).toContain(words)
})

test('words are parted at signs, and quotes cannot get into the language of the database', () => {
  expect(wordsOf("hb->lock's \\'x\\' a_b")).toEqual(['hb', 'lock', 's', 'x', 'a', 'b'])
})
