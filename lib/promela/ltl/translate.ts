/**
 * A formula to an automaton that accepts exactly the infinite words on which it holds.
 *
 * The construction is Couvreur's ("On-the-fly verification of linear temporal logic", FM 1999), a tableau in
 * the manner of Gerth, Peled, Vardi and Wolper (PSTV 1995) with acceptance on edges. A state is a set of
 * formulas that the rest of the word must satisfy. Expanding it gives *covers*: which atoms the next letter
 * must have, what is left for the word after it, and which untils the choice puts off (`p U q` is `q`, or `p`
 * and the same again). Each until has a mark; an edge carries it unless it puts that until off. A run accepts
 * when it sees every mark again and again: then nothing is put off for ever.
 *
 * The automaton stays generalised (several marks) and keeps marks on edges. The cycle search works on strongly
 * connected components and asks for all marks at once, so the usual counter, which multiplies the states by
 * the number of untils, would only make the product larger.
 *
 * A cover that demands no more than another and puts off no more makes the other one superfluous. That is
 * sound: on a word that satisfies the state, the run that fulfils each until as soon as it can may always take
 * the smaller cover, and still never puts off an until whose right side holds.
 *
 * States whose edges are the same are one state (repeated until nothing changes).
 */
import { invariant, unreachable } from '#lib/result.ts'
import type { Formula } from './formula.ts'
import { type Normal, NormalForms } from './normal-form.ts'

/** Atoms that the letter must and must not have; `target` is a state. */
export type BuchiEdge = {
  readonly holds: readonly number[]
  readonly fails: readonly number[]
  readonly target: number
  /** Bit `k`: the edge belongs to acceptance set `k`. */
  readonly marks: number
}

/** States are numbered from 0, the initial one first. A run accepts when it sees each mark infinitely often. */
export type Buchi = {
  readonly edges: readonly (readonly BuchiEdge[])[]
  /** Number of acceptance sets; 0: every infinite run accepts. */
  readonly sets: number
  /** The state that accepts every word; `null` when there is none. Whoever gets there need look no further. */
  readonly universal: number | null
}

/** Marks are bits of one 32-bit word. */
const MAX_SETS = 30
/** Larger formulas are not worth waiting for; the bounds also keep hostile ones from taking the machine. */
const MAX_STATES = 4_000
const MAX_EXPANSIONS = 400_000

/** `null`: the automaton would be larger than the checker accepts. */
export function translate(formula: Formula): Buchi | null {
  const forms = new NormalForms()
  return new Translation(forms).of(forms.of(formula))
}

/** One way to satisfy a state with the next letter. Each list is sorted and has no doubles. */
type Cover = {
  readonly holds: readonly number[]
  readonly fails: readonly number[]
  readonly next: readonly number[]
  readonly postponed: readonly number[]
}

class TooLarge extends Error {}

class Translation {
  readonly #forms: NormalForms
  readonly #numbers = new Map<string, number>()
  readonly #states: (readonly number[])[] = []
  /** Mark of each until, by its number among the normal forms. */
  readonly #marks = new Map<number, number>()
  #expansions = 0

  constructor(forms: NormalForms) {
    this.#forms = forms
  }

  of(start: Normal): Buchi | null {
    try {
      return this.#build(start)
    } catch (error) {
      if (error instanceof TooLarge) return null
      throw error
    }
  }

