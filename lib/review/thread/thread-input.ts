import { z } from 'zod'
import { groupDigits } from '#lib/figures.ts'
import { SLUG } from '#lib/review/proposal/address.ts'

/**
 * What the forms of threads send, and what their text becomes before anything looks at it.
 *
 * A browser's textarea sends CRLF; Postgres takes no NUL. Nothing else of the words is touched: a comment goes out
 * by mail as it was typed.
 */
export const COMMENT_LIMIT = 65_536

export function normalizeBody(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is removed
  return text.replace(/\r\n?/g, '\n').replace(/\u0000/g, '')
}

/** Something that shows: a character that is no blank, no control and not ignored by a renderer. */
const VISIBLE = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u
/** Direction marks, embeddings, overrides and isolates (CVE-2021-42574, "Trojan Source"); write-ups refuse them too. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

const body = z
  .string()
  .transform(normalizeBody)
  .superRefine((text, context) => {
    if (!VISIBLE.test(text)) {
      context.addIssue({ code: 'custom', message: 'Write something first: a comment is not empty.' })
    }
    const bidi = BIDI.exec(text)
    if (bidi) {
      const point = bidi[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      const line = text.slice(0, bidi.index).split('\n').length
      context.addIssue({
        code: 'custom',
        message: `Line ${line} has an invisible direction mark (U+${point}), which makes code read otherwise than it runs. Delete it.`,
      })
    }
    if (text.length > COMMENT_LIMIT) {
      context.addIssue({
        code: 'custom',
        message: `This comment has ${groupDigits(text.length)} characters; the limit is ${groupDigits(COMMENT_LIMIT)}. Shorten it by ${groupDigits(text.length - COMMENT_LIMIT)}, or split it.`,
      })
    }
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
