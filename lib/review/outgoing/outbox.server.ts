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

/** What it is for: a series, to a list or to its sender first, is of a revision, which has to pass the gate. */
type QueuedFor =
  | { readonly kind: 'series' | 'reflect'; readonly revisionId: string }
  | { readonly kind: 'reply' | 'digest' | 'acted'; readonly revisionId?: never }

/** In the transaction of whoever acts. Recipients who have the mail already, or soon will, are left out. */
export async function queueMails(
  tx: Transaction,
  of: QueuedFor & { readonly proposalId: string; readonly queuedBy: string | null },
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
        revisionId: of.revisionId ?? null,
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
  /** As in `outgoing_mail`. */
  readonly kind: string
  readonly attempts: number
  readonly bytes: Uint8Array
  readonly createdAt: Date
}

/**
 * The envelope's sender. A mail that answers one by itself has none (RFC 3834, 3.3), so that no report of a server about it comes back and
 * is answered in turn.
 */
export const envelopeSender = ({ kind }: Pick<DueMail, 'kind'>, bounceAddress: string): string =>
  kind === 'acted' ? '' : bounceAddress

/** Rows that are looked at in one question, at first. */
const PAGE = 100

/**
 * The next one whose time has come, in the order in which they were queued. A part waits while an earlier one of its batch is on
 * its way to the same recipient: whoever reads the list sees the cover first. Of an embargoed proposal nothing leaves but to
 * confirmed addresses of who has a role in it: what was queued before stays, for when it is public again or somebody drops it.
 *
 * A few rows at a time, from the front: this is asked for each mail, and of all that wait together it would cost a second of
 * the database once there are some ten thousand. Only where those in front all wait for something more are looked at.
 */
export async function nextDue(now: Date): Promise<DueMail | null> {
  let after = 0n
  for (let take = PAGE; ; take *= 4) {
    const [page] = await db().$queryRaw<{ free: bigint | null; last: bigint | null }[]>`
      WITH page AS MATERIALIZED (
        SELECT id, mail_id, address FROM outgoing_recipient
        WHERE state = 'queued' AND next_attempt <= ${now} AND id > ${after} ORDER BY id LIMIT ${take}
      )
      SELECT max(page.id) AS last, min(page.id) FILTER (WHERE
        (p.visibility <> 'embargoed' OR EXISTS (
          SELECT 1 FROM person_address pa JOIN person seer ON seer.id = pa.person_id AND seer.blocked_at IS NULL
          WHERE pa.address = page.address AND pa.confirmed_at IS NOT NULL AND (seer.administrator OR EXISTS (
            SELECT 1 FROM membership seen WHERE seen.proposal_id = p.id AND seen.person_id = seer.id))))
        AND NOT EXISTS (
          SELECT 1 FROM outgoing_mail before
            JOIN outgoing_recipient b ON b.message_id = before.message_id AND b.address = page.address AND b.mail_id = before.id
          WHERE before.batch_id = m.batch_id AND before.position < m.position
            AND b.state IN ('queued', 'sending', 'unknown'))) AS free
      FROM page JOIN outgoing_mail m ON m.id = page.mail_id JOIN proposal p ON p.id = m.proposal_id`
    if (!page || page.last === null) return null
    if (page.free !== null) return dueMail(page.free)
    after = page.last
  }
}

async function dueMail(id: bigint): Promise<DueMail | null> {
  const [mail] = await db().$queryRaw<DueMail[]>`
    SELECT r.id, r.message_id AS "messageId", r.address, m.kind, r.attempts, m.bytes, m.created_at AS "createdAt"
    FROM outgoing_recipient r JOIN outgoing_mail m ON m.id = r.mail_id WHERE r.id = ${id}`
  return mail ?? null
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
