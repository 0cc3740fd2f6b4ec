import { expect, test } from 'vitest'
import { claimChanges, claimWords, type Interdiff, interdiffText } from './interdiff.ts'

const claim = { id: 'no-loss', sentence: 'None is lost.', model: 'order', expect: 'holds', verdict: 'holds' }

test('of claims those are told whose verdict, model or count of states is another, and those that came or went', () => {
  const before = [
    { ...claim, states: 1200, modelHash: 'a' },
    { ...claim, id: 'same', states: 7, modelHash: 'a' },
    { ...claim, id: 'gone', states: 7, modelHash: 'a' },
    { ...claim, id: 'model', states: 7, modelHash: 'a' },
  ]
  const after = [
    { ...claim, verdict: 'violated', states: 1300, modelHash: 'b' },
    { ...claim, id: 'same', states: 7, modelHash: 'a' },
    { ...claim, id: 'model', states: 7, modelHash: 'b' },
    { ...claim, id: 'new', states: 7, modelHash: 'a' },
  ]
  expect(claimChanges(before, after).map(claimWords)).toEqual([
    'no-loss: holds, 1,200 states -> violated (claimed: holds), 1,300 states, on another model',
    'gone: gone; it was holds, 7 states',
    'model: holds, 7 states, on another model',
    'new: new, holds, 7 states',
  ])
})

const NOTHING: Interdiff = {
  ...{ slug: 's', title: 'Waits', from: 1, to: 2, numbers: [1, 2], changelog: '' },
  ...{ documents: [], claims: [], own: [], marked: 0, total: 8 },
}

test('as text it fits a mail, with what is gone and what is new in signs', () => {
  const text = interdiffText({
    ...NOTHING,
    changelog: 'The lock is taken later.',
    documents: [
      {
        writeup: 'problem',
        changes: [
          { kind: 'same', key: 'a', block: 'paragraph', parts: [{ kind: 'same', text: 'Stays.' }] },
          {
            kind: 'edited',
            key: 'b',
            block: 'paragraph',
            parts: [
              { kind: 'same', text: 'The waker takes ' },
              { kind: 'old', text: 'the lock ' },
              { kind: 'new', text: 'no lock ' },
              {
                kind: 'same',
                text: 'and wakes whoever waits for the word that it was given in the request.',
              },
            ],
          },
          { kind: 'deleted', key: null, block: 'paragraph', parts: [{ kind: 'old', text: 'Gone.' }] },
        ],
      },
    ],
  })
  expect(text).toBe(`Waits: what changed from v1 to v2

The author says:
  The lock is taken later.

== problem ==

edited:
  The waker takes [-the lock-] {+no lock+} and wakes whoever waits for
  the word that it was given in the request.

deleted:
  Gone.
`)
  expect(interdiffText(NOTHING)).toContain('Nothing changed.')
})
