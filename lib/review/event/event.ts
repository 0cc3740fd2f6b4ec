/**
 * Everything that can happen to a proposal: a closed list of kinds, each with the shape of what it tells. The log is
 * append-only and read for ever, so a shape is only ever widened by fields that may be absent.
 *
 * A new kind: an entry here, and an act that records it (`lib/review/acts`). The log is shown nowhere yet.
 */
import { z } from 'zod'

const thread = z.number().int().positive()
const comment = z.uuid()
/** A Message-ID without angle brackets, as somebody's mail has it. */
const messageId = z.string().min(1)
const count = z.number().int().nonnegative()
const aboutComment = z.strictObject({ thread, comment, mail: messageId.optional() })

export const EVENTS = {
  'revision-published': z.strictObject({
    revision: z.number().int().positive(),
    contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** `mail`: the comment that opened it came by this mail. */
  'thread-opened': aboutComment,
  'comment-added': aboutComment,
  'comment-edited': aboutComment,
  'comment-deleted': aboutComment,
  'thread-resolved': z.strictObject({ thread }),
  'thread-reopened': z.strictObject({ thread }),
  'mail-let-in': z.strictObject({ mail: messageId, decision: z.string() }),
  'mail-dropped': z.strictObject({ mail: messageId, decision: z.string(), comments: count.optional() }),
  'series-sent': z.strictObject({ batch: z.uuid(), mails: count, recipients: count }),
  'list-replies-on': z.strictObject({}),
  'list-replies-off': z.strictObject({}),
  /** `previous`: the person without an account that the acting one is from now on. */
  'address-confirmed': z.strictObject({ previous: z.uuid(), comments: count }),
} as const

export type EventKind = keyof typeof EVENTS

/** What is recorded: a kind, and a subject of its shape. */
export type NewEvent = {
  [Kind in EventKind]: { readonly kind: Kind; readonly subject: z.infer<(typeof EVENTS)[Kind]> }
}[EventKind]
