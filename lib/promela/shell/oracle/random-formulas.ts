/**
 * Random formulas of temporal logic: which words our automaton accepts, and which those of `spin -f` and of Debian's
 * `lbt` (a GPVW of its own) accept.
 *
 * All formulas are asked about the same words, so an answer is a row of bits, and a record of a thousand stays small.
 */
import { spawnSync } from 'node:child_process'
import { type Formula, formulaText } from '#lib/promela/ltl/formula.ts'
import { translate } from '#lib/promela/ltl/translate.ts'
import { accepts, type LassoWord, type WordAutomaton, wordAutomaton } from '#lib/promela/ltl/words.ts'
import { type Random, seededRandom } from './random-model.ts'

export const letterNames = ['p', 'q', 'r'] as const

const pick = (random: Random, limit: number) => Math.floor(random() * limit)

export function randomFormula(random: Random, size: number, withNext: boolean): Formula {
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

export function randomWord(random: Random): LassoWord {
  const length = 1 + pick(random, 6)
  const letters = Array.from(
    { length },
    () => new Set(letterNames.flatMap((_, atom) => (pick(random, 2) === 0 ? [atom] : []))),
  )
  return { letters, loop: pick(random, length) }
}

export type Translator = 'spin -f' | 'lbt'
export const translators: readonly Translator[] = ['spin -f', 'lbt']

/** `spin -f` has no X in Debian's build. */
export function formulaQuestion(seed: number, translator: Translator): Formula {
  const random = seededRandom(seed)
  return randomFormula(random, 2 + pick(random, 6), translator === 'lbt')
}

/** `pq..r@1`: letters with a dot behind each, and where the word goes on after the last. */
export const wordText = ({ letters, loop }: LassoWord): string =>
  `${letters.map((letter) => `${[...letter].map((atom) => letterNames[atom]).join('')}.`).join('')}@${loop}`

export function readWord(text: string): LassoWord {
  const [letters = '', loop = '0'] = text.split('@')
  return {
    // The type of indexOf's argument is that of the names, and what is read may be anything.
    letters: letters
      .split('.')
      .slice(0, -1)
      .map((letter) => new Set([...letter].map((name) => (letterNames as readonly string[]).indexOf(name)))),
    loop: Number(loop),
  }
}

/** One character for each word: 1 for accepted. */
export const acceptedBy = (automaton: WordAutomaton, words: readonly LassoWord[]): string =>
  words.map((word) => (accepts(automaton, word) ? '1' : '0')).join('')

export function ourAutomaton(formula: Formula): WordAutomaton {
  const automaton = translate(formula)
  if (!automaton) throw new Error('a small formula has an automaton')
  return wordAutomaton(automaton)
}

export const hasTranslator = (translator: Translator): boolean =>
  translator === 'lbt'
    ? spawnSync('lbt', { input: 't' }).status === 0
    : spawnSync('spin', ['-V']).status === 0

export function theirAutomaton(formula: Formula, translator: Translator): WordAutomaton {
  if (translator === 'lbt') {
    const { stdout } = spawnSync('lbt', { input: prefixText(withoutWeakUntil(formula)), encoding: 'utf8' })
    return readLbt(stdout)
  }
  const text = formulaText(withoutWeakUntil(formula), (atom) => letterNames[atom] ?? '?')
  return readNeverClaim(spawnSync('spin', ['-f', text], { encoding: 'utf8' }).stdout)
}

/** Both refuse `W`, which spin's ltl blocks have: p W q = q V (p || q). */
function withoutWeakUntil(formula: Formula): Formula {
  if ('operand' in formula) return { ...formula, operand: withoutWeakUntil(formula.operand) }
  if (!('left' in formula)) return formula
  const left = withoutWeakUntil(formula.left)
  const right = withoutWeakUntil(formula.right)
  if (formula.kind !== 'weak-until') return { ...formula, left, right }
  return { kind: 'release', left: right, right: { kind: 'or', left, right } }
}

// --- Prefix notation: lbt's, and W ----------------------------------------------------------------------------

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
  'weak-until': 'W',
} as const

export function prefixText(formula: Formula): string {
  if (formula.kind === 'constant') return formula.value ? 't' : 'f'
  if (formula.kind === 'atom') return `p${formula.atom}`
  if ('operand' in formula) return `${prefixOf[formula.kind]} ${prefixText(formula.operand)}`
  return `${prefixOf[formula.kind]} ${prefixText(formula.left)} ${prefixText(formula.right)}`
}

export function readPrefix(text: string): Formula {
  const words = text.split(' ')
  const take = (): Formula => {
    const word = words.shift()
    if (word === 't' || word === 'f') return { kind: 'constant', value: word === 't' }
    if (word?.startsWith('p')) return { kind: 'atom', atom: Number(word.slice(1)) }
    switch (word) {
      case '!':
        return { kind: 'not', operand: take() }
      case 'X':
        return { kind: 'next', operand: take() }
      case 'G':
        return { kind: 'always', operand: take() }
      case 'F':
        return { kind: 'eventually', operand: take() }
      case '&':
        return { kind: 'and', left: take(), right: take() }
      case '|':
        return { kind: 'or', left: take(), right: take() }
      case 'i':
        return { kind: 'implies', left: take(), right: take() }
      case 'e':
        return { kind: 'equivalent', left: take(), right: take() }
      case 'U':
        return { kind: 'until', left: take(), right: take() }
      case 'V':
        return { kind: 'release', left: take(), right: take() }
      case 'W':
        return { kind: 'weak-until', left: take(), right: take() }
      default:
        throw new Error(`no formula: ${text}`)
    }
  }
  return take()
}

// --- What spin -f prints --------------------------------------------------------------------------------------

/** The never claim that `spin -f` prints: states with a name that says whether they accept. */
function readNeverClaim(text: string): WordAutomaton {
  const states = [...text.matchAll(/^((?:\w+:\n)+)([\s\S]*?)(?=^\w+:|^\})/gm)].map(
    ([, labels = '', body = '']) => ({ labels: labels.match(/\w+/g) ?? [], body }),
  )
  if (states.length === 0) throw new Error(`spin -f printed no claim: ${text}`)
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
  const value = (name: string): string =>
    letter.has((letterNames as readonly string[]).indexOf(name)) ? '1' : '0'
  let text = guard.replace(/\b[pqr]\b/g, value)
  text = text
    .replace(/\btrue\b/g, '1')
    .replace(/\bfalse\b/g, '0')
    .replace(/\s/g, '')
  for (let before = ''; before !== text; ) {
    before = text
    text = text
      .replace(/!([01])/g, (_, bit) => (bit === '1' ? '0' : '1'))
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

// --- What lbt prints ------------------------------------------------------------------------------------------

/** Its own format: states with the acceptance sets they are in, and edges with a formula in prefix notation. */
function readLbt(text: string): WordAutomaton {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) throw new Error('lbt printed nothing')
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
