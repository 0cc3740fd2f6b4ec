import { z } from 'zod'
import { commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { SLUG } from '#lib/review/proposal/address.ts'

/** What the forms of threads send. What their text becomes before anything looks at it says `comment-input.ts`. */
const body = z.string().transform((typed, context) => {
  const input = commentInput(typed)
  if (input.ok) return input.value.text
  context.addIssue({ code: 'custom', message: refusalWords(input.error) })
  return z.NEVER
})

/** Made with the form, sent with each try: a double click or a retry makes one comment. */
const clientKey = z.uuid('The form lost its key; load the page again (copy your text first).')

const slug = z.string().regex(SLUG)
const blockKey = z.string().regex(/^[\x21-\x7e]{1,200}$/)

export const OpenThreadInput = z.object({
  slug,
  revision: z.coerce.number().int().positive().max(999),
  blockKey,
  body,
  clientKey,
})

export const ReplyInput = z.object({ commentId: z.uuid(), body, clientKey })

export const EditInput = z.object({
  commentId: z.uuid(),
  /** The version that the editor saw: someone with an older one is told, and loses nothing. */
  lockVersion: z.coerce.number().int().nonnegative(),
  body,
})

export const ThreadInput = z.object({ threadId: z.uuid() })
export const CommentInput = z.object({ commentId: z.uuid() })
