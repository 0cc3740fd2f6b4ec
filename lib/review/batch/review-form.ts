/** What the forms of one's review send. */
import { z } from 'zod'
import { commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { SLUG } from '#lib/review/proposal/address.ts'
import { STANCE_VALUES, WRITEUPS } from '#lib/review/stance/stance.ts'
import { THREAD_KINDS } from '#lib/review/thread/state.ts'
import { aside } from '#lib/review/thread/thread-input.ts'

const slug = z.string().regex(SLUG)
const version = z.coerce.number().int().nonnegative().max(999_999_999)

/** While somebody types, words may be gone for a moment: an empty draft is kept, and not published. */
const draftBody = z.string().transform((typed, context) => {
  if (typed.trim() === '') return ''
  const input = commentInput(typed)
  if (input.ok) return input.value.text
  context.addIssue({ code: 'custom', message: refusalWords(input.error) })
  return z.NEVER
})

export const DraftInput = z.object({
  slug,
  id: z.uuid(),
  lockVersion: version,
  body: draftBody,
  kind: z.enum(THREAD_KINDS).optional(),
  clearsWhen: aside.optional(),
})

/** `<id>.<version>` of each draft that was seen. */
const seen = z
  .string()
  .regex(/^[0-9a-f-]{36}\.\d{1,9}$/)
  .transform((text) => ({ id: text.slice(0, 36), lockVersion: Number(text.slice(37)) }))

export const PublishInput = z
  .object({
    slug,
    drafts: z.array(seen).max(500),
    clientKey: z.uuid('The form lost its key; load the page again.'),
    /** Empty: nothing is said of the whole. */
    value: z.union([z.literal(''), z.enum(STANCE_VALUES)]).default(''),
    writeups: z.array(z.enum(WRITEUPS)).max(WRITEUPS.length),
    words: aside.default(''),
    revision: z.coerce.number().int().positive().max(999),
  })
  .transform(({ value, writeups, words, revision, ...wish }, context) => {
    if (value === '') return { ...wish, stance: null }
    if (writeups.length === 0) {
      context.addIssue({ code: 'custom', message: 'Choose the write-ups that your stance covers.' })
      return z.NEVER
    }
    const isAll = writeups.length === WRITEUPS.length
    return { ...wish, stance: { value, writeups: isAll ? [] : writeups, words, revision } }
  })
