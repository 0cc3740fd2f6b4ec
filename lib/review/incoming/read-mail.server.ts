import 'server-only'
import { createHash } from 'node:crypto'
import { rejectedMail } from '#lib/mail/import/import-mail.ts'
import type { Authentication } from '#lib/mail/import/read/authentication.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { parseMail } from '#lib/mail/shell/parse.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { checkSender } from './check-sender.server.ts'
import type { MailSource } from './mail-source.ts'
import type { MailOutcome } from './outcome.ts'

/** What is done with a mail before its turn: all that needs no database. */
export type TakeOptions = {
  /** Only mail about this proposal is taken; null for all. */
  readonly slug: string | null
  /** Mail that answers nothing known here is not kept: for mailboxes about other things. */
  readonly leavesUnknown: boolean
  readonly now: Date
}

/** A mail read from its bytes, with what proves its sender; everything that needs no database. */
export type ReadMail = {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha256: Uint8Array<ArrayBuffer>
  readonly parsed: ParsedMail
  readonly proof: Authentication
}

export async function readMail(
  given: Uint8Array,
  source: MailSource,
  now: Date,
): Promise<ReadMail | MailOutcome> {
  const bytes = new Uint8Array(given)
  const parsed = await parseMail(bytes, now)
  if (!parsed.ok) {
    const { messageId, flags } = rejectedMail(parsed.error.messageId, parsed.error.problem)
    const none = { mailId: null, comments: [], trailers: 0, from: '', subject: '' }
    return { ...none, status: 'rejected', messageId, flags }
  }
  const proof = await checkSender(bytes, parsed.value, source)
  const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest())
  return { bytes, sha256, parsed: parsed.value, proof }
}

/** Why a mail is looked at again. */
export type Again = {
  readonly mailId: string
  /** A person lets it in, whatever held it. */
  readonly isReleased: boolean
  /** Who that is: to a locked thread only a maintainer lets mail. */
  readonly decider?: NonNullable<Viewer>
  /** Its direct parent was waited for long enough. */
  readonly patienceIsOver: boolean
  /** Where a person puts it: the mail of the part that it is taken to answer, and a block of that part. */
  readonly place?: { readonly partId: MessageId; readonly blockKey: string | null }
}
