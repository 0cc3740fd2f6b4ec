/**
 * What is noted of accounts, roles and held mail, for administrators: a closed list of kinds, each with the shape of its
 * detail. Ids, numbers and words of the program; never a text, an address, a name, a token or a password: those are found
 * by the ids as long as they are there. The log of a proposal is another one (`event/`), and is kept for ever.
 *
 * A new kind: an entry here, with its words. `audit.server.ts` is the one writer.
 */
import { z } from 'zod'
import { GIVEN_ROLES } from '#lib/review/person/roles.ts'
import { VISIBILITIES } from '#lib/review/person/visibility.ts'

const nothing = z.strictObject({})
const count = z.number().int().nonnegative()
const role = z.enum(GIVEN_ROLES)

export const AUDITED = {
  // Accounts. `networks` and the like stay out: a network stands beside a failed sign-in alone, which is counted apart.
  'account-made': { says: 'made an account', detail: nothing },
  'account-deleted': { says: 'deleted their account', detail: nothing },
  'signed-in': { says: 'signed in', detail: nothing },
  'signed-out-everywhere': { says: 'ended their sessions', detail: z.strictObject({ sessions: count }) },
  'password-changed': { says: 'changed their password', detail: nothing },
  'password-reset-asked': { says: 'asked for a new password', detail: nothing },
  'password-reset': { says: 'set a new password by a link', detail: nothing },
  'address-confirmed': { says: 'confirmed an address', detail: nothing },
  'squatter-evicted': { says: 'confirmed an address that another account used', detail: nothing },
  'administrator-made': { says: 'became the first administrator', detail: nothing },
  // Roles.
  'role-given': { says: 'gave a role', detail: z.strictObject({ role }) },
  'role-taken': { says: 'took a role', detail: z.strictObject({ role }) },
  'invitation-made': { says: 'made an invitation', detail: z.strictObject({ invitation: z.uuid(), role }) },
  'invitation-revoked': { says: 'revoked an invitation', detail: z.strictObject({ invitation: z.uuid() }) },
  'invitation-accepted': {
    says: 'accepted an invitation',
    detail: z.strictObject({ invitation: z.uuid(), role }),
  },
  'visibility-set': {
    says: 'set who may know of a proposal',
    detail: z.strictObject({ visibility: z.enum(VISIBILITIES) }),
  },
  // Moderation.
  blocked: { says: 'blocked', detail: z.strictObject({ sessions: count }) },
  unblocked: { says: 'unblocked', detail: nothing },
  'thread-locked': { says: 'locked a thread', detail: z.strictObject({ thread: count }) },
  'thread-unlocked': { says: 'unlocked a thread', detail: z.strictObject({ thread: count }) },
  'mail-dropped': { says: 'dropped mail', detail: z.strictObject({ mails: count, comments: count }) },
  'mail-let-in': { says: 'let mail in', detail: z.strictObject({ mails: count }) },
  // Ways in for programs.
  'mail-token-made': { says: 'made a token for mail', detail: z.strictObject({ token: z.uuid() }) },
  'mail-token-revoked': { says: 'revoked a token for mail', detail: z.strictObject({ token: z.uuid() }) },
} as const satisfies Record<string, { says: string; detail: z.ZodType }>

export type AuditKind = keyof typeof AUDITED
export const AUDIT_KINDS = Object.keys(AUDITED) as AuditKind[] // the table's own keys
export const isAuditKind = (text: string): text is AuditKind => Object.hasOwn(AUDITED, text)

/** One line of it. */
export type AuditEntry = {
  [Kind in AuditKind]: {
    readonly kind: Kind
    /** The id of the person who did it; null: the operator, or nobody who is known. */
    readonly actor: string | null
    /** To whom, where that is another one. */
    readonly person?: string
    readonly proposalId?: string
  } & (Record<string, never> extends z.infer<(typeof AUDITED)[Kind]['detail']>
    ? { readonly detail?: Record<string, never> }
    : { readonly detail: z.infer<(typeof AUDITED)[Kind]['detail']> })
}[AuditKind]
