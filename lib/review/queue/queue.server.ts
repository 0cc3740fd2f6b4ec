import 'server-only'
import { z } from 'zod'
import { db, type Transaction } from '#lib/db.server.ts'
import { parseMail } from '#lib/mail/shell/parse.ts'
import { cleanText } from '#lib/mail/text/clean.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { settle } from '#lib/review/acts/settle.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { lookAgain } from '#lib/review/incoming/import.server.ts'
import type { MailOutcome } from '#lib/review/incoming/outcome.ts'
import type { Again } from '#lib/review/incoming/read-mail.server.ts'
import { knownRevisions, loadIfReadable } from '#lib/review/incoming/series.server.ts'
import { lockMail, mailTransaction, UNDECIDED } from '#lib/review/incoming/take-mail.server.ts'
import { can, PERMISSIONS, type Role, type Viewer } from '#lib/review/person/permission.ts'
import { GIVEN_ROLES } from '#lib/review/person/roles.ts'
import { rolesByProposal, standingIn } from '#lib/review/person/standing.server.ts'
import { SLUG } from '#lib/review/proposal/address.ts'
import { dropTogether } from './drop-all.server.ts'
import type { PlacePart, QueuedMail, QueueFailure, ShownMail } from './queue.ts'
import { NO_FILTER } from './queue-filter.ts'

/**
 * Mail that found no place, or that nothing proves: what waits for a person, and what he does with it. Who has a role
 * in a proposal sees what is about it; what is about nothing known may be anybody's letter, and is for administrators.
 */
export const SHOWN = 100
const RAW_SHOWN = 200_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const COLUMNS = {
  id: true,
  status: true,
  messageId: true,
  isConflict: true,
  source: true,
  flags: true,
  proof: true,
  proofDetail: true,
  authorName: true,
  authorAddress: true,
  subject: true,
  sentAt: true,
  sentZone: true,
  receivedAt: true,
  part: true,
  decision: true,
  proposal: { select: { id: true, slug: true, title: true } },
  revision: { select: { number: true } },
  bringer: { select: { name: true } },
  decider: { select: { name: true } },
} as const

function mayHandle(
  viewer: Viewer,
  proposalId: string | null,
  roles: ReadonlyMap<string, readonly Role[]>,
): boolean {
  if (proposalId === null) return can(viewer, 'handle-unknown-mail')
  return can(viewer, 'handle-mail', { roles: roles.get(proposalId) ?? [], relations: [] })
}

/** Whether the queue is anything to this viewer, and where his role lets him vouch for what he uploads. */
export async function mailStanding(viewer: Viewer): Promise<{ handles: boolean; slugs: string[] }> {
  const roles = await rolesByProposal(viewer)
  const ids = [...roles].filter(([, own]) => own.some((role) => role !== 'reader')).map(([id]) => id)
  const rows = await db().$queryRaw<{ slug: string }[]>`
    SELECT slug FROM proposal WHERE id = ANY (${ids}::uuid[]) ORDER BY slug`
  return {
    handles: ids.length > 0 || can(viewer, 'handle-unknown-mail'),
    slugs: rows.map(({ slug }) => slug),
  }
}

/** What of the queue the viewer may decide about. */
function whereHandled(viewer: NonNullable<Viewer>) {
  const handling = GIVEN_ROLES.filter((role) => PERMISSIONS['handle-mail'].some((grant) => grant === role))
  return can(viewer, 'handle-unknown-mail')
    ? {}
    : { proposal: { memberships: { some: { personId: viewer.personId, role: { in: handling } } } } }
}

/** The oldest first: who waited longest. */
export async function listQueue(viewer: Viewer, filter = NO_FILTER): Promise<QueuedMail[]> {
  if (!viewer) return []
  const { reason, sender, list, rfc, after } = filter
  const last =
    after && (await db().incomingMail.findUnique({ where: { id: after }, select: { receivedAt: true } }))
  const rows = await db().incomingMail.findMany({
    where: {
      status: { in: [...UNDECIDED] },
      AND: [
        whereHandled(viewer),
        reason === null ? {} : { flags: { has: reason } },
        sender === null ? {} : { authorAddress: { contains: sender } },
        list === null ? {} : { proof: 'list', proofDetail: list },
        rfc === null ? {} : { proposal: { slug: rfc } },
        last && after
          ? {
              OR: [
                { receivedAt: { gt: last.receivedAt } },
                { receivedAt: last.receivedAt, id: { gt: after } },
              ],
            }
          : {},
      ],
    },
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
    take: SHOWN,
    select: COLUMNS,
  })
  return rows.map(toQueued)
}

