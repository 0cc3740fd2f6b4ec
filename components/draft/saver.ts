/**
 * When a text is sent, what its answers mean, and what is said of it: values and a clock that is passed in. What sends, stores
 * and shows is `edit-page.ts`.
 */

export type SaveAnswer =
  | { readonly kind: 'saved'; readonly sha256: string; readonly merged: string | null }
  | {
      readonly kind: 'conflict'
      readonly words: string
      readonly theirs: string | null
      readonly sha256: string | null
    }
  /** Nothing that sending it again would change. */
  | { readonly kind: 'refused'; readonly words: string }
  /** No answer, or one that says to come again. */
  | { readonly kind: 'away'; readonly words: string }

export type Saver = {
  /** Of the text that the server has, as far as is known; null: it has no such file. */
  readonly base: string | null
  /** The text that the server said it has. */
  readonly acknowledged: string
  readonly text: string
  /** Milliseconds; null: all of it is acknowledged. */
  readonly unsavedSince: number | null
  /** Null: nothing was typed here. */
  readonly typedAt: number | null
  readonly sending: string | null
  /** Sent again from here on. */
  readonly nextTry: number
  readonly tries: number
  readonly stopped: { readonly words: string } | null
  readonly trouble: string | null
}

/** After a pause this long, and while somebody types without one as often as that. */
const PAUSE_MS = 600
const LONGEST_MS = 2500
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 15_000
/** From here on it is said aloud that a text is not saved. */
export const LATE_MS = 5000

export const newSaver = (base: string | null, text: string): Saver => ({
  ...{ base, acknowledged: text, text, unsavedSince: null, typedAt: null, sending: null },
  ...{ nextTry: 0, tries: 0, stopped: null, trouble: null },
})

export function typed(saver: Saver, text: string, now: number): Saver {
  if (text === saver.text) return saver
  const isSame = text === saver.acknowledged && saver.sending === null
  return { ...saver, text, typedAt: now, unsavedSince: isSame ? null : (saver.unsavedSince ?? now) }
}

/** The text that is to be sent now; null: none. */
export function dueText(saver: Saver, now: number): string | null {
  const { text, acknowledged, sending, stopped, unsavedSince, typedAt, nextTry } = saver
  if (stopped || sending !== null || unsavedSince === null || text === acknowledged || now < nextTry)
    return null
  return now - (typedAt ?? now) >= PAUSE_MS || now - unsavedSince >= LONGEST_MS ? text : null
}

/** Asked for by hand: it is sent at once. */
export const hurried = (saver: Saver, now: number): Saver => ({
  ...saver,
  typedAt: now - PAUSE_MS,
  nextTry: now,
})

export const sent = (saver: Saver, text: string): Saver => ({ ...saver, sending: text })

/**
 * @returns the saver, and the text that has to take the place of what stands in the field: where nothing was typed since it was
 * sent, what it was merged into. Where something was, the next save brings it together, from the same base.
 */
export function answered(
  saver: Saver,
  answer: SaveAnswer,
  now: number,
): { readonly saver: Saver; readonly replace: string | null } {
  const done = { ...saver, sending: null }
  switch (answer.kind) {
    case 'saved': {
      const calm = { ...done, tries: 0, nextTry: 0, trouble: null }
      const isStill = saver.text === saver.sending
      if (answer.merged !== null && !isStill) return { saver: calm, replace: null }
      const acknowledged = answer.merged ?? saver.sending ?? saver.text
      const text = isStill ? acknowledged : saver.text
      const unsavedSince = text === acknowledged ? null : saver.typedAt
      const replace = isStill && text !== saver.text ? text : null
      return { saver: { ...calm, base: answer.sha256, acknowledged, text, unsavedSince }, replace }
    }
    case 'conflict':
      // What is saved by hand from here on is made from both.
      return { saver: { ...done, base: answer.sha256, stopped: { words: answer.words } }, replace: null }
    case 'refused':
      return { saver: { ...done, stopped: { words: answer.words } }, replace: null }
    case 'away': {
      const tries = saver.tries + 1
      const wait = Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LONGEST_RETRY_MS)
      return { saver: { ...done, tries, nextTry: now + wait, trouble: answer.words }, replace: null }
    }
  }
}

/** Milliseconds since the oldest character that the server does not have; 0: it has all. */
export const unsavedFor = ({ unsavedSince }: Saver, now: number): number =>
  unsavedSince === null ? 0 : now - unsavedSince

export function said(saver: Saver, now: number): { readonly words: string; readonly isLate: boolean } {
  if (saver.stopped) return { words: saver.stopped.words, isLate: true }
  const age = unsavedFor(saver, now)
  if (age === 0) return { words: saver.typedAt === null ? '' : 'All of it is saved.', isLate: false }
  const isLate = age >= LATE_MS
  const words = `Not saved for ${ageIn(age)}.${isLate && saver.trouble !== null ? ` ${saver.trouble}` : ''}`
  return { words, isLate }
}

function ageIn(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 120) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
