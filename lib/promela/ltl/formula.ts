/**
 * Linear temporal logic as trees. Atoms are numbers: what they mean (an expression of a model, a letter of a
 * test) is the caller's business, so this folder knows no Promela and everything in it can be tested on words.
 *
 * The meaning is that of Pnueli, "The temporal logic of programs" (FOCS 1977), on infinite words: `X` next,
 * `<>` eventually, `[]` always, `p U q` strong until, `p V q` release (`!(!p U !q)`), `p W q` weak until.
 */
import { unreachable } from '#lib/result.ts'

export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'atom'; readonly atom: number }
  | { readonly kind: 'not' | 'next' | 'always' | 'eventually'; readonly operand: Formula }
  | {
      readonly kind: 'and' | 'or' | 'implies' | 'equivalent' | 'until' | 'release' | 'weak-until'
      readonly left: Formula
      readonly right: Formula
    }

const unary = { not: '!', next: 'X', always: '[]', eventually: '<>' } as const

const binary = {
  and: '&&',
  or: '||',
  implies: '->',
  equivalent: '<->',
  until: 'U',
  release: 'V',
  'weak-until': 'W',
} as const

/** Spin's notation, with all parentheses: nobody has to know its precedences. */
export function formulaText(formula: Formula, nameOf: (atom: number) => string): string {
  switch (formula.kind) {
    case 'constant':
      return formula.value ? 'true' : 'false'
    case 'atom':
      return nameOf(formula.atom)
    case 'not':
    case 'next':
    case 'always':
    case 'eventually':
      return `${unary[formula.kind]} (${formulaText(formula.operand, nameOf)})`
    case 'and':
    case 'or':
    case 'implies':
    case 'equivalent':
    case 'until':
    case 'release':
    case 'weak-until': {
      const left = formulaText(formula.left, nameOf)
      return `(${left}) ${binary[formula.kind]} (${formulaText(formula.right, nameOf)})`
    }
    default:
      return unreachable(formula)
  }
}
