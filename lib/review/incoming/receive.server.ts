import 'server-only'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import type { Delivery } from '#lib/mail/shell/lmtp.ts'
import { importMail, placeWaiting } from './import.server.ts'
import { STATUS_WORDS } from './outcome.ts'

/** A mail from our mail server: whatever becomes of it, it is kept before this returns. Throws when it cannot be. */
export async function deliverMail(bytes: Uint8Array): Promise<Delivery> {
  const { status, messageId } = await importMail({ kind: 'lmtp' }, bytes)
  const words = `${STATUS_WORDS[status]} <${messageId.replace(/[^\x21-\x7e]/g, '?')}>`
  return { kind: status === 'rejected' ? 'refused' : 'taken', words }
}

const SWEEP_MS = 5 * 60_000

/**
 * Mail that comes in while the app runs: the LMTP listener, where a port is given, and a look at what waits. The process
 * lives as long as the server does, so nothing here is ended by itself.
 */
export async function receiveMail(): Promise<void> {
  setInterval(() => {
    sweep().catch((error: unknown) => log.error('mail that waits was not looked at', { error }))
  }, SWEEP_MS).unref()
  const { lmtpPort: port, lmtpHost: host } = env.mail
  if (port === null) return
  const { listenLmtp } = await import('#lib/mail/shell/lmtp.ts')
  await listenLmtp({
    port,
    host,
    deliver: deliverMail,
    onTrouble: (error) => log.error('a mail could not be stored; the mail server comes again', { error }),
  })
  log.info('listening for mail by LMTP', { host, port })
}

async function sweep(): Promise<void> {
  for await (const _ of placeWaiting(new Date())) void _
}
