import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { childEnvironment } from './child-environment.mjs'
import { migrate } from './database.mjs'
import { debianPostgres } from './debian-packages.mjs'
import { placeOf } from './embedded-postgres.mjs'

/**
 * A server of the operator's own, as Debian has it: its migrations and rules, and the dump that docs/operating.md names. The
 * embedded server comes without `pg_dump`, and a `pg_dump` refuses a server that is newer than itself: hence a server and its
 * tools of one version. Without them (Debian: the package postgresql) nothing here is tried.
 */
const bin = debianPostgres()
const folder = mkdtempSync(join(tmpdir(), 'coherent-external-'))
const data = join(folder, 'data')
let server = ''
let user: { uid?: number; gid?: number } = {}

const freePort = () =>
  new Promise<number>((done) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const address = listener.address()
      listener.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })

function tool(name: string, ...args: readonly string[]): string {
  const environment = childEnvironment({ PGCONNECT_TIMEOUT: '10' })
  return execFileSync(join(bin ?? '', name), args, {
    ...user,
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  })
}
const database = (name: string) => `postgresql://owner@127.0.0.1:${server}/${name}`

async function asking<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database(name) })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  if (bin === null) return
  ;({ user } = await placeOf(folder))
  mkdirSync(data)
  chmodSync(folder, 0o755)
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, data]) chownSync(path, user.uid, user.gid)
  server = String(await freePort())
  tool('initdb', '-D', data, '-U', 'owner', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C')
  const settings = `-c listen_addresses=127.0.0.1 -c port=${server} -c unix_socket_directories= -c fsync=off`
  // The server keeps what it is given as its output: a pipe of ours would never end.
  const started = spawnSync(
    join(bin, 'pg_ctl'),
    ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start'],
    {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    },
  )
  expect(started.status).toBe(0)
})
afterAll(() => {
  if (existsSync(join(data, 'postmaster.pid'))) tool('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
  rmSync(folder, { recursive: true, force: true })
})

/** Each table with its rows in one order, as text. */
const allRows = (name: string) =>
  asking(name, async (client) => {
    const tables = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    )
    const rows: Record<string, unknown> = {}
    for (const { name: table } of tables.rows)
      rows[table] = (await client.query(`SELECT t::text AS row FROM "${table}" t ORDER BY 1`)).rows
    return rows
  })

test.skipIf(bin === null)(
  'a server of one’s own is dumped by pg_dump and restored with every row and every rule (needs Debian’s postgresql)',
  async () => {
    await asking('postgres', (client) => client.query('CREATE DATABASE coherent'))
    await migrate(database('coherent'))
    await asking('coherent', async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `INSERT INTO person (name) SELECT 'Nora ' || n || E' \\u2603 ''"\\\\' FROM generate_series(1, 500) n RETURNING id`,
      )
      const [actor] = rows
      await client.query(`SELECT set_config('app.actor', $1, false)`, [actor?.id])
      const proposals = await client.query<{ id: string }>(
        `INSERT INTO proposal (slug, change_id, title, area, current_revision, next_thread)
         VALUES ('kept', '20261130-kept-0a0b0c0d', 'Kept', 'a', 0, 1) RETURNING id`,
      )
      await client.query(
        `INSERT INTO event (proposal_id, actor_id, kind, subject) VALUES ($1, $2, 'a-kind', '{"a": 1}')`,
        [proposals.rows[0]?.id, actor?.id],
      )
    })

    // As docs/operating.md says it.
    tool('pg_dump', '-Fc', '-f', join(folder, 'coherent.dump'), database('coherent'))
    tool('createdb', '-h', '127.0.0.1', '-p', server, '-U', 'owner', 'restored')
    tool('pg_restore', '--no-owner', '-d', database('restored'), join(folder, 'coherent.dump'))

    const [before, after] = [await allRows('coherent'), await allRows('restored')]
    expect(Object.keys(after).length).toBeGreaterThan(20)
    expect(after).toEqual(before)
    // A start finds nothing to do: migrations and rules are there, and the rules hold.
    const applied = () =>
      asking('restored', async (client) => (await client.query('SELECT * FROM rules_applied')).rows)
    const rules = await applied()
    await migrate(database('restored'))
    expect(await applied()).toEqual(rules)
    await expect(
      asking('restored', (client) => client.query(`UPDATE event SET kind = 'another'`)),
    ).rejects.toThrow('event rows are immutable')
  },
  // Migrating is another program, which takes its time on a busy machine.
  180_000,
)
