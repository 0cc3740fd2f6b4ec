import type { MailOutcome } from '#lib/review/incoming/outcome.ts'

/** What the upload form shows after a try; null before the first. */
export type ImportFormState = {
  readonly error: string | null
  readonly fileName: string
  readonly outcomes: readonly MailOutcome[]
} | null
