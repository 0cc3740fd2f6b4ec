import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, type Transaction } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import type { MailSettings } from '#lib/environment/mail-settings.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { confirmedAddress, noteTold } from '#lib/review/outbox/digest-setting.server.ts'
import { unsubscribeToken } from '#lib/review/outbox/unsubscribe-token.server.ts'
import { isReadable } from '#lib/review/person/readable.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { leavingWords } from '#lib/review/suggestion/suggestion-lines.ts'
import { aboutWords } from '#lib/review/thread/step-row.ts'
import { isTurnAct, turnWords } from '#lib/review/turn/turn.ts'
import { turnHref } from '#lib/review/turn/turn-links.ts'
import {
  COMMENTS_SHOWN,
  type DigestDecision,
  type DigestOf,
  type DigestTurn,
  digestHeaders,
  digestMail,
  TURNS_SHOWN,
} from './digest.ts'
import { queueMails } from './outbox.server.ts'

/**
 * The digest of a proposal: for whoever asks, one mail a day with what others wrote, and none on a day without. It says what
 * waits for its reader, and for how long; where something waited for a week and there was no mail, that is a mail by itself. Who is
 * away is not reminded, nor of what they put off.
 * Who asks for it: `outbox/digest-setting.server.ts`.
 */
const DAY_MS = 24 * 60 * 60_000
/** Without a mail, and with something that waits as long. */
export const REMINDED_AFTER_DAYS = 7

/** What waits for them there, the oldest first; nothing while they are away or put it off. */
async function turnsIn(proposalId: string, personId: string, now: Date): Promise<DigestTurn[]> {
  const held = await db().turn.findMany({
    where: {
      ...{ proposalId, personId },
      person: {
        OR: [{ awayUntil: null }, { awayUntil: { lte: now } }],
        snoozes: { none: { proposalId, until: { gt: now } } },
      },
    },
    orderBy: [{ since: 'asc' }, { thread: 'asc' }],
    take: TURNS_SHOWN,
    select: { act: true, thread: true, about: true, since: true, proposal: { select: { slug: true } } },
  })
  return held.flatMap(({ act, thread, about, since, proposal }) => {
    if (!isTurnAct(act)) return [] // of a later version
    const days = Math.floor((now.getTime() - since.getTime()) / DAY_MS)
    const url = `${env.publicUrl}${turnHref(proposal.slug, { act, thread })}`
    return [{ words: turnWords({ act, thread, about }), days, url }]
  })
}

/** By which its reader ends it, signed in nowhere: a page, and a mail where we take any. */
const endOf = (token: string): DigestOf['end'] => ({
  url: `${env.publicUrl}${site.endOfMail(token)}`,
  address: env.mail.unsubscribeAddress,
  token,
})

/** What authors decided on their suggestions. */
async function decisionsIn(
  proposalId: string,
  personId: string,
  { slug, after, until }: { readonly slug: string; readonly after: Date; readonly until: Date },
): Promise<DigestDecision[]> {
  const rows = await db().suggestion.findMany({
    where: {
      ...{ state: { in: ['accepted', 'declined'] }, decidedAt: { gt: after, lte: until } },
      comment: { authorId: personId, thread: { proposalId } },
    },
    orderBy: { decidedAt: 'asc' },
    take: TURNS_SHOWN,
    select: {
      state: true,
      decider: { select: { name: true } },
      comment: { select: { seq: true, thread: { select: { number: true } } } },
    },
  })
  return rows.map(({ state, decider, comment: { seq, thread } }) => ({
    words: `that of #${thread.number}, comment ${seq}, was ${state} by ${decider?.name ?? ''}`,
    url: `${env.publicUrl}${site.comment({ slug, thread: thread.number, comment: seq })}`,
  }))
}

/** Mails of one round; who is left comes in the next, a minute later. */
const AT_ONCE = 100

type Due = {
  personId: string
  proposalId: string
  toldUntil: Date
  name: string
  administrator: boolean
  slug: string
  title: string
  count: number
}

