/**
 * Everything that can happen to a proposal: a closed list of kinds, each with the shape of what it tells. The log is
 * append-only and read for ever, so a shape is only ever widened by fields that may be absent.
 *
 * A new kind: an entry here, an act that records it (`lib/review/acts`), and whether open pages and a proposal's feed tell it
 * (`lib/review/feed`).
 */
import { z } from 'zod'
import { GIVEN_ROLES } from '#lib/review/person/roles.ts'
import { VISIBILITIES } from '#lib/review/person/visibility.ts'

const thread = z.number().int().positive()
const comment = z.uuid()
/** A Message-ID without angle brackets, as somebody's mail has it. */
const messageId = z.string().min(1)
const words = z.string().max(2000)
const claim = z.string().min(1).max(200)
const verdict = z.string().min(1).max(40)
/** Claims that one event names; how many there are it says besides. */
export const MOST_CLAIMS = 200
const count = z.number().int().nonnegative()
const role = z.enum(GIVEN_ROLES)
const aboutComment = z.strictObject({ thread, comment, mail: messageId.optional() })

export const EVENTS = {
  'revision-published': z.strictObject({
    revision: z.number().int().positive(),
    contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /**
   * What the server found when it checked the claims of a revision. `fallen`: those that are not as claimed; `changed`: those
   * that the revision before had with another verdict. By their names, the first of them.
   */
  'claims-checked': z.strictObject({
    revision: z.number().int().positive(),
    claims: count,
    asClaimed: count,
    fallen: z.array(claim).max(MOST_CLAIMS),
    changed: z.array(z.strictObject({ claim, from: verdict, to: verdict })).max(MOST_CLAIMS),
  }),
  /** `mail`: the comment that opened it came by this mail. */
  'thread-opened': aboutComment,
  'comment-added': aboutComment,
  'comment-edited': aboutComment,
  'comment-deleted': aboutComment,
  /** `mail`: a line of that mail did it. */
  'thread-resolved': z.strictObject({ thread, mail: messageId.optional() }),
  'thread-reopened': z.strictObject({ thread, mail: messageId.optional() }),
  /** In words (the comment) or by a revision (its number). */
  'thread-answered': z.strictObject({
    thread,
    comment: comment.optional(),
    revision: z.number().int().positive().optional(),
  }),
  /** The answer did not do: whoever opened it keeps it open, with words or by a line of a mail. */
  'thread-kept': z.strictObject({ thread, comment: comment.optional(), mail: messageId.optional() }),
  /** By an author. `byHand`: with their own words for a text that moved on. */
  'suggestion-accepted': z.strictObject({ thread, comment, byHand: z.boolean().optional() }),
  'suggestion-declined': z.strictObject({ thread, comment }),
  /** A revision that was published has what was accepted. */
  'suggestion-in-text': z.strictObject({ thread, comment, revision: z.number().int().positive() }),
  'thread-dropped': z.strictObject({ thread, mail: messageId.optional() }),
  /** Fourteen days after its answer was mailed to whoever opened it. */
  'thread-closed-by-silence': z.strictObject({ thread }),
  /** An author says that the next revision answers it, or not any more. */
  'answer-promised': z.strictObject({ thread, promised: z.boolean() }),
  'objection-lessened': z.strictObject({ thread, mail: messageId.optional() }),
  'objection-split': z.strictObject({ thread, into: z.array(thread).min(1) }),
  'objection-condition': z.strictObject({ thread, mail: messageId.optional() }),
  'objection-challenged': z.strictObject({ thread, reason: words }),
  'objection-overridden': z.strictObject({ thread, reason: words }),
  'stance-taken': z.strictObject({
    stance: z.string().regex(/^[1-9]\d*$/),
    value: z.string(),
    revision: z.number().int().positive(),
    writeups: z.array(z.string()),
    mail: messageId.optional(),
  }),
  'stance-withdrawn': z.strictObject({ stance: z.string().regex(/^[1-9]\d*$/), mail: messageId.optional() }),
  /** What a revision changed in a write-up is nothing to read again: an author says it; `changes`: places that changed. */
  'editorial-marked': z.strictObject({
    revision: z.number().int().positive(),
    writeup: z.string(),
    changes: count,
  }),
  'editorial-disputed': z.strictObject({
    revision: z.number().int().positive(),
    writeup: z.string(),
    reason: words,
  }),
  /** Several comments as one act, and perhaps a stance (its number). Each of them has its own event besides. */
  'review-published': z.strictObject({
    review: z.uuid(),
    comments: count,
    stance: z
      .string()
      .regex(/^[1-9]\d*$/)
      .optional(),
  }),
  'hold-placed': z.strictObject({ hold: z.uuid(), until: z.iso.datetime(), mail: messageId.optional() }),
  'hold-lifted': z.strictObject({ hold: z.uuid() }),
  'review-asked': z.strictObject({ persons: z.array(z.uuid()).min(1) }),
  /** `because`: what made it, in the words of proposal/state.ts. */
  'state-changed': z.strictObject({
    from: z.string(),
    to: z.string(),
    because: z.string(),
    reason: words.optional(),
  }),
  'mail-let-in': z.strictObject({ mail: messageId, decision: z.string() }),
  'mail-dropped': z.strictObject({ mail: messageId, decision: z.string(), comments: count.optional() }),
  'series-sent': z.strictObject({ batch: z.uuid(), mails: count, recipients: count }),
  'list-replies-on': z.strictObject({}),
  'list-replies-off': z.strictObject({}),
  /** By the one whose it was. `redacted`: whether their words went as well. */
  'account-deleted': z.strictObject({ comments: count, redacted: z.boolean() }),
  /** `previous`: the person without an account that the acting one is from now on. */
  'thread-locked': z.strictObject({ thread }),
  'thread-unlocked': z.strictObject({ thread }),
  /** Somebody says by hand where it stands in a later revision. Offsets in the block's text; none: the whole block. */
  'thread-pinned': z.strictObject({
    thread,
    revision: z.number().int().positive(),
    block: z.string().min(1).max(200),
    start: count.optional(),
    end: count.optional(),
  }),
  /** `invitation`: by which the person came to it. */
  'role-given': z.strictObject({ person: z.uuid(), role, invitation: z.uuid().optional() }),
  'role-taken': z.strictObject({ person: z.uuid(), role }),
  'visibility-set': z.strictObject({ visibility: z.enum(VISIBILITIES) }),
  'invitation-made': z.strictObject({ invitation: z.uuid(), role }),
  'invitation-revoked': z.strictObject({ invitation: z.uuid() }),
  /** `weak`: the reviewer's word; of the answer's words in that revision. */
  'answer-marked-weak': z.strictObject({
    weak: z.uuid(),
    revision: z.number().int().positive(),
    question: z.string().min(1),
  }),
  'answer-weak-withdrawn': z.strictObject({
    weak: z.uuid(),
    revision: z.number().int().positive(),
    question: z.string().min(1),
  }),
  'address-confirmed': z.strictObject({ previous: z.uuid(), comments: count }),
} as const

export type EventKind = keyof typeof EVENTS

/** What is recorded: a kind, and a subject of its shape. */
export type NewEvent = {
  [Kind in EventKind]: { readonly kind: Kind; readonly subject: z.infer<(typeof EVENTS)[Kind]> }
}[EventKind]
