/**
 * A suggestion: other words for some of a passage's, as part of a comment.
 *
 * What is replaced is source, as authors write it, so that code stays code and an accepted one can be put into the file. It
 * is kept for ever as it was made; where it stands in a later text is derived (`place-suggestion.ts`).
 *
 * | from               | act     | to       | who    |                                                         |
 * |--------------------|---------|----------|--------|---------------------------------------------------------|
 * | open, declined     | accept  | accepted | author | kept until a revision has it                            |
 * | open, accepted     | decline | declined | author | not once it is in the text                              |
 * | open, accepted …   | –       | withdrawn| –      | its comment was deleted, and the words with that        |
 *
 * What a published revision has of those that were accepted is seen when it is published.
 */
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'

export type SuggestionState = 'open' | 'accepted' | 'declined' | 'withdrawn'
export type SuggestionAct = 'accept' | 'decline'
export const SUGGESTION_ACTS: readonly SuggestionAct[] = ['accept', 'decline']

export const SUGGESTION_TABLE: Readonly<
  Record<SuggestionAct, { readonly from: readonly SuggestionState[]; readonly to: SuggestionState }>
> = {
  accept: { from: ['open', 'declined'], to: 'accepted' },
  decline: { from: ['open', 'accepted'], to: 'declined' },
}

/** `done`: it is so already, and a second press changes nothing. */
export function suggestionRefusal(
  act: SuggestionAct,
  { state, isInText }: { readonly state: SuggestionState; readonly isInText: boolean },
): 'done' | 'in-text' | 'other-state' | null {
  const { from, to } = SUGGESTION_TABLE[act]
  if (state === to) return 'done'
  if (isInText) return 'in-text'
  return from.includes(state) ? null : 'other-state'
}

/** UTF-16 units, of what is replaced and of what replaces it. */
export const MAX_SUGGESTED = 20_000

/** Some source of a revision, and other source in its place. */
export type Replacement = {
  readonly writeup: DocumentId
  /** The block that it stands in. */
  readonly blockKey: string
  /** UTF-16 offsets in the document's source. */
  readonly start: number
  readonly end: number
  readonly old: string
  readonly replacement: string
}

/** The words of a comment that is a suggestion and nothing else. */
export const NO_WORDS = 'Suggestion:'
