/** Threads as they are now, for a page that shows some of them (`/rfc/<slug>/live/v2`). */
export type LivePieces = {
  readonly threads: readonly {
    readonly number: number
    /** The passage that it stands behind in that revision. */
    readonly blockKey: string
    /** As a section, as a head for the margin, as a line of a list. */
    readonly html: string
    readonly head: string
    readonly line: string
  }[]
  /** Threads of the revision that wait for somebody. */
  readonly open: number
}

/** Threads that are put into a page at once; with more it is loaded anew. */
export const LIVE_AT_ONCE = 20
