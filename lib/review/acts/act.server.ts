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
  if (!can(viewer, action, standing)) throw new Refused({ kind: 'forbidden' })
}

/** An act that may be sent again by a double click, a retry, or a form that was kept for weeks. */
export type Once = {
  /** Made with the draft. */
  readonly key: string
  readonly kind: 'open-thread' | 'reply'
  /** What it is done to, and the words: the same key with another of them is another wish, and is told. */
  readonly target: readonly (string | number)[]
  readonly words: string
}

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
        const place = await work(tx, viewer.personId)
        if (once) await keep(tx, viewer.personId, once, place)
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
    }
    throw error
  }
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
  const kept = Kept.parse(row.result)
  const { slug, thread, comment } = kept
  const isSame = 'wish' in kept ? kept.wish === wishOf(once) : kept.words === sha256(once.words)
  return isSame && row.kind === once.kind && row.personId === viewer.personId
    ? ok({ slug, thread, comment })
    : err({ kind: 'key-used', seq: comment })
}
