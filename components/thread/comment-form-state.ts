/**
 * What an address that comment forms post to answers to a script (`Accept: application/json`). HTML is put into the
 * page as it is: it was made by this site's own functions, and comes from this site.
 */
export type FormAnswer = StoredAnswer | ChangedAnswer | KeptAnswer | FormAgain | FormRefused

export type StoredAnswer = {
  readonly kind: 'stored'
  readonly thread: number
  readonly comment: number
  /** That comment and nothing else: the thread that it opened, or an item of a thread's list. */
  readonly html: string
  /** The head of its thread as it is now, and the passage that it stands beside; empty: unknown. */
  readonly head: string
  readonly blockKey: string
  /** The comments that it answers, nearest first. */
  readonly ancestors: readonly number[]
  /** It stands beside the nearest of them, and not below. */
  readonly isBeside: boolean
  /** The version of its words. */
  readonly lockVersion: number
  /** Threads of the revision that wait for somebody; null where that did not change. */
  readonly openThreads: number | null
  /** Where it is on its thread's page. */
  readonly address: string
}

/** A button of a thread did what it says. */
export type ChangedAnswer = {
  readonly kind: 'changed'
  readonly thread: number
  readonly comment: number
  /** What happened, for who cannot see it. */
  readonly said: string
  /** `thread`: its frame with its first comment, for the comments that the page has; `comment`: that comment alone. */
  readonly what: 'thread' | 'comment'
  /** Empty when it cannot be shown now. */
  readonly html: string
  /** The head of the thread as it is now; empty: unknown. */
  readonly head: string
  /** A comment that came with it. */
  readonly added?: StoredAnswer
  /** The heading of the thread's own page. */
  readonly title: string
  readonly openThreads: number | null
  readonly address: string
}

/** The words are a draft of their writer's review, and no comment yet. */
export type KeptAnswer = {
  readonly kind: 'kept'
  /** Drafts that the review has by now. */
  readonly count: number
  /** Where the draft is. */
  readonly address: string
}

/** The form, with what was wrong or with the preview; without the text, which the browser has. */
export type FormAgain = { readonly kind: 'form'; readonly html: string }

/** What was sent was not looked at. */
export type FormRefused = { readonly kind: 'refused'; readonly words: string }

/** Null: this is something else, such as the page of a proxy that has no server behind it. */
export function formAnswer(value: unknown): FormAnswer | null {
  const isAnswer =
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'stored' ||
      value.kind === 'changed' ||
      value.kind === 'kept' ||
      value.kind === 'form' ||
      value.kind === 'refused')
  return isAnswer ? (value as FormAnswer) : null // by this site's own program; another build's says the same
}
