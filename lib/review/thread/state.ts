/**
 * What may happen to a thread: one table, from which buttons, the server's checks, what a line of a mail may do and the
 * tests of refusals are made.
 *
 * | act       | kinds                      | from           | to         | who                                    |
 * |-----------|----------------------------|----------------|------------|----------------------------------------|
 * | resolve   | note                       | open           | resolved   | opener, author, maintainer, admin      |
 * | resolve   | question, issue, objection | open, answered | resolved   | opener                                 |
 * | answer    | question, issue, objection | open           | answered   | author, with words or a revision       |
 * | keep      | question, issue, objection | answered       | open       | opener, with words                     |
 * | drop      | question, issue, objection | open, answered | dropped    | opener                                 |
 * | lessen    | objection                  | open, answered | the same   | opener: it is an issue from then on    |
 * | split     | objection                  | open, answered | superseded | opener: by objections of one point each|
 * | challenge | objection                  | open, answered | the same   | a maintainer, no author, after silence |
 * | override  | objection                  | open, answered | overridden | an admin, no author, after challenges  |
 * | reopen    | note                       | resolved       | open       | opener, author, maintainer, admin      |
 * | reopen    | question, issue            | resolved, dropped | open    | opener, maintainer                     |
 * | reopen    | objection                  | resolved, dropped | open    | opener                                 |
 *
 * To confirm an answer is to resolve what one opened: one act. What silence does (a question or issue that was answered
 * fourteen days ago) is done by the program, in its own name, and is no act of this table. What an objection needs is also
 * kept by the database (`prisma/rules`), whoever asks.
 */
import { type Action, can, type Standing, type Viewer } from '#lib/review/person/permission.ts'

export type ThreadKind = 'note' | 'question' | 'issue' | 'objection'
export type ThreadState = 'open' | 'answered' | 'resolved' | 'dropped' | 'superseded' | 'overridden'

export const THREAD_STATES: readonly ThreadState[] = [
  ...(['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden'] as const),
]
export const THREAD_KINDS: readonly ThreadKind[] = ['note', 'question', 'issue', 'objection']

/** What an act brings beside its press. `reason`: words that are kept with the state, not as a comment. */
export type Needs = 'nothing' | 'words' | 'reason' | 'points'

type Row = {
  readonly act: string
  readonly kinds: readonly ThreadKind[]
  readonly from: readonly ThreadState[]
  /** Null: the state stays. */
  readonly to: ThreadState | null
  readonly who: Action
  readonly needs: Needs
}

const ASKING = ['question', 'issue', 'objection'] as const
const STANDING = ['open', 'answered'] as const

export const THREAD_ACTS = [
  {
    act: 'resolve',
    kinds: ['note'],
    from: ['open'],
    to: 'resolved',
    who: 'resolve-note',
    needs: 'nothing',
  },
  {
    act: 'resolve',
    kinds: ASKING,
    from: STANDING,
    to: 'resolved',
    who: 'close-own-thread',
    needs: 'nothing',
  },
  { act: 'answer', kinds: ASKING, from: ['open'], to: 'answered', who: 'answer-thread', needs: 'words' },
  { act: 'keep', kinds: ASKING, from: ['answered'], to: 'open', who: 'close-own-thread', needs: 'words' },
  { act: 'drop', kinds: ASKING, from: STANDING, to: 'dropped', who: 'close-own-thread', needs: 'nothing' },
  {
    act: 'lessen',
    kinds: ['objection'],
    from: STANDING,
    to: null,
    who: 'close-own-thread',
    needs: 'nothing',
  },
  {
    act: 'split',
    kinds: ['objection'],
    from: STANDING,
    to: 'superseded',
    who: 'close-own-thread',
    needs: 'points',
  },
  {
    act: 'challenge',
    kinds: ['objection'],
    from: STANDING,
    to: null,
    who: 'challenge-objection',
    needs: 'reason',
  },
  {
    act: 'override',
    kinds: ['objection'],
    from: STANDING,
    to: 'overridden',
    who: 'override-objection',
    needs: 'reason',
  },
  { act: 'reopen', kinds: ['note'], from: ['resolved'], to: 'open', who: 'reopen-note', needs: 'nothing' },
  {
    act: 'reopen',
    kinds: ['question', 'issue'],
    from: ['resolved', 'dropped'],
    to: 'open',
    who: 'reopen-thread',
    needs: 'nothing',
  },
  {
    act: 'reopen',
    kinds: ['objection'],
    from: ['resolved', 'dropped'],
    to: 'open',
    who: 'close-own-thread',
    needs: 'nothing',
  },
] as const satisfies readonly Row[]

