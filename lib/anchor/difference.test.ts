import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editText, PROFILES } from '#lib/anchor/samples/edit-text.ts'
import { countMarked, differenceOf } from './difference.ts'
import { type MappedText, mapRevisions } from './revision-map.ts'

const texts = ['problem.txt', 'lifetime.txt'].map((name) =>
  readFileSync(join(import.meta.dirname, 'samples', name), 'utf8'),
)

function revisionOf(...texts: readonly string[]): MappedText {
  let start = 0
  const blocks = texts.map((text, at) => {
    const block = { key: `b${at}`, start, end: start + text.length, isNamed: false }
    start = block.end + 2
    return block
  })
  return { text: texts.join('\n\n'), blocks }
}

const FIRST = 'The waker takes the lock of the bucket and looks for the first waiter.'
const SECOND = 'The waiter reads the word, queues itself, and sleeps until it is woken.'
const THIRD = 'Nobody is lost, since the word is read once more below that lock.'

function told(old: readonly string[], now: readonly string[]) {
  const { changes } = differenceOf(mapRevisions(revisionOf(...old), revisionOf(...now)))
  return changes.map(
    ({ kind, parts }) =>
      `${kind}: ${parts.map((part) => (part.kind === 'same' ? part.text : part.kind === 'old' ? `[-${part.text}-]` : `{+${part.text}+}`)).join('')}`,
  )
}

test('words within a block are told, and what did not change is only itself', () => {
  expect(told([FIRST, SECOND], [FIRST, SECOND.replace('reads the word', 'loads the value')])).toEqual([
    `same: ${FIRST}`,
    'edited: The waiter [-reads -]{+loads +}the [-word-]{+value+}, queues itself, and sleeps until it is woken.',
  ])
})

test('a block that is gone stands where it was, one that is new where it is', () => {
  expect(told([FIRST, SECOND, THIRD], [FIRST, THIRD, 'Something entirely different comes here.'])).toEqual([
    `same: ${FIRST}`,
    `deleted: [-${SECOND}-]`,
    `same: ${THIRD}`,
    'inserted: {+Something entirely different comes here.+}',
  ])
})

test('what moved is told as moved', () => {
  expect(told([FIRST, SECOND, THIRD], [THIRD, FIRST, SECOND])).toEqual([
    `moved: ${THIRD}`,
    `same: ${FIRST}`,
    `same: ${SECOND}`,
  ])
})

test('a block that was split, and two that were merged, mark no word', () => {
  expect(told([`${FIRST} ${SECOND}`, THIRD], [FIRST, SECOND, THIRD])).toEqual([
    `split: ${FIRST}`,
    `split: ${SECOND}`,
    `same: ${THIRD}`,
  ])
  expect(told([FIRST, SECOND, THIRD], [`${FIRST} ${SECOND}`, THIRD])).toEqual([
    `merged: ${FIRST} ${SECOND}`,
    `same: ${THIRD}`,
  ])
})

test('what has a name stays itself, however it is worded', () => {
  const old = { text: 'One thing holds.', blocks: [{ key: 'claim', start: 0, end: 16, isNamed: true }] }
  const now = {
    text: 'Quite another is true now.',
    blocks: [{ key: 'claim', start: 0, end: 26, isNamed: true }],
  }
  expect(differenceOf(mapRevisions(old, now)).changes).toMatchObject([
    { kind: 'edited', block: 0, origins: [0] },
  ])
})

test('wrapping a text anew marks nothing', () => {
  for (const text of texts) {
    const pair = editText(text, [], PROFILES.rewrapped ?? fail(), 0, 1)
    expect(pair.new).not.toBe(pair.old)
    expect(countMarked(mapRevisions(revisionOf(pair.old), revisionOf(pair.new))).marked).toBe(0)
  }
})

test.each(['light', 'usual', 'heavy'])(
  'of texts edited by machine (%s) no more is marked than 1.05 of what was edited',
  (name) => {
    let marked = 0
    let edited = 0
    for (let seed = 1; seed <= 6; seed++) {
      for (const text of texts) {
        const pair = editText(text, texts, PROFILES[name] ?? fail(), 0, seed)
        marked += countMarked(mapRevisions(revisionOf(pair.old), revisionOf(pair.new))).marked
        edited += pair.edited
      }
    }
    expect(edited).toBeGreaterThan(50)
    expect(marked / edited).toBeLessThanOrEqual(1.05)
  },
)

test('each block of both texts is told once, with all its words', () => {
  const block = fc
    .array(fc.constantFrom('the', 'lock', 'a', 'waiter', 'wakes', 'sleeps', 'never', 'once', '.'), {
      minLength: 1,
      maxLength: 14,
    })
    .map((words) => words.join(' '))
  const revision = fc.array(block, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(revision, revision, (old, now) => {
      const revisions = mapRevisions(revisionOf(...old), revisionOf(...now))
      const { changes } = differenceOf(revisions)
      expect(changes.flatMap(({ block }) => (block === null ? [] : [block]))).toEqual(now.map((_, at) => at))
      const deleted = changes.flatMap(({ kind, origins }) => (kind === 'deleted' ? origins : []))
      const heirs = new Set(changes.flatMap(({ kind, origins }) => (kind === 'deleted' ? [] : origins)))
      expect([...new Set([...deleted, ...heirs])].sort((x, y) => x - y)).toEqual(old.map((_, at) => at))
      expect(deleted.some((at) => heirs.has(at))).toBe(false)
      for (const { block, parts } of changes) {
        if (block === null) continue
        expect(parts.flatMap(({ kind, text }) => (kind === 'old' ? [] : [text])).join('')).toBe(now[block])
      }
    }),
  )
})

function fail(): never {
  throw new Error('no such profile')
}