/** Mails that are looked at for what can be chosen, and choices that are offered. */
const CHOSEN_FROM = 2000
const CHOICES = 50

/** What the queue can be filtered by, as far as there is anything of it. */
export async function queueChoices(
  viewer: Viewer,
): Promise<{ reasons: string[]; lists: string[]; slugs: string[] }> {
  if (!viewer) return { reasons: [], lists: [], slugs: [] }
  const rows = await db().incomingMail.findMany({
    where: { status: { in: [...UNDECIDED] }, AND: [whereHandled(viewer)] },
    orderBy: { receivedAt: 'asc' },
    take: CHOSEN_FROM,
    select: { flags: true, proof: true, proofDetail: true, proposal: { select: { slug: true } } },
  })
  const some = (values: readonly string[]) => [...new Set(values)].sort().slice(0, CHOICES)
  return {
    reasons: some(rows.flatMap(({ flags }) => flags)),
    lists: some(rows.flatMap(({ proof, proofDetail }) => (proof === 'list' ? [proofDetail] : []))),
    slugs: some(rows.flatMap(({ proposal }) => proposal?.slug ?? [])),
  }
}

/** A kept mail with its words, for who may handle it; null for everybody else, as if it were not there. */
export async function findQueued(viewer: Viewer, id: string): Promise<ShownMail | null> {
  if (!viewer || !UUID.test(id)) return null
  const row = await db().incomingMail.findUnique({ where: { id }, select: { ...COLUMNS, bytes: true } })
  if (!row || !mayHandle(viewer, row.proposal?.id ?? null, await rolesByProposal(viewer))) return null
  return { ...toQueued(row), ...(await wordsOf(row.bytes)) }
}

/** Where the viewer may place a mail: his proposals, and the passages of the newest revision of one of them. */
export async function placesFor(
  viewer: Viewer,
  slug: string | null,
): Promise<{ proposals: readonly { slug: string }[]; parts: readonly PlacePart[] }> {
  const roles = await rolesByProposal(viewer)
  const revisions = (await knownRevisions(null)).filter((one) => mayHandle(viewer, one.proposalId, roles))
  const proposals = [...new Set(revisions.map((one) => one.slug))].map((one) => ({ slug: one }))
  const revision = revisions.findLast((one) => one.slug === (slug ?? proposals[0]?.slug))
  if (!revision) return { proposals, parts: [] }
  const loaded = await loadIfReadable(revision)
  if (!loaded) return { proposals, parts: [] }
  const { indexed, blocks } = loaded
  const parts = indexed.parts.map(({ number, subject, passages }) => ({
    slug: revision.slug,
    revision: revision.number,
    part: number,
    title: subject ?? `Part ${number}`,
    blocks: passages.map(({ id }) => ({
      key: id,
      words: [...(blocks.find(({ key }) => key === id)?.text ?? id)].slice(0, 70).join(''),
    })),
  }))
  return { proposals, parts }
}

/** Decoded words and the raw mail, both as plain text without anything invisible. */
export async function wordsOf(bytes: Uint8Array): Promise<Pick<ShownMail, 'text' | 'raw' | 'attachments'>> {
  const parsed = await parseMail(bytes, new Date())
  const raw = cleanText(new TextDecoder('utf-8').decode(bytes.subarray(0, RAW_SHOWN))).text
  if (!parsed.ok) return { text: '', raw, attachments: [] }
  const { text, attachments } = parsed.value
  return { text, raw, attachments: attachments.map(({ filename, contentType }) => filename || contentType) }
}

type Row = {
  id: string
  status: string
  messageId: string
  source: string
  flags: string[]
  proof: string
  proofDetail: string
  authorName: string
  authorAddress: string | null
  subject: string
  sentAt: Date | null
  sentZone: number | null
  receivedAt: Date
  decision: string
  proposal: { slug: string; title: string } | null
  revision: { number: number } | null
  bringer: { name: string } | null
  decider: { name: string } | null
}