  #build(start: Normal): Buchi {
    this.#findUntils(start)
    this.#number(start.kind === 'constant' && start.value ? [] : [start.id])
    const covers: (readonly Cover[])[] = []
    for (let state = 0; state < this.#states.length; state++) {
      const list = smallest(this.#covers(this.#states[state] ?? []))
      covers.push(list)
      for (const cover of list) this.#number(cover.next)
    }
    const all = 2 ** this.#marks.size - 1
    const edges = covers.map((list) =>
      list.map(({ holds, fails, next, postponed }): BuchiEdge => {
        let marks = all
        for (const until of postponed) marks &= ~(1 << (this.#marks.get(until) ?? 0))
        return { holds, fails, target: this.#number(next), marks }
      }),
    )
    return merged({ edges, sets: this.#marks.size, universal: this.#numbers.get('') ?? null })
  }

  #number(obligations: readonly number[]): number {
    const key = obligations.join(',')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const state = this.#states.length
    if (state >= MAX_STATES) throw new TooLarge()
    this.#states.push(obligations)
    this.#numbers.set(key, state)
    return state
  }

  #findUntils(start: Normal): void {
    const seen = new Set<Normal>()
    const pending = [start]
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      if (node.kind === 'until') this.#marks.set(node.id, this.#marks.size)
      if (node.kind === 'next') pending.push(node.operand)
      else if ('left' in node) pending.push(node.left, node.right)
    }
    if (this.#marks.size > MAX_SETS) throw new TooLarge()
  }

  /** All covers of a set of obligations, depth first over the choices. */
  #covers(obligations: readonly number[]): Cover[] {
    const covers: Cover[] = []
    const pending: Choice[] = [
      {
        todo: [...obligations],
        done: new Set(),
        literals: new Map(),
        next: new Set(),
        postponed: new Set(),
      },
    ]
    for (let choice = pending.pop(); choice; choice = pending.pop()) {
      if (++this.#expansions > MAX_EXPANSIONS) throw new TooLarge()
      const id = choice.todo.pop()
      if (id === undefined) {
        covers.push(coverOf(choice))
        continue
      }
      if (!choice.done.has(id)) {
        choice.done.add(id)
        pending.push(...this.#expand(this.#forms.node(id), choice))
      } else pending.push(choice)
    }
    return covers
  }

  /** What becomes of a choice once `node` is dealt with: none, one or two. */
  #expand(node: Normal, choice: Choice): Choice[] {
    switch (node.kind) {
      case 'constant':
        return node.value ? [choice] : []
      case 'literal': {
        const known = choice.literals.get(node.atom)
        if (known !== undefined && known !== node.holds) return []
        choice.literals.set(node.atom, node.holds)
        return [choice]
      }
      case 'next':
        choice.next.add(node.operand.id)
        return [choice]
      case 'and':
        choice.todo.push(node.left.id, node.right.id)
        return [choice]
      case 'or': {
        const other = copyOf(choice)
        choice.todo.push(node.left.id)
        other.todo.push(node.right.id)
        return [choice, other]
      }
      case 'until': {
        const later = copyOf(choice)
        choice.todo.push(node.right.id)
        later.todo.push(node.left.id)
        later.next.add(node.id)
        later.postponed.add(node.id)
        return [choice, later]
      }
      case 'release': {
        const later = copyOf(choice)
        choice.todo.push(node.left.id, node.right.id)
        later.todo.push(node.right.id)
        later.next.add(node.id)
        return [choice, later]
      }
      default:
        return unreachable(node)
    }
  }
}

type Choice = {
  readonly todo: number[]
  readonly done: Set<number>
  readonly literals: Map<number, boolean>
  readonly next: Set<number>
  readonly postponed: Set<number>
}

function copyOf(choice: Choice): Choice {
  return {
    todo: [...choice.todo],
    done: new Set(choice.done),
    literals: new Map(choice.literals),
    next: new Set(choice.next),
    postponed: new Set(choice.postponed),
  }
}

function coverOf({ literals, next, postponed }: Choice): Cover {
  const atoms = [...literals].sort(([a], [b]) => a - b)
  return {
    holds: atoms.flatMap(([atom, holds]) => (holds ? [atom] : [])),
    fails: atoms.flatMap(([atom, holds]) => (holds ? [] : [atom])),
    next: [...next].sort((a, b) => a - b),
    postponed: [...postponed].sort((a, b) => a - b),
  }
}

/** Without those covers that another one makes superfluous. */
function smallest(covers: readonly Cover[]): Cover[] {
  const kept: Cover[] = []
  for (const cover of covers) {
    if (kept.some((other) => asksLess(other, cover))) continue
    const rest = kept.filter((other) => !asksLess(cover, other))
    kept.length = 0
    kept.push(...rest, cover)
  }
  return kept
}

function asksLess(one: Cover, other: Cover): boolean {
  return (
    isSubset(one.holds, other.holds) &&
    isSubset(one.fails, other.fails) &&
    isSubset(one.next, other.next) &&
    isSubset(one.postponed, other.postponed)
  )
}

function isSubset(small: readonly number[], large: readonly number[]): boolean {
  return small.every((item) => large.includes(item))
}

/** The same automaton with states of equal edges made one. */
function merged(automaton: Buchi): Buchi {
  let { edges, universal } = automaton
  for (;;) {
    const first = new Map<string, number>()
    const kept: number[] = []
    const numbers = edges.map((list, state) => {
      const key = list
        .map(({ holds, fails, target, marks }) => `${holds}/${fails}/${target}/${marks}`)
        .sort()
        .join(' ')
      const known = first.get(key)
      if (known !== undefined) return known
      first.set(key, kept.length)
      kept.push(state)
      return kept.length - 1
    })
    if (kept.length === edges.length) return { edges, sets: automaton.sets, universal }
    const old = edges
    edges = kept.map((state) => renumbered(old[state] ?? [], numbers))
    if (universal !== null) universal = numbers[universal] ?? null
  }
}

function renumbered(list: readonly BuchiEdge[], numbers: readonly number[]): BuchiEdge[] {
  const seen = new Set<string>()
  return list.flatMap((edge) => {
    const target = numbers[edge.target]
    invariant(target !== undefined, 'an edge leads to a state')
    const made = { ...edge, target }
    const key = JSON.stringify(made)
    if (seen.has(key)) return []
    seen.add(key)
    return [made]
  })
}
