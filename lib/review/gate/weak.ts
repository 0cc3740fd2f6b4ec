/** What a reviewer says of an answer that does not answer: the form's input, and why it may be refused. */
import { z } from 'zod'
import { SLUG } from '#lib/review/proposal/address.ts'
import { visible } from './answer-words.ts'
import { LEAST_REASON, MOST_REASON } from './weak-limits.ts'

const FORBIDDEN = /[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u

export const MarkWeakInput = z.object({
  slug: z.string().regex(SLUG),
  revision: z.coerce.number().int().min(1).max(999),
  question: z
    .string()
    .min(1)
    .max(200)
    // The database has no room for it.
    .refine((id) => !id.includes('\0')),
  /** One sentence: line ends become blanks. */
  reason: z
    .string()
    .max(MOST_REASON, `Say it in at most ${MOST_REASON} characters.`)
    .transform(visible)
    .refine(
      (text) => [...text].length >= LEAST_REASON,
      `Say in a sentence (${LEAST_REASON} characters or more) what is missing.`,
    )
    .refine((text) => !FORBIDDEN.test(text), 'There is a character in it that cannot be shown.'),
})
export type MarkWeakInput = z.infer<typeof MarkWeakInput>

export const WithdrawWeakInput = z.object({ slug: z.string().regex(SLUG), weak: z.uuid() })
export type WithdrawWeakInput = z.infer<typeof WithdrawWeakInput>

export type WeakFailure = {
  readonly kind:
    | 'signed-out'
    | 'forbidden'
    | 'no-such-revision'
    | 'no-such-mark'
    | 'not-answered'
    | 'marked-already'
    | 'not-yours'
}

export const WEAK_FAILURES: Readonly<Record<WeakFailure['kind'], string>> = {
  'signed-out': 'You are not signed in any more. Sign in, then press again: your sentence stays here.',
  forbidden: 'Reviewers, maintainers and administrators of this proposal say that an answer does not answer.',
  'no-such-revision': 'There is no such revision.',
  'no-such-mark': 'That was never said here.',
  'not-answered': 'The question has no answer in this revision, so it is open already.',
  'marked-already': 'You said so of this answer already, with another reason. Take that back first.',
  'not-yours': 'Only who said that an answer does not answer takes it back.',
}
