/**
 * Where a statement and its parts stand, and what a trace calls them. Lowering makes these, and what counts the
 * statements for spin finds a statement again by them: they must agree to the letter.
 */
import type { Stmt, VariableRef } from '#lib/promela/1-parse/ast.ts'
import { joinPlaces, type Place } from '#lib/promela/1-parse/token.ts'
import type { StatementPlace } from './program.ts'

export function placeOfStatement(statement: Stmt): StatementPlace {
  return {
    text: statement.words.written,
    expanded: statement.words.expanded,
    span: statement.place.span,
    origin: statement.place.origin,
  }
}

/** The word that ends a statement, where it stands. */
export function closingPlace(statement: Stmt, word: string): StatementPlace {
  const { span, origin } = statement.place
  const column = Math.max(1, span.endColumn - word.length)
  return { text: word, expanded: word, span: { ...span, line: span.endLine, column }, origin }
}

/** The head of a loop: `i : 0 .. 3`, with what the step does in it. */
export function headPlace(
  statement: Stmt,
  first: VariableRef,
  last: { readonly place: Place },
): (what: string) => StatementPlace {
  const { span } = joinPlaces(first.place, last.place)
  return (what) => ({ text: what, expanded: what, span, origin: statement.place.origin })
}
