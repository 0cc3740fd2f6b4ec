import { unreachable } from '#lib/result.ts'
import type { ThreadAct, ThreadKind, ThreadState } from './state.ts'

/** What the page shows of threads: plain data, made by `read-threads.server.ts`. */
export type PersonShown = { readonly id: string; readonly name: string; readonly roles: readonly string[] }

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
  readonly mayEdit: boolean
  readonly mayDelete: boolean
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
  readonly anchor: {
    readonly revision: number
    readonly blockKey: string
    readonly exact: string
    readonly prefix: string
    readonly suffix: string
  }
  readonly comments: readonly CommentShown[]
  readonly named: NamedInThread
  /** What the viewer may do to it now: its buttons. */
  readonly acts: readonly ThreadAct[]
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
    const node: CommentNode = { ...comment, replies, inReplyTo: isBeside ? parent.node.seq : null }
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
  | { readonly kind: 'comment-deleted' }
  | { readonly kind: 'key-used'; readonly seq: number }
  | { readonly kind: 'edited-meanwhile'; readonly theirs: string; readonly lockVersion: number }
  | { readonly kind: 'other-kind' }
  | { readonly kind: 'other-state' }
  | { readonly kind: 'too-fast' }

export function describeFailure(failure: ThreadFailure): string {
  switch (failure.kind) {
    case 'signed-out':
      return 'You are not signed in any more. Sign in in another tab, then send again: your text stays here.'
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
    case 'comment-deleted':
      return 'The comment that you answer was deleted meanwhile. Your text stays here: reply to another comment of the thread.'
    case 'key-used':
      return `This form was sent before and made comment ${failure.seq}. Send again to add these words as another comment.`
    case 'edited-meanwhile':
      return 'The comment was changed in another tab meanwhile. Its present text is below yours; send again to replace it.'
    case 'too-fast':
      return 'Too many comments in a short time. Your text stays here: wait a minute, then send again.'
    case 'other-kind':
      return 'A thread of this kind is not changed in this way.'
    case 'other-state':
      return 'The thread is in another state meanwhile. Load the page again.'
    default:
      return unreachable(failure)
  }
}
