import { z } from 'zod'
import { commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { SLUG } from '#lib/review/proposal/address.ts'
import { ACT_NAMES } from './state.ts'

/** What the forms of threads send. What their text becomes before anything looks at it says `comment-input.ts`. */
const body = z.string().transform((typed, context) => {
  const input = commentInput(typed)
  if (input.ok) return input.value.text
  context.addIssue({ code: 'custom', message: refusalWords(input.error) })
  return z.NEVER
})

/** Made with the form, sent with each try: a double click or a retry makes one comment. */
const clientKey = z.uuid('The form lost its key; load the page again (copy your text first).')

const counted = z.coerce.number().int().positive().max(999_999_999)

/** Which passage. `slug` is the address's. */
export const OpenThreadInput = z.object({
  slug: z.string().regex(SLUG),
  revision: z.coerce.number().int().positive().max(999),
  blockKey: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  body,
  clientKey,
})

/** Which comment: its thread's number and its own. */
const place = { slug: z.string().regex(SLUG), thread: counted, comment: counted }

export const ReplyInput = z.object({ ...place, body, clientKey })

export const EditInput = z.object({
  ...place,
  /** The version that the editor saw: someone with an older one is told, and loses nothing. */
  lockVersion: z.coerce.number().int().nonnegative(),
  body,
})

const seen = (text: string) => ({ thread: Number(text.split('.')[0]), comment: Number(text.split('.')[1]) })
/** `7.2`: one button carries what it is about. */
export const DeletionInput = z.object({
  slug: place.slug,
  comment: z
    .string()
    .regex(/^[1-9]\d{0,8}\.[1-9]\d{0,8}$/)
    .transform(seen),
})

/** `resolve 7`: an act of the table and a thread's number. */
export const StateInput = z.object({
  slug: place.slug,
  act: z
    .string()
    .regex(/^[a-z-]{1,40} [1-9]\d{0,8}$/)
    .transform((text) => {
      const [wish, number] = text.split(' ')
      return { wish, thread: Number(number) }
    })
    .pipe(z.object({ wish: z.enum(ACT_NAMES), thread: z.number() })),
})
