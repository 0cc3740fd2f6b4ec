/** Threads and comments as their mails need them: plain data, read by `threads-for-mail.server.ts`. */
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import type { PersonForMail } from './mail-sender.ts'

export type CommentForMail = {
  readonly id: string
  /** Position in the thread, from 1. */
  readonly seq: number
  readonly parentId: string | null
  /** Without angle brackets; made when the comment was stored. */
  readonly messageId: string
  readonly author: PersonForMail
  /** As it was typed or mailed; empty when deleted. */
  readonly body: string
  /** Seconds since 1970; fractions are cut off. */
  readonly writtenAt: number
  readonly isDeleted: boolean
  /** As what it left while comments were Markdown; null or left out for one that is mailed as it stands. */
  readonly mailedBefore?: string | null
}

export type ThreadForMail = {
  readonly number: number
  readonly kind: ThreadShown['kind']
  readonly state: ThreadShown['state']
  /** Offsets in UTF-16 units in the block's text. */
  readonly anchor: { readonly blockKey: string; readonly start: number; readonly end: number }
  /** By `seq`. */
  readonly comments: readonly CommentForMail[]
}

/** What the mail of a deleted comment says: who answered it may quote that, so an importer knows it, too. */
export const DELETED_WORDS = '(This comment was deleted.)'
