import { figure } from '#lib/figures.ts'
import type { LiveChange } from '#lib/review/feed/live-event.ts'

/** Where the line stands. */
export type LivePage = {
  /** `inline`: the text with its threads; `page`: one thread; `list`: what is made anew as a whole. */
  readonly layout: 'inline' | 'page' | 'list'
  /** The revision of the text that is shown. */
  readonly revision: number
  /** The thread whose page it is; null: all are meant. */
  readonly thread: number | null
}

/** What concerns this page: a thread's own page is about that one. */
export const changesOf = (changes: readonly LiveChange[], { thread }: LivePage): readonly LiveChange[] =>
  thread === null ? changes : changes.filter((change) => change.thread === thread)

/** `3 new comments, v3 published`; null: nothing happened. */
export function liveWords(changes: readonly LiveChange[], page: LivePage): string | null {
  const here = changesOf(changes, page)
  if (here.length === 0) return null
  const count = (kind: LiveChange['kind']) => here.filter((change) => change.kind === kind).length
  const threads = new Set(here.flatMap(({ kind, thread }) => (kind === 'thread' ? [thread] : []))).size
  const revisionsOf = (of: LiveChange['kind']) =>
    here.flatMap(({ kind, revision }) => (kind === of && revision !== undefined ? [revision] : []))
  const [revisions, checked] = [revisionsOf('revision'), revisionsOf('verdict')]
  return [
    ...(count('comment') > 0 ? [figure(count('comment'), 'new comment')] : []),
    ...(threads > 0 ? [`${figure(threads, 'thread')} in another state`] : []),
    ...(count('edit') > 0 ? [`${figure(count('edit'), 'comment')} edited or deleted`] : []),
    ...(count('stance') > 0 ? [figure(count('stance'), 'stance')] : []),
    ...(count('state') > 0 ? ['another state of the proposal'] : []),
    ...(revisions.length > 0 ? [`v${Math.max(...revisions)} published`] : []),
    ...(checked.length > 0 ? [`claims of v${Math.max(...checked)} checked`] : []),
  ].join(', ')
}
