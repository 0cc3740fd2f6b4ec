import { unreachable } from '#lib/result.ts'
import type { SuggestionShown } from '#lib/review/suggestion/shown.ts'
import { type StepRefusal, stepRefusalWords } from '#lib/simulation/step-shown.ts'
import type { ThreadReview } from './review-shown.ts'
import type { ThreadAct, ThreadKind, ThreadState } from './state.ts'

/** What the page shows of threads: plain data, made by `read-threads.server.ts`. */
export type PersonShown = {
  /** Empty for nobody in particular. */
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  /** What tells them from somebody whose name looks the same; none where nobody's does. */
  readonly mark?: string
}

export type CommentMail = {
  /** Without angle brackets. */
  readonly messageId: string
  readonly address: string
  /** Whether the sender's domain vouched for the mail (`sender`), a list that the operator named, or nobody. */
  readonly proof: 'sender' | 'list' | 'none'
  /** Why it stands where it stands, by the names of flags. */
  readonly flags: readonly string[]
  readonly trailers: readonly { readonly line: string; readonly counts: boolean }[]
}

export type CommentShown = {
  readonly id: string
  /** Position in the thread, from 1; part of the permalink `#c<seq>`. */
  readonly seq: number
  readonly parentId: string | null
  readonly author: PersonShown
  /** As it was typed or mailed; empty when deleted. */
  readonly body: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly editedAt: string | null
  readonly versions: number
  readonly lockVersion: number
  readonly deleted: { readonly by: string; readonly at: string } | null
  /** Of a comment that came by mail. */
  readonly mail: CommentMail | null
  /** Other words for those of the passage; none: the comment has only its own. */
  readonly suggestion?: SuggestionShown | null
  readonly mayEdit: boolean
  readonly mayDelete: boolean
  /** The comment that it answers, where that is in another part of the thread. */
  readonly answersElsewhere?: number
}

/** What is there of all that the words of comments may name. */
export type NamedInThread = {
  /** Threads 1 to this one are there: numbers are given once, and threads stay. */
  readonly threads: number
  /** Message-IDs, without angle brackets, that are known here. */
  readonly mails: readonly string[]
}

export type ThreadShown = {
  readonly id: string
  readonly proposalTitle: string
  readonly number: number
  readonly kind: ThreadKind
  readonly state: ThreadState
  readonly openedBy: PersonShown
  readonly resolved: { readonly by: string; readonly at: string } | null
  /** Maintainers alone add to it. */
  readonly locked: { readonly by: string; readonly at: string } | null
  readonly anchor: {
    readonly revision: number
    /** Of a thread on a whole write-up: `wholeOf` it. */
    readonly blockKey: string
    /** Of such a thread: which write-up, `cover` for the whole proposal. Left out: it is about less. */
    readonly wholeOf?: string
    /** Of a thread on a step of a run; left out: of any other. */
    readonly step?: {
      /** `Step 5 of “two-waiters”: P1 waiter:1: hb_waiters++ (hb_waiters 0 → 1)` */
      readonly words: string
      /** The values after it. */
      readonly state: string
      /** Opens the simulation there, with its `#`. */
      readonly fragment: string
    }
    readonly exact: string
    readonly prefix: string
    readonly suffix: string
    /** It is about some of the passage's words, not all of it. */
    readonly isPart?: boolean
    /** UTF-16 offsets of those words in the passage's text. */
    readonly start?: number
    readonly end?: number
  }
  readonly comments: readonly CommentShown[]
  readonly named: NamedInThread
  /** What the viewer may do to it now: its buttons. */
  readonly acts: readonly ThreadAct[]
  /** Of a question, an issue, an objection; none of a note. */
  readonly review?: ThreadReview | null
  /** Whether the viewer may add to it; whether they may lock and unlock it. */
  readonly mayAdd: boolean
  readonly mayLock: boolean
}

export type CommentNode = CommentShown & {
  readonly replies: readonly CommentNode[]
  /** The comment it answers, where it does not stand below that one any more; else null. */
  readonly inReplyTo: number | null
}

/** Levels of a thread. A reply below the last one stands beside what it answers and names it. */
const MAX_LEVELS = 5

