import 'server-only'
import { isDatabaseTrouble } from '#lib/database-trouble.ts'
import { lookAtSteps } from '#lib/review/acts/look-at-steps.server.ts'
import { publishCopy } from '#lib/review/acts/publish-copy.server.ts'
import { takeInSuggestions } from '#lib/review/acts/take-in-suggestions.server.ts'
import { drawCopy } from '#lib/review/draft/draw-copy.server.ts'
import { checkCopy, lookAtCopy } from '#lib/review/draft/look-at-copy.server.ts'
import { changelogOf } from '#lib/review/draft/propose-changelog.server.ts'
import { keptSuggestions } from '#lib/review/export/accepted-suggestions.server.ts'
import { exportPage } from '#lib/review/export/mail-window.server.ts'
import { previewComment } from '#lib/review/export/preview-comment.server.ts'
import { previewReview } from '#lib/review/export/preview-review.server.ts'
import { importMail, placeWaiting } from '#lib/review/incoming/import.server.ts'
import { queueWhatIsDue } from '#lib/review/outgoing/due.server.ts'
import { decideMany } from '#lib/review/queue/decide-many.server.ts'
import { findQueued, placeMail, placesFor, releaseMail } from '#lib/review/queue/queue.server.ts'
import { uploadMails } from '#lib/review/queue/upload.server.ts'
import { UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { stepOf } from '#lib/review/revision/see-step.server.ts'
import { interdiffOf } from '#lib/review/thread/interdiff.server.ts'
import { exportFile } from './export-file.server.ts'

/**
 * What outsiders can make long, and what is therefore done aside of the readers (`lib/aside`): mails as they come in, what
 * is looked at of them, exports, previews. The two sides share this table: the app asks by its names, the helper serves
 * them. Command line and tests call the functions themselves.
 *
 * All of it takes values and returns values, whose size is bounded by what the functions say of theirs.
 */
async function sweepWaiting(now: Date): Promise<void> {
  for await (const _ of placeWaiting(now)) void _
  await lookAtSteps()
}

export const CALLS = {
  decideMany,
  exportPage,
  findQueued,
  importMail,
  interdiffOf,
  keptSuggestions,
  lookAtSteps,
  changelogOf,
  checkCopy,
  drawCopy,
  lookAtCopy,
  placeMail,
  placesFor,
  previewComment,
  previewReview,
  publishCopy,
  queueWhatIsDue,
  releaseMail,
  stepOf,
  sweepWaiting,
  takeInSuggestions,
  uploadMails,
}

export const STREAMS = { exportFile }

export type LaneName = 'copy' | 'publish' | 'mail' | 'upload' | 'page' | 'file' | 'sweep' | 'outbox'

const SECOND = 1000

/**
 * The mails take turns in the database anyway. Who looks at a page waits less long than a mail server, which comes again.
 */
export const LANES = {
  mail: { atOnce: 1, waiting: 32, waitMs: 60 * SECOND },
  upload: { atOnce: 1, waiting: 4, waitMs: 60 * SECOND },
  // A page that is opened asks twice, and its preview once: who has a few open is served, and nobody fills it.
  copy: { atOnce: 1, waiting: 16, waitMs: 60 * SECOND, ofOne: 4 },
  // All whose claims are searched, which may take three minutes each: a page that is loaded again waits for the first one.
  publish: { atOnce: 1, waiting: 8, waitMs: 300 * SECOND, ofOne: 2 },
  page: { atOnce: 2, waiting: 32, waitMs: 30 * SECOND },
  file: { atOnce: 2, waiting: 32, waitMs: 30 * SECOND },
  sweep: { atOnce: 1, waiting: 1, waitMs: 600 * SECOND },
  outbox: { atOnce: 1, waiting: 1, waitMs: 600 * SECOND },
} as const

type Where = { readonly lane: LaneName; readonly limitMs: number }
/** Of a machine that has little time left, too: a job takes tenths of a second where it has a processor to itself. */
const MAIL: Where = { lane: 'mail', limitMs: 120 * SECOND }
const PAGE: Where = { lane: 'page', limitMs: 60 * SECOND }

export const WHERE: Readonly<Record<keyof typeof CALLS | keyof typeof STREAMS, Where>> = {
  decideMany: { lane: 'upload', limitMs: 300 * SECOND },
  exportPage: PAGE,
  exportFile: { lane: 'file', limitMs: 60 * SECOND },
  findQueued: PAGE,
  importMail: MAIL,
  interdiffOf: PAGE,
  keptSuggestions: PAGE,
  lookAtSteps: PAGE,
  changelogOf: { lane: 'copy', limitMs: 60 * SECOND },
  drawCopy: { lane: 'copy', limitMs: 60 * SECOND },
  // Claims are bounded by themselves (`claim/check-bundle.server.ts`); what is beyond that is a text that costs.
  checkCopy: { lane: 'publish', limitMs: 240 * SECOND },
  lookAtCopy: { lane: 'copy', limitMs: 60 * SECOND },
  placeMail: MAIL,
  placesFor: PAGE,
  previewComment: PAGE,
  previewReview: PAGE,
  publishCopy: { lane: 'publish', limitMs: 300 * SECOND },
  queueWhatIsDue: { lane: 'outbox', limitMs: 300 * SECOND },
  releaseMail: MAIL,
  stepOf: PAGE,
  sweepWaiting: { lane: 'sweep', limitMs: 600 * SECOND },
  takeInSuggestions: { lane: 'copy', limitMs: 60 * SECOND },
  uploadMails: { lane: 'upload', limitMs: 300 * SECOND },
}

/**
 * The errors that callers tell from a bug: a revision that cannot be read, and a database that is away, which is another answer
 * than that of a program that failed.
 */
export function packError(error: unknown): unknown {
  if (error instanceof UnreadableRevision) return { unreadable: [...error.places] }
  return isDatabaseTrouble(error) ? { databaseTrouble: true } : null
}
