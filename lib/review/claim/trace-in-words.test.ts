import { expect, test } from 'vitest'
import { NO_WORDS, type Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { CheckReport } from './check-report.ts'
import { traceTables } from './trace-in-words.ts'

const SOURCE = 'byte n;\nactive proctype waiter() { n = 1; assert(n == 2) }\n'

const claim = { id: 'c', model: 'm', defines: [], property: 'safety' }

const bundle = (vocabulary: Vocabulary | undefined, source = SOURCE) => ({
  claims: [claim],
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

const report: Extract<CheckReport, { kind: 'violated' }> = {
  ...{ kind: 'violated', states: 1, matched: 0, transitions: 1, depth: 1, ms: 1, checkerVersion: 'c' },
  ...{ error: 'assertion violated: n == 2', line: 2, trace: [0, 0], table: ['as it was stored'] },
}
const linesOf = (of: ReturnType<typeof bundle>, found: CheckReport = report) =>
  traceTables(of, [{ id: 'c', report: found }]).get('c')

const WORDS: Vocabulary = {
  ...NO_WORDS,
  processes: [{ of: 'waiter', words: 'the waiter' }],
  assertions: [{ of: 'n == 2', words: 'There are two.' }],
}

test('without a vocabulary a mail has the table that was stored', () => {
  expect(linesOf(bundle(undefined))).toEqual(['as it was stored'])
})

test('with one it has the story, which ends with what broke', () => {
  const lines = linesOf(bundle(WORDS)) ?? []
  expect(lines[1]).toBe('the waiter')
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(
    '^^^ Step 2, the waiter: this does not hold: There are two (the assertion n == 2, line 2).',
  )
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(72)
})

test('a run that this model or checker does not have, or that nobody reads, keeps its table', () => {
  const stored = ['as it was stored']
  expect(linesOf(bundle(WORDS, 'active {'))).toEqual(stored)
  expect(linesOf(bundle(WORDS), { ...report, trace: [0, 7] })).toEqual(stored)
  expect(linesOf(bundle(WORDS), { ...report, trace: Array.from({ length: 2001 }, () => 0) })).toEqual(stored)
  expect(linesOf({ ...bundle(WORDS), claims: [{ ...claim, model: 'other' }] })).toEqual(stored)
})

test('a claim that is not violated has no table', () => {
  const { kind: _, error, line, trace, table, ...counts } = report
  const holds: CheckReport = { ...counts, kind: 'holds', unreached: [] }
  expect(traceTables(bundle(WORDS), [{ id: 'c', report: holds }]).size).toBe(0)
})

test('a bundle is told once for all its readers, and anew when another report stands there', () => {
  const of = bundle(WORDS)
  const checked = [{ id: 'c', report }]
  const tables = traceTables(of, checked)
  expect(traceTables(of, structuredClone(checked))).toBe(tables)
  const other = [{ id: 'c', report: { ...report, trace: [0, 7] } }]
  expect(traceTables(of, other).get('c')).toEqual(['as it was stored'])
})

test('what is told of one bundle is bounded, in steps and in what is compiled', () => {
  const of = (source: string, count: number) => ({
    ...bundle(WORDS, source),
    claims: Array.from({ length: count }, (_, k) => ({
      ...{ id: `c${k}`, model: 'm', property: 'safety' },
      defines: [{ name: 'K', value: `${k}`, line: 1 }],
    })),
  })
  const stored = (found: Extract<CheckReport, { kind: 'violated' }>, source: string, count: number) =>
    [
      ...traceTables(
        of(source, count),
        of(source, count).claims.map(({ id }) => ({ id, report: found })),
      ).values(),
    ].map(([first]) => first === 'as it was stored')
  const long = 'byte n;\nactive proctype waiter() { do :: n = (n + 1) % 5 :: n > 9 -> break od }\n'
  const steps = { ...report, trace: Array.from({ length: 1500 }, () => 0) }
  expect(stored(steps, long, 4)).toEqual([false, false, true, true])
  const large = `${SOURCE}/* ${'x'.repeat(200_000)} */\n`
  expect(stored(report, large, 4)).toEqual([false, false, true, true])
})
