import 'server-only'
import { randomUUID } from 'node:crypto'
import { mailSettings } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { SmtpSession } from '#lib/mail/shell/send-mail.ts'

/**
 * The link that confirms an address, to that address. Where that is not possible nobody sees this link: it is worth an
 * identity, so it is not put into a log. The operator makes another one for whom they know (`coherent address-link`).
 */
export async function sendConfirmation(
  address: string,
  link: string,
  now: Date,
): Promise<'sent' | 'not-sent'> {
  const settings = mailSettings()
  if (settings) {
    const { server, bounceAddress } = settings
    const message: Message = {
      messageId: `confirm.${randomUUID()}@${bounceAddress.split('@')[1] ?? ''}` as MessageId,
      inReplyTo: null,
      references: [],
      from: { name: '', address: bounceAddress },
      to: [{ name: '', address }],
      cc: [],
      date: { epochSeconds: Math.floor(now.getTime() / 1000), offsetMinutes: 0 },
      subject: 'Is this your address?',
      note: null,
      body: bodyOf(link),
    }
    const session = await SmtpSession.open(server)
    if (session.ok) {
      const mail = Buffer.from(writeMessage(message))
      const delivery = await session.value.deliver({ from: bounceAddress, to: address }, mail, async () => {})
      session.value.close()
      if (delivery.kind === 'accepted' || delivery.kind === 'unknown') return 'sent'
      log.warn('the mail that confirms an address was not taken', { host: server.host, kind: delivery.kind })
    } else log.warn('no mail server answers', { host: server.host })
  }
  return 'not-sent'
}

function bodyOf(link: string): string {
  return `Somebody with an account on Coherent says that this address is theirs.

If that is you, open this link within a day, in the browser in which you
are signed in:

${link}

The comments that were imported under this address become yours then.
If it is not you, nothing happens unless the link is opened.
`
}
