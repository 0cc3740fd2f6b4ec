import { expect, test } from 'vitest'
import { carryAnchor, carryWhole } from './carry-anchor.ts'
import { type MappedText, mapRevisions } from './revision-map.ts'

/** Blocks by key; a key that begins with `!` is a name. */
function revisionOf(blocks: Readonly<Record<string, string>>): MappedText {
  let start = 0
  const made = Object.entries(blocks).map(([key, text]) => {
    const block = {
      key: key.replace('!', ''),
      start,
      end: start + text.length,
      isNamed: key.startsWith('!'),
    }
    start = block.end + 2
    return block
  })
  return { text: Object.values(blocks).join('\n\n'), blocks: made }
}

const OLD = {
  '!claim': 'No wake is lost while the lock is held.',
  a: 'The waker takes the lock of the bucket. It then looks for the first waiter of the word.',
}

test('a claim that was worded anew is the same claim', () => {
  const now = revisionOf({ a: OLD.a, '!claim': 'Whoever waits is told.' })
  expect(carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'claim', start: 0, end: 39 })).toMatchObject({
    state: 'edited',
    key: 'claim',
    start: 0,
    end: 22,
  })
})

test('words of a claim that are gone lead to the claim', () => {
  const now = revisionOf({ a: OLD.a, '!claim': 'Whoever waits is told.' })
  expect(carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'claim', start: 3, end: 15 })).toMatchObject({
    state: 'block',
    key: 'claim',
  })
})

test('the range is counted from the start of the block', () => {
  const now = revisionOf({ new: 'Something before all else.', b: `Now: ${OLD.a}` })
  expect(carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'a', start: 4, end: 9 })).toEqual({
    state: 'exact',
    key: 'b',
    start: 9,
    end: 14,
    survival: 1,
  })
})

test('of a passage that was split the larger part has the thread', () => {
  const now = revisionOf({
    b: 'The waker takes the lock of the bucket.',
    c: 'It then looks for the first waiter of the word.',
  })
  const place = carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'a', start: 24, end: 87 })
  expect(place).toMatchObject({ key: 'c', start: 0, end: 47 })
})

test('what is gone with its block is an orphan', () => {
  const now = revisionOf({ '!claim': OLD['!claim'] })
  expect(carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'a', start: 4, end: 9 })).toMatchObject({
    state: 'orphaned',
  })
  expect(carryAnchor(mapRevisions(revisionOf(OLD), now), { key: 'z', start: 4, end: 9 })).toMatchObject({
    state: 'orphaned',
  })
})

const diagram = (source: string, before = 'Words.') => ({
  text: `${before}\n\n${source}`,
  blocks: [
    { key: 'words', start: 0, end: before.length, isNamed: false },
    {
      ...{ key: `d-${source.length}`, start: before.length + 2, end: before.length + 2 + source.length },
      ...{ isNamed: false, isDiagram: true },
    },
  ],
})
const FLOW = `flowchart TD
    A[Armed, on the chain] --> W[Waker dequeued it]
    A --> C[Cancel dequeued it]
    W --> T[Task work queued]
    C --> T`

function partCarried(now: string, words: string) {
  const old = diagram(FLOW)
  const start = FLOW.indexOf(words)
  const anchor = { key: `d-${FLOW.length}`, start, end: start + words.length }
  const carried = carryAnchor(mapRevisions(old, diagram(now, 'Other words.')), anchor)
  return carried.state === 'orphaned' || carried.state === 'block'
    ? { state: carried.state }
    : { state: carried.state, words: now.slice(carried.start, carried.end) }
}

test('a node of a diagram is found by its id, whatever it is called and wherever it is drawn', () => {
  const now = FLOW.replace('W[Waker dequeued it]', 'W').replace(
    'W --> T[Task work queued]',
    'W[It was taken off] --> T[Task work queued]',
  )
  expect(partCarried(now, 'W[Waker dequeued it]')).toEqual({ state: 'edited', words: 'W[It was taken off]' })
  expect(partCarried(now, 'T[Task work queued]')).toEqual({ state: 'exact', words: 'T[Task work queued]' })
})

test('an edge of a diagram is found by the ids of its ends, and told to be gone where they are joined no more', () => {
  const now = FLOW.replace('C --> T', 'C -.->|later| T')
  expect(partCarried(now, 'C --> T')).toEqual({ state: 'edited', words: 'C -.->|later| T' })
  expect(partCarried(FLOW.replace('C --> T', 'C --> W'), 'C --> T')).toEqual({ state: 'block' })
})

test('all of a document is in the next revision as long as that has one, wherever its words went', () => {
  const of = (blocks: readonly (readonly [key: string, document: string])[]) =>
    mapRevisions(revisionOf(OLD), {
      text: blocks.map(([key]) => key).join('\n\n'),
      blocks: blocks.map(([key, document], at) => {
        const start = blocks.slice(0, at).reduce((sum, [one]) => sum + one.length + 2, 0)
        return { key, document, start, end: start + key.length, isNamed: false }
      }),
    })
  const old = { ...revisionOf(OLD), blocks: revisionOf(OLD).blocks.map((one) => ({ ...one, document: 'a' })) }
  const carried = (blocks: readonly (readonly [string, string])[]) =>
    carryWhole({ ...of(blocks), old: { ...of(blocks).old, blocks: old.blocks } }, 'claim')
  expect(
    carried([
      ['elsewhere', 'b'],
      ['anew', 'a'],
      ['more', 'a'],
    ]),
  ).toEqual({ state: 'exact', key: 'anew', start: 0, end: 4, survival: 1 })
  expect(carried([['elsewhere', 'b']])).toEqual({ state: 'orphaned', survival: 0 })
})
