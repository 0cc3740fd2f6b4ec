import 'server-only'
import { db } from '#lib/db.server.ts'

/**
 * How often somebody tries: one row for each key, in a table of its own.
 *
 * One statement counts and answers, by the database's clock: several instances count together, and none has to agree with
 * another about the time. A library was looked at (rate-limiter-flexible): its Prisma store reads, then writes, so that two
 * at once count as one; its Postgres store wants a pool of its own and makes its table itself, which the app's role may not.
 */

/** Rows that are taken away at once; what is left goes with the next. */
const FORGOTTEN_AT_ONCE = 200

/**
 * Counts a try under `key` and says whether it is within `limit` a window, which begins with its first try. By network only where
 * that is known (lib/environment/network.ts).
 */
export async function withinLimit(key: string, limit: number, windowMs: number): Promise<boolean> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    INSERT INTO tries (key, count, expires_at)
    VALUES (${key}, 1, clock_timestamp() + ${windowMs}::float8 * interval '1 millisecond')
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN tries.expires_at <= clock_timestamp() THEN 1 ELSE tries.count + 1 END,
      expires_at = CASE WHEN tries.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE tries.expires_at END
    RETURNING count`
  const count = row?.count ?? 1
  // Rows become more only by a first try, so that is when old ones go.
  if (count === 1) await forgetExpired()
  return count <= limit
}

/** Takes a try back that turned out not to count: where failures are counted, a success; where successes are, a failure. */
export async function giveBack(key: string): Promise<void> {
  await db().$executeRaw`UPDATE tries SET count = count - 1 WHERE key = ${key} AND count > 0`
}

/** Counts a try under each key; all of them are counted, also behind one that is used up. */
export async function withinLimits(
  limits: readonly { readonly key: string; readonly limit: number }[],
  windowMs: number,
): Promise<boolean> {
  let isWithin = true
  for (const { key, limit } of limits) if (!(await withinLimit(key, limit, windowMs))) isWithin = false
  return isWithin
}

/**
 * A statement of its own, and it passes over rows that another holds: in one statement with the count, two that count each
 * other's expired key would wait for each other.
 */
async function forgetExpired(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM tries WHERE key IN (
      SELECT key FROM tries WHERE expires_at <= clock_timestamp()
      ORDER BY expires_at LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED
    )`
}
