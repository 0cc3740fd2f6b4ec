/** What a thread on a whole write-up stands at, and how that is called: of the cover it is the whole proposal. */
import { DOCUMENT_IDS, type DocumentId } from '#lib/writeup/parse/document-id.ts'

/** What a thread is about: a passage or words of it, a whole write-up, a step of a run. */
export const ABOUT = ['passage', 'whole', 'step'] as const
export type About = (typeof ABOUT)[number]

const PREFIX = 'whole:'

/** In place of a block's key, which no block has. */
export const wholeOf = (writeup: string): string => `${PREFIX}${writeup}`

/** The write-up of such a place; null: it is a block's key, or names no write-up. */
export const writeupOfWhole = (key: string): DocumentId | null =>
  key.startsWith(PREFIX) ? (DOCUMENT_IDS.find((id) => id === key.slice(PREFIX.length)) ?? null) : null

/** `On the whole of this proposal`; `On the whole of “lifetime”`: by its title where that is at hand. */
export const wholeWords = (writeup: string, title: string = writeup): string =>
  writeup === 'cover' ? 'On the whole of this proposal' : `On the whole of “${title}”`

/** The place of a thread where a block's key is expected. */
export const placeKey = (of: {
  readonly about: string
  readonly blockKey: string
  readonly writeup: string
}): string => (of.about === 'whole' ? wholeOf(of.writeup) : of.blockKey)
