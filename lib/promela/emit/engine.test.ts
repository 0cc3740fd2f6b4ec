import { describe, expect, it } from 'vitest'
import { environment, testNumber } from '#lib/env.server.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch, type Search, type SearchOptions } from '#lib/promela/search/search.ts'
import { javaScriptHost, wasmHost } from '#lib/promela/shell/instantiate.ts'
import { isUseless, randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { randomProcesses } from '#lib/promela/shell/oracle/random-processes.ts'
import { readSamples, readSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { createEmittedSearch } from './engine.ts'
import type { EngineHost } from './host.ts'

const first = testNumber('RANDOM_SEED', 1)
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
  expect(answer(made.value, budget)).toEqual(interpreted(program, options))
  return null
}

const sources = new WeakMap<Program, string>()
const answers = new Map<string, ReturnType<typeof answer>>()

/** The interpreter is the slowest and is asked the same for each host: once is enough. */
function interpreted(program: Program, options: SearchOptions): ReturnType<typeof answer> {
  const source = sources.get(program)
  if (source === undefined) return answer(createSearch(program, options))
  const key = JSON.stringify([source, options])
  const found = answers.get(key) ?? answer(createSearch(program, options))
  answers.set(key, found)
  return found
}

function compiled(text: string, defines: Readonly<Record<string, string>> = {}): Program {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  if (!program) throw new Error('the model compiles')
  sources.set(program, JSON.stringify([text, defines]))
  return program
}

/** Notes each module that is made. */
function counted(host: EngineHost, made: string[]) {
  return (...given: Parameters<EngineHost['instantiate']>) => {
    made.push(host.engine)
    // The two kinds of hosts take different things; this one gets what its own kind takes.
    return (host.instantiate as (...args: typeof given) => ReturnType<typeof host.instantiate>)(...given)
  }
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
    let compared = 0
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
      // A half of the cases each way; in a long run all of them both ways.
      for (const allErrors of environment().COHERENT_LONG ? [true, false] : [item.id.length % 2 === 0]) {
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
        else compared++
      }
    }
    const known = /priorities|hidden|_last|enabled|pc_value|another process|np_/
    expect(refused.filter((reason) => !known.test(reason))).toEqual([])
    expect(compared).toBeGreaterThan(100)
    expect(refused.length).toBeLessThan(compared / 2)
  }, 60_000)

  it('reduced searches have the same counts, verdict and trace, with each reduction and with both', () => {
    for (const { text, variants } of readSamples()) {
      for (const { defines } of variants.slice(0, 2)) {
        for (const reduce of [{ dead: true }, { por: true }, { dead: true, por: true }])
          expect(compare(compiled(text, defines), { allErrors: true, reduce }, host)).toBeNull()
      }
    }
  }, 60_000)

  it('models in which reductions have much to do have the same counts, verdict and trace', () => {
    for (let seed = first; seed < first + count; seed++) {
      const program = compiled(randomProcesses(seededRandom(seed)))
      const options = { allErrors: true, reduce: { dead: true, por: true }, maxStates: 20_000 }
      const reason = compare(program, options, host)
      if (reason) expect(reason, `seed ${seed}`).toMatch(/hidden|another process/)
    }
  }, 3_600_000)

  it('a search in slices of one state is the same search', () => {
    const { text, variants } = readSamples().find(({ name }) => name === 'rendezvous') ?? {
      text: '',
      variants: [],
    }
    for (const { defines } of variants) expect(compare(compiled(text, defines), {}, host, 1)).toBeNull()
  })

  it('a process that the profile has not seen makes the search begin again, with the same answer', () => {
    const late = `chan c = [1] of { byte }; byte n, m;
      proctype Child(byte id) { chan mine = [1] of { byte }; mine!id; c!id; mine?_ }
      active proctype P() { do :: n < 200 -> n++ :: m < 200 -> m++ :: n == 200 && m == 200 -> break od;
        run Child(1); run Child(2); c?_; run Child(m); (_nr_pr == 1) }`
    const made: string[] = []
    const counting = { ...host, instantiate: counted(host, made) } as EngineHost
    expect(compare(compiled(late), { allErrors: true }, counting)).toBeNull()
    expect(made.length).toBeGreaterThan(1)
  })

  it('the table grows many times, and a limit of states stops where the interpreter stops', () => {
    const wide = 'byte a, b, c; active proctype P() { do :: a++ :: b < 9 -> b++ :: c < 9 -> c++ od }'
    expect(compare(compiled(wide), {}, host)).toBeNull()
    for (const maxStates of [1, 2, 1_000, 9_999, 25_599])
      expect(compare(compiled(wide), { maxStates }, host), `${maxStates}`).toBeNull()
  })

  it('a memory limit stops the search as unfinished, below the limit', () => {
    const made = createEmittedSearch(
      compiled('int x, y; active [2] proctype P() { do :: x++ :: y++ od }'),
      { maxMemoryBytes: 4 * 2 ** 20 },
      host,
    )
    if (!made.ok) throw new Error(made.error)
    const verdict = answer(made.value)
    expect(verdict).toMatchObject({ kind: 'unfinished', bound: 'memory' })
    expect(made.value.step(0).bytes).toBeLessThanOrEqual(4 * 2 ** 20)
  })

  it('states of four words take at most 50 bytes', () => {
    const { text } = readSamples().find(({ name }) => name === 'mcs') ?? { text: '' }
    const made = createEmittedSearch(compiled(text, { N: '3' }), {}, host)
    if (!made.ok) throw new Error(made.error)
    const { states, bytes } = { ...answer(made.value).counts, ...made.value.step(0) }
    expect(bytes / states).toBeLessThan(50)
  })

  const count = testNumber('RANDOM_MODELS', 8)
  it(`${count} random models have the same counts, verdict and trace`, () => {
    let compared = 0
    for (let seed = first; seed < first + count; seed++) {
      const text = randomModel(seededRandom(seed))
      const { program, diagnostics } = compileModel({
        files: new Map([['m.pml', text]]),
        main: 'm.pml',
        defines: {},
      })
      if (isUseless(diagnostics)) continue
      if (!program) throw new Error(`seed ${seed} does not compile\n${text}`)
      const options = { allErrors: seed % 3 !== 0, lossy: seed % 7 === 0, maxStates: 20_000 }
      expect(compare(program, options, host), `seed ${seed}\n${text}`).toBeNull()
      compared++
    }
    expect(compared).toBeGreaterThan(count / 2)
  }, 3_600_000)
})
