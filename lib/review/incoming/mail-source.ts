/** Where mail comes from, and what that says about it. */
import type { Viewer } from '#lib/review/person/permission.ts'

/**
 * | source    | whose word it is                                                                       |
 * |-----------|----------------------------------------------------------------------------------------|
 * | `command` | the operator's: they have the database, and vouch for mail that nothing proves         |
 * | `upload`  | a person's. In a proposal where they have a role they vouch; elsewhere the mail is held |
 * | `lmtp`    | our mail server's, which says in Authentication-Results what it checked                |
 * | `api`     | a program's that holds a token; the mail server's where the token is marked as its own |
 *
 * Nobody vouches for a mail whose sender was checked and refuted: that waits for somebody who looks at it.
 */
export type MailSource =
  | { readonly kind: 'command' }
  | { readonly kind: 'upload'; readonly viewer: NonNullable<Viewer> }
  | { readonly kind: 'lmtp' }
  | { readonly kind: 'api'; readonly tokenId: string; readonly isMailServer: boolean }

/** Mail that comes by itself may come out of order; of what a person brings, all is here when its end is reached. */
export const PARENT_PATIENCE_MS = 3600 * 1000

export function waitsForParentMs({ kind }: MailSource): number {
  return kind === 'lmtp' || kind === 'api' ? PARENT_PATIENCE_MS : 0
}

/**
 * Whether what our mail server is said to have found may be believed: nobody but it hands mail in here. A file can be
 * written by anyone, whoever imports it, and a program with a token passes on what it was sent.
 */
export function isOurMailServer(source: MailSource): boolean {
  return source.kind === 'lmtp' || (source.kind === 'api' && source.isMailServer)
}
