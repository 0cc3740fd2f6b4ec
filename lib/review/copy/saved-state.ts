import type { Manifest } from './copy-files.ts'

/** `typed`: saved by the page itself. `aside`: a text that could not be merged; it is kept, and is not what the file has. */
export type StateKind =
  | 'begun'
  | 'typed'
  | 'saved'
  | 'merged'
  | 'pushed'
  | 'restored'
  | 'removed'
  | 'accepted'
  | 'aside'
  | 'published'

/** A state of all files of a working copy, as the history lists it. */
export type SavedState = {
  readonly version: number
  readonly kind: StateKind
  readonly by: string
  readonly at: Date
  readonly files: Manifest
}
