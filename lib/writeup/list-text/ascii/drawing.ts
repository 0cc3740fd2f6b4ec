/** What drawing a diagram for a mail ends in: a picture that is right, or the reason why there is none. */
export type Drawing =
  | { readonly kind: 'drawn'; readonly lines: readonly string[] }
  /** `reason` continues "the source is shown: …", without a full stop. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Columns that fit into a mail's 72 behind the indent of four. */
export const DRAWING_COLUMNS = 68