export type ThreadAct = (typeof THREAD_ACTS)[number]['act']
export const ACT_NAMES: readonly ThreadAct[] = [...new Set(THREAD_ACTS.map(({ act }) => act))]

/** It still waits for somebody. */
export const OPEN_STATES: readonly ThreadState[] = STANDING

export const isOpen = (state: ThreadState) => OPEN_STATES.includes(state)

/** As long as it stands nothing is accepted. */
export const blocks = ({ kind, state }: { readonly kind: ThreadKind; readonly state: ThreadState }) =>
  kind === 'objection' && isOpen(state)

/** `open, blocks`: in lists, on pages and in mail. */
export const stateWords = (thread: { readonly kind: ThreadKind; readonly state: ThreadState }): string =>
  blocks(thread) ? `${thread.state}, blocks` : thread.state

type Thread = { readonly kind: ThreadKind; readonly state: ThreadState }

/** The row for an act on a thread of this kind; null: threads of this kind do not know it. */
export function rowFor(act: ThreadAct, kind: ThreadKind): Row | null {
  return (THREAD_ACTS as readonly Row[]).find((row) => row.act === act && row.kinds.includes(kind)) ?? null
}

/**
 * Why an act is not possible; null when it is. `done`: the thread is where the act leads, so a second press changes
 * nothing and is no failure.
 */
export function refusalOf(
  act: ThreadAct,
  { kind, state }: Thread,
  viewer: Viewer,
  standing: Standing,
): 'forbidden' | 'other-kind' | 'other-state' | 'done' | null {
  const row = rowFor(act, kind)
  if (!row) return 'other-kind'
  if (!can(viewer, row.who, standing)) return 'forbidden'
  // An author who is a maintainer or an administrator as well does not judge objections to their own proposal.
  const isParty = standing.roles.includes('author') || standing.relations.includes('opener')
  if ((act === 'challenge' || act === 'override') && isParty) return 'forbidden'
  if (state === row.to) return 'done'
  return row.from.includes(state) ? null : 'other-state'
}

/** What the viewer may do to this thread now: its buttons. */
export function actsOn(thread: Thread, viewer: Viewer, standing: Standing): ThreadAct[] {
  return ACT_NAMES.filter((act) => refusalOf(act, thread, viewer, standing) === null)
}

/** Which side speaks next, after this side spoke. A note waits for nobody. */
export type Side = 'author' | 'opener'

/**
 * Who has to say something in a thread that stands, from what happened last in it. Somebody who is neither, a further
 * reviewer, speaks for the side that asks.
 */
export function waitsForAfter(
  thread: Thread,
  speaker: { isAuthor: boolean; isOpener: boolean },
): Side | null {
  if (thread.kind === 'note' || !isOpen(thread.state)) return null
  // Of an author who asks themselves something the words stand as a question to the authors.
  if (speaker.isAuthor && !speaker.isOpener) return 'opener'
  return 'author'
}

/** Of a thread in this state, where nobody has said more. */
export function waitsForIn({ kind, state }: Thread): Side | null {
  if (kind === 'note' || !isOpen(state)) return null
  return state === 'answered' ? 'opener' : 'author'
}
