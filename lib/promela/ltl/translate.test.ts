/**
 * The translation against three others: the meaning of the formulas, `spin -f`, and Debian's `lbt` (a GPVW of
 * its own). All are compared on random ultimately periodic words; of the two programs, what they said is recorded.
 */
import { describe, expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import {
  acceptedBy,
  hasTranslator,
  letterNames,
  ourAutomaton,
  randomFormula,
  randomWord,
  readPrefix,
  readWord,
  theirAutomaton,
  translators,
  wordText,
} from '#lib/promela/shell/oracle/random-formulas.ts'
import { type Random, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { readRecorded } from '#lib/promela/shell/oracle/recorded.ts'
import { type Formula, formulaText } from './formula.ts'
import { translate } from './translate.ts'
import { accepts, holdsOn, type LassoWord, type WordAutomaton, wordAutomaton } from './words.ts'

const FORMULAS = testNumber('RANDOM_FORMULAS', 1_000)
const SEED = testNumber('RANDOM_SEED', 7)
const WORDS = 12

const pick = (random: Random, limit: number) => Math.floor(random() * limit)

const nameOf = (atom: number) => letterNames[atom] ?? '?'

describe('the meaning of formulas', () => {
  const word = (letters: string, loop: number): LassoWord => ({
    letters: letters.split(' ').map((letter) => new Set([...letter].map((name) => 'pqr'.indexOf(name)))),
    loop,
  })
  const p: Formula = { kind: 'atom', atom: 0 }
  const q: Formula = { kind: 'atom', atom: 1 }

  for (const [text, formula, on, loop, expected] of [
    ['p U q needs q', { kind: 'until', left: p, right: q }, 'p p', 1, false],
    ['p W q does not need q', { kind: 'weak-until', left: p, right: q }, 'p p', 1, true],
    ['p U q is true at once when q is', { kind: 'until', left: p, right: q }, 'q -', 1, true],
    ['p V q keeps q up to and with p', { kind: 'release', left: p, right: q }, 'q pq -', 2, true],
    ['p V q fails when q ends before p', { kind: 'release', left: p, right: q }, 'q p -', 2, false],
    [
      '[]<>p sees p again and again',
      { kind: 'always', operand: { kind: 'eventually', operand: p } },
      '- p',
      0,
      true,
    ],
    [
      '[]<>p fails when p comes once',
      { kind: 'always', operand: { kind: 'eventually', operand: p } },
      'p -',
      1,
      false,
    ],
    ['X p looks at the second letter', { kind: 'next', operand: p }, '- p -', 2, true],
  ] as const) {
    it(text, () => {
      expect(holdsOn(formula, word(on, loop))).toBe(expected)
      expect(accepts(ourAutomaton(formula), word(on, loop))).toBe(expected)
    })
  }
})

describe('an automaton accepts the words on which its formula holds', () => {
  it(`for ${FORMULAS} random formulas and ${WORDS} words each`, () => {
    const random = seededRandom(SEED)
    let accepted = 0
    const wrong: string[] = []
    for (let index = 0; index < FORMULAS; index++) {
      const formula = randomFormula(random, 2 + pick(random, 9), true)
      const automaton = ourAutomaton(formula)
      for (let count = 0; count < WORDS; count++) {
        const word = randomWord(random)
        const expected = holdsOn(formula, word)
        if (expected) accepted++
        if (accepts(automaton, word) !== expected)
          wrong.push(`${formulaText(formula, nameOf)} on ${wordText(word)}`)
      }
    }
    expect(wrong).toEqual([])
    // Neither answer is so rare that the test would say nothing about it.
    expect(accepted / (FORMULAS * WORDS)).toBeGreaterThan(0.2)
    expect(accepted / (FORMULAS * WORDS)).toBeLessThan(0.8)
  }, 3_600_000)

  it('names the state that accepts every word, and only that', () => {
    const random = seededRandom(11)
    let found = 0
    for (let index = 0; index < 500; index++) {
      const automaton = translate(randomFormula(random, 2 + pick(random, 7), true))
      if (!automaton || automaton.universal === null) continue
      found++
      const from: WordAutomaton = { ...wordAutomaton(automaton), initial: [automaton.universal] }
      for (let count = 0; count < WORDS; count++) expect(accepts(from, randomWord(random))).toBe(true)
    }
    expect(found).toBeGreaterThan(100)
  })

  it('gives up on a formula that is too large, instead of taking for ever', () => {
    const conjuncts = Array.from(
      { length: 40 },
      (_, atom): Formula => ({
        kind: 'always',
        operand: { kind: 'eventually', operand: { kind: 'atom', atom } },
      }),
    )
    const huge = conjuncts.reduce((left, right): Formula => ({ kind: 'and', left, right }))
    expect(translate(huge)).toBeNull()
  })
})

describe.each(translators)('the automata of %s', (translator) => {
  const words = readRecorded('recorded-words').map(readWord)
  const recorded = readRecorded('recorded-formulas').filter((item) => item.translator === translator)

  it('accept the same words as ours, as they were recorded', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(600)
    const wrong = recorded.filter(
      ({ formula, accepted }) => acceptedBy(ourAutomaton(readPrefix(formula)), words) !== accepted,
    )
    expect(wrong).toEqual([])
    // Neither answer is so rare that the test would say nothing about it.
    const bits = recorded.map(({ accepted }) => accepted).join('')
    expect(bits).toHaveLength(recorded.length * words.length)
    const share = bits.replaceAll('0', '').length / bits.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.8)
  }, 60_000)

  it.skipIf(!hasTranslator(translator))(
    `${translator} says the same again of thirty (needs it to be installed)`,
    () => {
      const some = recorded.filter((_, at) => at % 20 === 0)
      expect(some).toHaveLength(30)
      for (const { formula, accepted } of some)
        expect(acceptedBy(theirAutomaton(readPrefix(formula), translator), words), formula).toBe(accepted)
    },
    60_000,
  )
})
