/**
 * A reduced search beside a full one: the same verdict, the same faults (kind, words, place, process), the same
 * statements that nobody reaches, and a counterexample that replays in the model as written.
 *
 * `npm run test:long` for a long run with other seeds.
 */
import { expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import { createSearch, type SearchOptions } from '#lib/promela/search/search.ts'
import { randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { randomProcesses } from '#lib/promela/shell/oracle/random-processes.ts'
import { readSamples, readSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { replay } from '#lib/promela/trace/trail.ts'

const count = testNumber('RANDOM_REDUCED', 40)
const first = testNumber('RANDOM_SEED', 1)
/** Above it a model says nothing: it would have to be searched completely. */
const MAX_STATES = 60_000

const variants = {
  dead: { reduce: { dead: true } },
  por: { reduce: { por: true } },
  both: { reduce: { dead: true, por: true } },
  'both, depth first': { reduce: { dead: true, por: true }, order: 'dfs' },
  'none, depth first': { order: 'dfs' },
} satisfies Record<string, SearchOptions>

function search(program: Program, options: SearchOptions) {
  const faults = new Set<string>()
  const onFault = ({ kind, message, span, pid }: Fault): void => {
    faults.add(`${kind} ${message} at ${span.line}:${span.column} of ${pid}`)
  }
  const found = createSearch(program, { ...options, allErrors: true, maxStates: MAX_STATES, onFault })
  for (let slices = 0; slices < 60 && !found.step(50_000).done; slices++);
  const verdict = found.verdict()
  if (!verdict || verdict.kind === 'unfinished') return null
  if (verdict.kind === 'violated' && !verdict.complete) return null
  return { verdict, faults: [...faults].sort() }
}

/** What differs, in words; the numbers of states. `null`: too large. */
function compare(program: Program, options: SearchOptions) {
  const full = search(program, options)
  if (!full) return null
  const differences: string[] = []
  const states: Record<string, number> = {}
  for (const [name, variant] of Object.entries(variants)) {
    const reduced = search(program, { ...options, ...variant })
    if (!reduced) {
      differences.push(`${name}: does not end`)
      continue
    }
    states[name] = reduced.verdict.counts.states
    if (answer(reduced) !== answer(full)) differences.push(`${name}: ${answer(full)}\n-> ${answer(reduced)}`)
    const { verdict } = reduced
    if (verdict.counts.states > full.verdict.counts.states) differences.push(`${name}: more states`)
    // A replay knows nothing of lost messages and of channels that must be empty; that an atomic never ends it cannot show.
    if (verdict.kind !== 'violated' || options.lossy || options.channelsEmpty) continue
    if (verdict.error === 'endless-step') continue
    // A hidden variable is 0 in each stored state, and what it was in a replay.
    if ([program, ...program.proctypes].some(({ kept }) => kept.includes(false))) continue
    const again = replay(program, verdict.trace)
    const shown = again.stuck?.kind ?? again.steps.at(-1)?.errors[0]?.kind
    if (again.diverged || shown !== verdict.error)
      differences.push(`${name}: the trace shows ${again.diverged?.reason ?? shown}, not ${verdict.error}`)
  }
  return { differences, states, full: full.verdict.counts.states }
}

function answer({ verdict, faults }: NonNullable<ReturnType<typeof search>>): string {
  if (verdict.kind !== 'holds') return faults.join('; ')
  return `holds without ${verdict.unreached.map(({ text, span }) => `${text}:${span.line}`).join(', ')}`
}

function compiled(text: string, defines: Readonly<Record<string, string>> = {}) {
  return compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines }).program
}

it('every sample keeps its verdict', () => {
  let compared = 0
  for (const { name, text, variants: runs } of readSamples()) {
    for (const { defines, states } of runs) {
      if (states > MAX_STATES / 2) continue
      const program = compiled(text, defines)
      if (!program) throw new Error(`${name} compiles`)
      expect({ name, defines, differences: compare(program, {})?.differences }).toEqual({
        name,
        defines,
        differences: [],
      })
      compared++
    }
  }
  expect(compared).toBeGreaterThan(20)
}, 240_000)

it('every case of safety keeps its verdict', () => {
  let compared = 0
  for (const item of readSemanticsCases()) {
    if (item.mode !== 'safety') continue
    const files = new Map([['m.pml', item.model], ...Object.entries(item.files ?? {})])
    const unless = item.panFlags?.includes('-J') ? ('inner-first' as const) : ('outer-first' as const)
    const { program } = compileModel({ files, main: 'm.pml', defines: {}, unless })
    if (!program || program.initial.length === 0) continue
    const options = {
      lossy: item.spinFlags?.includes('-m') ?? false,
      channelsEmpty: item.panFlags?.includes('-q') ?? false,
    }
    expect({ id: item.id, differences: compare(program, options)?.differences }).toEqual({
      id: item.id,
      differences: [],
    })
    compared++
  }
  expect(compared).toBeGreaterThan(120)
}, 120_000)

it.each([
  ['one process', randomModel],
  ['several processes', randomProcesses],
] as const)(
  'random models about %s keep theirs',
  (_, write) => {
    let compared = 0
    let smaller = 0
    for (let seed = first; seed < first + count; seed++) {
      const text = write(seededRandom(seed))
      const program = compiled(text)
      const found = program && compare(program, { lossy: seed % 5 === 0 })
      if (!found) continue
      compared++
      if ((found.states.both ?? 0) < found.full) smaller++
      expect(found.differences.join('\n'), `seed ${seed}\n${text}`).toBe('')
    }
    expect(compared).toBeGreaterThan(count * 0.8)
    expect(smaller).toBeGreaterThan(count / 4)
  },
  3_600_000,
)
