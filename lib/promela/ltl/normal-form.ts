/**
 * Formulas in negation normal form: negation only at atoms, and of the temporal operators only next, until and
 * release. Equal subformulas are one node with one number, so a set of obligations is a set of numbers and two
 * states of the automaton are the same exactly when their numbers are.
 *
 * The few rewritings are those that shrink what people write (`[][]p`, `<>true`, `p && !p`); Somenzi and Bloem,
 * "Efficient Büchi automata from LTL formulae" (CAV 2000), list more.
 */
import { invariant, unreachable } from '#lib/result.ts'
import type { Formula } from './formula.ts'

export type Normal = { readonly id: number } & (
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'literal'; readonly atom: number; readonly holds: boolean }
  | { readonly kind: 'next'; readonly operand: Normal }
  | {
      readonly kind: 'and' | 'or' | 'until' | 'release'
      readonly left: Normal
      readonly right: Normal
    }
)

type Shape = Normal extends infer N ? (N extends Normal ? Omit<N, 'id'> : never) : never

export class NormalForms {
  readonly #byKey = new Map<string, Normal>()
  readonly #byId: Normal[] = []
  readonly true = this.#intern('1', { kind: 'constant', value: true })
  readonly false = this.#intern('0', { kind: 'constant', value: false })

  node(id: number): Normal {
    const node = this.#byId[id]
    invariant(node, 'a node of these forms')
    return node
  }

  /** `holds` false: the normal form of the formula's negation. */
  of(formula: Formula, holds = true): Normal {
    switch (formula.kind) {
      case 'constant':
        return formula.value === holds ? this.true : this.false
      case 'atom': {
        const { atom } = formula
        return this.#intern(`${holds ? 'p' : 'n'}${atom}`, { kind: 'literal', atom, holds })
      }
      case 'not':
        return this.of(formula.operand, !holds)
      case 'next':
        return this.#next(this.of(formula.operand, holds))
      case 'always':
      case 'eventually': {
        const operand = this.of(formula.operand, holds)
        const always = (formula.kind === 'always') === holds
        return always ? this.#pair('release', this.false, operand) : this.#pair('until', this.true, operand)
      }
      case 'and':
      case 'or':
        return this.#pair(
          (formula.kind === 'and') === holds ? 'and' : 'or',
          this.of(formula.left, holds),
          this.of(formula.right, holds),
        )
      case 'implies':
        return this.#pair(holds ? 'or' : 'and', this.of(formula.left, !holds), this.of(formula.right, holds))
      case 'equivalent': {
        // Both or neither; of the negation: exactly one.
        const both = this.#pair('and', this.of(formula.left), this.of(formula.right, holds))
        const neither = this.#pair('and', this.of(formula.left, false), this.of(formula.right, !holds))
        return this.#pair('or', both, neither)
      }
      case 'until':
      case 'release':
        return this.#pair(
          (formula.kind === 'until') === holds ? 'until' : 'release',
          this.of(formula.left, holds),
          this.of(formula.right, holds),
        )
      case 'weak-until': {
        // p W q = q V (p || q)
        const left = this.of(formula.left, holds)
        const right = this.of(formula.right, holds)
        return holds
          ? this.#pair('release', right, this.#pair('or', left, right))
          : this.#pair('until', right, this.#pair('and', left, right))
      }
      default:
        return unreachable(formula)
    }
  }

  #next(operand: Normal): Normal {
    return operand.kind === 'constant' ? operand : this.#intern(`X${operand.id}`, { kind: 'next', operand })
  }

  #pair(kind: 'and' | 'or' | 'until' | 'release', left: Normal, right: Normal): Normal {
    const neutral = kind === 'and' || kind === 'release' ? this.true : this.false
    const absorbing = kind === 'and' || kind === 'release' ? this.false : this.true
    if (left === right) return left
    if (kind === 'and' || kind === 'or') {
      if (left === neutral) return right
      if (right === neutral) return left
      if (left === absorbing || right === absorbing || opposite(left, right)) return absorbing
      const [first, second] = left.id < right.id ? [left, right] : [right, left]
      return this.#intern(`${kind}${first.id},${second.id}`, { kind, left: first, right: second })
    }
    // true V q = q, false U q = q; p V true = true, p U false = false.
    if (left === neutral) return right
    if (right.kind === 'constant') return right
    // p U (p U q) = p U q, and the same for release.
    if (right.kind === kind && right.left === left) return right
    return this.#intern(`${kind}${left.id},${right.id}`, { kind, left, right })
  }

  #intern(key: string, shape: Shape): Normal {
    const known = this.#byKey.get(key)
    if (known) return known
    const node: Normal = { id: this.#byId.length, ...shape }
    this.#byId.push(node)
    this.#byKey.set(key, node)
    return node
  }
}

function opposite(left: Normal, right: Normal): boolean {
  return (
    left.kind === 'literal' &&
    right.kind === 'literal' &&
    left.atom === right.atom &&
    left.holds !== right.holds
  )
}
