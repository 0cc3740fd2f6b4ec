/** A row of mails, in order, as one importer sees them: each knows what was imported before it. */

import { importMail, rejectedMail, toKnownMessage } from '#lib/mail/import/import-mail.ts'
import type { ImportedMail } from '#lib/mail/import/imported-mail.ts'
import type { KnownMessage } from '#lib/mail/import/known-message.ts'
import type { IndexedSeries } from '#lib/mail/import/mailed-series.ts'
import { type AuthenticationPolicy, authenticationOf } from '#lib/mail/import/read/authentication.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { parseMail } from './parse.ts'

export type MailImporter = {
  /** Each mail is seen once; the importer remembers what it imported. */
  readonly importBytes: (bytes: Uint8Array) => Promise<ImportedMail>
}

/** Remembers in memory: for a folder, a mailbox, a test. An instance with a database keeps `KnownMessage`s there. */
export function createMailImporter(
  series: readonly IndexedSeries[],
  policy: AuthenticationPolicy,
  now: Date,
): MailImporter {
  const known = new Map<MessageId, KnownMessage>()
  return {
    async importBytes(bytes) {
      const parsed = await parseMail(bytes, now)
      if (!parsed.ok) return rejectedMail(parsed.error.messageId, parsed.error.problem)
      const mail = parsed.value
      const imported = importMail(mail, authenticationOf(mail, policy), {
        series,
        known,
      })
      const message = toKnownMessage(imported)
      if (message) known.set(message.messageId, message)
      return imported
    },
  }
}
