import { createServer } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { PrismaClient } from '../prisma/generated/client.ts'
import { msHere } from '../scripts/cpu-time.mjs'
import { isDatabaseAway } from './database-away.server.ts'
import { lookAfterDatabase, readiness } from './database-state.server.ts'
import { isDatabaseTrouble } from './database-trouble.ts'
import { db, writeAs } from './db.server.ts'
import { env } from './env.server.ts'
import { enterRequest } from './log.server.ts'

/** Every way in which a database fails its clients, provoked, by the same Prisma and driver as the app's. */
const clients: PrismaClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.$disconnect())))

function client(url: string, limits: pg.PoolConfig = {}): PrismaClient {
  const made = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: 2, connectionTimeoutMillis: 1000, ...limits }),
  })
  clients.push(made)
  return made
}

const sleepThere = (seconds: number) => (one: PrismaClient) =>
  one.$queryRawUnsafe(`SELECT pg_sleep(${seconds})::text`)

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => error,
  )
}

async function onSilentPort(work: (port: number) => Promise<unknown>): Promise<unknown> {
  const silent = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => silent.once('listening', done))
  const address = silent.address()
  try {
    return await work(typeof address === 'object' && address ? address.port : 0)
  } finally {
    silent.close()
  }
}

test.each<[string, () => Promise<unknown>]>([
  ['nothing listens there', () => client('postgresql://a:b@127.0.0.1:1/x').person.count()],
  [
    'nothing listens there, in a transaction',
    () => client('postgresql://a:b@127.0.0.1:1/x').$transaction((tx) => tx.person.count()),
  ],
  [
    'it says nothing',
    () => onSilentPort((port) => client(`postgresql://a:b@127.0.0.1:${port}/x`).person.count()),
  ],
  ['a statement takes too long', () => sleepThere(5)(client(env.databaseUrl, { statement_timeout: 300 }))],
  ['no answer comes', () => sleepThere(5)(client(env.databaseUrl, { query_timeout: 300 }))],
  [
    'the connection is ended there',
    () => client(env.databaseUrl).$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())::text`,
  ],
  ['all connections are in use', () => Promise.all([1, 2, 3].map(() => sleepThere(3)(client3)))],
  [
    'a transaction rests for too long',
    () =>
      client(env.databaseUrl, { idle_in_transaction_session_timeout: 200 }).$transaction(async (tx) => {
        await tx.person.count()
        await new Promise((done) => setTimeout(done, 700))
        return tx.person.count()
      }),
  ],
  [
    'a lock is not to be had',
    async () => {
      const holder = new pg.Client({ connectionString: env.testOwnerUrl })
      await holder.connect()
      try {
        await holder.query('BEGIN; LOCK TABLE person IN ACCESS EXCLUSIVE MODE')
        return await client(env.databaseUrl, { lock_timeout: 300 }).person.count()
      } finally {
        await holder.end()
      }
    },
  ],
  [
    'the password is that of a start before',
    () => client(env.databaseUrl.replace(/:[^:@]+@/, ':no@')).person.count(),
  ],
])('%s: that is trouble of the database', async (_, work) => {
  const error = await errorOf(work())
  expect(error).not.toBe('none')
  expect(isDatabaseTrouble(error)).toBe(true)
  expect(isDatabaseTrouble(new Error('wrapped', { cause: error }))).toBe(true)
})
const client3 = client(env.databaseUrl)

test.each<[string, () => Promise<unknown>]>([
  ['a row that a rule refuses', () => db().person.create({ data: { name: '' } })],
  ['a table that is not there', () => db().$queryRaw`SELECT * FROM no_such_table`],
  ['a division by zero', () => db().$queryRaw`SELECT 1/0`],
  ['an error of the program', () => Promise.reject(new TypeError('Connection of two words is terminated'))],
  ['something thrown that is no error', () => Promise.reject(null)],
])('%s is not', async (_, work) => {
  const error = await errorOf(work())
  expect(error).not.toBe('none')
  expect(isDatabaseTrouble(error)).toBe(false)
})

test('the pages wait 15 s for a statement, 8 s for a lock and 30 s for a transaction that rests', async () => {
  const asked = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
  const seen = await Promise.all(
    asked.map((name) => db().$queryRaw<{ value: string }[]>`SELECT current_setting(${name}) AS value`),
  )
  expect(seen.map(([row]) => row?.value)).toEqual(['15s', '8s', '30s'])
})

test('a request that met trouble is marked, one that met a refusal is not', async () => {
  const refused = enterRequest('00000001')
  await errorOf(db().$queryRaw`SELECT 1/0`)
  expect(refused.hasMetTrouble).toBe(false)
  const failed = enterRequest('00000002')
  await errorOf(db().$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())::text`)
  expect(failed.hasMetTrouble).toBe(true)
  const inTransaction = enterRequest('00000003')
  await errorOf(
    writeAs('00000000-0000-4000-8000-000000000000', async (tx) => {
      await tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())::text`
    }),
  )
  expect(refused.hasMetTrouble).toBe(false)
  expect(inTransaction.hasMetTrouble).toBe(true)
})

test('readiness says what is missing', async () => {
  expect(await readiness()).toEqual({ isReady: true })
  const owner = new pg.Client({ connectionString: env.testOwnerUrl })
  await owner.connect()
  try {
    const { rows } = await owner.query(
      'UPDATE _prisma_migrations SET finished_at = NULL WHERE id = (SELECT id FROM _prisma_migrations LIMIT 1) RETURNING migration_name AS name',
    )
    expect(await readiness()).toEqual({ isReady: false, why: `migrations are missing: ${rows[0].name}` })
    await owner.query('UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL')
    expect(await readiness()).toEqual({ isReady: true })
    // A table that cannot be read in time, as on a server that hangs.
    await owner.query('BEGIN; LOCK TABLE _prisma_migrations IN ACCESS EXCLUSIVE MODE')
    const began = Date.now()
    const [first, second] = await Promise.all([readiness(), readiness()])
    expect(first).toEqual({ isReady: false, why: 'the database does not answer within 1 s' })
    expect(second).toBe(first)
    expect(Date.now() - began).toBeLessThan(msHere(5000))
    await owner.query('ROLLBACK')
    expect(await readiness()).toEqual({ isReady: true })
  } finally {
    await owner.end()
  }
  await lookAfterDatabase()
  expect(isDatabaseAway()).toBe(false)
})
