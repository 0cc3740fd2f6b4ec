/** Statements that no run of a finished search executed: code that a model has for nothing, or a guard that lies. */
import type { Program } from '../4-lower/program.ts'
import type { Unreached } from './verdict.ts'

/** In the order of the text. Ends of processes and statements made by the compiler are left out. */
export function unreachedStatements(program: Program, reached: Uint8Array): readonly Unreached[] {
  const names = new Map<number, string>()
  for (const proctype of program.proctypes) {
    for (const state of proctype.states) {
      for (const transition of state.transitions) names.set(transition.id, proctype.name)
    }
  }
  const found: Unreached[] = []
  const seen = new Set<string>()
  for (const transition of program.transitions) {
    if (reached[transition.id] || transition.action.kind === 'end' || transition.action.kind === 'pass')
      continue
    const { span, text } = transition
    const key = `${span.file}:${span.line}:${span.column}:${text}`
    const proctype = names.get(transition.id)
    if (proctype === undefined || seen.has(key)) continue
    // A statement of an inline counts as reached when any of its calls reached it.
    const elsewhere = program.transitions.some(
      (other) =>
        reached[other.id] === 1 &&
        other.text === text &&
        other.span.file === span.file &&
        other.span.line === span.line &&
        other.span.column === span.column,
    )
    if (elsewhere) continue
    seen.add(key)
    found.push({ proctype, text, span })
  }
  return found.sort((a, b) => a.span.line - b.span.line || a.span.column - b.span.column)
}
