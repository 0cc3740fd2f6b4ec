import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, type Transaction } from '#lib/db.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import type { Delivery } from '#lib/mail/shell/send-mail.ts'
import { invariant } from '#lib/result.ts'
import { GIVE_UP_AFTER_MS, retryDelayMs } from './retry.ts'

/**
 * The mails that are to leave, one row for each recipient of each, and the steps between the states of a row:
 *
 * ```
 *  queued ──the server asks for the mail──> sending ──it has it──> sent
 *    ^  └──refused for good──> failed          │
 *    │                                         ├──refused for now───> queued (later)
 *    ├──"send it again"── unknown <──cut off───┘
 *    │                      └──it was seen, by its Message-ID──> sent
 *    └──"try again"── failed
 * ```
 *
 * `sending` is committed before the first byte of the mail leaves, and the unique key (Message-ID, address) lets nobody
 * queue the same mail for the same recipient twice. So a row that is found in `sending` after a crash is one of which
 * nobody knows; it becomes `unknown` and is never sent again by itself.
 */
export type MailToQueue = {
  readonly message: Message
  /** Addresses; in the envelope, whatever the headers say. */
  readonly recipients: readonly string[]
  /** Lines beside those of the message; ASCII, one header each. */
  readonly headers?: readonly string[]
}

export type Queued = { readonly batchId: string; readonly mails: number; readonly recipients: number }

/** In the transaction of whoever acts. Recipients who have the mail already, or soon will, are left out. */
export async function queueMails(
  tx: Transaction,
  of: { proposalId: string; kind: 'series' | 'reflect' | 'reply' | 'digest'; queuedBy: string | null },
  mails: readonly MailToQueue[],
): Promise<Queued> {
  const batchId = randomUUID()
  let recipients = 0
  let position = 0
  for (const { message, recipients: wanted, headers = [] } of mails) {
    const { messageId, subject } = message
    const addresses = [...new Set(wanted.map((address) => address.toLowerCase()))]
    const known = await tx.outgoingRecipient.findMany({
      where: { messageId, address: { in: addresses } },
      select: { address: true },
    })
    const left = addresses.filter((address) => !known.some((one) => one.address === address))
    if (left.length === 0) continue
    const { id } = await tx.outgoingMail.create({
      data: {
        proposalId: of.proposalId,
        kind: of.kind,
        queuedBy: of.queuedBy,
        batchId,
        position: position++,
        messageId,
        subject,
        bytes: new TextEncoder().encode(withHeaders(writeMessage(message), headers)),
      },
      select: { id: true },
    })
    await tx.outgoingRecipient.createMany({
      data: left.map((address) => ({ mailId: id, messageId, address })),
    })
    recipients += left.length
  }
  return { batchId, mails: position, recipients }
}

function withHeaders(mail: string, headers: readonly string[]): string {
  for (const header of headers)
    invariant(/^[A-Za-z-]+: [\x20-\x7e]+$/.test(header), 'a header is one ASCII line')
  return headers.map((header) => `${header}\n`).join('') + mail
}

export type DueMail = {
  readonly id: bigint
  readonly messageId: string
  readonly address: string
  readonly attempts: number
  readonly bytes: Uint8Array
  readonly createdAt: Date
}

/**
 * The next one whose time has come. A part waits while an earlier one of its batch is on its way to the same recipient:
 * whoever reads the list sees the cover first.
 */
export async function nextDue(now: Date): Promise<DueMail | null> {
  const rows = await db().$queryRaw<DueMail[]>`
    SELECT r.id, r.message_id AS "messageId", r.address, r.attempts, m.bytes, m.created_at AS "createdAt"
    FROM outgoing_recipient r JOIN outgoing_mail m ON m.id = r.mail_id
    WHERE r.state = 'queued' AND r.next_attempt <= ${now}
      AND NOT EXISTS (
        SELECT 1 FROM outgoing_mail before JOIN outgoing_recipient b ON b.mail_id = before.id
        WHERE before.batch_id = m.batch_id AND before.position < m.position AND b.address = r.address
          AND b.state IN ('queued', 'sending', 'unknown'))
    ORDER BY m.created_at, m.position, r.id LIMIT 1`
  return rows[0] ?? null
}

