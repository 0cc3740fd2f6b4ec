import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { mailTransaction } from '#lib/review/incoming/take-mail.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { rolesByProposal } from '#lib/review/person/standing.server.ts'
import { lockThreads, redactComments } from '#lib/review/thread/write-threads.server.ts'
import type { QueueFailure } from './queue.ts'

/**
 * All mail that says to come from one address, or that one person brought, goes with what it became: of a list that was
 * flooded, nobody drops a thousand mails one by one.
 *
 * In batches, each a transaction, since whoever flooded it chose how many there are; what is left over is said, and dropped by
 * doing it again. Only where the viewer may drop mail; what is about nothing known here is an administrator's.
 */
export type DropWhat = {
  /** `sender`: an address, in small letters. `bringer`: the id of a person. */
  readonly by: 'sender' | 'bringer'
  readonly of: string
  /** Only what nothing proves: an address may be forged, and its owner's mails be good. */
  readonly isUnprovedOnly: boolean
}

/** Mails of one transaction, and batches of one press. */
const AT_ONCE = 50
const BATCHES = 20
const OPEN = ['imported', 'waiting', 'quarantined']
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const DECISION_CHARACTERS = 1000

/** What of it the viewer may drop: proposals by id, and mail about nothing known here. */
async function whereMay(viewer: NonNullable<Viewer>, tx: Transaction | undefined) {
  const roles = await rolesByProposal(viewer, tx)
  const ids = [...roles].flatMap(([id, own]) =>
    can(viewer, 'drop-imported-mail', { roles: own, relations: [] }) ? [id] : [],
  )
  return { ids, isEverywhere: can(viewer, 'drop-imported-mail') && can(viewer, 'handle-unknown-mail') }
}

export type DropCount = {
  readonly mails: number
  readonly comments: number
  /** Of the mails, those that a domain or a list vouches for. */
  readonly proved: number
  /** Who it is, in words. */
  readonly who: string
}

/** Null: there is nobody of that kind, or the viewer may drop mail nowhere. */
export async function countDroppable(viewer: Viewer, what: DropWhat): Promise<DropCount | null> {
  if (!viewer || !isSound(what)) return null
  const { ids, isEverywhere } = await whereMay(viewer, undefined)
  if (ids.length === 0 && !isEverywhere) return null
  const [sender, bringer] = sides(what)
  const [row] = await db().$queryRaw<{ mails: number; comments: number; proved: number }[]>`
    SELECT count(*)::int AS mails, (count(*) FILTER (WHERE m.proof <> 'none'))::int AS proved,
           coalesce(sum((SELECT count(*) FROM mail_comment mc JOIN comment c ON c.id = mc.comment_id
                         WHERE mc.mail_id = m.id AND c.redacted_at IS NULL)), 0)::int AS comments
    FROM incoming_mail m
    WHERE m.status = ANY (${OPEN}) AND (m.author_address = ${sender} OR m.brought_by = ${bringer}::uuid)
      AND (NOT ${what.isUnprovedOnly} OR m.proof = 'none')
      AND (${isEverywhere} OR m.proposal_id = ANY (${ids}::uuid[]))`
  const who =
    what.by === 'sender'
      ? what.of
      : ((await db().person.findUnique({ where: { id: what.of }, select: { name: true } }))?.name ?? '')
  return { mails: row?.mails ?? 0, comments: row?.comments ?? 0, proved: row?.proved ?? 0, who }
}

export type DroppedAll = { readonly mails: number; readonly comments: number; readonly left: number }

export async function dropAll(
  viewer: Viewer,
  what: DropWhat,
  reason: string,
  now = new Date(),
): Promise<Result<DroppedAll, QueueFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  const decision = [...reason.replaceAll('\0', '').trim()].slice(0, DECISION_CHARACTERS).join('')
  if ([...decision].length < 3) return err({ kind: 'no-reason' })
  if (!isSound(what)) return err({ kind: 'no-such-mail' })
  let [mails, comments] = [0, 0]
  for (let batch = 0; batch < BATCHES; batch++) {
    const done = await mailTransaction(viewer.personId, (tx) => dropBatch(tx, viewer, what, decision, now))
    if (done === null) return err({ kind: 'forbidden' })
    mails += done.mails
    comments += done.comments
    if (done.mails < AT_ONCE) break
  }
  const left = await countDroppable(viewer, what)
  return ok({ mails, comments, left: left?.mails ?? 0 })
}

