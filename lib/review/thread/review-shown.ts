/** What stands beside the comments of a question, an issue or an objection: plain data, and whom it waits for in words. */
import { isOpen, type Side, type ThreadKind, type ThreadState } from './state.ts'

/** Moments are RFC 3339, UTC. */
export type ThreadReview = {
  /** Of an objection: what would clear it, in the words of whoever raised it; null: they were asked and have not said. */
  readonly clearsWhen: string | null
  /** Whether the viewer raised it and owes that. */
  readonly owesCondition: boolean
  readonly waitsFor: Side | null
  /** `comment`: its number; `revision`: the one that answers. Of an answer that was kept open the last one stays. */
  readonly answer: {
    readonly by: string
    readonly at: string
    readonly comment: number | null
    readonly revision: number | null
  } | null
  /** Since when an author says that the next revision answers it. */
  readonly promisedAt: string | null
  readonly challenges: readonly { readonly by: string; readonly at: string; readonly reason: string }[]
  readonly overrideReason: string | null
  /** Numbers of threads: the objection that gave way to this one among others, and those to which this one gave way. */
  readonly splitFrom: number | null
  readonly points: readonly number[]
}

/** Who has to speak next, and what they would say. Null: nobody. */
export function waitsWords(
  thread: { readonly kind: ThreadKind; readonly state: ThreadState },
  { waitsFor, promisedAt }: Pick<ThreadReview, 'waitsFor' | 'promisedAt'>,
  opener: string,
): string | null {
  if (!isOpen(thread.state) || waitsFor === null) return null
  const isAnswered = thread.state === 'answered'
  if (waitsFor === 'opener')
    return isAnswered
      ? `It waits for ${opener}, who confirms the answer or keeps it open.`
      : `It waits for ${opener}: an author asked or said more.`
  if (isAnswered) return 'It waits for the authors: more was asked of their answer.'
  return promisedAt === null
    ? 'It waits for the authors, who answer in words or with a revision.'
    : 'It waits for the next revision, which answers it, as an author says.'
}

/** Who ended it, as the verb of a sentence. */
export const ENDED: Readonly<Record<Exclude<ThreadState, 'open' | 'answered'>, string>> = {
  resolved: 'Resolved',
  dropped: 'Dropped',
  superseded: 'Split',
  overridden: 'Overridden',
}
export const endedWord = (state: ThreadState): string =>
  state === 'open' || state === 'answered' ? '' : ENDED[state]
