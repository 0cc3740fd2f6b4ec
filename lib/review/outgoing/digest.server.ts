import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, writeAs } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import type { MailSettings } from '#lib/environment/mail-settings.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { can, NO_STANDING, type Viewer } from '#lib/review/person/permission.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { digestHeaders, digestMail } from './digest.ts'
import { queueMails } from './outbox.server.ts'

/**
 * The digest of a proposal: for whoever asks, one mail a day with what others wrote, and none on a day without.
 *
 * It goes to an address that its owner confirmed, and to no other: otherwise an account with somebody's address would be
 * a way to send him mail.
 */
const DAY_MS = 24 * 60 * 60_000
export const QUIET_DAYS = 7

export type DigestChoice = {
  readonly address: string | null
  readonly isWanted: boolean
  /** ISO 8601. */
  readonly quietUntil: string | null
}

/** Null: no such proposal, or nobody is signed in. */
export async function digestChoice(viewer: Viewer, slug: string): Promise<DigestChoice | null> {
  if (!viewer || !isSlug(slug) || !can(viewer, 'read', NO_STANDING)) return null
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return null
  const key = { personId_proposalId: { personId: viewer.personId, proposalId: proposal.id } }
  const [address, row] = await Promise.all([
    confirmedAddress(viewer.personId),
    db().mailDigest.findUnique({ where: key }),
  ])
  return { address, isWanted: row !== null, quietUntil: row?.quietUntil?.toISOString() ?? null }
}

export type DigestWish = 'daily' | 'quiet' | 'never'

/** False: nobody is signed in, there is no such proposal, or his address is not confirmed. */
export async function chooseDigest(
  viewer: Viewer,
  slug: string,
  wish: DigestWish,
  now: Date,
): Promise<boolean> {
  if (!viewer || !isSlug(slug)) return false
  const { personId } = viewer
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return false
  const of = { personId, proposalId: proposal.id }
  if (wish === 'never') {
    await writeAs(personId, (tx) => tx.mailDigest.deleteMany({ where: of }))
    return true
  }
  if ((await confirmedAddress(personId)) === null) return false
  const quietUntil = wish === 'quiet' ? new Date(now.getTime() + QUIET_DAYS * DAY_MS) : null
  await writeAs(personId, (tx) =>
    tx.mailDigest.upsert({
      where: { personId_proposalId: of },
      create: { ...of, toldUntil: now, quietUntil },
      update: { quietUntil },
    }),
  )
  return true
}

async function confirmedAddress(personId: string): Promise<string | null> {
  const row = await db().personAddress.findFirst({
    where: { personId, confirmedAt: { not: null } },
    orderBy: { confirmedAt: 'asc' },
    select: { address: true },
  })
  return row?.address ?? null
}

/** Queues what is due; how many mails. For the process that sends. */
export async function queueDigests(
  settings: Pick<MailSettings, 'bounceAddress'>,
  now: Date,
): Promise<number> {
  const due = await db().mailDigest.findMany({
    where: {
      toldUntil: { lte: new Date(now.getTime() - DAY_MS) },
      OR: [{ quietUntil: null }, { quietUntil: { lte: now } }],
    },
    select: {
      personId: true,
      proposalId: true,
      toldUntil: true,
      proposal: { select: { slug: true, title: true } },
    },
  })
  let queued = 0
  for (const { personId, proposalId, toldUntil, proposal } of due) {
    const address = await confirmedAddress(personId)
    const comments = await db().comment.findMany({
      where: {
        thread: { proposalId },
        redactedAt: null,
        authorId: { not: personId },
        createdAt: { gt: toldUntil, lte: now },
      },
      orderBy: { createdAt: 'asc' },
      select: {
        seq: true,
        body: true,
        author: { select: { name: true } },
        thread: { select: { number: true } },
      },
    })
    if (address === null || comments.length === 0) continue
    const of = {
      slug: proposal.slug,
      title: proposal.title,
      proposalUrl: `${env.publicUrl}${site.proposal(proposal.slug)}`,
      comments: comments.map(({ seq, body, author, thread }) => ({
        thread: thread.number,
        seq,
        author: author.name,
        body,
      })),
      from: settings.bounceAddress,
      to: { name: '', address },
      messageId: `digest-${randomUUID()}@${settings.bounceAddress.split('@')[1]}` as MessageId, // safe characters only
      epochSeconds: Math.floor(now.getTime() / 1000),
    }
    const mail = { message: digestMail(of), recipients: [address], headers: digestHeaders(of) }
    queued += await db().$transaction(async (tx) => {
      // Together: a digest that is queued is told, and none is told that is not queued.
      const { count } = await tx.mailDigest.updateMany({
        where: { personId, proposalId, toldUntil },
        data: { toldUntil: now },
      })
      if (count === 0) return 0
      return (await queueMails(tx, { proposalId, kind: 'digest', queuedBy: null }, [mail])).mails
    })
  }
  return queued
}
