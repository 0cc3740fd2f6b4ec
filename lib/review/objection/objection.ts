/**
 * What an objection needs beside other threads: what would clear it, and when somebody other than its opener may move on.
 */
export const CONDITION_MIN = 10
export const CONDITION_MAX = 2000

const DAY_MS = 24 * 60 * 60_000
/** Without a word of whoever raised it. */
export const SILENCE_DAYS = 30
/** Without a condition, since it was asked for. */
export const CONDITION_DAYS = 14
/** Maintainers who challenge it, before an administrator may override it. */
export const CHALLENGERS = 2

export const isCondition = (text: string) =>
  text.trim().length >= CONDITION_MIN && text.length <= CONDITION_MAX

/** Milliseconds since 1970. */
export type Silence = {
  /** When its opener last said something in the thread. */
  readonly lastWords: number
  /** When the other side last said something; null: it never did. */
  readonly lastAnswer: number | null
  /** Null: it says what clears it. */
  readonly conditionAskedAt: number | null
}

/**
 * From when on an objection may be challenged: thirty days after what was said last and was not answered by its opener,
 * or fourteen after a condition was asked for in vain. Null: never, as long as nothing changes: nobody answered it, so it
 * is the authors who are silent.
 */
export function challengeableFrom({ lastWords, lastAnswer, conditionAskedAt }: Silence): number | null {
  const times: number[] = []
  if (lastAnswer !== null && lastAnswer > lastWords) times.push(lastAnswer + SILENCE_DAYS * DAY_MS)
  if (conditionAskedAt !== null) times.push(Math.max(conditionAskedAt, lastWords) + CONDITION_DAYS * DAY_MS)
  return times.length === 0 ? null : Math.min(...times)
}

/** Whether an administrator may override it now. */
export function overrideRefusal(
  { lastWords }: Silence,
  challenges: readonly { readonly at: number }[],
): 'not-challenged' | 'not-silent' | null {
  if (challenges.length < CHALLENGERS) return 'not-challenged'
  // Whoever speaks up after a challenge has not kept silent.
  return challenges.some(({ at }) => lastWords > at) ? 'not-silent' : null
}
