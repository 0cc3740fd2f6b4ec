/** One walk over expressions and actions for everything that memory order asks or replaces in them. */
import type { Action, Expression, ReceiveField, Reference } from '#lib/promela/4-lower/program.ts'

/** Replaces loads; everything else keeps its shape. `state` rewrites the control states of a label reference. */
export type Rewrite = {
  readonly load: (from: Reference) => Expression
  readonly label: (proctype: number, states: readonly number[]) => readonly number[]
}

export function rewriteReference(reference: Reference, rewrite: Rewrite): Reference {
  if (reference.indices.length === 0) return reference
  return {
    ...reference,
    indices: reference.indices.map((item) => ({ ...item, index: rewriteExpression(item.index, rewrite) })),
  }
}

export function rewriteExpression(expression: Expression, rewrite: Rewrite): Expression {
  const again = (part: Expression): Expression => rewriteExpression(part, rewrite)
  switch (expression.kind) {
    case 'load':
      return rewrite.load(rewriteReference(expression.from, rewrite))
    case 'unary':
      return { ...expression, operand: again(expression.operand) }
    case 'binary':
      return { ...expression, left: again(expression.left), right: again(expression.right) }
    case 'conditional':
      return {
        ...expression,
        test: again(expression.test),
        whenTrue: again(expression.whenTrue),
        whenFalse: again(expression.whenFalse),
      }
    case 'channel-test':
      return { ...expression, channel: again(expression.channel) }
    case 'poll':
      return {
        ...expression,
        channel: again(expression.channel),
        fields: expression.fields.map((field) => rewriteField(field, rewrite)),
      }
    case 'run':
      return { ...expression, arguments: expression.arguments.map(again) }
    case 'enabled':
    case 'control-state':
    case 'priority':
      return { ...expression, process: again(expression.process) }
    case 'at-label':
      return {
        ...expression,
        process: expression.process && again(expression.process),
        states: rewrite.label(expression.proctype, expression.states),
      }
    case 'remote':
      return { ...expression, process: expression.process && again(expression.process) }
    default:
      return expression
  }
}

function rewriteField(field: ReceiveField, rewrite: Rewrite): ReceiveField {
  if (field.kind === 'match') return { kind: 'match', value: rewriteExpression(field.value, rewrite) }
  return { kind: 'store', to: field.to && rewriteReference(field.to, rewrite) }
}

/** Targets of assignments stay: only what is read changes, also in their indices. */
export function rewriteAction(action: Action, rewrite: Rewrite): Action {
  const again = (part: Expression): Expression => rewriteExpression(part, rewrite)
  switch (action.kind) {
    case 'test':
      return { ...action, test: again(action.test) }
    case 'assign':
      return {
        ...action,
        assignments: action.assignments.map(({ to, value }) => ({
          to: rewriteReference(to, rewrite),
          value: again(value),
        })),
      }
    case 'assert':
      return { ...action, test: again(action.test) }
    case 'print':
      return { ...action, arguments: action.arguments.map(again) }
    case 'send':
      return { ...action, channel: again(action.channel), fields: action.fields.map(again) }
    case 'receive':
      return {
        ...action,
        channel: again(action.channel),
        fields: action.fields.map((field) => rewriteField(field, rewrite)),
      }
    case 'set-priority':
      return { ...action, process: again(action.process), value: again(action.value) }
    default:
      return action
  }
}

/** What an action loads, indices of its targets included. */
export function loadsOf(action: Action): readonly Reference[] {
  const loads: Reference[] = []
  rewriteAction(action, {
    load: (from) => {
      loads.push(from)
      return { kind: 'load', from }
    },
    label: (_, states) => states,
  })
  return loads
}

/** What an action stores to, receives included. */
export function storesOf(action: Action): readonly Reference[] {
  if (action.kind === 'assign') return action.assignments.map(({ to }) => to)
  if (action.kind !== 'receive') return []
  return action.fields.flatMap((field) => (field.kind === 'store' && field.to ? [field.to] : []))
}
