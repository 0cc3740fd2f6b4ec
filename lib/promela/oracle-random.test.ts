import { expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { runSpin, spinMissing } from '#lib/promela/shell/spin.ts'
import { compileModel } from './compile.ts'

const missing = await spinMissing()
const count = testNumber('RANDOM_MODELS', 10)
const first = testNumber('RANDOM_SEED', 1)
const MAX_STATES = 300_000

it.skipIf(missing !== null).each([
  { emphasis: 'mixed', unless: 'outer-first', pan: [] },
  { emphasis: 'unless', unless: 'outer-first', pan: [] },
  { emphasis: 'unless', unless: 'inner-first', pan: ['-J'] },
] as const)(
  `${count} random models have spin's verdict and counts: $emphasis, $unless`,
  async ({ emphasis, unless, pan }) => {
    let compared = 0
    const differences: string[] = []
    for (let seed = first; seed < first + count; seed++) {
      const text = randomModel(seededRandom(seed), emphasis)
      const { program, diagnostics } = compileModel({
        files: new Map([['m.pml', text]]),
        main: 'm.pml',
        defines: {},
        unless,
      })
      const errors = diagnostics.filter((item) => item.severity === 'error')
      // pan stops at such a model, whose pieces the generator put together without looking.
      if (errors.some(({ code }) => code === 'duplicate-else')) continue
      expect(errors, text).toEqual([])
      if (!program) continue
      const search = createSearch(program, { allErrors: true, maxStates: MAX_STATES })
      for (let slices = 0; slices < 60 && !search.step(50_000).done; slices++);
      const verdict = search.verdict()
      if (!verdict || verdict.kind === 'unfinished' || verdict.counts.states >= MAX_STATES) continue
      const spin = await runSpin({ text }, {}, { pan }).catch((error: Error) => error)
      // A model that spin refuses, or whose verifier gives up, says nothing about counts.
      if (spin instanceof Error || Number.isNaN(spin.states) || spin.truncated) continue
      // pan stops at the first error of these kinds, whatever it was told.
      if (spin.complaint && /block in d_step|blocking sel|wrong nr of msg/.test(spin.complaint)) continue
      compared++
      const ours = {
        states: verdict.counts.states,
        matched: verdict.counts.matched,
        violated: verdict.kind === 'violated',
      }
      const theirs = { states: spin.states, matched: spin.matched, violated: spin.errors > 0 }
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
        differences.push(
          `seed ${seed}: ours ${JSON.stringify(ours)} spin ${JSON.stringify(theirs)} ${spin.complaint}\n${text}`,
        )
      }
    }
    expect(differences.join('\n')).toBe('')
    // Spin refuses most models that are full of escapes: two inherited elses, a loop in an escape.
    expect(compared).toBeGreaterThan(emphasis === 'mixed' ? count / 2 : 0)
  },
  3_600_000,
)
