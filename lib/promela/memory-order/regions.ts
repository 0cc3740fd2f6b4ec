/**
 * Which statements stand together in an atomic or d_step, as the author wrote it.
 *
 * The lowered program only knows whether a process goes on alone after a statement. An atomic around one statement
 * leaves no trace there, and yet `atomic { waiters++ }` is how models write a locked instruction; so the places of
 * all atomics are taken from the tree and statements are found in them by place.
 */
import type { Model, Stmt } from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import type { StatementPlace } from '#lib/promela/4-lower/program.ts'
import type { OriginFrame, Span } from '#lib/promela/source.ts'

/** The outermost atomics and d_steps of a model, each call of an inline apart. */
export function atomicPlaces(model: Model): readonly Place[] {
  const places: Place[] = []
  const look = (steps: readonly Stmt[]): void => {
    for (const step of steps) {
      switch (step.kind) {
        case 'atomic':
        case 'd_step':
          places.push(step.place)
          break
        case 'if':
        case 'do':
          for (const option of step.options) look(option.steps)
          break
        case 'for':
        case 'for-in':
        case 'block':
          look(step.body.steps)
          break
        case 'unless':
          look([step.normal, step.escape])
          break
        default:
      }
    }
  }
  for (const unit of model.units) if (unit.kind === 'proctype') look(unit.body.steps)
  return places
}

/** Position in `places` of the atomic that the statement is in; -1 for none. */
export function regionOf(places: readonly Place[], { span, origin }: StatementPlace): number {
  return places.findIndex((place) => {
    // The statement is seen from where the atomic was written: perhaps as a call of an inline or macro.
    const depth = origin.length - place.origin.length
    if (depth < 0) return false
    const seen = depth === 0 ? span : origin[depth - 1]?.call
    return seen !== undefined && covers(place.span, seen) && sameFrames(origin.slice(depth), place.origin)
  })
}

function covers(outer: Span, inner: Span): boolean {
  return (
    outer.file === inner.file &&
    !isBefore(inner.line, inner.column, outer.line, outer.column) &&
    !isBefore(outer.endLine, outer.endColumn, inner.endLine, inner.endColumn)
  )
}

function isBefore(line: number, column: number, otherLine: number, otherColumn: number): boolean {
  return line < otherLine || (line === otherLine && column < otherColumn)
}

function sameFrames(a: readonly OriginFrame[], b: readonly OriginFrame[]): boolean {
  return a.every((frame, index) => {
    const other = b[index]
    return other?.name === frame.name && covers(other.call, frame.call) && covers(frame.call, other.call)
  })
}
