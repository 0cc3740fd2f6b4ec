import 'server-only'
import { db } from '#lib/db.server.ts'

const DAY_MS = 24 * 60 * 60_000

/**
 * Counts a try under `key` and says whether it is within `limit` a window. By account or person, not by network
 * address: the address in X-Forwarded-For is whatever the sender writes unless a known proxy stands before us.
 * No window is longer than a day: what nobody tried since then is forgotten here.
 */
export async function withinLimit(key: string, limit: number, windowMs: number): Promise<boolean> {
  const now = BigInt(Date.now())
  const windowBegan = now - BigInt(windowMs)
  const rows = await db().$queryRaw<{ count: number }[]>`
    WITH forgotten AS (
      DELETE FROM auth_rate_limit WHERE last_request < ${now - BigInt(DAY_MS)} AND key <> ${key}
    )
    INSERT INTO auth_rate_limit AS tries (key, count, last_request) VALUES (${key}, 1, ${now})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN tries.last_request < ${windowBegan} THEN 1 ELSE tries.count + 1 END,
      last_request = CASE WHEN tries.last_request < ${windowBegan} THEN ${now} ELSE tries.last_request END
    RETURNING count`
  return (rows[0]?.count ?? 1) <= limit
}
