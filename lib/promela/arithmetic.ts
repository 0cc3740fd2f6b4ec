/** Promela computes in 32-bit C integers, whatever the types of the operands: one table for all phases. */

/** One operator on two 32-bit integers; `null` for a division by zero or an unknown operator. */
export function applyBinary(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '+':
      return (a + b) | 0
    case '-':
      return (a - b) | 0
    case '*':
      return Math.imul(a, b)
    case '/':
      return b === 0 ? null : (a / b) | 0
    case '%':
      return b === 0 ? null : (a % b) | 0
    case '<<':
      return a << b
    case '>>':
      return a >> b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<':
      return a < b ? 1 : 0
    case '<=':
      return a <= b ? 1 : 0
    case '>':
      return a > b ? 1 : 0
    case '>=':
      return a >= b ? 1 : 0
    case '==':
      return a === b ? 1 : 0
    case '!=':
      return a !== b ? 1 : 0
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0
    default:
      return null
  }
}
