/**
 * What every layer shares: expected failures are values, bugs throw.
 *
 * A `Result` carries a failure that a caller must handle (bad input, a passage that is gone). Anything that
 * cannot happen unless the program is wrong goes through `invariant` or `unreachable` instead, so that it is
 * never mistaken for an answer.
 */
export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<E> = { readonly ok: false; readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error }
}

/** Throws when `condition` is false: for what only a bug in this program can make false. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`)
}

/** Ends a `switch` over a closed union: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
