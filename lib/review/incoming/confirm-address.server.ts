import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db, type Transaction } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { parseMailbox } from '#lib/mail/message/address.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { accountWith, endAccount, lockAddress } from '#lib/review/account/accounts.server.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { settle } from '#lib/review/acts/settle.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { moveRoles } from '#lib/review/person/write-roles.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { giveStances } from '#lib/review/stance/write-stances.server.ts'
import { giveThreads } from '#lib/review/thread/write-threads.server.ts'
import { giveSnoozes } from '#lib/review/turn/write-turns.server.ts'
import { sendConfirmation } from './send-confirmation.server.ts'
import { mailTransaction } from './take-mail.server.ts'

/**
 * Whose address is it? Whoever gets the mail that is sent to it, and opens the link in it as the person who asked.
 *
 * Its owner gets what was imported under it with proof: the person without an account becomes part of him, with its
 * comments, threads and roles. What only *said* to come from the address stays apart until he takes it as his: nobody
 * but him can tell, and nobody wants words in his mouth. What was published and logged keeps the name it had.
 */
const VALID_MS = 24 * 3600 * 1000
/** Letters that somebody can make us send to others. */
const ASKED_A_DAY = 5

const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

export type AskFailure = 'signed-out' | 'not-an-address' | 'yours-already' | 'too-many' | 'too-many-to-it'

/** `sent`: a mail is on its way; `not-sent`: none can be sent, and the operator can make a link (`linksFor`). */
export async function askConfirmation(
  viewer: Viewer,
  given: string,
  now: Date,
): Promise<Result<'sent' | 'not-sent', AskFailure>> {
  if (!viewer) return err('signed-out')
  const box = parseMailbox(given.trim())
  if (!box.ok || box.value.name !== '') return err('not-an-address')
  const address = box.value.address.toLowerCase()
  const known = await db().personAddress.findUnique({
    where: { address },
    select: { personId: true, confirmedAt: true },
  })
  if (known?.confirmedAt && known.personId === viewer.personId) return err('yours-already')
  const since = new Date(now.getTime() - VALID_MS)
  const asked = await db().addressConfirmation.count({
    where: { personId: viewer.personId, createdAt: { gt: since } },
  })
  if (asked >= ASKED_A_DAY) return err('too-many')
  // Whether somebody else has confirmed the address is not told: the link will say so to whoever can read its mail.
  const link = await newLink(viewer.personId, address, now)
  const sent = await sendConfirmation(address, link, viewer.personId, now)
  return sent === 'too-many' ? err('too-many-to-it') : ok(sent)
}

async function newLink(personId: string, address: string, now: Date): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await db().addressConfirmation.create({
    data: {
      sha256: sha256(token),
      address,
      personId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS),
    },
    select: { address: true },
  })
  return `${env.publicUrl}${site.confirmation(token)}`
}

/**
 * For the operator, where no mail can be sent: a new link for each account that asked for this address within a day and
 * has not confirmed it. Only the operator's command line calls it.
 */
export async function linksFor(
  given: string,
  now: Date,
): Promise<readonly { readonly name: string; readonly account: string; readonly link: string }[]> {
  const address = given.trim().toLowerCase()
  const asked = await db().addressConfirmation.findMany({
    where: { address, usedAt: null, expiresAt: { gt: now } },
    orderBy: [{ personId: 'asc' }, { createdAt: 'asc' }],
    distinct: ['personId'],
    select: { personId: true, person: { select: { name: true, account: { select: { email: true } } } } },
  })
  const links = []
  for (const { personId, person } of asked)
    links.push({
      name: person.name,
      account: person.account?.email ?? '',
      link: await newLink(personId, address, now),
    })
  return links
}

/** The address that a link is for; null when it is not this viewer's, was used, or is too old. */
export async function addressOfLink(viewer: Viewer, token: string, now: Date): Promise<string | null> {
  if (!viewer) return null
  const row = await db().addressConfirmation.findUnique({
    where: { sha256: sha256(token) },
    select: { address: true, personId: true, expiresAt: true, usedAt: true },
  })
  const isGood = row && row.personId === viewer.personId && row.usedAt === null && row.expiresAt > now
  return isGood ? row.address : null
}

export type ConfirmFailure = 'signed-out' | 'no-such-link' | 'taken'

export type Confirmed = { readonly address: string; readonly comments: number }

