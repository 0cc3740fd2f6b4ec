import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { bundleForNode } from '../../../scripts/bundle.mjs'
import { childEnvironment } from '../../../scripts/child-environment.mjs'
import { msHere } from '../../../scripts/cpu-time.mjs'
import { withinLimit } from './tries.server.ts'

const HOUR_MS = 3_600_000
const other = new pg.Client({ connectionString: env.databaseUrl })
beforeAll(() => other.connect())
afterAll(() => other.end())

const newKey = () => `test:${randomUUID()}`
const rows = (keys: readonly string[]) => db().try.count({ where: { key: { in: [...keys] } } })
const expire = (keys: readonly string[]) =>
  other.query(`UPDATE tries SET expires_at = now() - interval '1 second' WHERE key = ANY($1)`, [keys])

test('as many tries as the limit are let through, and none more until the window is over', async () => {
  const key = newKey()
  const answers = []
  for (let i = 0; i < 5; i++) answers.push(await withinLimit(key, 3, HOUR_MS))
  expect(answers).toEqual([true, true, true, false, false])
  expect(await withinLimit(newKey(), 3, HOUR_MS)).toBe(true)
  await expire([key])
  expect(await withinLimit(key, 3, HOUR_MS)).toBe(true)
})

test('tries do not make their window longer', async () => {
  const key = newKey()
  const end = async () => (await db().try.findUniqueOrThrow({ where: { key } })).expiresAt
  expect(await withinLimit(key, 1, HOUR_MS)).toBe(true)
  const before = await end()
  expect(await withinLimit(key, 1, HOUR_MS)).toBe(false)
  expect(await withinLimit(key, 1, 2 * HOUR_MS)).toBe(false)
  expect(await end()).toEqual(before)
})

test('of many at the same time, in two processes, exactly as many as the limit are let through', async () => {
  const key = newKey()
  const url = env.databaseUrl
  // What another instance sends: its own connections, the same statement.
  const program = await bundleForNode('lib/review/account/samples/tries-process.server.ts', 'tries-process')
  const instance = () =>
    new Promise<number>((done, failed) => {
      const settings = { env: childEnvironment({ DATABASE_URL: url }) }
      execFile(process.execPath, [program, key, '10', '30'], settings, (error, stdout) =>
        error ? failed(error) : done(Number(stdout)),
      )
    })
  const letThrough = await Promise.all([instance(), instance()])
  expect(letThrough.reduce((sum, n) => sum + n, 0)).toBe(10)
  expect((await db().try.findUniqueOrThrow({ where: { key } })).count).toBe(60)
})

test('rows whose window is over go away, those of others stay', async () => {
  const old = Array.from({ length: 20 }, newKey)
  const fresh = newKey()
  for (const key of [...old, fresh]) await withinLimit(key, 3, HOUR_MS)
  await expire(old)
  expect(await rows(old)).toBe(20)
  await withinLimit(newKey(), 3, HOUR_MS)
  expect(await rows(old)).toBe(0)
  expect(await rows([fresh])).toBe(1)
})

test('a row that another holds is passed over, and nobody waits for it', async () => {
  const [held, free] = [newKey(), newKey()]
  for (const key of [held, free]) await withinLimit(key, 3, HOUR_MS)
  await expire([held, free])
  await other.query('BEGIN')
  await other.query('SELECT 1 FROM tries WHERE key = $1 FOR UPDATE', [held])
  const began = performance.now()
  await withinLimit(newKey(), 3, HOUR_MS)
  expect(performance.now() - began).toBeLessThan(msHere(5_000))
  await other.query('COMMIT')
  expect(await rows([held])).toBe(1)
  expect(await rows([free])).toBe(0)
})

test('expired keys that are tried by many at once make no deadlock', async () => {
  const keys = Array.from({ length: 12 }, newKey)
  for (let round = 0; round < 5; round++) {
    for (const key of keys) await withinLimit(key, 1000, HOUR_MS)
    await expire(keys)
    const answers = await Promise.all(
      [...keys, ...keys.toReversed()].map((key) => withinLimit(key, 1000, HOUR_MS)),
    )
    expect(answers).not.toContain(false)
  }
})
