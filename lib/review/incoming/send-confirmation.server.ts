import 'server-only'
import { randomUUID } from 'node:crypto'
import { mailSettings } from '#lib/env.server.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { SmtpSession } from '#lib/mail/shell/send-mail.ts'

/**
 * The link that confirms an address, to that address. Without a mail server the link goes to the server's log, as the
 * first administrator's does: the operator hands it on to whom he knows.
 */
export async function sendConfirmation(address: string, link: string, now: Date): Promise<'sent' | 'logged'> {
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
      console.error(`the mail to ${address} was not sent:`, delivery)
    } else console.error(`the mail to ${address} was not sent: ${session.error}`)
  }
  console.log(`Confirm ${address}, within a day: ${link}`)
  return 'logged'
}

function bodyOf(link: string): string {
  return `Somebody with an account on Coherent says that this address is his.

If that is you, open this link within a day, in the browser in which you
are signed in:

${link}

The comments that were imported under this address become yours then.
If it is not you, nothing happens unless the link is opened.
`
}
