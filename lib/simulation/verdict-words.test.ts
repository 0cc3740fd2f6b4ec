import { expect, test } from 'vitest'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { RecordedVerdict } from './simulation-data.ts'
import { compareWithRecorded } from './verdict-words.ts'

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