export function toQueued(row: Row): QueuedMail {
  const { id, status, messageId, source, flags, subject, decision, proof, proofDetail } = row
  return {
    ...{ id, status, messageId, source, flags, subject, decision, proof, proofDetail },
    from: { name: row.authorName, address: row.authorAddress ?? '' },
    sentAt: row.sentAt ? momentOf(row.sentAt) : null,
    sentZone: row.sentZone,
    receivedAt: momentOf(row.receivedAt),
    slug: row.proposal?.slug ?? null,
    title: row.proposal?.title ?? null,
    revision: row.revision?.number ?? null,
    broughtBy: row.bringer?.name ?? null,
    decidedBy: row.decider?.name ?? null,
  }
}

// ---- deciding -------------------------------------------------------------------------------------------------

/** Carries an expected failure out of a transaction, which rolls back on its way. */
class Refused extends Error {
  readonly failure: QueueFailure
  constructor(failure: QueueFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** `work`, or the failure that it was refused with. */
async function orRefused<T>(work: Promise<T>): Promise<Result<T, QueueFailure>> {
  try {
    return ok(await work)
  } catch (error) {
    if (error instanceof Refused) return err(error.failure)
    throw error
  }
}

/** Ends the transaction unless nobody decided about the mail and the viewer may handle it where it is now. */
async function mustBeHandled(tx: Transaction, viewer: Viewer, id: string): Promise<void> {
  const row = await lockMail(tx, id)
  const roles = await rolesByProposal(viewer, tx)
  if (!row || !mayHandle(viewer, row.proposalId, roles)) throw new Refused({ kind: 'no-such-mail' })
  if (!UNDECIDED.includes(row.status)) throw new Refused({ kind: 'decided-meanwhile' })
}

/** And where it goes: a mail names several places, and which of them it is about is found as it comes in. */
async function mustBeHandledThere(tx: Transaction, viewer: Viewer, id: string): Promise<void> {
  const row = await lockMail(tx, id)
  if (!row?.proposalId) return
  if (!mayHandle(viewer, row.proposalId, await rolesByProposal(viewer, tx)))
    throw new Refused({ kind: 'forbidden' })
}

const DECISION_CHARACTERS = 1000

/** What a person says of a decision, as it is kept: cut between characters, without what the database has no room for. */
const decisionOf = (given: string) =>
  [...given.replaceAll('\0', '').trim()].slice(0, DECISION_CHARACTERS).join('')

async function decide(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  id: string,
  decision: string,
  data: { status?: string } = {},
): Promise<number> {
  await tx.$executeRaw`SELECT set_config('app.actor', ${viewer.personId}, true)`
  const { count } = await tx.incomingMail.updateMany({
    where: { id, decidedBy: null },
    data: { ...data, decidedBy: viewer.personId, decidedAt: new Date(), decision },
  })
  const row = await tx.incomingMail.findUniqueOrThrow({
    where: { id },
    select: { proposalId: true, messageId: true },
  })
  if (count > 0) await noteDecision(tx, viewer, row.proposalId, data.status === 'dropped')
  if (count === 0 || !row.proposalId) return count
  const kind = data.status === 'dropped' ? 'mail-dropped' : 'mail-let-in'
  const subject = { mail: row.messageId, decision }
  await recordEvents(tx, [{ proposalId: row.proposalId, actor: viewer.personId, kind, subject }])
  await settle(tx, { proposalId: row.proposalId, actor: viewer.personId, now: new Date() })
  return count
}

function noteDecision(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  proposalId: string | null,
  isDropped: boolean,
) {
  const told = { actor: viewer.personId, ...(proposalId === null ? {} : { proposalId }) }
  return noteAudit(
    isDropped
      ? { kind: 'mail-dropped', ...told, detail: { mails: 1, comments: 0 } }
      : { kind: 'mail-let-in', ...told, detail: { mails: 1 } },
    tx,
  )
}

export async function dropMail(
  viewer: Viewer,
  id: string,
  reason: string,
): Promise<Result<null, QueueFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  if (!UUID.test(id)) return err({ kind: 'no-such-mail' })
  const decision = decisionOf(reason)
  if (decision.length < 3) return err({ kind: 'no-reason' })
  const dropped = await orRefused(
    mailTransaction(viewer.personId, async (tx) => {
      await mustBeHandled(tx, viewer, id)
      return decide(tx, viewer, id, decision, { status: 'dropped' })
    }),
  )
  if (!dropped.ok) return dropped
  return dropped.value > 0 ? ok(null) : err({ kind: 'decided-meanwhile' })
}

/**
 * A mail that turned out hostile goes with all that it brought: each of its comments becomes a tombstone without its
 * sender's name, its trailers count no more, and its bytes stay for whoever asks later. What others answered stays.
 */
export async function dropImported(
  viewer: Viewer,
  id: string,
  given: string,
  now = new Date(),
): Promise<Result<null, QueueFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  const decision = decisionOf(given)
  if (decision.length < 3) return err({ kind: 'no-reason' })
  if (!UUID.test(id)) return err({ kind: 'no-such-mail' })
  const { personId } = viewer
  return mailTransaction(personId, async (tx) => {
    const mail = await tx.incomingMail.findUnique({
      where: { id },
      select: { status: true, messageId: true, proposalId: true },
    })
    if (!mail?.proposalId) return err({ kind: 'no-such-mail' })
    const { proposalId, messageId } = mail
    const standing = await standingIn(viewer, proposalId, [], tx)
    if (!can(viewer, 'drop-imported-mail', standing)) return err({ kind: 'forbidden' })
    if (mail.status !== 'imported') return err({ kind: 'decided-meanwhile' })
    await dropTogether(tx, personId, [{ id, messageId, proposalId }], decision, now)
    return ok(null)
  })
}

