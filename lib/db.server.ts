import 'server-only'
import { setTimeout } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { z } from 'zod'
import { type Prisma, PrismaClient } from '../prisma/generated/client.ts'
import { env } from './env.server.ts'

/**
 * The one door to the database. Only `lib/**\/*.server.ts` opens it (checked by `npm run layers`), and each query
 * function behind it takes the viewer and asks `can()` before it reads or writes.
 */
export type Transaction = Prisma.TransactionClient

type Query = (...args: unknown[]) => unknown

/**
 * A connection on which each refusal keeps its name on the way through Prisma. Prisma's adapter hands on which UNIQUE or
 * foreign key refused, but drops the name of a CHECK and of a rule that RAISEs. It does hand on the hint, and of errors
 * of this class Postgres and our rules give none: so the name travels there. Taking it out of the message was rejected
 * (it is there for a CHECK only, in the language of the server), and so was replacing the adapter's `onError`, which is
 * not its public interface.
 */
class NamingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // pg types each form of this call; what is done here is the same in all: hence the casts.
    const query = this.query.bind(this) as Query
    const naming: Query = (...args) => {
      const done = args.at(-1)
      if (typeof done === 'function')
        args[args.length - 1] = (error: unknown, ...rest: unknown[]) => done(nameInHint(error), ...rest)
      const result = query(...args)
      if (!(result instanceof Promise)) return result
      return result.catch((error: unknown) => {
        throw nameInHint(error)
      })
    }
    this.query = naming as typeof this.query
  }
}

function nameInHint(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && FromPostgres.safeParse(error).success)
    error.hint ??= error.constraint
  return error
}

// `next dev` evaluates modules again on each change: one client for the process, not one for each evaluation.
const kept = globalThis as typeof globalThis & { coherentDatabase?: PrismaClient }

/** Lazily, so that `next build`, which has no database, can load every page. */
export function db(): PrismaClient {
  kept.coherentDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: env.databaseUrl, max: 12, Client: NamingClient }),
  })
  return kept.coherentDatabase
}

/**
 * One write transaction in the name of `personId`. The database's triggers trust this setting and nothing else:
 * a comment, a thread or an event whose person is another one is refused.
 *
 * `work` is run again from its beginning where Postgres ended the transaction for the sake of another one, so it keeps
 * nothing outside of what it returns.
 */
export async function writeAs<T>(personId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db().$transaction(
        async (tx) => {
          await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
          return work(tx)
        },
        { maxWait: 10_000, timeout: 20_000 },
      )
    } catch (error) {
      if (tries === MAX_TRIES || !gaveWay(error)) throw error
      await setTimeout(tries * PAUSE_MS)
    }
  }
}

const MAX_TRIES = 3
const PAUSE_MS = 20

/** What Postgres ends a transaction with that would have succeeded alone: a deadlock, a serialization failure. */
const forAnother = z.enum(['40P01', '40001'])
const GaveWay = z.union([
  z.object({ code: z.union([forAnother, z.literal('P2034')]) }),
  z.object({ cause: z.object({ originalCode: forAnother }) }),
  z.object({
    meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: forAnother }) }) }),
  }),
])
const gaveWay = (error: unknown) => GaveWay.safeParse(error).success

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

/**
 * The rules whose refusal code answers, by the name that prisma/migrations or prisma/rules gives them; all others are bugs
 * and stay errors. Never the words of a message: they are for people, and Postgres has them in many languages.
 */
export const REFUSALS = [
  'act_key_is_used_once',
  'comment_stays_deleted',
  'proposal_change_id_is_taken',
  'proposal_slug_is_taken',
  'reply_to_deleted',
  'revision_content_is_published',
  'revision_number_is_taken',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** Which of them refused; null: none of them, or the error is another one altogether. */
export function refusedBy(error: unknown): Refusal | null {
  const name = constraintOf(error)
  return REFUSALS.find((known) => known === name) ?? null
}

/** All codes of Postgres for what a constraint refuses. */
const integrity = z.string().startsWith('23')
const FromPostgres = z.object({ code: integrity, constraint: z.string() })
const FromAdapter = z.object({
  cause: z.object({
    originalCode: integrity,
    constraint: z.object({ index: z.string() }).optional(),
    hint: z.string().optional(),
  }),
})
const FromPrisma = z.object({ meta: z.object({ driverAdapterError: FromAdapter }) })

/** The name of the constraint or rule that refused, from an error of Prisma, of its adapter or of Postgres' own driver. */
export function constraintOf(error: unknown): string | null {
  const direct = FromPostgres.safeParse(error)
  if (direct.success) return direct.data.constraint
  const wrapped =
    FromPrisma.safeParse(error).data?.meta.driverAdapterError ?? FromAdapter.safeParse(error).data
  return wrapped?.cause.constraint?.index ?? wrapped?.cause.hint ?? null
}
