/** Where mail comes from, and what that says about it. */
import type { Viewer } from '#lib/review/person/permission.ts'

/**
 * | source    | whose word it is                                                                       |
 * |-----------|----------------------------------------------------------------------------------------|
 * | `command` | the operator's: he has the database. He vouches for mail that nothing proves           |
 * | `upload`  | a person's. In a proposal where he has a role he vouches; elsewhere the mail is held   |
 * | `lmtp`    | our mail server's, which says in Authentication-Results what it checked                |
 * | `api`     | a program's that holds a token, in place of the mail server                            |
 *
 * Nobody vouches for a mail whose sender was checked and refuted: that waits for somebody who looks at it.
 */
export type MailSource =
  | { readonly kind: 'command' }
  | { readonly kind: 'upload'; readonly viewer: NonNullable<Viewer> }
  | { readonly kind: 'lmtp' }
  | { readonly kind: 'api'; readonly tokenId: string }

/** Mail that comes by itself may come out of order; of what a person brings, all is here when its end is reached. */
export const PARENT_PATIENCE_MS = 3600 * 1000

export function waitsForParentMs({ kind }: MailSource): number {
  return kind === 'lmtp' || kind === 'api' ? PARENT_PATIENCE_MS : 0
}

/** Whether headers that our own mail server wrote may be believed: a file can be written by anyone. */
export function bringsOwnHeaders({ kind }: MailSource): boolean {
  return kind !== 'upload'
}
