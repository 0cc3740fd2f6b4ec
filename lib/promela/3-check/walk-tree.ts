/** Every statement and every expression of a tree, outside in, for rules that do not care where something stands. */
import type { Expr, ReceiveArg, Sequence, Stmt, VariableRef } from '#lib/promela/1-parse/ast.ts'

/** The sequences directly inside a statement; those of an unless belong to its two statements. */
export function childSequences(statement: Stmt): readonly Sequence[] {
  switch (statement.kind) {
    case 'if':
    case 'do':
      return statement.options
    case 'for':
    case 'for-in':
    case 'block':
    case 'atomic':
    case 'd_step':
      return [statement.body]
    default:
      return []
  }
}

export function eachStatement(sequence: Sequence, visit: (statement: Stmt) => void): void {
  const walk = (statement: Stmt): void => {
    visit(statement)
    for (const child of childSequences(statement)) child.steps.forEach(walk)
    if (statement.kind === 'unless') {
      walk(statement.normal)
      walk(statement.escape)
    }
  }
  sequence.steps.forEach(walk)
}

/** What a statement itself evaluates, without the statements inside it; places that it stores to are not values. */
export function valuesOf(statement: Stmt): readonly Expr[] {
  switch (statement.kind) {
    case 'declare':
      return statement.declaration.variables.flatMap(({ initial }) =>
        initial?.kind === 'expression' ? [initial.value] : initial?.kind === 'list' ? initial.values : [],
      )
    case 'expression':
    case 'assert':
      return [statement.test]
    case 'assign':
      return [statement.value]
    case 'send':
    case 'print':
      return statement.arguments
    case 'receive':
      return evals(statement.arguments)
    case 'set-priority':
      return [statement.process, statement.value]
    case 'for':
    case 'select':
      return [statement.from, statement.to]
    default:
      return []
  }
}

/** Visits an expression and its parts; `into` says whether the parts of one are visited as well. */
export function eachExpr(expression: Expr, visit: (part: Expr) => void, into = (_: Expr) => true): void {
  visit(expression)
  if (!into(expression)) return
  for (const part of partsOf(expression)) eachExpr(part, visit, into)
}

function partsOf(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case 'variable':
      return indicesOf(expression.variable)
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.test, expression.whenTrue, expression.whenFalse]
    case 'channel-test':
      return indicesOf(expression.channel)
    case 'poll':
      return [...indicesOf(expression.channel), ...evals(expression.fields)]
    case 'run':
      return expression.arguments
    case 'process-function':
      return [expression.process]
    case 'remote-label':
      return expression.process ? [expression.process] : []
    case 'remote-variable':
      return [...(expression.process ? [expression.process] : []), ...indicesOf(expression.variable)]
    case 'temporal':
      return expression.operands
    default:
      return []
  }
}

function evals(fields: readonly ReceiveArg[]): readonly Expr[] {
  return fields.flatMap((field) => (field.kind === 'eval' ? [field.value] : []))
}

export function indicesOf(reference: VariableRef): readonly Expr[] {
  const rest = reference.field ? indicesOf(reference.field) : []
  return reference.index ? [reference.index, ...rest] : rest
}

export function countRuns(expression: Expr): number {
  let count = 0
  eachExpr(expression, ({ kind }) => {
    if (kind === 'run') count++
  })
  return count
}
