/** What of the log is told at once to who has a page open: pure, ids and kinds, never words. */
import type { EventKind } from '#lib/review/event/event.ts'

export const LIVE_KINDS = ['comment', 'edit', 'thread', 'stance', 'state', 'revision', 'verdict'] as const
export type LiveKind = (typeof LIVE_KINDS)[number]

export type LiveChange = {
  readonly kind: LiveKind
  /** Its number; none: it is about the proposal. */
  readonly thread?: number
  /** The number of the revision that was published, or whose claims were checked. */
  readonly revision?: number
}

/** Null (roles, invitations, mail that was handled, what has an event of its own besides): nobody's news on these pages. */
const TOLD: Readonly<Record<EventKind, LiveKind | null>> = {
  'revision-published': 'revision',
  'claims-checked': 'verdict',
  'thread-opened': 'comment',
  'comment-added': 'comment',
  'comment-edited': 'edit',
  'comment-deleted': 'edit',
  'thread-resolved': 'thread',
  'thread-reopened': 'thread',
  'thread-answered': 'thread',
  'thread-kept': 'thread',
  'suggestion-accepted': 'thread',
  'suggestion-declined': 'thread',
  // With the revision.
  'suggestion-in-text': null,
  'thread-dropped': 'thread',
  'thread-closed-by-silence': 'thread',
  'answer-promised': 'thread',
  'objection-lessened': 'thread',
  'objection-split': 'thread',
  'objection-condition': 'thread',
  'objection-challenged': 'thread',
  'objection-overridden': 'thread',
  'thread-locked': 'thread',
  'thread-unlocked': 'thread',
  'stance-taken': 'stance',
  'stance-withdrawn': 'stance',
  'editorial-marked': 'stance',
  'editorial-disputed': 'stance',
  'hold-placed': 'state',
  'hold-lifted': 'state',
  'state-changed': 'state',
  'thread-pinned': 'thread',
  'answer-marked-weak': 'state',
  'answer-weak-withdrawn': 'state',
  // Its comments and its stance have theirs.
  'review-published': null,
  'review-asked': null,
  'mail-let-in': null,
  'mail-dropped': null,
  'series-sent': null,
  'list-replies-on': null,
  'list-replies-off': null,
  'account-deleted': null,
  'role-given': null,
  'role-taken': null,
  'visibility-set': null,
  'invitation-made': null,
  'invitation-revoked': null,
  'address-confirmed': null,
}

const numberIn = (subject: unknown, name: string): number | undefined => {
  if (typeof subject !== 'object' || subject === null) return undefined
  const value = Object.entries(subject).find(([key]) => key === name)?.[1]
  return typeof value === 'number' ? value : undefined
}

/** Null: it is not told. */
export function liveChange(kind: string, subject: unknown): LiveChange | null {
  const told = Object.entries(TOLD).find(([name]) => name === kind)?.[1]
  if (told === undefined || told === null) return null
  const [thread, revision] = [numberIn(subject, 'thread'), numberIn(subject, 'revision')]
  return {
    kind: told,
    ...(thread === undefined ? {} : { thread }),
    ...((told === 'revision' || told === 'verdict') && revision !== undefined ? { revision } : {}),
  }
}

/** What a notification of the database says: of which proposal, and up to which event. Null: it is not ours. */
export function heardOf(payload: string): { readonly proposalId: string; readonly event: bigint } | null {
  const [, proposalId, event] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,18})$/.exec(payload) ?? []
  return proposalId === undefined || event === undefined ? null : { proposalId, event: BigInt(event) }
}

/** The number of an event as a page or a browser names it; null: it is none. */
export const eventNumbered = (text: string | null): bigint | null =>
  text !== null && /^\d{1,18}$/.test(text) ? BigInt(text) : null