/** Lets a held mail in where it belongs by itself; its sender stays unproved, and its trailers do not count. */
export async function releaseMail(viewer: Viewer, id: string): Promise<Result<MailOutcome, QueueFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  if (!UUID.test(id)) return err({ kind: 'no-such-mail' })
  return again(viewer, { mailId: id, isReleased: true, patienceIsOver: true }, 'let in')
}

const Chosen = z.object({
  slug: z.string().regex(SLUG),
  revision: z.coerce.number().int().positive().max(999),
  part: z.coerce.number().int().min(0).max(4),
  block: z.string().max(200),
})

/** Puts a mail on a part of a revision, or on one of its blocks: what it quotes is looked for there first. */
export async function placeMail(
  viewer: Viewer,
  id: string,
  given: Record<string, unknown>,
): Promise<Result<MailOutcome, QueueFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  if (!UUID.test(id)) return err({ kind: 'no-such-mail' })
  const chosen = Chosen.safeParse(given)
  if (!chosen.success) return err({ kind: 'no-such-place' })
  const { slug, revision: number, part, block } = chosen.data
  const revision = (await knownRevisions(slug)).find((one) => one.number === number)
  const partId = revision?.messageIds[part]
  if (!revision || !partId) return err({ kind: 'no-such-place' })
  const loaded = await loadIfReadable(revision)
  if (!loaded || (block !== '' && !loaded.blocks.some(({ key }) => key === block)))
    return err({ kind: 'no-such-place' })
  const place = { partId, blockKey: block === '' ? null : block }
  return again(
    viewer,
    { mailId: id, isReleased: true, patienceIsOver: true, place },
    `placed on ${slug} v${number}, part ${part}${block === '' ? '' : `, ${block}`}`,
  )
}

async function again(
  viewer: NonNullable<Viewer>,
  how: Again,
  decision: string,
): Promise<Result<MailOutcome, QueueFailure>> {
  const { mailId } = how
  const looked = await orRefused(
    lookAgain({ ...how, decider: viewer }, new Date(), {
      before: (tx) => mustBeHandled(tx, viewer, mailId),
      after: async (tx, { status }) => {
        await mustBeHandledThere(tx, viewer, mailId)
        if (status === 'imported') await decide(tx, viewer, mailId, decision)
      },
    }),
  )
  if (!looked.ok) return looked
  const outcome = looked.value
  if (!outcome) return err({ kind: 'decided-meanwhile' })
  if (outcome.flags.includes('thread-locked')) return err({ kind: 'thread-locked' })
  return outcome.status === 'imported' ? ok(outcome) : err({ kind: 'nowhere', flags: outcome.flags })
}
