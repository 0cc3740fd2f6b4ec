import type { WhyNot } from './place-suggestion.ts'
import type { SuggestionAct, SuggestionState } from './suggestion.ts'

/** What a comment has beside its words. */
export type SuggestionShown = {
  readonly old: string
  readonly replacement: string
  readonly state: SuggestionState
  readonly decided: { readonly by: string; readonly at: string } | null
  /** As an author put it into a later text. */
  readonly byHand: { readonly old: string; readonly replacement: string; readonly revision: number } | null
  /** The first revision that has it. */
  readonly inText: number | null
  readonly acts: readonly SuggestionAct[]
}

/** In lists, on pages and in text. */
export function suggestionState({ state, decided, inText, byHand }: SuggestionShown): string {
  const by = decided ? ` by ${decided.by}, ${decided.at.slice(0, 10)}` : ''
  switch (state) {
    case 'open':
      return 'suggested, not decided'
    case 'accepted':
      return inText !== null
        ? `accepted${by}; the text has it since v${inText}`
        : `accepted${by}${byHand ? `, in other words for v${byHand.revision}` : ''}; not in the text yet`
    case 'declined':
      return `declined${by}`
    case 'withdrawn':
      return 'taken back'
  }
}

/** Why one does not fit the text as it is. */
export const WHY_WORDS: Readonly<Record<WhyNot | 'overlaps', string>> = {
  gone: 'The passage that it is about does not stand in the text any more.',
  changed: 'The words that it replaces were changed since it was made.',
  structure: 'With it the passage would not stay one passage in the text as it is.',
  overlaps: 'Another accepted suggestion changes the same words.',
}
