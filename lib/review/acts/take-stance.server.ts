import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { HOLD_DAYS, STANCES, type StanceValue, stanceRefusal, WRITEUPS } from '#lib/review/stance/stance.ts'
import {
  insertHold,
  insertStance,
  insertWithdrawal,
  liftHolds,
} from '#lib/review/stance/write-stances.server.ts'
import { type ProposalFailure, proposalAct, RefusedHere } from './proposal-act.server.ts'
import { lockProposal } from './role-act.server.ts'
import { proposalsOfPerson, settle } from './settle.server.ts'

/** Positions on a revision, and holds. A stance stays; what is taken back is taken back by another row. */
export type StanceWish = {
  readonly slug: string
  readonly revision: number
  readonly value: StanceValue
  /** Empty: all of them. */
  readonly writeups: readonly string[]
  readonly words: string
  /** As the mail has it; without it the line is made from the person's name and address. */
  readonly trailer?: string
}

/** The number of the stance. */
export function takeStance(
  viewer: Viewer,
  wish: StanceWish,
  now = new Date(),
): Promise<Result<string, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, wish.slug)
    // A form whose answer was lost is sent again, and a stance that stands is not taken twice.
    const last = await tx.stance.findFirst({
      where: { proposalId, personId: actor },
      orderBy: { id: 'desc' },
      select: {
        ...{ id: true, value: true, words: true, writeups: true },
        ...{ revision: { select: { number: true } }, withdrawal: { select: { stanceId: true } } },
      },
    })
    const isThere = last !== null && last.withdrawal === null && isSameStance(last, wish)
    const mayStill = async () =>
      can(viewer, permissionFor(wish.value), await standingIn(viewer, proposalId, [], tx))
    if (isThere && (await mayStill())) return String(last.id)
    return takeStanceIn(tx, viewer, { ...wish, proposalId, actor }, now)
  })
}

const permissionFor = (value: StanceValue) => (value === 'nacked_by' ? 'nack' : 'take-stance')

function isSameStance(
  last: {
    readonly value: string
    readonly words: string
    readonly writeups: readonly string[]
    readonly revision: { readonly number: number }
  },
  wish: StanceWish,
): boolean {
  return (
    last.value === wish.value &&
    last.revision.number === wish.revision &&
    last.words === wish.words.trim() &&
    // One that is not there is refused, whatever stands.
    wish.writeups.every((one) => WRITEUPS.some((known) => known === one)) &&
    last.writeups.join() === coveredBy(wish.writeups).join()
  )
}

/** In the order of the proposal, each once; all of them are none, as they are stored. */
function coveredBy(writeups: readonly string[]): readonly string[] {
  const some = WRITEUPS.filter((one) => writeups.includes(one))
  return some.length === WRITEUPS.length ? [] : some
}

/** In the caller's transaction, which holds the proposal: alone, or with a review. Asks who may. */
export async function takeStanceIn(
  tx: Transaction,
  viewer: Viewer,
  wish: Omit<StanceWish, 'slug'> & { readonly proposalId: string; readonly actor: string },
  now: Date,
): Promise<string> {
  const { proposalId, actor } = wish
  const standing = await standingIn(viewer, proposalId, [], tx)
  if (!can(viewer, permissionFor(wish.value), standing)) throw new RefusedHere('forbidden')
  const refusal = stanceRefusal(wish.value, wish.words, { isAuthor: standing.roles.includes('author') })
  if (refusal) throw new RefusedHere(refusal)
  if (wish.writeups.some((one) => !WRITEUPS.some((known) => known === one)))
    throw new RefusedHere('no-such-writeup')
  const revision = await tx.revision.findFirst({
    where: { proposalId, number: wish.revision },
    select: { id: true },
  })
  if (!revision) throw new RefusedHere('no-such-revision')
  return writeStance(tx, {
    ...{ proposalId, revisionId: revision.id, actor, now, origin: 'web' as const },
    ...{ revision: wish.revision, value: wish.value, writeups: wish.writeups, words: wish.words },
    trailer: wish.trailer ?? (await trailerOf(tx, actor, wish.value)),
    mail: null,
  })
}

/** In the caller's transaction, which has asked who may. For the page and for a line of a mail. */
export async function writeStance(
  tx: Transaction,
  input: {
    readonly proposalId: string
    readonly revisionId: string
    readonly revision: number
    readonly actor: string
    readonly value: StanceValue
    readonly writeups: readonly string[]
    readonly words: string
    readonly trailer: string | null
    readonly origin: 'web' | 'mail'
    readonly mail: string | null
    readonly now: Date
  },
): Promise<string> {
  const { proposalId, actor, now, mail, revision, ...row } = input
  const writeups = WRITEUPS.filter((one) => row.writeups.includes(one))
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  const stance = await insertStance(tx, {
    ...{ proposalId, revisionId: row.revisionId, personId: actor, value: row.value, trailer: row.trailer },
    ...{ words: row.words.trim(), origin: row.origin, at: now },
    writeups: coveredBy(row.writeups),
  })
  const subject = { stance, value: row.value, revision, writeups, ...(mail === null ? {} : { mail }) }
  await recordEvents(tx, [{ proposalId, actor, kind: 'stance-taken', subject }])
  await settle(tx, { proposalId, actor, now })
  return stance
}

