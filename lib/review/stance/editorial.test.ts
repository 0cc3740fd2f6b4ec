import { expect, test } from 'vitest'
import { type ChangedBlock, codeWords, editorialWords, MOST_WORDS, readEditorialWords } from './editorial.ts'

const CODE = codeWords(['wait', 'hb->lock held'])
/** A paragraph of which one part became another. */
const change = (old: string, now: string, block = 'paragraph', kind = 'edited'): ChangedBlock => ({
  ...{ kind, block },
  parts: [
    { kind: 'same', text: 'The waiter takes ' },
    ...(old === '' ? [] : [{ kind: 'old' as const, text: old }]),
    ...(now === '' ? [] : [{ kind: 'new' as const, text: now }]),
    { kind: 'same', text: ' path to the queue.' },
  ],
})
const same: ChangedBlock = {
  kind: 'same',
  block: 'paragraph',
  parts: [{ kind: 'same', text: 'Unchanged 7.' }],
}
const said = (...changes: ChangedBlock[]) => {
  const words = editorialWords(changes, CODE)
  return words.ok ? words.value.map(({ old, now }) => `${old} -> ${now}`) : words.error
}

test('a word that was mistyped, moved or put better is editorial, and is told with what stands around it', () => {
  expect(editorialWords([same, change('teh slow', 'the slow')], CODE)).toEqual({
    ok: true,
    value: [{ before: 'The waiter takes', old: 'teh', now: 'the', after: 'slow path to the' }],
  })
  expect(said(change('', 'a slow'))).toEqual([' -> a slow'])
  expect(said(change('really the', 'the'))).toEqual(['really -> '])
  // A sign within a word changes the word.
  const comma: ChangedBlock = {
    ...{ kind: 'edited', block: 'list-item' },
    parts: [
      { kind: 'same', text: 'First' },
      { kind: 'new', text: ',' },
      { kind: 'same', text: ' the queue' },
    ],
  }
  expect(said({ ...comma, parts: [{ kind: 'same', text: 'Then' }, ...comma.parts.slice(1)] })).toEqual([
    'Then -> Then,',
  ])
})

test.each([
  ['two', 'three', 'editorial-number'],
  ['4096 bytes', '4,096 bytes', 'editorial-number'],
  ['any', 'each', 'editorial-number'],
  ['the', 'no', 'editorial-negation'],
  ['the', 'never the', 'editorial-negation'],
  ['does', 'doesn’t', 'editorial-negation'],
  ['must take', 'may take', 'editorial-negation'],
  ['the', 'only the', 'editorial-negation'],
  ['lock', 'hb->lock', 'editorial-code'],
  ['wake', 'futex_wake()', 'editorial-code'],
  ['futex', 'FUTEX', 'editorial-code'],
  ['the wait', 'the sleep', 'editorial-code'],
  ['a held', 'a kept', 'editorial-code'],
  ['x', 'x'.repeat(3) + ' y'.repeat(MOST_WORDS), 'editorial-much'],
  ['the', 'the', 'editorial-nothing'],
])('%j to %j is not', (old, now, refusal) => {
  expect(said(change(old, now))).toBe(refusal)
})

test('whatever changes in code, in a drawing or in a claim is not, and neither is what moved', () => {
  for (const block of ['code-line', 'diagram', 'claim', 'simulation', 'figure', 'of a later version'])
    expect(said(change('teh', 'the', block))).toBe('editorial-code')
  expect(said({ ...same, kind: 'moved' })).toBe('editorial-moved')
  expect(said(same)).toBe('editorial-nothing')
  expect(said()).toBe('editorial-nothing')
})

test('a paragraph that came or went counts with all its words', () => {
  const gone = (text: string): ChangedBlock => ({
    kind: 'deleted',
    block: 'paragraph',
    parts: [{ kind: 'old', text }],
  })
  expect(said(gone('See above.'))).toEqual(['See above. -> '])
  expect(said(gone('word '.repeat(MOST_WORDS + 1)))).toBe('editorial-much')
  // Little in each of many places is much.
  expect(said(...Array.from({ length: MOST_WORDS }, () => change('teh', 'the')))).toBe('editorial-much')
})

test('what was stored is read as what it is, and nothing else is', () => {
  const edit = { before: 'a', old: 'b', now: 'c', after: 'd' }
  expect(readEditorialWords([edit, { ...edit, old: 7 }, null, 'x'])).toEqual([edit])
  for (const other of [null, {}, 'x', 7]) expect(readEditorialWords(other)).toEqual([])
})
