import 'server-only'
import { randomUUID } from 'node:crypto'
import { mailSettings } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { SmtpSession } from '#lib/mail/shell/send-mail.ts'
import { giveBack, withinLimits } from './tries.server.ts'

/**
 * A mail with a link, to the address that somebody typed. It leaves at once and is not kept: the outbox would keep the link.
 * Whoever can make us send can annoy somebody, so an address gets few a day, whoever asks, and a sender asks for few.
 */
const DAY_MS = 24 * 3600 * 1000
const TO_AN_ADDRESS = 5
const BY_A_SENDER = 20

export type LinkMail = {
  /** The first part of its Message-ID. */
  readonly kind: 'confirm' | 'sign-up' | 'reset' | 'invitation'
  readonly subject: string
  readonly body: string
}

/** `not-sent`: this installation sends no mail, or its server does not take this one. */
export type Sent = 'sent' | 'not-sent' | 'too-many'

/** @param sender who counts as the one who asked: a person, a network; null where that is not known */
export async function mailToAddress(
  address: string,
  mail: LinkMail,
  sender: string | null,
  now: Date,
): Promise<Sent> {
  const settings = mailSettings()
  if (!settings) return 'not-sent'
  const limits = [
    { key: `mail-to:${address}`, limit: TO_AN_ADDRESS },
    ...(sender === null ? [] : [{ key: `mail-by:${sender}`, limit: BY_A_SENDER }]),
  ]
  if (!(await withinLimits(limits, DAY_MS))) return 'too-many'
  const { server, bounceAddress } = settings
  const message: Message = {
    messageId: `${mail.kind}.${randomUUID()}@${bounceAddress.split('@')[1] ?? ''}` as MessageId, // of the shape that is asked for
    inReplyTo: null,
    references: [],
    from: { name: '', address: bounceAddress },
    to: [{ name: '', address }],
    cc: [],
    date: { epochSeconds: Math.floor(now.getTime() / 1000), offsetMinutes: 0 },
    subject: mail.subject,
    note: null,
    body: mail.body,
  }
  const session = await SmtpSession.open(server)
  if (session.ok) {
    const bytes = Buffer.from(writeMessage(message))
    const delivery = await session.value.deliver({ from: bounceAddress, to: address }, bytes, async () => {})
    session.value.close()
    if (delivery.kind === 'accepted' || delivery.kind === 'unknown') return 'sent'
    log.warn('a mail with a link was not taken', { host: server.host, kind: delivery.kind })
  } else log.warn('no mail server answers', { host: server.host })
  for (const { key } of limits) await giveBack(key)
  return 'not-sent'
}
