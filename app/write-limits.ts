import { env } from '#lib/env.server.ts'
import { withinLimit } from '#lib/review/account/tries.server.ts'

const MINUTE_MS = 60_000

/** How often one person may do what in a minute, by pages and programs together; what is beyond it is refused with a 429. */
const PER_MINUTE = {
  comment: () => env.commentsPerMinute,
  preview: () => 60,
  press: () => 60,
  /** A script says what was seen every few seconds, in each window. */
  read: () => 60,
  /** A draft of a review: a save a second is more than the page makes. */
  draft: () => 60,
  publish: () => 15,
  /** A file of a working copy: a save a second is more than the page makes. */
  copy: () => 90,
  /** All files of one; each may have 8 MB. */
  push: () => 60,
  /** With its claims, which take minutes. */
  'publish-copy': () => 6,
} as const satisfies Record<string, () => number>

export type Limited = keyof typeof PER_MINUTE

/** Counts this time, too. */
export const withinMinute = (act: Limited, personId: string): Promise<boolean> =>
  withinLimit(`${act}:${personId}`, PER_MINUTE[act](), MINUTE_MS)
