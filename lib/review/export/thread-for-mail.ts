/** Threads and comments as their mails need them: plain data, read by `threads-for-mail.server.ts`. */

import type { StanceValue } from '#lib/review/stance/stance.ts'
import type { Carried } from '#lib/review/thread/port.ts'
import type { Side } from '#lib/review/thread/state.ts'
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
  /** `web` or `mail`; left out: `web`. */
  readonly origin?: string
  /** As what it left while comments were Markdown; null or left out for one that is mailed as it stands. */
  readonly mailedBefore?: string | null
  /** The mail that it came by, where that says more than this one comment; null or left out otherwise. */
  readonly cameBy?: MailOfSeveral | null
  /** False: no list has its mail, and this export does not bring it there. Left out: it has, or will. */
  readonly isOnList?: boolean
}

/**
 * A mail of a list that became several comments: they leave as that one mail again, under its own Message-ID. Or a review that
 * was published here, which leaves as one.
 */
export type MailOfSeveral = {
  /** Of a review that was published here: the stance that it ends with. Left out of a mail that came in. */
  readonly review?: { readonly stance: StanceForMail | null }
  /** Without angle brackets; what a list knows it by. */
  readonly messageId: string
  /** What it answers: the id of a part of the series, or of another mail. */
  readonly parent: string | null
  /** All of them, in their order. */
  readonly comments: readonly (Pick<CommentForMail, 'id' | 'body' | 'isDeleted' | 'mailedBefore'> & {
    /** Its passage, where it opened a thread; null for an answer to a comment. */
    readonly anchor: ThreadForMail['anchor'] | null
    /** Of an answer in a review: what it answers. */
    readonly answers?: AnsweredForMail | null
    /** Where it stands; left out of what is not published yet. */
    readonly thread?: ThreadStanding
  })[]
}

/** What the foot of a mail that speaks in several threads says of each. */
export type ThreadStanding = Pick<ThreadForMail, 'number' | 'kind' | 'state'>

/** What an answer in a review answers. */
export type AnsweredForMail = Pick<
  CommentForMail,
  'body' | 'mailedBefore' | 'isDeleted' | 'writtenAt' | 'origin' | 'isOnList'
> & {
  readonly author: Pick<PersonForMail, 'id' | 'name'>
  /** Of the mail that says it: its own, or that of the review that it was published with. */
  readonly messageId: string
  readonly thread: number
  /** Position in its thread, from 1. */
  readonly seq: number
  /** What its thread is about in the revision that is mailed, as in `ThreadForMail`. */
  readonly blockKey: string
}

export type StepForMail = {
  /** `Step 5 of “two-waiters”: P1 waiter:1: hb_waiters++ (hb_waiters 0 → 1)` */
  readonly words: string
  /** By which an importer goes there again: the fragment that opens the simulation, without its `#`. */
  readonly link: string
}

export type ThreadForMail = {
  readonly number: number
  readonly kind: ThreadShown['kind']
  readonly state: ThreadShown['state']
  /** Which side speaks next; null: nobody waits, or nobody can do anything any more; left out: as its state says. */
  readonly waitsFor?: Side | null
  /** Left out: who wrote its first comment. */
  readonly opener?: string
  /** An objection that does not say yet what would clear it. */
  readonly lacksCondition?: boolean
  /** How it came to the revision that is mailed; null or left out: it was opened on that. */
  readonly carried?: Omit<Carried, 'words'> | null
  /**
   * Offsets in UTF-16 units in the block's text, in the revision that is mailed. Of a thread whose passage is gone from that the
   * key is `goneFrom(its write-up)`, of one on a whole write-up `wholeOf` that. `step`: left out of a thread that is on none.
   */
  readonly anchor: {
    readonly blockKey: string
    readonly start: number
    readonly end: number
    readonly step?: StepForMail
  }
  /** By `seq`. */
  readonly comments: readonly CommentForMail[]
}

/** What the mail of a deleted comment says: who answered it may quote that, so an importer knows it, too. */
export const DELETED_WORDS = '(This comment was deleted.)'

/** What somebody said of the whole with their review. */
export type StanceForMail = {
  readonly value: StanceValue
  /** Empty: all write-ups. */
  readonly writeups: readonly string[]
  readonly words: string
  readonly trailer: string | null
}
