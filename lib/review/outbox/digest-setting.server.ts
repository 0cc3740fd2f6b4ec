import 'server-only'
import { db, type Transaction, writeAs } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable, isReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { type MailOf, readUnsubscribeToken } from './unsubscribe-token.server.ts'

/**
 * Who wants mail about a proposal: the one writer of that. It is asked for signed in, and ended signed in or by the link in
 * each of its mails.
 *
 * It goes to an address that its owner confirmed, and to no other: otherwise an account with somebody's address would be
 * a way to send them mail.
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
  if (!viewer || !isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const key = { personId_proposalId: { personId: viewer.personId, proposalId: proposal.id } }
  const [address, row] = await Promise.all([
    confirmedAddress(viewer.personId),
    db().mailDigest.findUnique({ where: key }),
  ])
  return { address, isWanted: row !== null, quietUntil: row?.quietUntil?.toISOString() ?? null }
}

export type DigestWish = 'daily' | 'quiet' | 'never'

/** False: nobody is signed in, there is no such proposal, or their address is not confirmed. */
export async function chooseDigest(
  viewer: Viewer,
  slug: string,
  wish: DigestWish,
  now: Date,
): Promise<boolean> {
  if (!viewer || !isSlug(slug)) return false
  const { personId } = viewer
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return false
  const of = { personId, proposalId: proposal.id }
  if (wish === 'never') {
    await endDigest(of)
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

async function endDigest(of: MailOf): Promise<boolean> {
  return (await writeAs(of.personId, (tx) => tx.mailDigest.deleteMany({ where: of }))).count > 0
}

/** Of all proposals, for whoever deletes their account: in that transaction. */
export async function endAllDigests(tx: Transaction, personId: string): Promise<void> {
  await tx.mailDigest.deleteMany({ where: { personId } })
}

/** What was said until `now` is told. False: somebody else told it meanwhile. */
export async function noteTold(
  tx: Transaction,
  of: MailOf & { readonly toldUntil: Date; readonly now: Date },
): Promise<boolean> {
  const { now, ...where } = of
  return (await tx.mailDigest.updateMany({ where, data: { toldUntil: now } })).count > 0
}

export async function confirmedAddress(personId: string): Promise<string | null> {
  const row = await db().personAddress.findFirst({
    where: { personId, confirmedAt: { not: null } },
    orderBy: { confirmedAt: 'asc' },
    select: { address: true },
  })
  return row?.address ?? null
}

/** Proposals on one page. */
const LISTED = 200

/** What one gets mail about, by name; what is hidden from them by now is not named, and sends nothing. */
export async function ownDigests(
  viewer: Viewer,
): Promise<readonly { readonly slug: string; readonly title: string }[]> {
  if (!viewer) return []
  return db().proposal.findMany({
    where: { ...readableBy(viewer), mailDigests: { some: { personId: viewer.personId } } },
    orderBy: { slug: 'asc' },
    take: LISTED,
    select: { slug: true, title: true },
  })
}

export type MailOfLink = {
  /** Null: their reader may not know of it any more. */
  readonly slug: string | null
  /** Whether mail is sent now. */
  readonly isWanted: boolean
}

/** What a link ends; nothing is changed by asking. Null: it was not made here. */
export async function mailOfLink(token: string): Promise<MailOfLink | null> {
  const of = readUnsubscribeToken(token)
  if (!of) return null
  const [row, person, proposal] = await Promise.all([
    db().mailDigest.findUnique({ where: { personId_proposalId: of } }),
    db().person.findUnique({ where: { id: of.personId }, select: { name: true, blockedAt: true } }),
    db().proposal.findUnique({ where: { id: of.proposalId }, select: { slug: true } }),
  ])
  // As whom the mail was for, and never as an administrator: a mail is handed on more easily than a password.
  const reader = person && !person.blockedAt && { ...of, name: person.name, administrator: false }
  const mayKnow = reader && (await isReadable(reader, of.proposalId))
  return { slug: mayKnow ? (proposal?.slug ?? null) : null, isWanted: row !== null }
}

/** Ends that mail, for whoever has the link of one. Twice is once. Null: it was not made here. */
export async function endByLink(token: string): Promise<MailOfLink | null> {
  const of = readUnsubscribeToken(token)
  if (!of) return null
  await endDigest(of)
  return mailOfLink(token)
}
