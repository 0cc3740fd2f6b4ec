import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db, type Transaction } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/**
 * What the command line of a person shows in place of a session. It acts in their name in proposals, and only there: its
 * routes (`app/api/rfc`) know nothing of accounts, and it is never an administrator's. Only the hash is kept, so it is shown
 * once; there is one for each person, making another ends the one before, and it is over by itself after half a year.
 */
const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())
const FORM = /^coherent-author-[A-Za-z0-9_-]{43}$/
const DAY_MS = 24 * 60 * 60 * 1000
export const COMMAND_TOKEN_DAYS = 180

/** Null: nobody is signed in. */
export async function makeCommandToken(viewer: Viewer, now: Date): Promise<string | null> {
  if (!viewer) return null
  const { personId } = viewer
  const token = `coherent-author-${randomBytes(32).toString('base64url')}`
  const expiresAt = new Date(now.getTime() + COMMAND_TOKEN_DAYS * DAY_MS)
  const data = { sha256: sha256(token), createdAt: now, expiresAt }
  await db().commandToken.upsert({ where: { personId }, create: { personId, ...data }, update: data })
  return token
}

/** False: there was none. */
export async function revokeCommandToken(viewer: Viewer): Promise<boolean> {
  return viewer !== null && dropCommandToken(db(), viewer.personId)
}

/** Of somebody who deletes their account, too. */
export async function dropCommandToken(
  tx: Pick<Transaction, 'commandToken'>,
  personId: string,
): Promise<boolean> {
  return (await tx.commandToken.deleteMany({ where: { personId } })).count > 0
}

/** Until when the one that there is works; null: none does. */
export async function commandTokenUntil(viewer: Viewer, now: Date): Promise<Date | null> {
  if (!viewer) return null
  const row = await db().commandToken.findUnique({
    where: { personId: viewer.personId },
    select: { expiresAt: true },
  })
  return row && row.expiresAt > now ? row.expiresAt : null
}

/** Whose it is; null: nobody's, any more. */
export async function viewerOfCommandToken(token: string, now: Date): Promise<Viewer> {
  if (!FORM.test(token)) return null
  const row = await db().commandToken.findUnique({
    where: { sha256: sha256(token) },
    select: {
      expiresAt: true,
      person: { select: { id: true, name: true, blockedAt: true, deletedAt: true } },
    },
  })
  if (!row || row.expiresAt <= now || row.person.blockedAt || row.person.deletedAt) return null
  return { personId: row.person.id, name: row.person.name, administrator: false }
}
