/**
 * What an address that comment forms post to answers to a script (`Accept: application/json`). HTML is put into the
 * page as it is: it was made by this site's own functions, and comes from this site.
 */
export type FormAnswer = StoredAnswer | FormAgain | FormRefused

export type StoredAnswer = {
  readonly kind: 'stored'
  readonly thread: number
  readonly comment: number
  /** That comment and nothing else: the thread that it opened, or an item of a thread's list. */
  readonly html: string
  /** The comments that it answers, nearest first. */
  readonly ancestors: readonly number[]
  /** It stands beside the nearest of them, and not below. */
  readonly isBeside: boolean
  /** Threads of the revision that wait for somebody; null where that did not change. */
  readonly openThreads: number | null
  /** Where it is on its thread's page. */
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
    (value.kind === 'stored' || value.kind === 'form' || value.kind === 'refused')
  return isAnswer ? (value as FormAnswer) : null // by this site's own program; another build's says the same
}
