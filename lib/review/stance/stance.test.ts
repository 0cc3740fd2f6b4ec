import { expect, test } from 'vitest'
import {
  alikeTexts,
  type StanceRow,
  staleWriteups,
  stanceOfKey,
  stanceRefusal,
  standingStances,
} from './stance.ts'

let count = 0
const said = (person: string, value: StanceRow['value'], rest: Partial<StanceRow> = {}): StanceRow => ({
  ...{ id: String(++count), person, value, writeups: [], revision: 1, isWithdrawn: false },
  ...rest,
})
const shown = (rows: readonly StanceRow[]) =>
  standingStances(rows).map(({ person, value, writeups }) =>
    `${person} ${value} ${writeups.join('+')}`.trim(),
  )

test('of what one person thinks of the same write-ups the last word stands', () => {
  expect(shown([said('r', 'concern'), said('r', 'reviewed_by')])).toEqual(['r reviewed_by'])
})

test('a review of one write-up leaves what was said of the others', () => {
  const rows = [said('r', 'acked_by'), said('r', 'concern', { writeups: ['lifetime'] })]
  expect(shown(rows)).toEqual(['r acked_by problem+integration+sys-futex', 'r concern lifetime'])
})

test('a test stands beside an opinion, and people beside one another', () => {
  expect(shown([said('r', 'tested_by'), said('r', 'reviewed_by'), said('q', 'nacked_by')])).toEqual([
    'r tested_by',
    'r reviewed_by',
    'q nacked_by',
  ])
})

test('what is taken back leaves what was said before it', () => {
  expect(shown([said('r', 'acked_by'), said('r', 'reviewed_by', { isWithdrawn: true })])).toEqual([
    'r acked_by',
  ])
})

const texts = new Map([
  ['1 problem', 'a'],
  ['2 problem', 'a'],
  ['1 lifetime', 'b'],
  ['2 lifetime', 'c'],
])

test('a review is stale for the write-ups whose text is another one, and for no others', () => {
  expect(staleWriteups(said('r', 'reviewed_by', { writeups: ['problem', 'lifetime'] }), 2, texts)).toEqual([
    'lifetime',
  ])
  expect(staleWriteups(said('r', 'reviewed_by', { writeups: ['problem'] }), 2, texts)).toEqual([])
  expect(staleWriteups(said('r', 'reviewed_by', { revision: 2, writeups: ['lifetime'] }), 2, texts)).toEqual(
    [],
  )
})

test('only what vouches for a text goes stale with it', () => {
  expect(staleWriteups(said('r', 'nacked_by', { writeups: ['lifetime'] }), 2, texts)).toEqual([])
  expect(staleWriteups(said('r', 'recuse', { writeups: ['lifetime'] }), 2, texts)).toEqual([])
})

test('an author tests and objects, and does not review; a Nack says why', () => {
  expect(stanceRefusal('reviewed_by', '', { isAuthor: true })).toBe('own-proposal')
  expect(stanceRefusal('acked_by', '', { isAuthor: true })).toBe('own-proposal')
  expect(stanceRefusal('tested_by', '', { isAuthor: true })).toBeNull()
  expect(stanceRefusal('nacked_by', ' no        ', { isAuthor: false })).toBe('no-words')
  expect(stanceRefusal('nacked_by', 'It leaks the hash bucket.', { isAuthor: false })).toBeNull()
})

test('a trailer is a stance by its key, in whatever case', () => {
  expect(stanceOfKey('reviewed-BY')).toBe('reviewed_by')
  expect(stanceOfKey('Signed-off-by')).toBeNull()
})

test('a text that changed in an editorial way counts as the one before it, and so do those that stay as it is', () => {
  const text = (revision: number, digest: string, isEditorial = false) => ({
    ...{ revision, digest, isEditorial, writeup: 'lifetime' },
  })
  const stale = (of: number, present: number, ...texts: ReturnType<typeof text>[]) =>
    staleWriteups(
      said('r', 'reviewed_by', { revision: of, writeups: ['lifetime'] }),
      present,
      alikeTexts(texts),
    )
  const edited = [text(1, 'a'), text(2, 'b', true), text(3, 'b')]
  expect(stale(1, 2, ...edited)).toEqual([])
  expect(stale(1, 3, ...edited)).toEqual([])
  // The next change is one, whatever the one before was; and what was said of the edited text is said of this one.
  expect(stale(1, 4, ...edited, text(4, 'c'))).toEqual(['lifetime'])
  expect(stale(2, 3, ...edited)).toEqual([])
  expect(stale(1, 4, ...edited, text(4, 'c', true))).toEqual([])
  // Disputed: it is another text after all.
  expect(stale(1, 2, text(1, 'a'), text(2, 'b'))).toEqual(['lifetime'])
  // Back to what was vouched for.
  expect(stale(1, 3, text(1, 'a'), text(2, 'b'), text(3, 'a'))).toEqual([])
})