/** The line that a list knows it by; null: there is none, or no address of theirs that may be named. */
export async function trailerOf(
  tx: Pick<Transaction, 'person'>,
  personId: string,
  value: StanceValue,
): Promise<string | null> {
  const { key } = STANCES[value]
  if (!key) return null
  const person = await tx.person.findUnique({
    where: { id: personId },
    select: {
      name: true,
      addresses: {
        where: { confirmedAt: { not: null } },
        select: { address: true },
        orderBy: { address: 'asc' },
      },
    },
  })
  const address = person?.addresses[0]?.address
  // Without an address that is theirs there is no line that a list would take.
  return person && address ? `${key}: ${person.name.replace(/[\r\n]/g, ' ')} <${address}>` : null
}

/** Takes back what one said. Twice is once. */
export function withdrawStance(
  viewer: Viewer,
  { slug, stance }: { readonly slug: string; readonly stance: string },
  now = new Date(),
): Promise<Result<boolean, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, slug)
    if (!can(viewer, 'take-stance', await standingIn(viewer, proposalId, [], tx)))
      throw new RefusedHere('forbidden')
    const row = await tx.stance.findFirst({
      where: { id: BigInt(stance), proposalId },
      select: { personId: true },
    })
    if (!row) throw new RefusedHere('no-such-stance')
    if (row.personId !== actor) throw new RefusedHere('forbidden')
    return withdrawIn(tx, { proposalId, actor, stance, mail: null, now })
  })
}

/** In the caller's transaction, which has asked whose it is. False: it was taken back before. */
export async function withdrawIn(
  tx: Transaction,
  {
    proposalId,
    actor,
    stance,
    mail,
    now,
  }: { proposalId: string; actor: string; stance: string; mail: string | null; now: Date },
): Promise<boolean> {
  if (!(await insertWithdrawal(tx, { stance, personId: actor, at: now }))) return false
  const subject = { stance, ...(mail === null ? {} : { mail }) }
  await recordEvents(tx, [{ proposalId, actor, kind: 'stance-withdrawn', subject }])
  await settle(tx, { proposalId, actor, now })
  return true
}

const DAY_MS = 24 * 60 * 60_000

/** Asks for time. One at a time for each person; a second one replaces the first. */
export function placeHold(
  viewer: Viewer,
  { slug, reason, days }: { readonly slug: string; readonly reason: string; readonly days: number },
  now = new Date(),
): Promise<Result<string, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, slug)
    if (!can(viewer, 'place-hold', await standingIn(viewer, proposalId, [], tx)))
      throw new RefusedHere('forbidden')
    if (!Number.isInteger(days)) throw new RefusedHere('too-long')
    const until = new Date(now.getTime() + days * DAY_MS)
    return placeHoldIn(tx, { proposalId, actor, reason, until, mail: null, now })
  })
}

/** In the caller's transaction, which has asked who may. */
export async function placeHoldIn(
  tx: Transaction,
  {
    proposalId,
    actor,
    reason,
    until,
    mail,
    now,
  }: { proposalId: string; actor: string; reason: string; until: Date; mail: string | null; now: Date },
): Promise<string> {
  const words = reason.trim()
  if (words.length < 10 || words.length > 2000) throw new RefusedHere('no-reason')
  const ms = until.getTime() - now.getTime()
  if (ms <= 0 || ms > HOLD_DAYS * DAY_MS) throw new RefusedHere('too-long')
  for (const hold of await liftHolds(tx, { proposalId, personId: actor, at: now }))
    await recordEvents(tx, [{ proposalId, actor, kind: 'hold-lifted', subject: { hold } }])
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  const hold = await insertHold(tx, { proposalId, personId: actor, reason: words, placedAt: now, until })
  const subject = { hold, until: until.toISOString(), ...(mail === null ? {} : { mail }) }
  await recordEvents(tx, [{ proposalId, actor, kind: 'hold-placed', subject }])
  await settle(tx, { proposalId, actor, now })
  return hold
}

export function liftHold(
  viewer: Viewer,
  slug: string,
  now = new Date(),
): Promise<Result<boolean, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, slug)
    const lifted = await liftHolds(tx, { proposalId, personId: actor, at: now })
    for (const hold of lifted)
      await recordEvents(tx, [{ proposalId, actor, kind: 'hold-lifted', subject: { hold } }])
    if (lifted.length > 0) await settle(tx, { proposalId, actor, now })
    return lifted.length > 0
  })
}

/** Away: what a maintainer has to do goes to the next one until then. Null: back. */
export async function setAway(
  viewer: Viewer,
  until: Date | null,
  now = new Date(),
): Promise<Result<null, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    if (until !== null && (until <= now || until.getTime() > now.getTime() + 366 * DAY_MS))
      throw new RefusedHere('too-long')
    await tx.person.update({ where: { id: actor }, data: { awayUntil: until }, select: { id: true } })
    for (const proposalId of await proposalsOfPerson(tx, actor)) await settle(tx, { proposalId, actor, now })
    return null
  })
}
