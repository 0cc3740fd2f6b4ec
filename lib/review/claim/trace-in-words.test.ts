import { expect, test } from 'vitest'
import { NO_WORDS, type Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { CheckReport } from './check-report.ts'
import { traceLines } from './trace-in-words.ts'

const SOURCE = 'byte n;\nactive proctype waiter() { n = 1; assert(n == 2) }\n'

const bundle = (vocabulary: Vocabulary | undefined, source = SOURCE) => ({
  models: [
    {
      name: 'm',
      file: 'models/m.pml',
      title: 'M',
      variants: [{ name: 'plain', defines: [] }],
      source,
      vocabulary,
    },
  ],
  files: [{ path: 'models/m.pml', bytes: new TextEncoder().encode(source) }],
})

const claim = { model: 'm', defines: [], property: 'safety' }
const report: Extract<CheckReport, { kind: 'violated' }> = {
  ...{ kind: 'violated', states: 1, matched: 0, transitions: 1, depth: 1, ms: 1, checkerVersion: 'c' },
  ...{ error: 'assertion violated: n == 2', line: 2, trace: [0, 0], table: ['as it was stored'] },
}
const WORDS: Vocabulary = {
  ...NO_WORDS,
  processes: [{ of: 'waiter', words: 'the waiter' }],
  assertions: [{ of: 'n == 2', words: 'There are two.' }],
}

test('without a vocabulary a mail has the table that was stored', () => {
  expect(traceLines(bundle(undefined), claim, report)).toEqual(['as it was stored'])
})

test('with one it has the story, which ends with what broke', () => {
  const lines = traceLines(bundle(WORDS), claim, report)
  expect(lines[1]).toBe('the waiter')
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(
    '^^^ Step 2, the waiter: this does not hold: There are two (the assertion n == 2, line 2).',
  )
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(72)
})

test('a run that this model or checker does not have, or that nobody reads, keeps its table', () => {
  const stored = ['as it was stored']
  expect(traceLines(bundle(WORDS, 'active {'), claim, report)).toEqual(stored)
  expect(traceLines(bundle(WORDS), claim, { ...report, trace: [0, 7] })).toEqual(stored)
  expect(
    traceLines(bundle(WORDS), claim, { ...report, trace: Array.from({ length: 2001 }, () => 0) }),
  ).toEqual(stored)
  expect(traceLines(bundle(WORDS), { ...claim, model: 'other' }, report)).toEqual(stored)
})
