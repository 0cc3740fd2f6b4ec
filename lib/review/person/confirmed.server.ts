import 'server-only'
import { db } from '#lib/db.server.ts'

/** A trailer counts when its sender is proved to be the one it names, and that one confirmed the address. */
export async function confirmedAmong(addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const rows = await db().personAddress.findMany({
    where: { address: { in: [...addresses] }, confirmedAt: { not: null } },
    select: { address: true },
  })
  return new Set(rows.map(({ address }) => address))
}
