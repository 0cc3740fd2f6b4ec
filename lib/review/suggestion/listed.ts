/** The suggestions of a proposal as pages and files show them: plain data. */
import type { Placed } from './place-suggestion.ts'
import type { SuggestionShown } from './shown.ts'

export type SuggestionListed = SuggestionShown & {
  readonly id: string
  readonly thread: number
  readonly comment: number
  readonly words: string
  readonly by: { readonly id: string; readonly name: string; readonly publicAddress: string | null }
  readonly at: string
  /** What it was made on. */
  readonly revision: number
  readonly writeup: string
  /** In the newest text; null: not looked at. */
  readonly placed: Placed | null
}

export type SuggestionList = {
  readonly slug: string
  readonly title: string
  readonly newest: number
  readonly newestId: string
  readonly mayDecide: boolean
  readonly entries: readonly SuggestionListed[]
  /** More than a page shows. */
  readonly left: number
}

export type SuggestionBeside = {
  readonly slug: string
  readonly title: string
  readonly newest: number
  readonly entry: SuggestionListed
  /** The passage that it was made on, as it was written then. */
  readonly before: string
}