export async function confirmAddress(
  viewer: Viewer,
  token: string,
  now: Date,
): Promise<Result<Confirmed, ConfirmFailure>> {
  if (!viewer) return err('signed-out')
  const { personId } = viewer
  return mailTransaction(personId, async (tx) => {
    // The update is the test: of two who follow the link at the same time, one finds the row unused.
    const used = await tx.addressConfirmation.updateMany({
      where: { sha256: sha256(token), personId, usedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    })
    if (used.count === 0) return err('no-such-link')
    const { address } = await tx.addressConfirmation.findUniqueOrThrow({
      where: { sha256: sha256(token) },
      select: { address: true },
    })
    return makeOwner(tx, address, personId, now)
  })
}

/**
 * The address is this person's from now on, who acts and has shown that they read its mail. Whoever only used it to sign in
 * loses their account with it (person/accounts.server.ts), and what was imported under it comes to its owner.
 */
export async function makeOwner(
  tx: Transaction,
  address: string,
  personId: string,
  now: Date,
): Promise<Result<Confirmed, 'taken'>> {
  const known = await tx.personAddress.findUnique({
    where: { address },
    select: {
      personId: true,
      confirmedAt: true,
      person: { select: { account: { select: { id: true } } } },
    },
  })
  if (known?.confirmedAt && known.personId !== personId) return err('taken')
  await lockAddress(tx, address)
  const squatter = await accountWith(tx, address)
  if (squatter && squatter.personId !== personId) {
    // An administrator is put out of their account by another one, not by a link.
    if (squatter.administrator) return err('taken')
    await endAccount(tx, squatter.personId)
    await noteAudit({ kind: 'squatter-evicted', actor: personId, person: squatter.personId }, tx)
  }
  await tx.personAddress.upsert({
    where: { address },
    create: { address, personId, confirmedAt: now },
    update: { personId, confirmedAt: now },
    select: { address: true },
  })
  await tx.authUser.updateMany({ where: { personId, email: address }, data: { emailVerified: true } })
  await noteAudit({ kind: 'address-confirmed', actor: personId }, tx)
  const before = known && known.personId !== personId && !known.person.account ? known.personId : null
  return ok({ address, comments: before ? await merge(tx, before, personId) : 0 })
}

/** Takes what came from an own address without proof. */
export async function takeUnproved(viewer: Viewer, address: string): Promise<Result<number, ConfirmFailure>> {
  if (!viewer) return err('signed-out')
  const { personId } = viewer
  return mailTransaction(personId, async (tx) => {
    const own = await tx.personAddress.findFirst({
      where: { address, personId, confirmedAt: { not: null } },
      select: { address: true },
    })
    const sender =
      own && (await tx.unprovedSender.findUnique({ where: { address }, select: { personId: true } }))
    if (!sender) return err('no-such-link')
    // What comes without proof from now on is a stranger's again.
    await tx.unprovedSender.delete({ where: { address }, select: { address: true } })
    return ok(await merge(tx, sender.personId, personId))
  })
}

/** `before`, who has no account, becomes `after`, who acts. The database's rules allow it for nobody else. */
async function merge(tx: Transaction, before: string, after: string): Promise<number> {
  await tx.person.update({ where: { id: before }, data: { mergedInto: after }, select: { id: true } })
  await giveThreads(tx, before, after)
  await giveStances(tx, before, after)
  await giveSnoozes(tx, before, after)
  await tx.incomingMail.updateMany({ where: { authorId: before }, data: { authorId: after } })
  await moveRoles(tx, before, after)
  const rows = await tx.$queryRaw<{ id: string; comments: number }[]>`
    SELECT t.proposal_id::text AS id, count(*)::int AS comments FROM comment c JOIN thread t ON t.id = c.thread_id
    JOIN mail_comment mc ON mc.comment_id = c.id WHERE c.author_id = ${after}::uuid GROUP BY 1 ORDER BY 1`
  await recordEvents(
    tx,
    rows.map(({ id, comments }) => {
      return {
        proposalId: id,
        actor: after,
        kind: 'address-confirmed',
        subject: { previous: before, comments },
      }
    }),
  )
  // What waited for the person that they were waits for them now.
  const now = new Date()
  for (const { id } of rows) await settle(tx, { proposalId: id, actor: after, now })
  return rows.reduce((sum, { comments }) => sum + comments, 0)
}

export type OwnAddress = {
  readonly address: string
  readonly isConfirmed: boolean
  /** Comments that said to come from it, without proof. */
  readonly unproved: number
}

/** The viewer's addresses: confirmed ones, and the one that his account uses. */
export async function ownAddresses(viewer: Viewer): Promise<OwnAddress[]> {
  if (!viewer) return []
  const [confirmed, account] = await Promise.all([
    db().personAddress.findMany({
      where: { personId: viewer.personId, confirmedAt: { not: null } },
      orderBy: { address: 'asc' },
      select: { address: true },
    }),
    db().authUser.findUnique({ where: { personId: viewer.personId }, select: { email: true } }),
  ])
  const own = confirmed.map(({ address }) => address)
  const senders = await db().$queryRaw<{ address: string; comments: number }[]>`
    SELECT s.address, (SELECT count(*)::int FROM comment c WHERE c.author_id = s.person_id) AS comments
    FROM unproved_sender s WHERE s.address = ANY (${own}::text[])`
  const unproved = new Map(senders.map(({ address, comments }) => [address, comments]))
  const listed = own.map((address) => ({ address, isConfirmed: true, unproved: unproved.get(address) ?? 0 }))
  const email = account?.email.toLowerCase()
  return email && !own.includes(email)
    ? [...listed, { address: email, isConfirmed: false, unproved: 0 }]
    : listed
}
