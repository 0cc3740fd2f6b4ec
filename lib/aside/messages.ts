/**
 * What goes between the app and the process that works aside of it. Everything in it can be cloned: values, bytes, dates,
 * maps; no functions, no classes.
 */
export type ToHelper =
  /** `request`: the number that lines of the log bear. */
  | {
      readonly kind: 'call' | 'open'
      readonly id: number
      readonly name: string
      readonly args: readonly unknown[]
      readonly request: string | null
    }
  /** One more piece of what was opened. */
  | { readonly kind: 'next'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

export type FromHelper =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  /** A piece; without one what was opened is at its end. */
  | { readonly kind: 'piece'; readonly id: number; readonly piece: Uint8Array | null }
  /** `error`: an error that callers know, packed; null: a bug, which the helper has logged. */
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown }
