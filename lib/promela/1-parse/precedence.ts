/**
 * The binary operators, weakest first: C's order, of expressions and of `#if`. The `!` of a send never reaches this
 * table: it follows a name at the start of a statement.
 */
export const PRECEDENCE: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]
