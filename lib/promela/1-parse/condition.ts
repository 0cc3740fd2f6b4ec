/** The integer expressions of `#if`: C precedence, names that are no macro count as 0. */
import { applyBinary } from '#lib/promela/arithmetic.ts'
import { PRECEDENCE } from './precedence.ts'
import type { Token } from './token.ts'

const MAX_DEPTH = 100

/** `null` when the tokens are no expression, or divide by zero. */
export function evaluateCondition(tokens: readonly Token[]): number | null {
  let at = 0
  let depth = 0
  let failed = false

  function fail(): number {
    failed = true
    return 0
  }
  function primary(): number {
    const token = tokens[at++]
    if (!token || depth > MAX_DEPTH) return fail()
    if (token.kind === 'number') return token.value
    if (token.kind === 'name') return 0
    depth++
    let value: number
    if (token.text === '(') {
      value = ternary()
      if (tokens[at++]?.text !== ')') fail()
    } else if (token.text === '!') value = primary() === 0 ? 1 : 0
    else if (token.text === '!!') value = primary() === 0 ? 0 : 1
    else if (token.text === '-') value = -primary() | 0
    else if (token.text === '+') value = primary()
    else if (token.text === '~') value = ~primary()
    else value = fail()
    depth--
    return value
  }
  function binary(level: number): number {
    const operators = PRECEDENCE[level]
    if (!operators) return primary()
    let left = binary(level + 1)
    while (!failed && operators.includes(tokens[at]?.text ?? '')) {
      const operator = tokens[at++]?.text ?? ''
      const right = binary(level + 1)
      const value = applyBinary(operator, left, right)
      if (value === null) return fail()
      left = value
    }
    return left
  }
  function ternary(): number {
    const test = binary(0)
    if (tokens[at]?.text !== '?') return test
    at++
    const yes = ternary()
    if (tokens[at++]?.text !== ':') return fail()
    const no = ternary()
    return test !== 0 ? yes : no
  }

  const value = ternary()
  return failed || at < tokens.length ? null : value
}