/**
 * The comments of a thread as a tree, each level in the order of writing. A deleted comment stays as a node, so its
 * replies keep their place. Comments come ordered by `seq`, and a parent is always older than its reply; a comment
 * whose parent is not in the list stands at the top rather than nowhere. The depth is bounded, because a chain of
 * two thousand replies is easily written and whatever renders it recurses.
 */
export function commentTree(comments: readonly CommentShown[]): readonly CommentNode[] {
  type Place = {
    readonly node: CommentNode
    readonly level: number
    readonly siblings: CommentNode[]
    readonly replies: CommentNode[]
  }
  const places = new Map<string, Place>()
  const roots: CommentNode[] = []
  for (const comment of comments) {
    const replies: CommentNode[] = []
    const parent = comment.parentId === null ? undefined : places.get(comment.parentId)
    const isBeside = parent !== undefined && parent.level === MAX_LEVELS
    const siblings = parent === undefined ? roots : isBeside ? parent.siblings : parent.replies
    const inReplyTo = isBeside ? parent.node.seq : (comment.answersElsewhere ?? null)
    const node: CommentNode = { ...comment, replies, inReplyTo }
    siblings.push(node)
    const level = parent === undefined ? 1 : isBeside ? parent.level : parent.level + 1
    places.set(comment.id, { node, level, siblings, replies })
  }
  return roots
}

/** Whether a comment with so many above it stands beside the one that it answers, and not below. */
export const isBesideParent = (ancestors: number) => ancestors >= MAX_LEVELS

/** Why a thread or comment was not written. Each has words for the form it came from (`describeFailure`). */
export type ThreadFailure =
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'no-such-revision' }
  | { readonly kind: 'no-such-comment' }
  | { readonly kind: 'no-such-thread' }
  | { readonly kind: 'block-gone'; readonly blockKey: string }
  | { readonly kind: 'writeup-empty'; readonly writeup: string }
  | { readonly kind: 'step-not-there'; readonly why: StepRefusal }
  | { readonly kind: 'stands-at-the-whole' }
  | { readonly kind: 'quote-outside' }
  | { readonly kind: 'quote-differs'; readonly there: string }
  | { readonly kind: 'comment-deleted' }
  | { readonly kind: 'key-used'; readonly seq: number }
  | { readonly kind: 'edited-meanwhile'; readonly theirs: string; readonly lockVersion: number }
  | { readonly kind: 'other-kind' }
  | { readonly kind: 'other-state' }
  | { readonly kind: 'too-fast' }
  | { readonly kind: 'draft-kept-before' }
  | { readonly kind: 'draft-gone' }
  | { readonly kind: 'too-many-drafts' }
  | { readonly kind: 'review-too-long' }
  | { readonly kind: 'no-such-draft' }
  | { readonly kind: 'thread-locked' }
  | { readonly kind: 'no-words' }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'reason-too-long' }
  | { readonly kind: 'no-condition' }
  | { readonly kind: 'no-points' }
  | { readonly kind: 'not-silent' }
  | { readonly kind: 'not-challenged' }
  | { readonly kind: 'newer-revision'; readonly newest: number }
  | { readonly kind: 'opened-here' }
  | { readonly kind: 'words-not-once'; readonly isThere: boolean }
  | { readonly kind: 'no-suggestion'; readonly words: string }
  | { readonly kind: 'suggestion-moved-on' }
  | { readonly kind: 'suggestion-in-text' }

