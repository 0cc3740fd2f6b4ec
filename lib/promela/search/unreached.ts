/** Statements that no run of a finished search executed: code that a model has for nothing, or a guard that lies. */
import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import type { Unreached } from '#lib/promela/machine/verdict.ts'

/** In the order of the text. Ends of processes and statements made by the compiler are left out. */
export function unreachedStatements(program: Program, reached: Uint8Array): readonly Unreached[] {
  const names = new Map<number, string>()
  for (const proctype of program.proctypes) {
    for (const state of proctype.states) {
      for (const transition of state.transitions) names.set(transition.id, proctype.name)
    }
  }
  const keyOf = ({ span, text }: Transition): string => `${span.file}:${span.line}:${span.column}:${text}`
  // A statement of an inline counts as reached when any of its calls reached it.
  const seen = new Set(program.transitions.filter((item) => reached[item.id] === 1).map(keyOf))
  const found: Unreached[] = []
  for (const transition of program.transitions) {
    const { id, action, span, text } = transition
    const proctype = names.get(id)
    const key = keyOf(transition)
    if (
      reached[id] ||
      action.kind === 'end' ||
      action.kind === 'pass' ||
      proctype === undefined ||
      seen.has(key)
    )
      continue
    seen.add(key)
    found.push({ proctype, text, span })
  }
  return found.sort((a, b) => a.span.line - b.span.line || a.span.column - b.span.column)
}
