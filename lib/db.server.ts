import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { Prisma, PrismaClient } from '../prisma/generated/client.ts'
import { env } from './env.server.ts'

/**
 * The one door to the database. Only `lib/**\/*.server.ts` opens it (checked by `npm run layers`), and each query
 * function behind it takes the viewer and asks `can()` before it reads or writes.
 */
export type Transaction = Prisma.TransactionClient

// `next dev` evaluates modules again on each change: one client for the process, not one for each evaluation.
const kept = globalThis as typeof globalThis & { coherentDatabase?: PrismaClient }

/** Lazily, so that `next build`, which has no database, can load every page. */
export function db(): PrismaClient {
  kept.coherentDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: env.databaseUrl, max: 12 }),
  })
  return kept.coherentDatabase
}

/**
 * One write transaction in the name of `personId`. The database's triggers trust this setting and nothing else:
 * a comment, a thread or an event whose person is another one is refused.
 */
export function writeAs<T>(personId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
      return work(tx)
    },
    { maxWait: 10_000, timeout: 20_000 },
  )
}

/**
 * A lock that one process of all on this database holds, on a connection of its own: it is free again when the process is
 * gone, however that came about. Null: another one has it.
 */
export async function holdLock(
  key: bigint,
): Promise<{ readonly isHeld: () => boolean; readonly release: () => Promise<void> } | null> {
  const client = new pg.Client({ connectionString: env.databaseUrl, keepAlive: true })
  let isHeld = true
  client.on('error', () => {
    isHeld = false
  })
  client.on('end', () => {
    isHeld = false
  })
  await client.connect()
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS held', [String(key)])
  if (rows[0]?.held === true) return { isHeld: () => isHeld, release: () => client.end() }
  await client.end()
  return null
}

/** True for the refusal of a UNIQUE constraint over (at least) these columns or of this name. */
export function isUniqueViolation(error: unknown, column: string): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    error.code === 'P2002' &&
    JSON.stringify(error.meta ?? {}).includes(column)
  )
}
