import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { db, refusedBy, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type Action, can, type Relation, type Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'

/**
 * What every act has in common: one transaction in the name of who acts, done once for the key of its draft, and an
 * expected failure as a value. An act is one change of the review, and the only way to it: the page, the command
 * line and tests call the same function.
 *
 * The permission is asked inside the transaction, of the rows that are then written upon.
 */

/** Where something was written, for the redirect and the permalink. */
export type Place = { readonly slug: string; readonly thread: number; readonly comment: number }

/** Carries an expected failure out of a transaction, which rolls back on its way. */
export class Refused extends Error {
  readonly failure: ThreadFailure
  constructor(failure: ThreadFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** Ends the act unless the viewer may do this to a thread or comment of the proposal. */
export async function mustBeAllowed(
  tx: Transaction,
  viewer: Viewer,
  action: Action,
  proposalId: string,
  relations: readonly Relation[] = [],
): Promise<void> {
  if (!viewer) throw new Refused({ kind: 'signed-out' })
  const standing = await standingIn(viewer, proposalId, relations, tx)
  // As of a thread that nobody ever opened. The acts find nothing in such a proposal; this is for the one that forgot.
  if (!can(viewer, 'read', standing)) throw new Refused({ kind: 'no-such-thread' })
  if (!can(viewer, action, standing)) throw new Refused({ kind: 'forbidden' })
}

/** Ends the act where the thread is locked, unless the viewer may add to it all the same. */
export async function mustBeOpenTo(
  tx: Transaction,
  viewer: Viewer,
  thread: { readonly proposalId: string; readonly lockedAt: Date | null },
): Promise<void> {
  if (thread.lockedAt === null) return
  if (!can(viewer, 'add-to-locked', await standingIn(viewer, thread.proposalId, [], tx)))
    throw new Refused({ kind: 'thread-locked' })
}

/** An act that may be sent again by a double click, a retry, or a form that was kept for weeks. */
export type Once = {
  /** Made with the draft. */
  readonly key: string
  readonly kind: 'open-thread' | 'reply' | 'change-thread'
  /** What it is done to, and the words: the same key with another of them is another wish, and is told. */
  readonly target: readonly (string | number)[]
  readonly words: string
  /**
   * Where the same person said the same words to the same target a short while ago, under another key; null: nowhere. A
   * browser without scripts that goes back after a lost answer has the words, and from the server another form with
   * another key.
   */
  readonly saidBefore: (tx: Transaction, personId: string) => Promise<Place | null>
}

/** The first half of the lock's name; the second is the person. Taken before any row. */
const SAYS_LOCK = 0x5a75

export async function act(
  viewer: Viewer,
  once: Once | null,
  work: (tx: Transaction, personId: string) => Promise<Place>,
): Promise<Result<Place, ThreadFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  const before = once && (await doneBefore(viewer, once))
  if (before) return before
  try {
    return ok(
      await writeAs(viewer.personId, async (tx) => {
        if (!once) return work(tx, viewer.personId)
        // One at a time for each person: of two sends at once, with two keys, the second finds what the first said.
        await oneAtATime(tx, viewer.personId)
        const place = (await once.saidBefore(tx, viewer.personId)) ?? (await work(tx, viewer.personId))
        await keep(tx, viewer.personId, once, place)
        return place
      }),
    )
  } catch (error) {
    if (error instanceof Refused) return err(error.failure)
    switch (refusedBy(error)) {
      case 'act_key_is_used_once': {
        // Of two sends at once the second waits for the first one's key, and finds what came of it.
        const meanwhile = once && (await doneBefore(viewer, once))
        if (meanwhile) return meanwhile
        break
      }
      case 'reply_to_deleted':
      case 'comment_stays_deleted':
        return err({ kind: 'comment-deleted' })
      case 'locked_thread_is_added_to_by_maintainer':
        return err({ kind: 'thread-locked' })
    }
    throw error
  }
}

/** An invitation that was made with this key: its link cannot be shown again, so a second send is told. */
export async function keepInviteKey(
  tx: Transaction,
  key: string,
  personId: string,
  invitation: string,
): Promise<void> {
  const data = { key, personId, kind: 'invite', result: { invitation } }
  await tx.actKey.create({ data, select: { key: true } })
}

/** Of a person who sends twice at once the second waits for the first, to the end of its transaction. */
export async function oneAtATime(tx: Transaction, personId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SAYS_LOCK}::int4, hashtext(${personId}))`
}

/** What made no comment and is done once: `wish` is all that was asked for, and what differs in any of it is another wish. */
export type KeyOf = {
  readonly key: string
  readonly personId: string
  readonly kind: 'publish-review' | 'keep-draft' | 'begin-proposal'
  readonly wish: readonly unknown[]
}

const KeptMade = z.object({ made: z.uuid(), wish: z.string() })
const hashOf = ({ kind, wish }: KeyOf) => sha256(JSON.stringify([kind, ...wish]))

/** The id of what was made with this key; `other`: of another wish, by another act, or by somebody else. */
export async function madeWith(
  tx: Transaction,
  of: KeyOf,
): Promise<{ readonly id: string } | 'other' | null> {
  const row = await tx.actKey.findUnique({
    where: { key: of.key },
    select: { personId: true, kind: true, result: true },
  })
  if (!row) return null
  const kept = KeptMade.safeParse(row.result)
  const isSame = kept.success && kept.data.wish === hashOf(of)
  return isSame && row.personId === of.personId && row.kind === of.kind ? { id: kept.data.made } : 'other'
}

/** In the name of whose key it is. */
export async function keepMade(tx: Transaction, of: KeyOf, made: string): Promise<void> {
  const { key, personId, kind } = of
  const result = { made, wish: hashOf(of) } satisfies z.infer<typeof KeptMade>
  await tx.actKey.create({ data: { key, personId, kind, result }, select: { key: true } })
}

const KeptPlace = z.object({ slug: z.string(), thread: z.number().int(), comment: z.number().int() })
const Kept = z.union([
  /** SHA-256 in hex, of what was done, to what and with which words. */
  KeptPlace.extend({ wish: z.string() }),
  /** Of the words alone: rows stay as they were written, and a form may be kept for weeks. */
  KeptPlace.extend({ words: z.string() }),
])

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const wishOf = ({ kind, target, words }: Once) => sha256(JSON.stringify([kind, ...target, words]))

async function keep(tx: Transaction, personId: string, once: Once, place: Place) {
  const { key, kind } = once
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  const result = { ...place, wish: wishOf(once) } satisfies z.infer<typeof Kept>
  await tx.actKey.create({ data: { key, personId, kind, result }, select: { key: true } })
}

/** What an earlier send of the same draft made; null for the first. A key of another person is only used up. */
async function doneBefore(
  viewer: NonNullable<Viewer>,
  once: Once,
): Promise<Result<Place, ThreadFailure> | null> {
  const row = await db().actKey.findUnique({
    where: { key: once.key },
    select: { personId: true, kind: true, result: true },
  })
  if (!row) return null
  const parsed = Kept.safeParse(row.result)
  // The key of an act of another kind, which made no comment.
  if (!parsed.success) return err({ kind: 'key-used', seq: 0 })
  const kept = parsed.data
  const { slug, thread, comment } = kept
  const isSame = 'wish' in kept ? kept.wish === wishOf(once) : kept.words === sha256(once.words)
  return isSame && row.kind === once.kind && row.personId === viewer.personId
    ? ok({ slug, thread, comment })
    : err({ kind: 'key-used', seq: comment })
}
