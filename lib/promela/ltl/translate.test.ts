/**
 * The translation against three others: the meaning of the formulas, `spin -f`, and Debian's `lbt` (a GPVW of
 * its own). All are compared on random ultimately periodic words.
 */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { type Formula, formulaText } from './formula.ts'
import { translate } from './translate.ts'
import { accepts, holdsOn, type LassoWord, type WordAutomaton, wordAutomaton } from './words.ts'

const run = promisify(execFile)
const FORMULAS = 2_000
const WORDS = 12
const letterNames = ['p', 'q', 'r']

const pick = (random: Random, limit: number) => Math.floor(random() * limit)

function randomFormula(random: Random, size: number, withNext: boolean): Formula {
  if (size <= 1) {
    if (pick(random, 12) === 0) return { kind: 'constant', value: pick(random, 2) === 0 }
    return { kind: 'atom', atom: pick(random, letterNames.length) }
  }
  const unary = ['not', 'always', 'eventually', ...(withNext ? ['next' as const] : [])] as const
  const binary = ['and', 'or', 'implies', 'equivalent', 'until', 'release', 'weak-until'] as const
  if (size === 2 || pick(random, 5) < 2) {
    const kind = unary[pick(random, unary.length)] ?? 'not'
    return { kind, operand: randomFormula(random, size - 1, withNext) }
  }
  const left = 1 + pick(random, size - 2)
  return {
    kind: binary[pick(random, binary.length)] ?? 'and',
    left: randomFormula(random, left, withNext),
    right: randomFormula(random, size - 1 - left, withNext),
  }
}

function randomWord(random: Random): LassoWord {
  const length = 1 + pick(random, 6)
  const letters = Array.from(
    { length },
    () => new Set(letterNames.flatMap((_, atom) => (pick(random, 2) === 0 ? [atom] : []))),
  )
  return { letters, loop: pick(random, length) }
}

function ours(formula: Formula): WordAutomaton {
  const automaton = translate(formula)
  if (!automaton) throw new Error('a small formula has an automaton')
  return wordAutomaton(automaton)
}

const nameOf = (atom: number) => letterNames[atom] ?? '?'

/** The words on which two automata differ, as text; both must be asked for the same formula. */
function disagreements(formula: Formula, other: WordAutomaton, random: Random): string[] {
  const mine = ours(formula)
  return Array.from({ length: WORDS }, () => randomWord(random)).flatMap((word) =>
    accepts(mine, word) === accepts(other, word)
      ? []
      : [
          `${formulaText(formula, nameOf)} on ${word.letters.map((letter) => `{${[...letter]}}`)} @${word.loop}`,
        ],
  )
}

describe('the meaning of formulas', () => {
  const word = (letters: string, loop: number): LassoWord => ({
    letters: letters.split(' ').map((letter) => new Set([...letter].flatMap((c) => letterNames.indexOf(c)))),
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
      expect(accepts(ours(formula), word(on, loop))).toBe(expected)
    })
  }
})

