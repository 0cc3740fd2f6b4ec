import { describe, expect, it } from 'vitest'
import type { Program } from '../4-lower/program.ts'
import { compileModel } from '../compile.ts'
import { createSearch, type Search, type SearchOptions } from '../explore/search.ts'
import { javaScriptHost, wasmHost } from '../shell/instantiate.ts'
import { randomModel, seededRandom } from '../shell/random-model.ts'
import { readSamples, readSemanticsCases } from '../shell/samples.ts'
import { createEmittedSearch } from './engine.ts'
import type { EngineHost } from './host.ts'

const hosts: readonly EngineHost[] = [javaScriptHost, wasmHost]

/** Everything but the bytes, which are the engine's own. */
function answer(search: Search, budget = 50_000) {
  while (!search.step(budget).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  const { bytes: _, ...counts } = verdict.counts
  return { ...verdict, counts }
}

/** Why the program is interpreted, or `null` when it was searched with the same answer. */
function compare(program: Program, options: SearchOptions, host: EngineHost, budget?: number): string | null {
  const made = createEmittedSearch(program, options, host)
  if (!made.ok) return made.error
  expect(answer(made.value, budget)).toEqual(answer(createSearch(program, options)))
  return null
}

function compiled(text: string, defines: Readonly<Record<string, string>> = {}): Program {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  if (!program) throw new Error('the model compiles')
  return program
}

describe.each(hosts)('$engine', (host) => {
  it.each(readSamples().map((sample) => [sample.name, sample] as const))(
    '%s: counts, verdict and trace are those of the interpreter',
    (_, { text, variants }) => {
      for (const { defines } of variants) {
        for (const allErrors of [true, false])
          expect(compare(compiled(text, defines), { allErrors }, host)).toBeNull()
      }
    },
    60_000,
  )

  it('every semantics case that is not refused has the same counts, verdict and trace', () => {
    const refused: string[] = []
    for (const item of readSemanticsCases().filter(({ mode }) => mode === 'safety')) {
      const defines: Record<string, string> = {}
      for (const flag of item.spinFlags ?? []) {
        const define = /^-D(\w+)(?:=(.*))?$/.exec(flag)
        if (define?.[1]) defines[define[1]] = define[2] ?? ''
      }
      const { program } = compileModel({
        files: new Map([['model.pml', item.model], ...Object.entries(item.files ?? {})]),
        main: 'model.pml',
        defines,
        unless: item.panFlags?.includes('-J') ? 'inner-first' : 'outer-first',
      })
      if (!program) continue
      for (const allErrors of [true, false]) {
        const reason = compare(
          program,
          {
            allErrors,
            lossy: item.spinFlags?.includes('-m') ?? false,
            channelsEmpty: item.panFlags?.includes('-q') ?? false,
          },
          host,
        )
        if (reason) refused.push(reason)
      }
    }
    const known = /priorities|hidden|_last|enabled|pc_value|another process|np_/
    expect(refused.filter((reason) => !known.test(reason))).toEqual([])
    expect(refused.length).toBeLessThan(50)
  }, 60_000)

  const count = Number(process.env.RANDOM_MODELS ?? 15)
  it(`${count} random models have the same counts, verdict and trace`, () => {
    const first = Number(process.env.RANDOM_SEED ?? 1)
    for (let seed = first; seed < first + count; seed++) {
      const program = compiled(randomModel(seededRandom(seed)))
      const options = { allErrors: seed % 3 !== 0, lossy: seed % 7 === 0, maxStates: 20_000 }
      expect(compare(program, options, host), `seed ${seed}`).toBeNull()
    }
  }, 3_600_000)
})
