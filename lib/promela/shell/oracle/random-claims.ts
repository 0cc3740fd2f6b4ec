/**
 * Random models with claims, labels and fairness: verdicts of ours and of `pan -a`, `-l` and `-f` on the unreduced graph.
 *
 * Left out is where Spin is known to be wrong: fairness to processes that have ended (nimble-code/Spin#38), and
 * `timeout` in a claim, which it asks of its own search instead of the model.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { parseProperty } from '#lib/promela/search/property.ts'
import { runSpin } from '#lib/promela/shell/spin.ts'
import { isUseless, type Random, randomModel, seededRandom } from './random-model.ts'

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

const modes = {
  ltl: {
    labels: [],
    extra: (random: Random) => `ltl p { ${randomFormula(random, 2)} }`,
    pan: ['-a', '-N', 'p'],
    gcc: [],
    property: 'p',
  },
  never: { labels: [], extra: randomNever, pan: ['-a'], gcc: [], property: 'claim' },
  progress: { labels: ['progress: '], extra: () => '', pan: ['-l'], gcc: ['-DNP'], property: 'progress' },
  accept: { labels: ['accept: '], extra: () => '', pan: ['-a'], gcc: [], property: 'accept' },
} as const

export type ClaimMode = keyof typeof modes
export const claimModes: readonly ClaimMode[] = ['ltl', 'never', 'progress', 'accept']

export type ClaimQuestion = { readonly text: string; readonly mode: ClaimMode; readonly fair: boolean }
export type ClaimAnswer = 'holds' | 'violated'

/** Labels may not be there twice. */
function unique(text: string): string {
  let number = 0
  return text.replace(/\b(progress|accept): /g, (_, name: string) => `${name}_${number++}: `)
}

export function claimQuestion(seed: number, mode: ClaimMode): ClaimQuestion {
  const random = seededRandom(seed)
  const { labels, extra } = modes[mode]
  const text = unique(withTurn(random, labels)) + extra(random)
  return { text, mode, fair: mode !== 'never' && pick(random, 3) === 0 }
}

/** `null`: too large to say, or the model says nothing. Throws where the model does not compile. */
export function oursOnClaim({ text, mode, fair }: ClaimQuestion, maxStates: number): ClaimAnswer | null {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  if (isUseless(diagnostics)) return null
  const property = parseProperty(`${fair ? 'fair ' : ''}${modes[mode].property}`)
  if (!program || !property) throw new Error(`${diagnostics[0]?.message}\n${text}`)
  const search = createPropertySearch(program, property, { maxStates })
  if (!search.ok) throw new Error(`${search.error}\n${text}`)
  while (!search.value.step(10_000).done);
  const verdict = search.value.verdict()
  return !verdict || verdict.kind === 'unfinished' ? null : verdict.kind
}

/** `null`: spin refuses the model, as it does a few that are fine (a break before a d_step, two inherited elses). */
export async function spinOnClaim({ text, mode, fair }: ClaimQuestion): Promise<ClaimAnswer | null> {
  const gcc = ['-USAFETY', ...modes[mode].gcc]
  const pan = [...modes[mode].pan, ...(fair ? ['-f'] : [])]
  const spin = await runSpin({ text }, {}, { gcc, pan }).catch(() => null)
  if (!spin || Number.isNaN(spin.errors) || (spin.truncated && spin.errors === 0)) return null
  return spin.errors > 0 ? 'violated' : 'holds'
}
