/**
 * Formulas and automata on one ultimately periodic word: what tests hold the translation against.
 *
 * Two automata of different origin are compared here, ours with its marks on edges and others with accepting
 * states, so an automaton is only a function. Emptiness is decided by the fixpoint of Emerson and Lei, on
 * purpose not by components as in the search: the two share no code that could be wrong in both.
 */
import { unreachable } from '#lib/result.ts'
import type { Formula } from './formula.ts'
import type { Buchi } from './translate.ts'

/** The letters of a word, each the set of atoms that hold; after the last one it goes on at `loop`. */
export type LassoWord = { readonly letters: readonly ReadonlySet<number>[]; readonly loop: number }

export type WordAutomaton = {
  readonly initial: readonly number[]
  readonly sets: number
  /** Steps from a state on a letter. Bit `k` of `marks`: the step counts for acceptance set `k`. */
  steps(
    state: number,
    letter: ReadonlySet<number>,
  ): readonly { readonly target: number; readonly marks: number }[]
}

export function wordAutomaton(automaton: Buchi): WordAutomaton {
  return {
    initial: [0],
    sets: automaton.sets,
    steps: (state, letter) =>
      (automaton.edges[state] ?? []).filter(
        (edge) =>
          edge.holds.every((atom) => letter.has(atom)) && !edge.fails.some((atom) => letter.has(atom)),
      ),
  }
}

/** Does the formula hold on the word? By its meaning, position by position; nothing of the translation is used. */
export function holdsOn(formula: Formula, word: LassoWord): boolean {
  return truth(formula, word)[0] ?? false
}

/** For each position of the word, whether the formula holds on what begins there. */
function truth(formula: Formula, word: LassoWord): boolean[] {
  const positions = word.letters.map((_, index) => index)
  const following = (index: number) => (index + 1 < word.letters.length ? index + 1 : word.loop)
  // Twice round the word is enough for a value to come from any position to any other.
  const settle = (from: boolean, value: (index: number, next: boolean) => boolean): boolean[] => {
    const result = positions.map(() => from)
    for (let round = 0; round < 2; round++)
      for (const index of [...positions].reverse())
        result[index] = value(index, result[following(index)] ?? from)
    return result
  }
  switch (formula.kind) {
    case 'constant':
      return positions.map(() => formula.value)
    case 'atom':
      return word.letters.map((letter) => letter.has(formula.atom))
    case 'not':
      return truth(formula.operand, word).map((value) => !value)
    case 'next': {
      const operand = truth(formula.operand, word)
      return positions.map((index) => operand[following(index)] ?? false)
    }
    case 'eventually': {
      const operand = truth(formula.operand, word)
      return settle(false, (index, next) => operand[index] === true || next)
    }
    case 'always': {
      const operand = truth(formula.operand, word)
      return settle(true, (index, next) => operand[index] === true && next)
    }
    default: {
      const left = truth(formula.left, word)
      const right = truth(formula.right, word)
      const a = (index: number) => left[index] === true
      const b = (index: number) => right[index] === true
      switch (formula.kind) {
        case 'and':
          return positions.map((index) => a(index) && b(index))
        case 'or':
          return positions.map((index) => a(index) || b(index))
        case 'implies':
          return positions.map((index) => !a(index) || b(index))
        case 'equivalent':
          return positions.map((index) => a(index) === b(index))
        case 'until':
          return settle(false, (index, next) => b(index) || (a(index) && next))
        case 'weak-until':
          return settle(true, (index, next) => b(index) || (a(index) && next))
        case 'release':
          return settle(true, (index, next) => b(index) && (a(index) || next))
        default:
          return unreachable(formula)
      }
    }
  }
}

type Node = { readonly state: number; readonly at: number }

/** Has the automaton an accepting run on the word? */
export function accepts(automaton: WordAutomaton, word: LassoWord): boolean {
  const nodes: Node[] = []
  const numbers = new Map<string, number>()
  const numberOf = (state: number, at: number): number => {
    const key = `${state}@${at}`
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, nodes.length)
    nodes.push({ state, at })
    return nodes.length - 1
  }
  for (const state of automaton.initial) numberOf(state, 0)
  const edges: { target: number; marks: number }[][] = []
  for (let node = 0; node < nodes.length; node++) {
    const { state, at } = nodes[node] ?? { state: 0, at: 0 }
    const letter = word.letters[at] ?? new Set<number>()
    const following = at + 1 < word.letters.length ? at + 1 : word.loop
    edges.push(
      automaton
        .steps(state, letter)
        .map(({ target, marks }) => ({ target: numberOf(target, following), marks })),
    )
  }
  // Keep the nodes that can reach, for each set, an edge of it, without leaving what is kept.
  let kept = new Set(nodes.keys())
  for (;;) {
    const before = kept.size
    const wanted = automaton.sets === 0 ? [0] : Array.from({ length: automaton.sets }, (_, set) => 1 << set)
    for (const bit of wanted) kept = reaching(kept, edges, bit)
    if (kept.size === before) return kept.size > 0
  }
}

/** The nodes of `kept` from which an edge with the bit (any edge for 0) can be reached inside `kept`. */
function reaching(
  kept: ReadonlySet<number>,
  edges: readonly (readonly { target: number; marks: number }[])[],
  bit: number,
): Set<number> {
  const found = new Set<number>()
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const node of kept) {
      const inside = (edges[node] ?? []).filter((edge) => kept.has(edge.target))
      if (inside.some((edge) => (edge.marks & bit) === bit || found.has(edge.target))) found.add(node)
    }
  }
  return found
}
