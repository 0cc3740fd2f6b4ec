/** What authors are warned of, by name, since a cover says which of the warnings it means otherwise (`gate/lints.ts`). */
export const LINTS = [
  'benefit-without-measure',
  'quotation-without-source',
  'function-without-parens',
  'this-patch',
  'unfinished-mark',
] as const
export type LintName = (typeof LINTS)[number]
