/**
 * `ltl` blocks to automata. What is searched for is a run that breaks the claim, so it is the formula's negation
 * that is translated. The largest parts without temporal operators are atoms: `i < N && a[i] == 0` is evaluated
 * as a whole, and so the index is not looked at when it is out of bounds.
 */
import type { Expr } from '#lib/promela/1-parse/ast.ts'
import type { Bindings } from '#lib/promela/2-bind/symbols.ts'
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import type { Formula } from '#lib/promela/ltl/formula.ts'
import { translate } from '#lib/promela/ltl/translate.ts'
import type { ExpressionLowering } from './expressions.ts'
import type { Claim, Expression } from './program.ts'

export function lowerClaims(
  bindings: Bindings,
  lowering: ExpressionLowering,
  diagnostics: DiagnosticList,
): readonly Claim[] {
  return bindings.claims.flatMap(({ name, formula, place }) => {
    const atoms = new Atoms(lowering)
    const automaton = translate({ kind: 'not', operand: atoms.formula(formula) })
    const { usesTimeout } = lowering
    if (automaton) return [{ name, span: place.span, atoms: atoms.expressions, usesTimeout, automaton }]
    const message = `ltl ${name} is not checked: its automaton would be too large`
    diagnostics.report('not-supported', message, formula.place.span, formula.place.origin, 'warning')
    return []
  })
}

class Atoms {
  readonly #lowering: ExpressionLowering
  readonly #numbers = new Map<string, number>()
  readonly expressions: Expression[] = []

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering
  }

  formula(expression: Expr): Formula {
    if (expression.kind === 'temporal') {
      const { operator, operands } = expression
      const [left = { kind: 'constant', value: true } as const, right = left] = operands.map((operand) =>
        this.formula(operand),
      )
      switch (operator) {
        case 'always':
        case 'eventually':
        case 'next':
          return { kind: operator, operand: left }
        default:
          return { kind: operator, left, right }
      }
    }
    if (hasTemporal(expression)) {
      if (expression.kind === 'unary') return { kind: 'not', operand: this.formula(expression.operand) }
      if (expression.kind === 'binary') {
        const kind = expression.operator === '&&' ? 'and' : 'or'
        return { kind, left: this.formula(expression.left), right: this.formula(expression.right) }
      }
    }
    const value = this.#lowering.value(expression)
    if (value.kind === 'constant') return { kind: 'constant', value: value.value !== 0 }
    const key = JSON.stringify(value)
    const atom = this.#numbers.get(key) ?? this.expressions.length
    if (atom === this.expressions.length) this.expressions.push(value)
    this.#numbers.set(key, atom)
    return { kind: 'atom', atom }
  }
}

/** The checker allows temporal operators only under each other and under `!`, `&&` and `||`. */
function hasTemporal(expression: Expr): boolean {
  if (expression.kind === 'temporal') return true
  if (expression.kind === 'unary') return hasTemporal(expression.operand)
  return expression.kind === 'binary' && (hasTemporal(expression.left) || hasTemporal(expression.right))
}
