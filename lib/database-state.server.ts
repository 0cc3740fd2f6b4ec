import 'server-only'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isDatabaseAway, setDatabaseAway } from './database-away.server.ts'
import { env } from './env.server.ts'
import { log } from './log.server.ts'

/**
 * Whether the database answers, asked on a connection of its own: a pool that is all in use says nothing about the server.
 */
export type Readiness = { readonly isReady: true } | { readonly isReady: false; readonly why: string }

const READY_WITHIN_MS = 1000
const LOOK_EVERY_MS = 5000
/** Of a look that nobody waits for. More than what keeps this process busy for a moment. */
const PATIENCE_MS = 3000
const LOOK_AGAIN_MS = 500

// Next evaluates this module once for each of its bundles; there is one connection, and one state.
type State = { client: Promise<pg.Client> | null; asking: Promise<Readiness> | null }
const kept = globalThis as typeof globalThis & { coherentDatabaseState?: State }
kept.coherentDatabaseState ??= { client: null, asking: null }
const state = kept.coherentDatabaseState

/** For `/readyz`. Those who ask at the same time share one question. */
export function readiness(): Promise<Readiness> {
  state.asking ??= look(READY_WITHIN_MS).finally(() => {
    state.asking = null
  })
  return state.asking
}

async function look(withinMs: number): Promise<Readiness> {
  const missing = await answerWithin(withinMs, missingMigrations())
  if (missing === 'late') {
    dropConnection()
    return { isReady: false, why: `the database does not answer within ${withinMs / 1000} s` }
  }
  if (missing === 'failed') return { isReady: false, why: 'the database does not answer' }
  if (missing.length > 0) return { isReady: false, why: `migrations are missing: ${missing.join(', ')}` }
  return { isReady: true }
}

/** The value; `late`, or `failed`. An answer that has come while this process was busy counts as come. */
async function answerWithin<T>(ms: number, question: Promise<T>): Promise<T | 'late' | 'failed'> {
  const over = new AbortController()
  const patience = sleep(ms, 'late' as const, { signal: over.signal })
    .then(() => sleep(0, 'late' as const))
    .catch(() => 'late' as const)
  try {
    return await Promise.race([question, patience])
  } catch {
    dropConnection()
    return 'failed'
  } finally {
    over.abort()
  }
}

function dropConnection(): void {
  const client = state.client
  state.client = null
  client?.then((open) => open.end()).catch(() => {}) // it was never open, or is gone already
}

function connection(): Promise<pg.Client> {
  state.client ??= (async () => {
    const client = new pg.Client({
      connectionString: env.databaseUrl,
      connectionTimeoutMillis: PATIENCE_MS,
      keepAlive: true,
      application_name: 'coherent readiness',
    })
    client.on('error', () => dropConnection())
    await client.connect()
    return client
  })()
  return state.client
}

let wanted: readonly string[] | undefined

/** Names of the migrations of this checkout that the database does not have. */
async function missingMigrations(): Promise<readonly string[]> {
  wanted ??= readdirSync(join(env.root, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  const client = await connection()
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  const applied = new Set(rows.map(({ name }) => name))
  return wanted.filter((name) => !applied.has(name))
}

let isLooking = false

/**
 * Looks now, and as long as there is no answer again and again. Called where a request met trouble, and now and then: a server
 * that hangs would otherwise be noticed by who waits for it. Nothing waits for it.
 */
export async function lookAfterDatabase(): Promise<void> {
  if (isLooking) return
  isLooking = true
  try {
    for (;;) {
      const answered = await answerWithin(PATIENCE_MS, ask())
      const isAway = answered === 'late' || answered === 'failed'
      if (answered === 'late') dropConnection()
      if (isAway !== isDatabaseAway()) {
        setDatabaseAway(isAway)
        if (isAway) log.error('the database is away')
        else log.info('the database is back')
      }
      if (!isAway) return
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false })
    }
  } finally {
    isLooking = false
  }
}

async function ask(): Promise<'yes'> {
  const client = await connection()
  await client.query('SELECT 1')
  return 'yes'
}

/** Called once when the app starts. */
export function watchDatabase(): void {
  setInterval(() => void lookAfterDatabase(), LOOK_EVERY_MS).unref()
}
