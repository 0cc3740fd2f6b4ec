import { expect, test } from 'vitest'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { RecordedVerdict } from './simulation-data.ts'
import { claimCountWords, claimedWords, compareWithRecorded } from './verdict-words.ts'

const counts = { states: 130, matched: 32, transitions: 162, depth: 9, bytes: 4096 }
const span = { file: 'm.pml', line: 76, column: 1, endLine: 76, endColumn: 9 }
const violated: Verdict = {
  kind: 'violated',
  counts,
  errors: 1,
  complete: false,
  error: 'assertion',
  message: 'assertion violated: !wake_returned',
  span,
  pid: 1,
  trace: [0, 1, 2],
}
const recorded: RecordedVerdict = {
  variant: 'inc-after-read',
  property: 'safety',
  verdict: 'violated',
  summary: '',
  states: 130,
  depth: 9,
  checkerVersion: 'checker-1',
  trace: [0, 1, 2],
}

test('the same verdict, states, depth and trace are called the same', () => {
  expect(compareWithRecorded(violated, recorded, 'checker-1')).toEqual({
    kind: 'same',
    words: 'Same as recorded at publish: verdict, states, depth and trace.',
  })
})

test('each difference is named with both figures', () => {
  const other = { ...recorded, states: 131, trace: [0, 2, 2], checkerVersion: 'checker-0' }
  expect(compareWithRecorded(violated, other, 'checker-1')).toEqual({
    kind: 'different',
    differences: [
      'recorded 131 states, here 130 states',
      'the traces part at step 2',
      'recorded by checker-0, this page runs checker-1, which may explain it',
    ],
  })
})

test('another verdict is a difference, and so is a longer trace', () => {
  const holds: Verdict = { kind: 'holds', counts, unreached: [] }
  expect(compareWithRecorded(holds, recorded, 'checker-1')).toMatchObject({
    differences: ['recorded violated, here holds'],
  })
  expect(compareWithRecorded(violated, { ...recorded, trace: [0, 1, 2, 0] }, 'checker-1')).toMatchObject({
    differences: ['recorded trace of 4 statements, here 3 statements'],
  })
})

test('a search that did not end neither confirms nor contradicts', () => {
  const cancelled: Verdict = { kind: 'unfinished', counts, bound: 'cancelled', message: 'cancelled' }
  expect(compareWithRecorded(cancelled, recorded, 'checker-1').kind).toBe('none')
  expect(compareWithRecorded(violated, null, 'checker-1').kind).toBe('none')
})

test('a claim is as claimed when its verdict is the one that the text needs, and unfinished never is', () => {
  expect(claimedWords('violated', 'violated')).toBe('as claimed')
  expect(claimedWords('holds', 'violated')).toBe('not as claimed: the text needs “holds”')
  expect(claimedWords('violated', 'unfinished')).toBe('not as claimed: the text needs “violated”')
})

test('claims are counted by whether somebody has to act', () => {
  expect(claimCountWords(0, 0)).toBe('')
  expect(claimCountWords(1, 0)).toBe('1 claim, as claimed')
  expect(claimCountWords(13, 0)).toBe('13 claims, all as claimed')
  expect(claimCountWords(11, 2)).toBe('2 of 13 claims not as claimed')
})
