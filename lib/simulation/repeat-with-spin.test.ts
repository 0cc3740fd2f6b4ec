import { expect, test } from 'vitest'
import { recordedError, repeatLines } from './repeat-with-spin.ts'
import type { RecordedVerdict } from './simulation-data.ts'

const model = { main: 'models/m.pml', files: [['models/m.pml', 'byte x;']] } as const

function recorded(verdict: RecordedVerdict['verdict'], summary: string): RecordedVerdict {
  return { variant: 'a', property: 'safety', verdict, summary, states: 1, depth: 1, checkerVersion: '1' }
}

test('a recorded violation is looked for as it was found; a deadlock not breadth first, where spin misses some', () => {
  const failed = recordedError(recorded('violated', 'assertion violated: x == 1'))
  expect(repeatLines(model, { N: '3' }, failed)).toEqual([
    'spin -a -o1 -o2 -o3 -DN=3 models/m.pml',
    'gcc -O2 -DSAFETY -DNOREDUCE -DBFS -o pan pan.c',
    './pan',
    'spin -p -g -k m.pml.trail -DN=3 models/m.pml',
  ])
  const stuck = recordedError(recorded('violated', 'invalid end state: P:0 can never go on'))
  expect(repeatLines(model, {}, stuck).slice(1, 3)).toEqual([
    'gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c',
    './pan -m50000',
  ])
})

test('without a violation, or without a record, the whole graph is counted; claims are left to us', () => {
  expect(recordedError(recorded('holds', ''))).toBeNull()
  expect(recordedError(null)).toBeNull()
  const claimed = { ...model, files: [['models/m.pml', 'ltl p { [] true }']] as const }
  expect(repeatLines(claimed, {}, null)).toEqual([
    'spin -a -o1 -o2 -o3 models/m.pml',
    'gcc -O2 -DSAFETY -DNOREDUCE -DNOCLAIM -o pan pan.c',
    './pan -m50000 -c0',
  ])
})