/** True: the row is this caller's, and written down as one that may have left. False: somebody dropped it meanwhile. */
export async function beginSending(id: bigint): Promise<boolean> {
  const { count } = await db().outgoingRecipient.updateMany({
    where: { id, state: 'queued' },
    data: { state: 'sending', attempts: { increment: 1 } },
  })
  return count === 1
}

/** What became of it. A mail that was not sent is tried later, until five days have passed. */
export async function finishSending(mail: DueMail, delivery: Delivery, now: Date): Promise<void> {
  const { id } = mail
  switch (delivery.kind) {
    case 'accepted':
      if (await update(id, 'sending', { state: 'sent', answer: delivery.answer, lastError: '' })) return
      // Another process took over meanwhile and could not know; this one does.
      await update(id, 'unknown', { state: 'sent', answer: delivery.answer, lastError: '' })
      return
    case 'unknown':
      await update(id, 'sending', { state: 'unknown', lastError: delivery.reason })
      return
    case 'refused':
      if (delivery.permanent)
        await settle(id, { state: 'failed', answer: delivery.answer, lastError: delivery.answer })
      else await later(mail, delivery.answer, now)
      return
    case 'not-sent':
      await later(mail, delivery.reason, now)
  }
}

async function later(mail: DueMail, reason: string, now: Date): Promise<void> {
  if (now.getTime() - mail.createdAt.getTime() > GIVE_UP_AFTER_MS) {
    await settle(mail.id, { state: 'failed', lastError: `given up after five days: ${reason}` })
    return
  }
  const attempts = mail.attempts + 1
  const nextAttempt = new Date(now.getTime() + retryDelayMs(attempts))
  await settle(mail.id, { state: 'queued', attempts, lastError: reason, nextAttempt })
}

/** From where it stands: an envelope that was refused never came to `sending`. */
async function settle(id: bigint, data: Changes): Promise<void> {
  if (!(await update(id, 'sending', data))) await update(id, 'queued', data)
}

type Changes = {
  state: string
  answer?: string
  lastError?: string
  attempts?: number
  nextAttempt?: Date
}

async function update(id: bigint, from: string, data: Changes): Promise<boolean> {
  const { count } = await db().outgoingRecipient.updateMany({ where: { id, state: from }, data })
  return count === 1
}

/** For whoever alone sends, when he begins: what somebody before him was sending when he died. */
export async function findCutOff(): Promise<number> {
  const { count } = await db().outgoingRecipient.updateMany({
    where: { state: 'sending' },
    data: { state: 'unknown', lastError: 'the program ended while this mail was on its way' },
  })
  return count
}

/** A server that has been away is no fault of these mails: they are tried at once when it is back. */
export async function noteUnreachable(mail: DueMail, reason: string): Promise<void> {
  await update(mail.id, 'queued', { state: 'queued', lastError: reason })
}

export type UnknownMail = {
  readonly id: bigint
  readonly messageId: string
  readonly address: string
  readonly since: Date
}

export async function unknownMails(take: number): Promise<UnknownMail[]> {
  const rows = await db().outgoingRecipient.findMany({
    where: { state: 'unknown' },
    orderBy: { changedAt: 'asc' },
    take,
    select: { id: true, messageId: true, address: true, changedAt: true },
  })
  return rows.map(({ changedAt, ...row }) => ({ ...row, since: changedAt }))
}

/** What was found out about it by its Message-ID. */
export async function resolveUnknown(id: bigint, found: 'arrived' | 'lost', how: string): Promise<boolean> {
  return found === 'arrived'
    ? update(id, 'unknown', { state: 'sent', answer: how, lastError: '' })
    : update(id, 'unknown', { state: 'queued', lastError: how, nextAttempt: new Date() })
}
