import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUp, requireChain } from './backup.mjs'
import { childEnvironment } from './child-environment.mjs'
import { startEmbeddedPostgres } from './embedded-postgres.mjs'
import { restore } from './restore.mjs'

/** The drill: rows are written all the time, a backup is made meanwhile, the data folder is lost, and the backup becomes one. */
const place = mkdtempSync(join(tmpdir(), 'coherent-backup-'))
chmodSync(place, 0o755) // the unprivileged Postgres user has to get in
const data = join(place, 'data')
const kept = join(place, 'kept')
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>

beforeAll(async () => {
  mkdirSync(data)
  writeFileSync(join(data, 'session.secret'), `${'s'.repeat(40)}\n`, { mode: 0o600 })
  server = await startEmbeddedPostgres({ dataRoot: data })
  await query(
    server.url,
    'CREATE TABLE said (writer int, number int, words text, PRIMARY KEY (writer, number))',
  )
})
afterAll(async () => {
  await server.stop()
  rmSync(place, { recursive: true, force: true })
})

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function run(script: 'backup' | 'restore', args: string[], dataRoot = data, more = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${script}.mjs`), ...args], {
    env: childEnvironment({ DATABASE_URL: undefined, COHERENT_DATA: dataRoot, ...more }),
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}

/** Writers without a pause, until `stop`; the last number that each has been told is stored. */
function writers(count: number) {
  const last = Array.from({ length: count }, () => 0)
  let isStopped = false
  const done = last.map(async (_, writer) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    for (let number = 1; !isStopped; number++) {
      await client.query('INSERT INTO said VALUES ($1, $2, $3)', [writer, number, 'words '.repeat(200)])
      last[writer] = number
    }
    await client.end()
  })
  // What makes the log move on and old parts of it go: without a hold on it, the backup would miss some.
  const restless = (async () => {
    while (!isStopped) {
      await query(server.url.replace(/[^/]*$/, 'postgres'), 'SELECT pg_switch_wal()')
      await query(server.url.replace(/[^/]*$/, 'postgres'), 'CHECKPOINT')
      await sleep(1500)
    }
  })()
  return {
    last,
    stop: async () => {
      isStopped = true
      await Promise.all([...done, restless])
    },
  }
}

test('a backup under writes becomes a database with every row that was stored before it, and no hole', async () => {
  const load = writers(4)
  await sleep(1500)
  const before = [...load.last]
  const made = await run('backup', [kept])
  await load.stop()
  expect(made.output).toContain('written and read again')
  expect(made.code).toBe(0)
  expect(Math.min(...before)).toBeGreaterThan(5)

  expect(statSync(kept).mode & 0o777).toBe(0o700)
  const { files, lsn } = JSON.parse(readFileSync(join(kept, 'backup.json'), 'utf8'))
  expect(lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/)
  expect(files['postgres/backup_label']).toBeDefined()
  for (const name of Object.keys(files)) expect(statSync(join(kept, name)).mode & 0o077).toBe(0)
  // The server goes on as before, and keeps nothing for the backup.
  expect(await query(server.url, 'SELECT count(*)::int AS slots FROM pg_replication_slots')).toEqual([
    { slots: 0 },
  ])

  const fresh = join(place, 'restored')
  const restored = await run('restore', [kept], fresh)
  expect(restored.output).toContain('the next start recovers it')
  expect(restored.code).toBe(0)
  const other = await startEmbeddedPostgres({ dataRoot: fresh })
  try {
    const rows = await query(
      other.url,
      'SELECT writer, max(number)::int AS last, count(*)::int AS rows FROM said GROUP BY writer ORDER BY writer',
    )
    expect(rows).toHaveLength(4)
    for (const { writer, last, rows: count } of rows) {
      expect(last).toBeGreaterThanOrEqual(before[writer] ?? Number.NaN)
      expect(count).toBe(last)
    }
    expect(readFileSync(join(fresh, 'session.secret'), 'utf8')).toBe(`${'s'.repeat(40)}\n`)
    // Over a database, and over one that runs, nothing is restored without being told so.
    await expect(restore(kept, fresh, true)).rejects.toThrow('A Postgres runs on')
  } finally {
    await other.stop()
  }
  const refused = await run('restore', [kept], fresh)
  expect(refused.code).toBe(3)
  expect(refused.output).toContain('--replace')
  await restore(kept, fresh, true)
  expect(readdirSync(fresh).filter((name) => name.startsWith('postgres.before-restore-'))).toHaveLength(1)
  rmSync(fresh, { recursive: true })
}, 240_000)

test('a folder that is not empty, and a server of somebody else, are no place and no business for a backup', async () => {
  const full = join(place, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'letter'), 'kept')
  await expect(backUp(full, data)).rejects.toThrow('is not empty')
  expect(readdirSync(full)).toEqual(['letter'])
  await expect(backUp(join(server.data, 'copy'), data)).rejects.toThrow('lies inside the database')
  const theirs = await run('backup', [join(place, 'x')], data, {
    DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/db',
  })
  expect(theirs.code).toBe(3)
  expect(theirs.output).toContain('pg_dump -Fc')
  await expect(backUp(join(place, 'x'), join(place, 'no-data'))).rejects.toThrow('nothing to back up')
  expect(existsSync(join(place, 'x'))).toBe(false)
})

test.each<[string, (folder: string) => void, string]>([
  [
    'a byte is another one',
    (folder) => {
      const file = join(folder, 'postgres/global/pg_control')
      const bytes = readFileSync(file)
      bytes[100] = (bytes[100] ?? 0) ^ 1
      writeFileSync(file, bytes)
    },
    'is damaged',
  ],
  ['a file is missing', (folder) => rmSync(join(folder, 'postgres/backup_label')), 'is not whole'],
  ['it was not finished', (folder) => rmSync(join(folder, 'backup.json')), 'not finished'],
  [
    'its list leads elsewhere',
    (folder) => {
      const file = join(folder, 'backup.json')
      const list = JSON.parse(readFileSync(file, 'utf8'))
      list.files['../../stolen'] = { bytes: 1, sha256: '0' }
      writeFileSync(file, JSON.stringify(list))
    },
    'cannot be read',
  ],
])('a backup of which %s is not restored', async (_, damage, words) => {
  const target = join(place, 'target')
  const whole = new Map(
    ['backup.json', 'postgres/global/pg_control', 'postgres/backup_label'].map((name) => [
      join(kept, name),
      readFileSync(join(kept, name)),
    ]),
  )
  try {
    damage(kept)
    await expect(restore(kept, target, false)).rejects.toThrow(words)
    expect(existsSync(join(target, 'postgres'))).toBe(false)
  } finally {
    for (const [file, bytes] of whole) writeFileSync(file, bytes)
  }
})

const small = join(place, 'small')
mkdirSync(small)
const canMount =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small], { stdio: 'ignore' }).status === 0
test.skipIf(!canMount)(
  'a full disk is told, and no half of a backup is left (needs to mount one)',
  async () => {
    try {
      const { code, output } = await run('backup', [small])
      expect(code).toBe(4)
      expect(output).toContain('No space left')
      expect(readdirSync(small)).toEqual([])
    } finally {
      spawnSync('umount', [small])
    }
  },
)

test('a missing part of the log is found, over the end of a file number as well', () => {
  const names = ['0000000100000000000000FE', '0000000100000000000000FF', '000000010000000100000000']
  const [first = '', , last = ''] = names
  expect(() => requireChain(first, last, names)).not.toThrow()
  for (const name of names)
    expect(() =>
      requireChain(
        first,
        last,
        names.filter((one) => one !== name),
      ),
    ).toThrow(name)
  expect(() => requireChain(first, `00000002${last.slice(8)}`, names)).toThrow('timeline')
})

test('at rest it is copied as it lies', async () => {
  await server.stop()
  const cold = join(place, 'cold')
  expect(await backUp(cold, data)).toMatchObject({ running: false })
  expect(readdirSync(data)).not.toContain('launcher.json')
  const fresh = join(place, 'from-cold')
  await restore(cold, fresh, false)
  const other = await startEmbeddedPostgres({ dataRoot: fresh })
  const [row] = await query(other.url, 'SELECT count(*)::int AS rows FROM said')
  await other.stop()
  expect(row.rows).toBeGreaterThan(20)
}, 120_000)
