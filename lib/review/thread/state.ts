/**
 * What may happen to a thread: one table, from which buttons, the server's checks and the tests of refusals are made.
 *
 * | act     | kinds | from     | to       | who (`permission.ts`) |
 * |---------|-------|----------|----------|-----------------------|
 * | resolve | note  | open     | resolved | `resolve-note`        |
 * | reopen  | note  | resolved | open     | `reopen-note`         |
 *
 * Kinds without a row here are changed by nobody yet. What an objection needs is also kept by the database
 * (`prisma/rules`), whoever asks.
 */
import { type Action, can, type Standing, type Viewer } from '#lib/review/person/permission.ts'

export type ThreadKind = 'note' | 'question' | 'issue' | 'objection'
export type ThreadState = 'open' | 'answered' | 'resolved' | 'dropped' | 'superseded' | 'overridden'

export const THREAD_ACTS = {
  resolve: { kinds: ['note'], from: ['open'], to: 'resolved', who: 'resolve-note' },
  reopen: { kinds: ['note'], from: ['resolved'], to: 'open', who: 'reopen-note' },
} as const satisfies Record<
  string,
  {
    readonly kinds: readonly ThreadKind[]
    readonly from: readonly ThreadState[]
    readonly to: ThreadState
    readonly who: Action
  }
>

export type ThreadAct = keyof typeof THREAD_ACTS
export const ACT_NAMES = Object.keys(THREAD_ACTS) as ThreadAct[] // the table's own keys

/** It still waits for somebody. */
export const OPEN_STATES: readonly ThreadState[] = ['open', 'answered']

export const isOpen = (state: ThreadState) => OPEN_STATES.includes(state)

type Thread = { readonly kind: ThreadKind; readonly state: ThreadState }

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
  const row: (typeof THREAD_ACTS)[ThreadAct] = THREAD_ACTS[act]
  const [kinds, from]: [readonly ThreadKind[], readonly ThreadState[]] = [row.kinds, row.from]
  if (!can(viewer, row.who, standing)) return 'forbidden'
  if (!kinds.includes(kind)) return 'other-kind'
  if (state === row.to) return 'done'
  return from.includes(state) ? null : 'other-state'
}

/** What the viewer may do to this thread now: its buttons. */
export function actsOn(thread: Thread, viewer: Viewer, standing: Standing): ThreadAct[] {
  return ACT_NAMES.filter((act) => refusalOf(act, thread, viewer, standing) === null)
}
