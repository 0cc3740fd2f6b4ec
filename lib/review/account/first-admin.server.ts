import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { noteAudit } from './audit.server.ts'

const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

/**
 * A one-time link that makes an account an administrator, while the installation has none; else null. Each call
 * makes a new token and takes back the older ones, so the link that works is the last one in the log.
 */
export async function issueFirstAdminToken(): Promise<string | null> {
  const administrators = await db().person.count({ where: { administrator: true } })
  if (administrators > 0) return null
  const token = randomBytes(24).toString('base64url')
  await db().$transaction([
    db().firstAdminToken.deleteMany({ where: { usedAt: null } }),
    db().firstAdminToken.create({ data: { sha256: sha256(token) } }),
  ])
  return token
}

export async function isFirstAdminToken(token: string): Promise<boolean> {
  const found = await db().firstAdminToken.findUnique({
    where: { sha256: sha256(token) },
    select: { usedAt: true },
  })
  return found !== null && found.usedAt === null
}

export async function becomeFirstAdmin(
  viewer: Viewer,
  token: string,
): Promise<Result<null, 'signed-out' | 'used'>> {
  if (!viewer) return err('signed-out')
  return writeAs(viewer.personId, async (tx) => {
    // The update is the test: of two who follow the link at the same time, one finds the row unused.
    const { count } = await tx.firstAdminToken.updateMany({
      where: { sha256: sha256(token), usedAt: null },
      data: { usedAt: new Date(), usedBy: viewer.personId },
    })
    if (count === 0) return err('used')
    await tx.person.update({ where: { id: viewer.personId }, data: { administrator: true } })
    await noteAudit({ kind: 'administrator-made', actor: viewer.personId }, tx)
    return ok(null)
  })
}
