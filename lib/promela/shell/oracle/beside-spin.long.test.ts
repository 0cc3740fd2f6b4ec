/**
 * Random questions that nobody asked before, to us and to the real spin: `npm run test:long`. The same as are recorded,
 * but with other seeds; a seed alone repeats its question.
 */
import { describe, expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'
import { claimModes, claimQuestion, oursOnClaim, spinOnClaim } from './random-claims.ts'
import {
  acceptedBy,
  formulaQuestion,
  hasTranslator,
  ourAutomaton,
  prefixText,
  randomWord,
  theirAutomaton,
  translators,
} from './random-formulas.ts'
import { seededRandom } from './random-model.ts'
import { oursOnSafety, safetyKinds, safetyQuestion, spinOnSafety } from './random-safety.ts'
import { comparable, oursOnWalk, spinOnWalk, walkQuestion } from './random-walks.ts'

const first = testNumber('RANDOM_SEED', 1)
const count = testNumber('RANDOM_MODELS', 20)
const seeds = Array.from({ length: count }, (_, at) => first + at)
const WORDS = 64

/** Both answers where both have one; what differs is thrown with the question. */
async function compareAll<Question, Answer>(
  questionOf: (seed: number) => Question | null,
  ours: (question: Question) => Answer | null,
  theirs: (question: Question) => Promise<Answer | null>,
): Promise<number> {
  let compared = 0
  for (const seed of seeds) {
    const question = questionOf(seed)
    const own = question && ours(question)
    const spin = own && (await theirs(question))
    if (!spin) continue
    compared++
    const text = typeof question === 'object' && 'text' in question ? question.text : ''
    expect(own, `seed ${seed}: ${JSON.stringify(question)}\n${text}`).toEqual(spin)
  }
  return compared
}

it('spin, its compiler and lbt are here to be asked', async () => {
  expect(await spinMissing()).toBeNull()
  expect(translators.filter((translator) => !hasTranslator(translator))).toEqual([])
})

describe(`${count} models from seed ${first}`, () => {
  it.each(safetyKinds)('have the verdict and the counts of spin: $emphasis, $unless', async (kind) => {
    const compared = await compareAll(
      (seed) => safetyQuestion(seed, kind),
      (question) => oursOnSafety(question, 300_000),
      spinOnSafety,
    )
    console.log(`${kind.emphasis}, ${kind.unless}: ${compared} of ${count} compared`)
    // Spin refuses most models that are full of escapes: two inherited elses, a loop in an escape.
    expect(compared).toBeGreaterThan(kind.emphasis === 'mixed' ? count / 2 : 0)
  })

  it.each(claimModes)('have the verdict of pan: %s', async (mode) => {
    const compared = await compareAll(
      (seed) => claimQuestion(seed, mode),
      (question) => oursOnClaim(question, 100_000),
      spinOnClaim,
    )
    console.log(`${mode}: ${compared} of ${count} compared`)
    expect(compared).toBeGreaterThan(0.4 * count)
  })

  it('have walks whose trails spin follows, to the same variables', async () => {
    let compared = 0
    for (const seed of seeds) {
      const question = walkQuestion(seed)
      if (!question) continue
      const ours = oursOnWalk(question)
      const theirs = await spinOnWalk(question, ours.trail)
      const about = `seed ${seed}\n${question.text}\n${ours.trail}${theirs.output}`
      expect(ours.steps, about).toEqual(theirs.steps)
      const values = comparable(ours.values, theirs.values)
      expect(values.ours, about).toEqual(values.theirs)
      compared++
    }
    expect(compared).toBeGreaterThan(count / 2)
  })
})

it.each(translators)(`%s: ${10 * count} automata accept the same words as ours`, (translator) => {
  const random = seededRandom(first)
  const words = Array.from({ length: WORDS }, () => randomWord(random))
  for (let seed = first; seed < first + 10 * count; seed++) {
    const formula = formulaQuestion(seed, translator)
    const theirs = acceptedBy(theirAutomaton(formula, translator), words)
    expect(acceptedBy(ourAutomaton(formula), words), `seed ${seed}: ${prefixText(formula)}`).toBe(theirs)
  }
})
