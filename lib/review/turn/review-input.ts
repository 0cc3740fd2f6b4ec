/** What the forms of a proposal's state, its stances and its holds send, and the one that puts a turn off. */
import { z } from 'zod'
import { SLUG } from '#lib/review/proposal/address.ts'
import { PROPOSAL_ACT_NAMES } from '#lib/review/proposal/state.ts'
import { HOLD_DAYS, STANCE_VALUES, WRITEUPS } from '#lib/review/stance/stance.ts'
import { aside } from '#lib/review/thread/thread-input.ts'

export const REVIEW_ACTS = [
  ...PROPOSAL_ACT_NAMES,
  ...(['place-hold', 'lift-hold', 'take-stance', 'withdraw-stance', 'snooze', 'wake'] as const),
  ...(['mark-editorial', 'dispute-editorial'] as const),
] as const
export type ReviewAct = (typeof REVIEW_ACTS)[number]
export const isReviewAct = (text: string): text is ReviewAct => REVIEW_ACTS.some((act) => act === text)

const slug = z.string().regex(SLUG)
const id = z.string().regex(/^[1-9]\d{0,17}$/)
/** `2026-12-24`, the end of that day in UTC. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'Choose a day, such as 2026-12-24.')
  .transform((text, context) => {
    const date = new Date(`${text}T23:59:59Z`)
    if (!Number.isNaN(date.getTime())) return date
    context.addIssue({ code: 'custom', message: 'There is no such day.' })
    return z.NEVER
  })

const ofProposal = z.object({
  slug,
  // An enum ends the look at this form; a refinement would let its complaint stand for all others.
  act: z.enum(PROPOSAL_ACT_NAMES),
  reason: aside.default(''),
  /** The state that was seen when the button was pressed. */
  seen: z.string().max(40).optional(),
  persons: z.array(z.uuid()).max(200).default([]),
})
/** What a revision changed in a write-up. */
const ofChange = {
  slug,
  revision: z.coerce.number().int().positive().max(999),
  writeup: z.enum(WRITEUPS, 'Choose a write-up.'),
}
const HOLD_LENGTH = 'A hold has one to fourteen days.'

export const ReviewInput = z.union([
  z.object({
    ...{ slug, act: z.literal('place-hold'), reason: aside.default('') },
    days: z.coerce
      .number({ message: HOLD_LENGTH })
      .int(HOLD_LENGTH)
      .min(1, HOLD_LENGTH)
      .max(HOLD_DAYS, HOLD_LENGTH),
  }),
  z.object({ slug, act: z.literal('lift-hold') }),
  z.object({
    ...{ slug, act: z.literal('take-stance'), value: z.enum(STANCE_VALUES), words: aside.default('') },
    revision: z.coerce.number().int().positive().max(999),
    writeups: z.array(z.enum(WRITEUPS)).min(1, 'Choose the write-ups that it covers.').max(WRITEUPS.length),
  }),
  z.object({ slug, act: z.literal('withdraw-stance'), stance: id }),
  z.object({ ...ofChange, act: z.literal('mark-editorial') }),
  z.object({ ...ofChange, act: z.literal('dispute-editorial'), reason: aside.default('') }),
  z.object({ slug, act: z.literal('snooze'), until: day }),
  z.object({ slug, act: z.literal('wake') }),
  ofProposal,
])
export type ReviewInput = z.output<typeof ReviewInput>

/** The first sentence that a person can do something with; null: the form is damaged. */
export function inputProblem(error: z.ZodError): string | null {
  for (const issue of error.issues) {
    if (issue.code !== 'invalid_union') {
      if (/^[A-Z].*\.$/s.test(issue.message)) return issue.message
      continue
    }
    // Of the forms that it may be, the one whose act it has.
    const own = issue.errors.find((issues) => !issues.some(({ path }) => path[0] === 'act'))
    const said = own?.find(({ message }) => /^[A-Z].*\.$/s.test(message))
    if (said) return said.message
  }
  return null
}