/** Null: the viewer may nowhere. The permission is asked in each transaction, of what is then dropped. */
async function dropBatch(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  what: DropWhat,
  decision: string,
  now: Date,
): Promise<{ mails: number; comments: number } | null> {
  const { ids, isEverywhere } = await whereMay(viewer, tx)
  if (ids.length === 0 && !isEverywhere) return null
  const [sender, bringer] = sides(what)
  const mails = await tx.$queryRaw<{ id: string; messageId: string; proposalId: string | null }[]>`
    SELECT m.id::text, m.message_id AS "messageId", m.proposal_id::text AS "proposalId" FROM incoming_mail m
    WHERE m.status = ANY (${OPEN}) AND (m.author_address = ${sender} OR m.brought_by = ${bringer}::uuid)
      AND (NOT ${what.isUnprovedOnly} OR m.proof = 'none')
      AND (${isEverywhere} OR m.proposal_id = ANY (${ids}::uuid[]))
    ORDER BY m.id LIMIT ${AT_ONCE} FOR UPDATE`
  if (mails.length === 0) return { mails: 0, comments: 0 }
  return dropTogether(tx, viewer.personId, mails, decision, now)
}

export type MailToDrop = {
  readonly id: string
  readonly messageId: string
  readonly proposalId: string | null
}

/**
 * Each of their comments becomes a tombstone without its sender's name, their trailers count no more, and their bytes stay for
 * whoever asks later. What others answered stays. Each is an event of its own in the log of its proposal.
 */
export async function dropTogether(
  tx: Transaction,
  personId: string,
  mails: readonly MailToDrop[],
  decision: string,
  now: Date,
): Promise<{ mails: number; comments: number }> {
  const ids = mails.map(({ id }) => id)
  const brought = await tx.$queryRaw<{ id: string; thread: string; mail: string; gone: boolean }[]>`
    SELECT c.id::text, c.thread_id::text AS thread, mc.mail_id::text AS mail, c.redacted_at IS NOT NULL AS gone
    FROM mail_comment mc JOIN comment c ON c.id = mc.comment_id WHERE mc.mail_id = ANY (${ids}::uuid[])`
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  await lockThreads(tx, [...new Set(brought.map(({ thread }) => thread))])
  const all = brought.map((comment) => comment.id)
  const comments = await redactComments(tx, all, personId, now)
  const data = { status: 'dropped', decidedBy: personId, decidedAt: now, decision }
  await tx.incomingMail.updateMany({ where: { id: { in: ids } }, data })
  await recordEvents(
    tx,
    mails.flatMap(({ id, messageId, proposalId }) => {
      if (proposalId === null) return []
      const own = brought.filter(({ mail, gone }) => mail === id && !gone).length
      const subject = { mail: messageId, decision, comments: own }
      return [{ proposalId, actor: personId, kind: 'mail-dropped' as const, subject }]
    }),
  )
  const places = new Set(mails.map(({ proposalId }) => proposalId))
  const [only] = places
  const told = { actor: personId, ...(places.size === 1 && only ? { proposalId: only } : {}) }
  await noteAudit({ kind: 'mail-dropped', ...told, detail: { mails: mails.length, comments } }, tx)
  return { mails: mails.length, comments }
}

const isSound = ({ by, of }: DropWhat) =>
  by === 'bringer' ? UUID.test(of) : of !== '' && of.length <= 320 && !of.includes('\0')

/** As parameters: an address, an id; one of them is null. */
const sides = ({ by, of }: DropWhat): readonly [string | null, string | null] =>
  by === 'sender' ? [of.toLowerCase(), null] : [null, of]
