import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db, type Transaction } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/**
 * A reader of feeds has no session: its address carries a token that lets it see what its owner may in a feed, and nothing
 * else. Only the hash is kept, so it is shown once; there is one for each person, and making another ends the one before.
 *
 * An address is handed on more easily than a password, so a token is never an administrator's: it sees what is public, and
 * what its owner has a role in.
 */
const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())
const FORM = /^[A-Za-z0-9_-]{32}$/

/** Null: nobody is signed in. */
export async function makeFeedToken(viewer: Viewer): Promise<string | null> {
  if (!viewer) return null
  const { personId } = viewer
  const token = randomBytes(24).toString('base64url')
  const data = { sha256: sha256(token), createdAt: new Date() }
  await db().feedToken.upsert({ where: { personId }, create: { personId, ...data }, update: data })
  return token
}

/** False: there was none. */
export async function revokeFeedToken(viewer: Viewer): Promise<boolean> {
  return viewer !== null && dropFeedToken(db(), viewer.personId)
}

/** Of somebody who deletes their account, too. */
export async function dropFeedToken(tx: Pick<Transaction, 'feedToken'>, personId: string): Promise<boolean> {
  return (await tx.feedToken.deleteMany({ where: { personId } })).count > 0
}

/** Since when there is one; null: there is none. */
export async function feedTokenSince(viewer: Viewer): Promise<Date | null> {
  if (!viewer) return null
  const row = await db().feedToken.findUnique({
    where: { personId: viewer.personId },
    select: { createdAt: true },
  })
  return row?.createdAt ?? null
}

/** Whose it is; null: nobody's, any more. */
export async function viewerOfFeedToken(token: string): Promise<Viewer> {
  if (!FORM.test(token)) return null
  const row = await db().feedToken.findUnique({
    where: { sha256: sha256(token) },
    select: { person: { select: { id: true, name: true, blockedAt: true, deletedAt: true } } },
  })
  if (!row || row.person.blockedAt || row.person.deletedAt) return null
  return { personId: row.person.id, name: row.person.name, administrator: false }
}