export function describeFailure(failure: ThreadFailure): string {
  switch (failure.kind) {
    case 'signed-out':
      return 'You are not signed in any more. Sign in, then do it again.'
    case 'forbidden':
      return 'Your role in this proposal does not allow this.'
    case 'no-such-revision':
      return 'This revision does not exist (any more). Copy your text and open the proposal again.'
    case 'no-such-comment':
      return 'This comment does not exist. Copy your text and open the thread again.'
    case 'no-such-thread':
      return 'This thread does not exist. Open the proposal again.'
    case 'block-gone':
      return `There is no passage “${failure.blockKey}” in this revision. Copy your text and comment on another passage.`
    case 'writeup-empty':
      return `“${failure.writeup}” has no text in this revision, so nothing can hang on it. Your text stays here: comment on the whole proposal instead.`
    case 'step-not-there':
      return `${stepRefusalWords(failure.why)} Your text stays here.`
    case 'stands-at-the-whole':
      return 'This thread is on a whole write-up, or the whole proposal: it stands at the head of that in every revision, and is not placed by hand.'
    case 'quote-outside':
      return 'The quoted words are not within their passage. Your text stays here: select the words again, or send it about the whole passage.'
    case 'quote-differs':
      return `At this place the passage says “${failure.there}”, which is not what was quoted. Your text stays here: select the words again, or send it about the whole passage.`
    case 'comment-deleted':
      return 'The comment that you answer was deleted meanwhile. Your text stays here: reply to another comment of the thread.'
    case 'key-used':
      // What it made is no comment: a draft, or a review.
      if (failure.seq === 0)
        return 'This form was used before for something else: look whether these words are in your review. Send again to add them as a comment.'
      return `This form was sent before, with other words, and made comment ${failure.seq}. Send again to add these words as another comment.`
    case 'edited-meanwhile':
      return 'The comment was changed since you opened this form: in another tab, or by a send of yours whose answer was lost. Its present text is below yours; send again to replace it.'
    case 'too-fast':
      return 'Too many comments in a short time. Your text stays here: wait a minute, then send again.'
    case 'draft-kept-before':
      return 'This form was sent before, with other words, or about something else, or as a comment of its own. Send again to keep these words as another draft.'
    case 'draft-gone':
      return 'This form was kept in your review before, and that draft was published or deleted since. Your text stays here: send again to keep it as another draft.'
    case 'review-too-long':
      return 'Your review would have more than 256 KB of words, which is as much as one may have. Your text stays here: publish the review first, or send this comment alone.'
    case 'too-many-drafts':
      return 'Your review has as many drafts as one may have. Your text stays here: publish the review, or send this comment alone.'
    case 'no-such-draft':
      return 'This draft is not there any more: it was published or deleted, in another tab perhaps. Copy your text if you want to keep it.'
    case 'thread-locked':
      return 'This thread is locked: only its maintainers add to it. Your text stays here; copy it if you want to keep it.'
    case 'other-kind':
      return 'A thread of this kind is not changed in this way.'
    case 'no-words':
      return 'Say it in words: this goes out as a comment of yours.'
    case 'no-reason':
      return 'Say why, in ten characters or more: it is kept beside the objection, and shown wherever that is.'
    case 'reason-too-long':
      return 'The reason may have 2,000 characters. Say more in a comment, and the essence here.'
    case 'no-condition':
      return 'An objection says what would clear it, in ten characters or more, so that it can be answered.'
    case 'no-points':
      return 'An objection is split into two points or more, twenty at most, each with its words and what would clear it.'
    case 'not-silent':
      return 'An objection is challenged when whoever raised it has been silent for thirty days after an answer, or for fourteen days after being asked what would clear it. That is not so.'
    case 'not-challenged':
      return 'Two maintainers challenge an objection before it is overridden.'
    case 'newer-revision':
      return `There is v${failure.newest} by now, and a thread is placed by hand in the newest revision. Open v${failure.newest} and choose the place there.`
    case 'words-not-once':
      return failure.isThere
        ? 'These words stand more than once in that passage. Go back and take more of them, or place the thread at the whole passage.'
        : 'These words do not stand in that passage. Go back and copy them from it, or place the thread at the whole passage.'
    case 'no-suggestion':
      return failure.words
    case 'suggestion-moved-on':
      return 'The text that this suggestion is about has changed since, so that it cannot be put in by itself. Its page shows the three texts side by side, and takes your words.'
    case 'suggestion-in-text':
      return 'A published revision has this suggestion already, so nothing is to be decided any more.'
    case 'opened-here':
      return 'This thread was opened on the newest revision: what it is about there stays as it was.'
    case 'other-state':
      return 'The thread is in another state meanwhile. Load the page again.'
    default:
      return unreachable(failure)
  }
}
