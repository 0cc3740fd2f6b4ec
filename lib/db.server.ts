import 'server-only'
import { setTimeout } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQueryable } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { z } from 'zod'
import { Prisma, PrismaClient } from '../prisma/generated/client.ts'
import { isDatabaseTrouble } from './database-trouble.ts'
import { env } from './env.server.ts'
import { markTrouble } from './log.server.ts'

/**
 * The one door to the database. Only `lib/**\/*.server.ts` opens it (checked by `npm run layers`), and each query
 * function behind it takes the viewer and asks `can()` before it reads or writes.
 */
export type Transaction = Prisma.TransactionClient

/** A piece of a statement, with its parameters: `${piece}` within `$queryRaw`. */
export const { sql } = Prisma
/** A name that the program gives, such as an alias, as it stands: never anything that came with a request. */
export const sqlName = Prisma.raw

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

/** Trouble of the database is noted where it is met: what stands above may hide it in an error of its own (better-auth). */
class NotingPg extends PrismaPg {
  override async connect() {
    const adapter = await super.connect()
    noteQueries(adapter)
    const { startTransaction } = adapter
    adapter.startTransaction = async (level) => {
      const transaction = await noted(startTransaction.call(adapter, level))
      noteQueries(transaction)
      return transaction
    }
    return adapter
  }
}

function noteQueries(on: SqlQueryable): void {
  const { queryRaw, executeRaw } = on
  on.queryRaw = (query) => noted(queryRaw.call(on, query))
  on.executeRaw = (query) => noted(executeRaw.call(on, query))
}

function noted<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (isDatabaseTrouble(error)) markTrouble()
    throw error
  })
}

function nameInHint(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && FromPostgres.safeParse(error).success)
    error.hint ??= error.constraint
  return error
}

// `next dev` evaluates modules again on each change: one client for the process, not one for each evaluation.
const kept = globalThis as typeof globalThis & { coherentDatabase?: PrismaClient }

/**
 * Nobody waits for the database without an end: what takes longer is an error, which people get as a page with words
 * (`database-trouble.server.ts`). The server's own limits come first, so that it stops the work as well; that of the client
 * is for a server that does not answer at all. In milliseconds; a transaction as a whole has 20 s (`writeAs`).
 */
const LIMITS = {
  // Also what a query waits for a free connection of the pool.
  connectionTimeoutMillis: 5000,
  statement_timeout: 15_000,
  lock_timeout: 8000,
  idle_in_transaction_session_timeout: 30_000,
  query_timeout: 20_000,
}
/** An operator's command takes what it takes: an upgrade rewrites tables, and who waits for it can end it. */
const LIMITS_OF_COMMANDS = { connectionTimeoutMillis: 5000 }

/** Lazily, so that `next build`, which has no database, can load every page. */
export function db(): PrismaClient {
  kept.coherentDatabase ??= new PrismaClient({
    adapter: new NotingPg({
      connectionString: env.databaseUrl,
      max: 12,
      Client: NamingClient,
      ...(env.isCommand ? LIMITS_OF_COMMANDS : LIMITS),
    }),
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
  const client = new pg.Client({
    connectionString: env.databaseUrl,
    keepAlive: true,
    connectionTimeoutMillis: LIMITS.connectionTimeoutMillis,
  })
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

/** Between two tries to listen again. */
const LISTEN_AGAIN_MS = [250, 1000, 3000, 10_000]

/**
 * Listens to a channel of the database, on a connection of its own, which is made again whenever it breaks.
 *
 * @param on `connected`: from now on everything is heard; what was said before may have been missed
 */
export function listen(
  channel: 'coherent_event',
  on: {
    readonly heard: (payload: string) => void
    readonly connected: () => void
    readonly lost: (error: unknown) => void
  },
): { readonly end: () => Promise<void> } {
  let client: pg.Client | null = null
  let isOver = false
  let tries = 0
  let timer: NodeJS.Timeout | undefined
  const connect = async () => {
    const made = new pg.Client({
      connectionString: env.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: LIMITS.connectionTimeoutMillis,
    })
    client = made
    let isLost = false
    const again = (error: unknown) => {
      if (isLost || isOver) return
      isLost = true
      // Each outage is told once, however long it is.
      if (tries === 0) on.lost(error)
      const wait = LISTEN_AGAIN_MS[Math.min(tries, LISTEN_AGAIN_MS.length - 1)]
      tries += 1
      void made.end().catch(() => {})
      timer = globalThis.setTimeout(() => void connect(), wait)
      timer.unref()
    }
    made.on('error', again)
    made.on('end', () => again(new Error('the connection ended')))
    made.on('notification', ({ payload = '' }) => on.heard(payload))
    try {
      await made.connect()
      await made.query(`LISTEN ${channel}`)
      tries = 0
      on.connected()
    } catch (error) {
      again(error)
    }
  }
  void connect()
  return {
    end: async () => {
      isOver = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

/**
 * The rules whose refusal code answers, by the name that prisma/migrations or prisma/rules gives them; all others are bugs
 * and stay errors. Never the words of a message: they are for people, and Postgres has them in many languages.
 */
export const REFUSALS = [
  'act_key_is_used_once',
  'comment_stays_deleted',
  'locked_thread_is_added_to_by_maintainer',
  'proposal_change_id_is_taken',
  'proposal_slug_is_taken',
  'reply_to_deleted',
  'revision_content_is_published',
  'revision_number_is_taken',
  'weak_answer_is_marked_by_reviewer',
  'working_copy_slug_is_taken',
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
