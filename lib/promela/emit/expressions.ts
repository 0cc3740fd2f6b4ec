/**
 * Expressions as code over a view. What can be known when the module is made is: the pid, parameters that the
 * profile takes for constant, tables that nobody writes. What C leaves undefined gives the state up.
 */

import type { Expression } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'
import { channelTest, poll } from './channels.ts'
import { add, binary, constant, type Expr, not, ONE, select, truth, ZERO } from './ir.ts'
import { locate, readFound } from './references.ts'
import { upperBound } from './view.ts'
import { giveUp, inBranch, type Scene } from './world.ts'

export function evaluate(scene: Scene, expression: Expression): Expr {
  const { code, world } = scene
  switch (expression.kind) {
    case 'constant':
      return constant(expression.value)
    case 'load': {
      const found = locate(scene, expression.from)
      return found ? readFound(scene, found) : ZERO
    }
    case 'unary': {
      const operand = evaluate(scene, expression.operand)
      switch (expression.operator) {
        case '-':
          return binary('sub', ZERO, operand)
        case '~':
          return binary('xor', operand, constant(-1))
        case '!':
          return not(operand)
        default:
          return unreachable(expression)
      }
    }
    case 'binary':
      return evaluateBinary(scene, expression)
    case 'conditional': {
      const test = evaluate(scene, expression.test)
      if (test.kind === 'const')
        return evaluate(scene, test.value === 0 ? expression.whenFalse : expression.whenTrue)
      if (!canGiveUp(expression.whenTrue) && !canGiveUp(expression.whenFalse)) {
        const whenTrue = evaluate(scene, expression.whenTrue)
        return select(test, whenTrue, evaluate(scene, expression.whenFalse))
      }
      const result = code.variable(ZERO)
      code.when(
        test,
        () => code.set(result, evaluate(inBranch(scene), expression.whenTrue)),
        () => code.set(result, evaluate(inBranch(scene), expression.whenFalse)),
      )
      return result
    }
    case 'channel-test':
      return channelTest(scene, expression)
    case 'poll':
      return poll(scene, expression)
    case 'pid':
      return constant(scene.slot.pid)
    case 'process-count':
      return processCount(scene)
    case 'timeout':
      return scene.timeout
    case 'run':
    case 'enabled':
    case 'control-state':
    case 'priority':
    case 'non-progress':
    case 'at-label':
    case 'remote':
      giveUp(code, world)
      return ZERO
    default:
      return unreachable(expression)
  }
}

export function processCount({ world, view }: Scene): Expr {
  const { processCount: place, slots } = world.layout
  if (place) return view.read(place)
  return slots.reduce<Expr>((sum, { at }) => add(sum, truth(view.read(at))), ZERO)
}

function evaluateBinary(scene: Scene, expression: Expression & { kind: 'binary' }): Expr {
  const { code, world } = scene
  const { operator } = expression
  if (operator === '&&' || operator === '||') return evaluateShort(scene, expression, operator === '&&')
  const left = evaluate(scene, expression.left)
  const right = evaluate(scene, expression.right)
  switch (operator) {
    case '/':
    case '%': {
      if (right.kind === 'const' && right.value === 0) {
        giveUp(code, world)
        return ZERO
      }
      if (right.kind === 'const') {
        if (right.value === -1) return operator === '/' ? binary('sub', ZERO, left) : ZERO
        const power = Math.log2(right.value)
        // The remainder of a number that has no sign is its low bits.
        if (operator === '%' && Number.isInteger(power) && upperBound(left) < 2 ** 31)
          return binary('and', left, constant(right.value - 1))
        return binary(operator === '/' ? 'div' : 'rem', left, right)
      }
      // 0 gives the state up; -1 is apart because the smallest integer divided by it does not fit.
      const divisor = code.variable(right)
      const dividend = code.keep(left)
      code.when(binary('eq', divisor, ZERO), () => {
        giveUp(code, world)
        code.set(divisor, ONE)
      })
      const negated = operator === '/' ? binary('sub', ZERO, dividend) : ZERO
      const isMinusOne = binary('eq', divisor, constant(-1))
      const safe = code.keep(select(isMinusOne, ONE, divisor))
      return select(isMinusOne, negated, binary(operator === '/' ? 'div' : 'rem', dividend, safe))
    }
    case '+':
      return binary('add', left, right)
    case '-':
      return binary('sub', left, right)
    case '*':
      return binary('mul', left, right)
    case '<<':
      return binary('shl', left, right)
    case '>>':
      return binary('shr', left, right)
    case '&':
      return binary('and', left, right)
    case '|':
      return binary('or', left, right)
    case '^':
      return binary('xor', left, right)
    case '<':
      return binary('lt', left, right)
    case '<=':
      return binary('le', left, right)
    case '>':
      return binary('gt', left, right)
    case '>=':
      return binary('ge', left, right)
    case '==':
      return binary('eq', left, right)
    case '!=':
      return binary('ne', left, right)
    default:
      return unreachable(operator)
  }
}

/** `&&` and `||`: both sides at once, unless the right one may only be looked at when the left one says so. */
function evaluateShort(scene: Scene, expression: Expression & { kind: 'binary' }, and: boolean): Expr {
  const { code } = scene
  const left = truth(evaluate(scene, expression.left))
  if (left.kind === 'const') {
    if ((left.value !== 0) !== and) return constant(and ? 0 : 1)
    return truth(evaluate(scene, expression.right))
  }
  if (!canGiveUp(expression.right)) {
    const right = truth(evaluate(scene, expression.right))
    return binary(and ? 'and' : 'or', left, right)
  }
  const result = code.variable(left)
  code.when(and ? result : not(result), () =>
    code.set(result, truth(evaluate(inBranch(scene), expression.right))),
  )
  return binary('ne', result, ZERO)
}

/** May evaluating it meet a fault? Errs on the side of yes. */
export function canGiveUp(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
    case 'pid':
    case 'process-count':
    case 'timeout':
      return false
    case 'load':
      return expression.from.indices.some(({ index }) => index.kind !== 'constant')
    case 'unary':
      return canGiveUp(expression.operand)
    case 'binary':
      if (
        (expression.operator === '/' || expression.operator === '%') &&
        expression.right.kind !== 'constant'
      )
        return true
      return canGiveUp(expression.left) || canGiveUp(expression.right)
    case 'conditional':
      return [expression.test, expression.whenTrue, expression.whenFalse].some(canGiveUp)
    default:
      return true
  }
}
