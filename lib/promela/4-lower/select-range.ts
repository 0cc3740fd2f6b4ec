import type { Stmt } from '#lib/promela/1-parse/ast.ts'

/** A wider range is a loop that counts up and may stop at any value. */
const MAX_OPTIONS = 32

/**
 * The values, both inclusive, of a `select` that is one choice; null when it is a loop. Spin's lexer writes a short
 * range of plain numbers as an `if`, but not in the text of an inline.
 */
export function selectRange({
  index,
  from,
  to,
  place,
}: Stmt & { kind: 'select' }): { readonly first: number; readonly last: number } | null {
  const isPlain = index.index === null && index.field === null
  if (!isPlain || place.origin.some(({ kind }) => kind === 'inline')) return null
  if (from.kind !== 'number' || to.kind !== 'number' || to.value - from.value > MAX_OPTIONS) return null
  return { first: from.value, last: to.value }
}
