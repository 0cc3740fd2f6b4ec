/** Constant expressions: array lengths, channel room, widths, numbers of processes. 32-bit C arithmetic. */
import type { Expr } from '#lib/promela/1-parse/ast.ts'
import { applyBinary } from '#lib/promela/arithmetic.ts'

/** `null` when the expression is not constant, or divides by zero. `lookUp` gives the value of an mtype name. */
export function evaluateConstant(expression: Expr, lookUp: (name: string) => number | null): number | null {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'variable':
      return expression.variable.index || expression.variable.field ? null : lookUp(expression.variable.name)
    case 'unary': {
      const value = evaluateConstant(expression.operand, lookUp)
      if (value === null) return null
      return expression.operator === '-'
        ? -value | 0
        : expression.operator === '~'
          ? ~value
          : value === 0
            ? 1
            : 0
    }
    case 'binary': {
      const left = evaluateConstant(expression.left, lookUp)
      const right = evaluateConstant(expression.right, lookUp)
      return left === null || right === null ? null : applyBinary(expression.operator, left, right)
    }
    default:
      return null
  }
}
