import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, expect, test } from 'vitest'
import { pruneLog, startEmbeddedPostgres } from './embedded-postgres.mjs'

/** One folder for all, as making one takes seconds; each test starts the server anew. */
const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-embedded-'))
chmodSync(dataRoot, 0o755)
let stop = async () => {}
afterEach(() => stop())
afterAll(() => rmSync(dataRoot, { recursive: true, force: true }))

async function startServer() {
  const server = await startEmbeddedPostgres({ dataRoot })
  stop = server.stop
  return server
}

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the server is killed under it
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const postmasterOf = (data: string) =>
  Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])

/** What `watch` tells, as words. */
function watched(server: Awaited<ReturnType<typeof startServer>>, pausesMs?: number[]) {
  const told: string[] = []
  server.watch({
    onGone: () => told.push('gone'),
    onBack: () => told.push('back'),
    onLost: (why: string) => told.push(`lost: ${why}`),
    everyMs: 50,
    ...(pausesMs && { pausesMs }),
  })
  return told
}

async function until(holds: () => boolean, seconds = 30) {
  for (let i = 0; i < seconds * 20 && !holds(); i++) await sleep(50)
  expect(holds()).toBe(true)
}

test('a server that is killed is started again on the same port, with all that was committed', async () => {
  const server = await startServer()
  await query(server.url, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)')
  const told = watched(server)
  for (const round of [1, 2]) {
    process.kill(postmasterOf(server.data), 'SIGKILL')
    await until(() => told.length === 2 * round)
    expect(told.slice(-2)).toEqual(['gone', 'back'])
    expect(await query(server.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }])
  }
})

test('a server whose files are gone is given up at once, and none is made in their place', async () => {
  const server = await startServer()
  const told = watched(server, [0, 60_000])
  const postmaster = postmasterOf(server.data)
  renameSync(server.data, `${server.data}.lost`)
  process.kill(postmaster, 'SIGKILL')
  await until(() => told.length === 2)
  expect(told[0]).toBe('gone')
  expect(told[1]).toMatch(/^lost: its files in .* are gone/)
  expect(existsSync(server.data)).toBe(false)
})

test('a server whose port is taken meanwhile is given up, as the app knows no other', async () => {
  const server = await startServer()
  const told = watched(server, [2000])
  const port = Number(new URL(server.url).port)
  process.kill(postmasterOf(server.data), 'SIGKILL')
  const thief = createServer()
  // The dead server's socket is there until its children are gone.
  const take = () => thief.listen(port, '127.0.0.1')
  thief.on('error', () => setTimeout(take, 5))
  take()
  await until(() => told.length === 2)
  thief.close()
  expect(told[1]).toMatch(/^lost: Postgres did not start.*Address already in use/s)
})

test('a server that is stopped on purpose is not started again', async () => {
  const server = await startServer()
  const told = watched(server)
  await server.stop()
  await sleep(300)
  expect(told).toEqual([])
  expect(existsSync(join(server.data, 'postmaster.pid'))).toBe(false)
})

test("the server's log is kept, and has no row, no statement and no password", async () => {
  const server = await startServer()
  await query(server.url, 'CREATE TABLE person (name text CHECK (length(name) < 9) UNIQUE)')
  await query(server.url, "INSERT INTO person VALUES ('Ada Test')")
  for (const text of [
    "INSERT INTO person VALUES ('Ada Test')",
    "INSERT INTO person VALUES ('Grace Hopper of Tests')",
    "ALTER ROLE nobody_at_all PASSWORD 'a secret of a role'",
  ])
    await expect(query(server.url, text)).rejects.toThrow()
  const folder = join(server.data, 'log')
  const log = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
  expect(log).toMatch(
    /\[\d+\] 23505 ERROR: +duplicate key value violates unique constraint "person_name_key"/,
  )
  expect(log).toMatch(/\[\d+\] 23514 ERROR: .*person_name_check/)
  expect(log).not.toMatch(/Ada Test|Grace Hopper|a secret of a role/)
})

test("files of the server's log are bounded in number: the oldest go, what is no log stays", async () => {
  const server = await startServer()
  const folder = join(server.data, 'log')
  const newest = readdirSync(folder).sort().at(-1)
  for (let day = 10; day < 30; day++) writeFileSync(join(folder, `postgres-201901${day}-000000.log`), 'old')
  writeFileSync(join(folder, 'notes'), 'of the operator')
  pruneLog(server.data)
  const names = readdirSync(folder).sort()
  expect(names).toContain('notes')
  expect(names.filter((name) => name.endsWith('.log'))).toHaveLength(8)
  expect(names).not.toContain('postgres-20190110-000000.log')
  expect(names).toContain(newest)
})

test('a server that cannot be started again is given up after a few tries, with why', async () => {
  const server = await startServer()
  const told = watched(server, [0, 100])
  // Its configuration is no longer one, as after a bad edit or a damaged disk.
  writeFileSync(join(server.data, 'postgresql.conf'), 'no such = setting =\n')
  process.kill(postmasterOf(server.data), 'SIGKILL')
  await until(() => told.length === 2)
  expect(told[0]).toBe('gone')
  expect(told[1]).toMatch(/^lost: Postgres did not start/)
})
