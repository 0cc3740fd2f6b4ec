import 'server-only'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import type { MailSettings } from '#lib/environment/mail-settings.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { site } from '#lib/review/proposal/address.ts'
import { ACTED_HEADERS, actedMail } from './acted.ts'
import { queueMails } from './outbox.server.ts'

/**
 * To who sent lines that act: what each did, or why it did nothing. One mail for each of theirs, to the address that was
 * proved to have sent it and to no other: otherwise whoever writes somebody's address into a mail could have us write to them.
 *
 * No loop: nothing is answered to what a program sent, ours says that a program wrote it and has no envelope sender,
 * and nobody gets more than some a day, so that mails sent again and again by somebody else do not fill their mailbox.
 */
const DAY_MS = 24 * 60 * 60_000
export const ANSWERS_A_DAY = 30
const AT_ONCE = 50
type Due = {
  mailId: string
  messageId: string
  subject: string
  name: string
  address: string
  proposalId: string
  slug: string
  title: string
}

/** Queues what is due; how many mails. For the process that sends. */
export async function queueActed(settings: Pick<MailSettings, 'bounceAddress'>, now: Date): Promise<number> {
  const domain = settings.bounceAddress.split('@')[1] ?? ''
  const since = new Date(now.getTime() - DAY_MS)
  // What is a day old was told or is not any more: a server that was away for long does not answer what is forgotten.
  const due = await db().$queryRaw<Due[]>`
    SELECT m.id::text AS "mailId", m.message_id AS "messageId", m.subject, m.author_name AS name, m.author_address AS address,
           p.id::text AS "proposalId", p.slug, p.title
    FROM incoming_mail m JOIN proposal p ON p.id = m.proposal_id
    -- What a program sent is not imported (lib/mail/import/read/automatic.ts), and did nothing.
    WHERE m.id IN (SELECT a.mail_id FROM mail_act a WHERE a.at > ${since} AND a.at <= ${now})
      AND m.status = 'imported' AND m.proof = 'sender' AND m.source IN ('lmtp', 'api') AND m.author_address IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM person w WHERE w.id = m.author_id AND w.blocked_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM outgoing_mail o WHERE o.message_id = 'acted.' || m.id::text || '@' || ${domain})
      AND (SELECT count(*) FROM outgoing_recipient r JOIN outgoing_mail o ON o.id = r.mail_id
           WHERE o.kind = 'acted' AND o.created_at > ${since} AND r.address = m.author_address) < ${ANSWERS_A_DAY}
    ORDER BY m.id LIMIT ${AT_ONCE}`
  let queued = 0
  const told = new Map<string, number>()
  for (const { mailId, messageId, address, proposalId, slug, ...of } of due) {
    const soFar = told.get(address) ?? (await toldToday(address, since))
    if (soFar >= ANSWERS_A_DAY) continue
    const lines = await db().mailAct.findMany({
      where: { mailId },
      orderBy: { ord: 'asc' },
      select: { line: true, did: true, says: true },
    })
    const threads = await db().thread.findMany({
      where: { comments: { some: { mail: { mailId } } } },
      orderBy: { number: 'asc' },
      select: { number: true },
    })
    const message = actedMail({
      ...{ title: of.title, subject: of.subject, lines, answers: messageId },
      threads: threads.map(({ number }) => number),
      proposalUrl: `${env.publicUrl}${site.proposal(slug)}`,
      from: settings.bounceAddress,
      to: { name: '', address },
      messageId: `acted.${mailId}@${domain}` as MessageId, // safe characters only
      epochSeconds: Math.floor(now.getTime() / 1000),
    })
    const { mails } = await db().$transaction((tx) =>
      queueMails(tx, { proposalId, kind: 'acted', queuedBy: null }, [
        { message, recipients: [address], headers: ACTED_HEADERS },
      ]),
    )
    told.set(address, soFar + mails)
    queued += mails
  }
  return queued
}

function toldToday(address: string, since: Date): Promise<number> {
  return db().outgoingRecipient.count({
    where: { address, mail: { kind: 'acted', createdAt: { gt: since } } },
  })
}
