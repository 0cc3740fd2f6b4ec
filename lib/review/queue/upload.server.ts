import 'server-only'
import { env } from '#lib/env.server.ts'
import { mailsOfStream } from '#lib/mail/shell/mail-files.ts'
import { NoMailbox } from '#lib/mail/shell/split-mbox.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { withinLimit } from '#lib/review/account/tries.server.ts'
import { importMails } from '#lib/review/incoming/import.server.ts'
import type { MailOutcome } from '#lib/review/incoming/outcome.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mailStanding } from './queue.server.ts'

/** Of the file; a longer one is imported from the command line. */
export const UPLOAD_LIMIT = 10_000_000
/** Of somebody without a role, whose mails all wait for somebody who has one. */
const STRANGERS_MAILS = 50

const DAY_MS = 24 * 3600 * 1000

export type UploadFailure = 'signed-out' | 'empty' | 'too-large' | 'no-mailbox' | 'too-many'

/**
 * A file that somebody brings. In proposals where he has a role its mails stand; elsewhere they are held. From somebody
 * without any role nothing is kept that is about nothing known here, and not more than a few mails.
 */
export async function uploadMails(
  viewer: Viewer,
  bytes: Uint8Array,
): Promise<Result<MailOutcome[], UploadFailure>> {
  if (!viewer) return err('signed-out')
  if (bytes.length === 0) return err('empty')
  if (bytes.length > UPLOAD_LIMIT) return err('too-large')
  if (!(await withinLimit(`upload:${viewer.personId}`, env.uploadsPerDay, DAY_MS))) return err('too-many')
  const { handles } = await mailStanding(viewer)
  const outcomes: MailOutcome[] = []
  try {
    const mails = handles ? mailsIn(bytes) : firstOf(mailsIn(bytes), STRANGERS_MAILS)
    const options = { leavesUnknown: !handles }
    for await (const outcome of importMails({ kind: 'upload', viewer }, mails, options))
      outcomes.push(outcome)
  } catch (error) {
    if (error instanceof NoMailbox) return err('no-mailbox')
    throw error
  }
  return ok(outcomes)
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const mailsIn = (bytes: Uint8Array) => mailsOfStream(chunk(bytes))

async function* firstOf(mails: AsyncIterable<Uint8Array>, n: number): AsyncGenerator<Uint8Array> {
  let taken = 0
  for await (const mail of mails) {
    yield mail
    if (++taken === n) return
  }
}
