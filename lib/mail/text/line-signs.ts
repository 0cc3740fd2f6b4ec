/**
 * How the lines look that programs on a list act on. The linter finds them, prose and verbatim text keep clear of
 * them, and replies are read by them: they must mean the same line, so they stand here once.
 */

export const ATTRIBUTION = /^On .* wrote:$/s

/** git am --scissors drops what stands above. */
export const SCISSORS = /^\s*[-8<>% ]*(8<|>8|%<|>%)[-8<>% ]*$/

/** git mailinfo takes it for the beginning of the patch, and cuts the text there. */
export const PATCH_START = /^(diff -|Index: |--- \S|\+\+\+ \S|@@ -\p{Nd})/u

/** The foot of a text: `[1] https://…`. Groups: the number, the address. */
export const CITATION = /^\[(\p{Nd}+)\] (\S+)$/u
