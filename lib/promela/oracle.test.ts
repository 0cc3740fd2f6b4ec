/** Samples: what spin said of each variant is recorded beside it. `npm run test:spin` asks it again, of all. */
import { describe, expect, it } from 'vitest'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { runSpin, spinMissing } from '#lib/promela/shell/spin.ts'
import { compileModel } from './compile.ts'

const missing = await spinMissing()

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

describe.skipIf(missing !== null)(named('the installed spin', missing), () => {
  // Counts as they were recorded, so one small model of each verdict shows that spin is asked rightly.
  it.each(['holds', 'violated'] as const)(
    'says again what is recorded of a sample that is %s',
    async (verdict) => {
      const all = readSamples().flatMap((sample) => sample.variants.map((variant) => ({ sample, variant })))
      const [smallest] = all
        .filter(({ variant }) => variant.verdict === verdict)
        .sort((a, b) => a.variant.states - b.variant.states)
      if (!smallest) throw new Error(`no sample is ${verdict}`)
      const { sample, variant } = smallest
      const spin = await runSpin({ text: sample.text, file: sample.file }, variant.defines)
      expect({ states: spin.states, matched: spin.matched, violated: spin.errors > 0 }).toEqual({
        states: variant.states,
        matched: variant.matched,
        violated: verdict === 'violated',
      })
    },
    60_000,
  )
})