/** Queues what is due; how many mails. For the process that sends. */
export async function queueDigests(
  settings: Pick<MailSettings, 'bounceAddress'>,
  now: Date,
): Promise<number> {
  // Only where there is something to tell: who has nothing new would be asked about each time.
  const longAgo = new Date(now.getTime() - REMINDED_AFTER_DAYS * DAY_MS)
  const due = await db().$queryRaw<Due[]>`
    SELECT * FROM (
      SELECT d.person_id::text AS "personId", d.proposal_id::text AS "proposalId", d.told_until AS "toldUntil",
             w.name, w.administrator, p.slug, p.title,
             (SELECT count(*)::int FROM thread t JOIN comment c ON c.thread_id = t.id
              WHERE t.proposal_id = d.proposal_id AND t.last_activity > d.told_until
                AND c.created_at > d.told_until AND c.created_at <= ${now}
                AND c.redacted_at IS NULL AND c.author_id <> d.person_id) AS count,
             EXISTS (SELECT 1 FROM suggestion g JOIN comment c ON c.id = g.comment_id JOIN thread t ON t.id = c.thread_id
                     WHERE t.proposal_id = d.proposal_id AND c.author_id = d.person_id AND g.state IN ('accepted', 'declined')
                       AND g.decided_at > d.told_until AND g.decided_at <= ${now}) AS decided,
             d.told_until <= ${longAgo} AND (w.away_until IS NULL OR w.away_until <= ${now})
               AND EXISTS (SELECT 1 FROM turn t WHERE t.proposal_id = d.proposal_id AND t.person_id = d.person_id AND t.since <= ${longAgo})
               AND NOT EXISTS (SELECT 1 FROM turn_snooze z WHERE z.proposal_id = d.proposal_id AND z.person_id = d.person_id
                               AND z.until > ${now}) AS reminds
      FROM mail_digest d JOIN person w ON w.id = d.person_id JOIN proposal p ON p.id = d.proposal_id
      WHERE d.told_until <= ${new Date(now.getTime() - DAY_MS)} AND (d.quiet_until IS NULL OR d.quiet_until <= ${now})
        AND w.blocked_at IS NULL
        AND EXISTS (SELECT 1 FROM person_address a WHERE a.person_id = d.person_id AND a.confirmed_at IS NOT NULL)
    ) s WHERE count > 0 OR decided OR reminds ORDER BY "toldUntil", "personId" LIMIT ${AT_ONCE}`
  let queued = 0
  for (const { personId, proposalId, toldUntil, slug, title, count, ...person } of due) {
    const tell = (tx: Transaction) => noteTold(tx, { personId, proposalId, toldUntil, now })
    // Whose role was taken, or from whom the proposal was hidden since they asked, is told nothing more of it.
    if (!(await isReadable({ personId, ...person }, proposalId))) {
      await db().$transaction(tell)
      continue
    }
    const address = await confirmedAddress(personId)
    const comments = await db().comment.findMany({
      where: {
        thread: { proposalId },
        redactedAt: null,
        authorId: { not: personId },
        createdAt: { gt: toldUntil, lte: now },
      },
      orderBy: { createdAt: 'asc' },
      take: COMMENTS_SHOWN,
      select: {
        seq: true,
        body: true,
        suggestion: { select: { oldText: true, newText: true } },
        author: { select: { name: true } },
        thread: {
          select: {
            number: true,
            anchor: {
              select: { exact: true, about: true, step: true, block: { select: { writeup: true } } },
            },
          },
        },
      },
    })
    const turns = await turnsIn(proposalId, personId, now)
    const decisions = await decisionsIn(proposalId, personId, { slug, after: toldUntil, until: now })
    if (address === null || comments.length + turns.length + decisions.length === 0) continue
    const of = {
      ...{ slug, title, count, turns, decisions },
      proposalUrl: `${env.publicUrl}${site.proposal(slug)}`,
      end: endOf(unsubscribeToken({ personId, proposalId })),
      comments: comments.map(({ seq, body, author, thread, suggestion }) => ({
        thread: thread.number,
        about: thread.anchor ? aboutWords(thread.anchor) : '',
        seq,
        author: author.name,
        body: leavingWords(body, suggestion),
      })),
      from: settings.bounceAddress,
      to: { name: '', address },
      messageId: `digest-${randomUUID()}@${settings.bounceAddress.split('@')[1]}` as MessageId, // safe characters only
      epochSeconds: Math.floor(now.getTime() / 1000),
    }
    const mail = { message: digestMail(of), recipients: [address], headers: digestHeaders(of) }
    queued += await db().$transaction(async (tx) => {
      // Together: a digest that is queued is told, and none is told that is not queued.
      if (!(await tell(tx))) return 0
      return (await queueMails(tx, { proposalId, kind: 'digest', queuedBy: null }, [mail])).mails
    })
  }
  return queued
}
