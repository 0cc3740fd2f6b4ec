/** What became of a mail, for whoever brought it: a command, a page, a mail server. */
import { FLAG_MEANINGS, type Flag } from '#lib/mail/import/read/flag.ts'

export type MailStatus =
  | 'imported'
  | 'duplicate'
  | 'waiting'
  | 'quarantined'
  | 'ignored'
  | 'rejected'
  | 'left-out'

export type CommentPlace = { readonly slug: string; readonly thread: number; readonly comment: number }

export type MailOutcome = {
  readonly status: MailStatus
  readonly messageId: string
  /** `Name <address>`; empty when no sender could be read. */
  readonly from: string
  readonly subject: string
  /** The stored mail; null for what is not kept (a duplicate, a mail beyond the limits). */
  readonly mailId: string | null
  readonly comments: readonly CommentPlace[]
  readonly trailers: number
  readonly flags: readonly string[]
}

export const STATUS_WORDS: Readonly<Record<MailStatus, string>> = {
  imported: 'imported',
  duplicate: 'here already',
  waiting: 'waits for the mail that it answers',
  quarantined: 'held until somebody looks at it',
  ignored: 'kept, not shown',
  rejected: 'refused',
  'left-out': 'left out',
}

/** Flags of comments that `lib/mail` does not know. */
const OWN_MEANINGS: Readonly<Record<string, string>> = {
  'sender-blocked': 'An administrator blocked its sender.',
  'thread-locked': 'It answers a thread that is locked: only a maintainer adds to it, or lets this in.',
  'about-part': 'The comment is about the write-up as a whole.',
}

export function meaningOf(flag: string): string {
  if (Object.hasOwn(FLAG_MEANINGS, flag)) return FLAG_MEANINGS[flag as Flag] // a key of it
  // Asked like that because a row may say `constructor`, which every object has.
  return Object.hasOwn(OWN_MEANINGS, flag) ? (OWN_MEANINGS[flag] ?? flag) : flag
}