describe('an automaton accepts the words on which its formula holds', () => {
  it(`for ${FORMULAS} random formulas and ${WORDS} words each`, () => {
    const random = seededRandom(7)
    let accepted = 0
    const wrong: string[] = []
    for (let index = 0; index < FORMULAS; index++) {
      const formula = randomFormula(random, 2 + pick(random, 9), true)
      const automaton = ours(formula)
      for (let count = 0; count < WORDS; count++) {
        const word = randomWord(random)
        const expected = holdsOn(formula, word)
        if (expected) accepted++
        if (accepts(automaton, word) !== expected)
          wrong.push(
            `${formulaText(formula, nameOf)} on ${word.letters.map((l) => `{${[...l]}}`)} @${word.loop}`,
          )
      }
    }
    expect(wrong).toEqual([])
    // Neither answer is so rare that the test would say nothing about it.
    expect(accepted / (FORMULAS * WORDS)).toBeGreaterThan(0.2)
    expect(accepted / (FORMULAS * WORDS)).toBeLessThan(0.8)
  }, 60_000)

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

// --- spin -f ------------------------------------------------------------------------------------------------

/** `spin -f` refuses `W`, which its ltl blocks have: p W q = q V (p || q). */
function withoutWeakUntil(formula: Formula): Formula {
  if ('operand' in formula) return { ...formula, operand: withoutWeakUntil(formula.operand) }
  if (!('left' in formula)) return formula
  const left = withoutWeakUntil(formula.left)
  const right = withoutWeakUntil(formula.right)
  if (formula.kind !== 'weak-until') return { ...formula, left, right }
  return { kind: 'release', left: right, right: { kind: 'or', left, right } }
}

/** The never claim that `spin -f` prints: states with a name that says whether they accept. */
function readNeverClaim(text: string): WordAutomaton {
  const states = [...text.matchAll(/^((?:\w+:\n)+)([\s\S]*?)(?=^\w+:|^\})/gm)].map(
    ([, labels = '', body = '']) => ({ labels: labels.match(/\w+/g) ?? [], body }),
  )
  const numbers = new Map(states.flatMap(({ labels }, index) => labels.map((name) => [name, index] as const)))
  const trap = states.length
  const edges = states.map(({ body }) =>
    [...body.matchAll(/:: (atomic \{ )?(.*) -> (?:goto (\w+)|assert\(.*\) \})$/gm)].map(
      ([, violation, guard = '', target]) => ({
        guard,
        // `assert` of the guard's opposite: the claim is over, whatever follows.
        target: violation ? trap : (numbers.get(target ?? '') ?? -1),
      }),
    ),
  )
  const accepting = states.map(({ labels }) => (labels.some((name) => name.startsWith('accept')) ? 1 : 0))
  const always = states.map(({ body }) => body.trim() === 'skip')
  return {
    initial: [0],
    sets: 1,
    steps(state, letter) {
      if (state === trap || always[state]) return [{ target: state, marks: 1 }]
      return (edges[state] ?? [])
        .filter(({ guard }) => isTrue(guard, letter))
        .map(({ target }) => ({ target, marks: accepting[state] ?? 0 }))
    },
  }
}

/** Evaluates a guard in spin's words, innermost parentheses first. */
function isTrue(guard: string, letter: ReadonlySet<number>): boolean {
  let text = guard.replace(/\b[pqr]\b/g, (name) => (letter.has(letterNames.indexOf(name)) ? '1' : '0'))
  text = text
    .replace(/\btrue\b/g, '1')
    .replace(/\bfalse\b/g, '0')
    .replace(/\s/g, '')
  for (let before = ''; before !== text; ) {
    before = text
    text = text
      .replace(/!([01])/g, (_, value) => (value === '1' ? '0' : '1'))
      .replace(/\(([01])\)/g, '$1')
      .replace(/(?<!!)([01])&&([01])/g, (_, a, b) => (a === '1' && b === '1' ? '1' : '0'))
    if (text === before)
      text = text.replace(/(?<!!|&&)([01])\|\|([01])(?!&&)/, (_, a, b) =>
        a === '1' || b === '1' ? '1' : '0',
      )
  }
  if (text !== '0' && text !== '1') throw new Error(`spin's guard is not understood: ${guard}`)
  return text === '1'
}

const hasSpin = spawnSync('spin', ['-V']).status === 0
const hasLbt = spawnSync('lbt', { input: 't' }).status === 0

describe('automata of others accept the same words', () => {
  it.skipIf(!hasSpin)(
    `spin -f, ${FORMULAS} formulas (skipped where spin is not installed)`,
    async () => {
      const random = seededRandom(23)
      const wrong: string[] = []
      for (let index = 0; index < FORMULAS; index++) {
        const formula = randomFormula(random, 2 + pick(random, 6), false)
        const { stdout } = await run('spin', ['-f', formulaText(withoutWeakUntil(formula), nameOf)])
        wrong.push(...disagreements(formula, readNeverClaim(stdout), random))
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it.skipIf(!hasLbt)(
    `lbt, ${FORMULAS} formulas (skipped where lbt is not installed)`,
    () => {
      const random = seededRandom(29)
      const wrong: string[] = []
      for (let index = 0; index < FORMULAS; index++) {
        const formula = randomFormula(random, 2 + pick(random, 6), true)
        const { stdout } = spawnSync('lbt', { input: prefixText(formula), encoding: 'utf8' })
        wrong.push(...disagreements(formula, readLbt(stdout), random))
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )
})

// --- lbt ----------------------------------------------------------------------------------------------------

const prefixOf = {
  not: '!',
  next: 'X',
  always: 'G',
  eventually: 'F',
  and: '&',
  or: '|',
  implies: 'i',
  equivalent: 'e',
  until: 'U',
  release: 'V',
} as const

function prefixText(formula: Formula): string {
  if (formula.kind === 'constant') return formula.value ? 't' : 'f'
  if (formula.kind === 'atom') return `p${formula.atom}`
  if ('operand' in formula) return `${prefixOf[formula.kind]} ${prefixText(formula.operand)}`
  const left = prefixText(formula.left)
  const right = prefixText(formula.right)
  // lbt has no weak until: p W q = q V (p || q).
  if (formula.kind === 'weak-until') return `V ${right} | ${left} ${right}`
  return `${prefixOf[formula.kind]} ${left} ${right}`
}

/** Its own format: states with the acceptance sets they are in, and edges with a formula in prefix notation. */
function readLbt(text: string): WordAutomaton {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const take = () => words.shift() ?? ''
  const count = Number(take())
  const sets = Number(take())
  const initial: number[] = []
  const states = new Map<number, { marks: number; edges: { target: number; guard: readonly string[] }[] }>()
  for (let index = 0; index < count; index++) {
    const state = Number(take())
    if (take() === '1') initial.push(state)
    let marks = 0
    for (let set = take(); set !== '-1'; set = take()) marks |= 1 << Number(set)
    const edges: { target: number; guard: readonly string[] }[] = []
    for (let target = take(); target !== '-1'; target = take()) {
      const guard: string[] = []
      for (let open = 1; open > 0; ) {
        const word = take()
        guard.push(word)
        open += word === '&' || word === '|' ? 1 : word === '!' ? 0 : -1
      }
      edges.push({ target: Number(target), guard })
    }
    states.set(state, { marks, edges })
  }
  return {
    initial,
    sets,
    steps(state, letter) {
      const from = states.get(state)
      return (from?.edges ?? [])
        .filter(({ guard }) => prefixTrue([...guard], letter))
        .map(({ target }) => ({ target, marks: from?.marks ?? 0 }))
    },
  }
}

function prefixTrue(words: string[], letter: ReadonlySet<number>): boolean {
  const word = words.shift() ?? ''
  if (word === 't' || word === 'f') return word === 't'
  if (word === '!') return !prefixTrue(words, letter)
  if (word === '&' || word === '|') {
    const left = prefixTrue(words, letter)
    const right = prefixTrue(words, letter)
    return word === '&' ? left && right : left || right
  }
  return letter.has(Number(word.slice(1)))
}
