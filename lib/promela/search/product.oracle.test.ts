/**
 * Verdicts on random models with claims, labels and fairness against `pan -a`, `-l` and `-f` of the unreduced graph.
 * `RANDOM_CLAIMS=500` for a long run.
 *
 * Left out is where Spin is known to be wrong: fairness to processes that have ended (nimble-code/Spin#38), and
 * `timeout` in a claim, which it asks of its own search instead of the model.
 */
import { describe, expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { type Random, randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { runSpin, spinMissing } from '#lib/promela/shell/spin.ts'
import { createPropertySearch } from './check-property.ts'
import { parseProperty } from './property.ts'

const CLAIMS = testNumber('RANDOM_CLAIMS', 8)
const missing = await spinMissing()

const pick = (random: Random, limit: number) => Math.floor(random() * limit)
const oneOf = (random: Random, items: readonly string[]) => items[pick(random, items.length)] ?? ''

const atoms = [
  'x == 1',
  'y < 2',
  'z == 0',
  'k == 1',
  'b[0] == 1',
  'len(c) > 0',
  'P0@M',
  'Turn@T',
  'P0:l == 0',
  'P0[0]:l < 2',
  '_last == 0',
  '_nr_pr > 1',
]

function randomFormula(random: Random, depth: number): string {
  const part = () => `(${randomFormula(random, depth - 1)})`
  if (depth === 0) return oneOf(random, atoms)
  const shapes = [
    () => `[] ${part()}`,
    () => `<> ${part()}`,
    () => `${part()} U ${part()}`,
    () => `${part()} -> ${part()}`,
    () => `! ${part()}`,
    () => `[] (<> ${part()})`,
    () => `${part()} || ${part()}`,
  ]
  return shapes[pick(random, shapes.length)]?.() ?? 'x == 1'
}

/** States with a few guarded ways to others, some of them accepting, perhaps one to the end. */
function randomNever(random: Random): string {
  const names = Array.from({ length: 2 + pick(random, 2) }, (_, at) =>
    pick(random, 3) === 0 ? `accept${at}` : `S${at}`,
  )
  const states = names.map((name) => {
    const ways = Array.from(
      { length: 1 + pick(random, 3) },
      () => `:: (${oneOf(random, atoms)}) -> goto ${oneOf(random, names)}`,
    )
    if (pick(random, 2) === 0) ways.push(':: true')
    if (pick(random, 5) === 0) ways.push(`:: (${oneOf(random, atoms)}) -> break`)
    return `${name}: do ${ways.join(' ')} od`
  })
  return `never { ${states.join('; ')}; false }`
}

/** Random models end; the process Turn does not, so that cycles of steps are there, too. */
function withTurn(random: Random, labels: readonly string[]): string {
  const label = () => (labels.length > 0 && pick(random, 2) === 0 ? oneOf(random, labels) : '')
  const model = randomModel(random)
    .replaceAll('assert(', '(true || ')
    .replace(/active (\[2\] )?proctype P0\(\) \{ byte l; /, 'active proctype P0() { byte l; M: skip; ')
  const other = label()
  const steps = `k = 1 - k; T: skip; ${label()}skip`
  return `byte k;\n${model}active proctype Turn() { do :: ${steps} :: k == 1 -> ${other}skip od }\n`
}

const modes = [
  {
    name: 'ltl',
    labels: [],
    extra: (random: Random) => `ltl p { ${randomFormula(random, 2)} }`,
    pan: ['-a', '-N', 'p'],
    gcc: [],
    property: 'p',
  },
  { name: 'never', labels: [], extra: randomNever, pan: ['-a'], gcc: [], property: 'claim' },
  {
    name: 'progress',
    labels: ['progress: '],
    extra: () => '',
    pan: ['-l'],
    gcc: ['-DNP'],
    property: 'progress',
  },
  { name: 'accept', labels: ['accept: '], extra: () => '', pan: ['-a'], gcc: [], property: 'accept' },
] as const

/** Labels may not be there twice. */
function unique(text: string): string {
  let number = 0
  return text.replace(/\b(progress|accept): /g, (_, name: string) => `${name}_${number++}: `)
}

describe.skipIf(missing !== null)(`random claims agree with pan (skipped: ${missing})`, () => {
  for (const mode of modes) {
    it(`${CLAIMS} models, ${mode.name}`, async () => {
      const wrong: string[] = []
      const verdicts: string[] = []
      for (let seed = 1; seed <= CLAIMS; seed++) {
        const random = seededRandom(seed)
        const text = unique(withTurn(random, mode.labels)) + mode.extra(random)
        const fair = mode.name !== 'never' && pick(random, 3) === 0
        const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
        const property = parseProperty(fair ? `fair ${mode.property}` : mode.property)
        if (!program || !property) throw new Error(`model ${seed} does not compile:\n${text}`)
        const search = createPropertySearch(program, property, { maxStates: 100_000 })
        if (!search.ok) throw new Error(search.error)
        while (!search.value.step(10_000).done);
        const found = search.value.verdict()
        if (!found || found.kind === 'unfinished') continue
        // Spin refuses a few random models that are fine (a break before a d_step, two inherited elses).
        const gcc = ['-USAFETY', ...mode.gcc]
        const pan = [...mode.pan, ...(fair ? ['-f'] : [])]
        const spin = await runSpin({ text }, {}, { gcc, pan }).catch(() => null)
        if (!spin || Number.isNaN(spin.errors) || (spin.truncated && spin.errors === 0)) continue
        verdicts.push(found.kind)
        if (spin.errors > 0 !== (found.kind === 'violated'))
          wrong.push(`${seed}: ours ${found.kind}, spin ${spin.errors} (${spin.complaint})\n${text}`)
      }
      expect(wrong).toEqual([])
      expect(verdicts.length).toBeGreaterThan(0.4 * CLAIMS)
      expect(new Set(verdicts)).toEqual(new Set(['holds', 'violated']))
    }, 3_600_000)
  }
})
