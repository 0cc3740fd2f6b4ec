import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db } from '#lib/db.server.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'

/**
 * Tokens with which a program hands in mail over HTTP. Only hashes are kept: the token is shown once. What a mail server
 * of ours writes into a mail is believed under a token that was made for it, and under no other.
 */
const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())
const FORM = /^coherent-mail-[A-Za-z0-9_-]{43}$/

export async function createMailToken(
  label: string,
  isMailServer = false,
): Promise<{ id: string; token: string }> {
  const token = `coherent-mail-${randomBytes(32).toString('base64url')}`
  const { id } = await db().mailToken.create({
    data: { sha256: sha256(token), label, isMailServer },
    select: { id: true },
  })
  await noteAudit({ kind: 'mail-token-made', actor: null, detail: { token: id } })
  return { id, token }
}

export type MailTokenFound = { readonly tokenId: string; readonly isMailServer: boolean }

/** Null for one that is unknown or was revoked. */
export async function findMailToken(token: string, now: Date): Promise<MailTokenFound | null> {
  if (!FORM.test(token)) return null
  const found = await db().mailToken.findUnique({
    where: { sha256: sha256(token) },
    select: { id: true, revokedAt: true, isMailServer: true },
  })
  if (!found || found.revokedAt) return null
  await db().mailToken.update({ where: { id: found.id }, data: { usedAt: now }, select: { id: true } })
  return { tokenId: found.id, isMailServer: found.isMailServer }
}

/** False: there is none that still works. */
export async function revokeMailToken(id: string, now: Date): Promise<boolean> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return false
  const { count } = await db().mailToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: now },
  })
  if (count > 0) await noteAudit({ kind: 'mail-token-revoked', actor: null, detail: { token: id } })
  return count > 0
}

export type MailTokenListed = {
  readonly id: string
  readonly label: string
  readonly createdAt: string
  readonly usedAt: string | null
  readonly isRevoked: boolean
  readonly isMailServer: boolean
}

export async function listMailTokens(): Promise<MailTokenListed[]> {
  const rows = await db().mailToken.findMany({
    orderBy: { createdAt: 'asc' },
    select: { id: true, label: true, createdAt: true, usedAt: true, revokedAt: true, isMailServer: true },
  })
  return rows.map(({ id, label, createdAt, usedAt, revokedAt, isMailServer }) => ({
    id,
    label,
    createdAt: createdAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
    isRevoked: revokedAt !== null,
    isMailServer,
  }))
}
