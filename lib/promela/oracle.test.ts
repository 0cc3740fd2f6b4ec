import { describe, expect, it } from 'vitest'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { runSpin, spinMissing } from '#lib/promela/shell/spin.ts'
import { compileModel } from './compile.ts'

const missing = await spinMissing()
const rows: string[] = []

function ours(text: string, defines: Readonly<Record<string, string>>) {
  const { program, diagnostics } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  expect(diagnostics.filter((item) => item.severity === 'error')).toEqual([])
  if (!program) throw new Error('a sample compiles')
  const search = createSearch(program, { allErrors: true })
  while (!search.step(1_000_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return verdict
}

const words = (defines: Readonly<Record<string, string>>): string =>
  Object.entries(defines)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(' ')

describe('samples', () => {
  for (const sample of readSamples()) {
    for (const expected of sample.variants) {
      it(
        `${sample.name} ${words(expected.defines)}: verdict and counts are the recorded ones`.replace(
          ' :',
          ':',
        ),
        () => {
          const verdict = ours(sample.text, expected.defines)
          expect({
            verdict: verdict.kind,
            states: verdict.counts.states,
            matched: verdict.counts.matched,
          }).toEqual({
            verdict: expected.verdict,
            states: expected.states,
            matched: expected.matched,
          })
          if (expected.error) expect(verdict).toMatchObject({ error: expected.error })
        },
      )
    }
  }
})

describe.skipIf(missing !== null)('samples beside the installed spin', () => {
  const samples = readSamples()
  it.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s: the same states, matches and verdicts',
    async (_, sample) => {
      for (const { defines } of sample.variants) {
        const spin = await runSpin({ text: sample.text, file: sample.file }, defines)
        const verdict = ours(sample.text, defines)
        const { states, matched } = verdict.counts
        const label = `${sample.name} ${words(defines)}`.trim().slice(0, 44).padEnd(44)
        const found = verdict.kind === 'violated' ? verdict.error : verdict.kind
        rows.push(
          `${label} ${String(states).padStart(8)} ${String(spin.states).padStart(8)} ${String(matched).padStart(9)} ${String(spin.matched).padStart(9)}  ${found} / ${spin.complaint ?? 'no error'}`,
        )
        expect({ states, matched, violated: verdict.kind === 'violated' }, label).toEqual({
          states: spin.states,
          matched: spin.matched,
          violated: spin.errors > 0,
        })
      }
    },
    120_000,
  )

  it('prints what both found', () => {
    const title = `${'model and defines'.padEnd(44)} ${'stored'.padStart(8)} ${'spin'.padStart(8)} ${'matched'.padStart(9)} ${'spin'.padStart(9)}  ours / spin`
    console.log([title, ...rows].join('\n'))
    expect(rows).toHaveLength(samples.reduce((sum, sample) => sum + sample.variants.length, 0))
  })
})

it.runIf(missing !== null)('samples beside the installed spin: skipped', ({ skip }) => {
  skip(missing ?? '')
})
