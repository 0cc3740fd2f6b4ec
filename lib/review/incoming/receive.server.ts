import 'server-only'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import type { Delivery } from '#lib/mail/shell/lmtp.ts'
import { endByLink } from '#lib/review/outbox/digest-setting.server.ts'
import { tokenOfMail } from '#lib/review/outbox/end-of-mail.ts'
import { onStop } from '#lib/stopping.server.ts'
import { importMail } from './import.server.ts'
import { STATUS_WORDS } from './outcome.ts'

type Take = typeof importMail

/**
 * A mail from our mail server: whatever becomes of it, it is kept before this returns. Throws when it cannot be.
 *
 * @param take what reads and keeps it
 */
export async function deliverMail(bytes: Uint8Array, take: Take = importMail): Promise<Delivery> {
  // What ends a mail to a person is no reply, and is not kept: its token does it, whoever sent it.
  const token = tokenOfMail(bytes)
  if (token !== null) {
    const words = (await endByLink(token)) ? 'that mail is ended' : 'this ends no mail of ours'
    return { kind: 'taken', words }
  }
  const { status, messageId } = await take({ kind: 'lmtp' }, bytes)
  const words = `${STATUS_WORDS[status]} <${messageId.replace(/[^\x21-\x7e]/g, '?')}>`
  return { kind: status === 'rejected' ? 'refused' : 'taken', words }
}

const SWEEP_MS = 5 * 60_000

/**
 * Mail that comes in while the app runs: the LMTP listener, where a port is given, and a look at what waits. Both end with
 * the app (lib/stopping.server.ts): a mail that is being stored is stored and answered, the next one is refused for now.
 */
export async function receiveMail({
  importMail: take,
  sweepWaiting,
}: {
  readonly importMail: Take
  readonly sweepWaiting: (now: Date) => Promise<void>
}): Promise<void> {
  let sweeping = Promise.resolve()
  const timer = setInterval(() => {
    sweeping = sweepWaiting(new Date()).catch((error: unknown) =>
      log.error('mail that waits was not looked at', { error }),
    )
  }, SWEEP_MS).unref()
  onStop('mail that waits', () => {
    clearInterval(timer)
    return sweeping
  })
  const { lmtpPort: port, lmtpHost: host } = env.mail
  if (port === null) return
  const { listenLmtp } = await import('#lib/mail/shell/lmtp.ts')
  const listener = await listenLmtp({
    port,
    host,
    deliver: (bytes) => deliverMail(bytes, take),
    onTrouble: (error) => log.error('a mail could not be stored; the mail server comes again', { error }),
  })
  onStop('LMTP', listener.close)
  log.info('listening for mail by LMTP', { host, port })
}
