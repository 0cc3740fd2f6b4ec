/**
 * Which threads a list shows, as its address says it. A value that means nothing is left out, as if it were not given: an
 * address is typed and cut by people and by mail programs.
 */
import { DOCUMENT_IDS, type DocumentId } from '#lib/writeup/parse/document-id.ts'
import { THREAD_KINDS, type ThreadKind, type ThreadState } from './state.ts'
import { ABOUT, type About } from './whole.ts'

/** `standing`: open or answered; `closed`: everything else. */
export const STATE_CHOICES = ['standing', 'closed'] as const
export const THREAD_STATES = [
  'open',
  'answered',
  'resolved',
  'dropped',
  'superseded',
  'overridden',
] as const satisfies readonly ThreadState[]
export const THREAD_ORDERS = ['activity', 'oldest', 'number'] as const

export type StateChoice = (typeof STATE_CHOICES)[number] | ThreadState
export type ThreadOrder = (typeof THREAD_ORDERS)[number]

export type ThreadFilter = {
  readonly state: StateChoice | null
  readonly kind: ThreadKind | null
  readonly writeup: DocumentId | null
  /** On a passage, on a whole, on a step of a run. */
  readonly about: About | null
  /** A person's id: whoever wrote in it. */
  readonly by: string | null
  /** The viewer wrote in it. */
  readonly isMine: boolean
  /** The viewer's side speaks next. */
  readonly isWaiting: boolean
  /** Somebody else has written what the viewer has not seen. */
  readonly isUnread: boolean
  readonly order: ThreadOrder
  /** From 1. */
  readonly page: number
}

/** As it comes with a request: a name may be there twice. */
type Asked = Readonly<Record<string, string | readonly string[] | undefined>>

export const THREADS_ON_A_PAGE = 50
/** More pages than there may be threads. */
const MAX_PAGE = 2000

export function threadFilter(asked: Asked): ThreadFilter {
  const text = (name: string): string => {
    const value = asked[name]
    return (typeof value === 'string' ? value : value?.[0]) ?? ''
  }
  const one = <Choice extends string>(name: string, of: readonly Choice[]): Choice | null =>
    of.find((choice) => choice === text(name)) ?? null
  const page = /^[1-9]\d{0,3}$/.test(text('page')) ? Number(text('page')) : 1
  const by = text('by')
  return {
    state: one('state', [...STATE_CHOICES, ...THREAD_STATES]),
    kind: one('kind', THREAD_KINDS),
    writeup: one('in', DOCUMENT_IDS),
    about: one('about', ABOUT),
    by: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(by) ? by : null,
    isMine: text('mine') !== '',
    isWaiting: text('waiting') !== '',
    // `?unread` alone, as people type it, too.
    isUnread: asked.unread !== undefined && text('unread') !== '0',
    order: one('order', THREAD_ORDERS) ?? 'activity',
    page: Math.min(page, MAX_PAGE),
  }
}

/** The way back: what of an address is not as it is anyway. */
export function filterQuery(filter: ThreadFilter): Readonly<Record<string, string | number | undefined>> {
  return {
    state: filter.state ?? undefined,
    kind: filter.kind ?? undefined,
    in: filter.writeup ?? undefined,
    about: filter.about ?? undefined,
    by: filter.by ?? undefined,
    mine: filter.isMine ? 1 : undefined,
    waiting: filter.isWaiting ? 1 : undefined,
    unread: filter.isUnread ? 1 : undefined,
    order: filter.order === 'activity' ? undefined : filter.order,
    page: filter.page === 1 ? undefined : filter.page,
  }
}
