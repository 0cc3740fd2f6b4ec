#!/usr/bin/env node
/**
 * `coherent backup DIR`: a consistent copy of the embedded Postgres and the secret of sessions, while the app runs and writes,
 * or while nothing runs.
 *
 * A running server is copied as Postgres documents it (low-level base backup): `pg_backup_start`, the files as they are,
 * `pg_backup_stop`, its label, and the write-ahead log from the one to the other, which makes whole what was copied torn. A
 * replication slot keeps that log from being recycled meanwhile. A stopped one is copied as it lies, under the launcher's lock.
 *
 * The folder has `backup.json` when it is whole, and only then: it is written last, names every file with its size and
 * SHA-256, and what was read back from the disk is compared with it before.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import pg from 'pg'
import { lockDataFolder } from './data-folder.mjs'
import { clusterOf, runningServer } from './embedded-postgres.mjs'
import { readEnvironment } from './environment.mjs'
import { ROOT, reportFailure, StartFailure, say, WRONG_USE } from './steps.mjs'

/** Of Postgres' own list of what a base backup leaves out; `log` is ours. Their folders are made, empty. */
const LEFT_EMPTY = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'log',
])
const LEFT_OUT =
  /^(?:postmaster\.(?:pid|opts)|backup_label(?:\.old)?|tablespace_map(?:\.old)?|pgsql_tmp.*|pg_internal\.init.*)$/
const WAL_SEGMENT = /^[0-9A-F]{24}$/

/** Copies one file; returns its size and hash as written. Undefined: it is gone, as a running server may do. */
export function copyFile(from, to) {
  let source
  try {
    source = openSync(from, 'r')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
  const target = openSync(to, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const block = Buffer.alloc(1024 * 1024)
    let bytes = 0
    for (;;) {
      const length = readSync(source, block)
      if (length === 0) break
      const part = block.subarray(0, length)
      hash.update(part)
      for (let at = 0; at < length; ) at += writeSync(target, part, at)
      bytes += length
    }
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

export function hashOf(file) {
  const hash = createHash('sha256')
  const source = openSync(file, 'r')
  const block = Buffer.alloc(1024 * 1024)
  try {
    for (let length = readSync(source, block); length > 0; length = readSync(source, block))
      hash.update(block.subarray(0, length))
  } finally {
    closeSync(source)
  }
  return hash.digest('hex')
}

/**
 * All below a folder, and its name, on the disk: by one call of the system where there is one (a thousand small files take
 * minutes on a busy disk otherwise), else one after the other.
 */
export function makeDurable(folder) {
  const sync = (path) => {
    const open = openSync(path, 'r')
    fsyncSync(open)
    closeSync(open)
  }
  const isDone =
    process.platform === 'linux' && spawnSync('sync', ['-f', folder], { stdio: 'ignore' }).status === 0
  if (!isDone) for (const name of readdirSync(folder, { recursive: true }).reverse()) sync(join(folder, name))
  sync(folder)
  sync(dirname(folder))
}

const writeNew = (file, text) => writeFileSync(file, text, { mode: 0o600, flag: 'wx' })

/** Everything of the cluster but its log, into `to`; `files` gets what was written, by its path in the backup. */
function copyCluster(cluster, to, files, root) {
  const walk = (from, into) => {
    mkdirSync(into, { mode: 0o700 })
    for (const name of readdirSync(from)) {
      if (LEFT_OUT.test(name)) continue
      const [source, target] = [join(from, name), join(into, name)]
      let kind
      try {
        kind = lstatSync(source)
      } catch {
        continue // a table that was dropped meanwhile
      }
      if (kind.isSymbolicLink())
        throw new StartFailure(
          `${source} is a link (a tablespace?): such a database is not backed up by this command.`,
        )
      if (kind.isDirectory()) {
        if (from === cluster && (LEFT_EMPTY.has(name) || name === 'pg_wal'))
          mkdirSync(target, { mode: 0o700 })
        else walk(source, target)
      } else if (kind.isFile() && !(from === join(cluster, 'global') && name === 'pg_control')) {
        const copied = copyFile(source, target)
        if (copied) files[relative(root, target)] = copied
      }
    }
  }
  walk(cluster, to)
}

/** Last, and until two reads agree: the server writes it over in place. */
function copyControl(cluster, to, files, root) {
  const source = join(cluster, 'global/pg_control')
  for (let tries = 0; tries < 100; tries++) {
    const before = readFileSync(source)
    if (!before.equals(readFileSync(source))) continue
    const target = join(to, 'global/pg_control')
    writeNew(target, before)
    files[relative(root, target)] = {
      bytes: before.length,
      sha256: createHash('sha256').update(before).digest('hex'),
    }
    return
  }
  throw new StartFailure('pg_control changes all the time, and could not be copied.')
}

function copyWal(cluster, to, files, root, wanted) {
  const folder = join(to, 'pg_wal')
  mkdirSync(join(folder, 'archive_status'), { mode: 0o700 })
  mkdirSync(join(folder, 'summaries'), { mode: 0o700 })
  for (const name of readdirSync(join(cluster, 'pg_wal')).sort()) {
    if (!(WAL_SEGMENT.test(name) && wanted(name)) && !name.endsWith('.history')) continue
    const copied = copyFile(join(cluster, 'pg_wal', name), join(folder, name))
    if (copied) files[relative(root, join(folder, name))] = copied
  }
}

async function copyRunning({ cluster, port, to, files, root }) {
  const password = readFileSync(join(cluster, 'superuser.password'), 'utf8').trim()
  const client = new pg.Client({
    connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 10_000,
  })
  // A server that dies in the middle ends the backup by the query that it breaks.
  client.on('error', () => {})
  await client.connect()
  try {
    // Temporary: it goes with this connection, however that ends.
    await client.query(
      `SELECT pg_create_physical_replication_slot('coherent_backup_${process.pid}', true, true)`,
    )
    await client.query("SELECT pg_backup_start('coherent backup', true)")
    copyCluster(cluster, to, files, root)
    copyControl(cluster, to, files, root)
    const { rows } = await client.query(
      'SELECT labelfile, spcmapfile, pg_walfile_name(lsn) AS last, lsn::text FROM pg_backup_stop(false)',
    )
    const [{ labelfile, last, lsn }] = rows
    const label = join(to, 'backup_label')
    writeNew(label, labelfile)
    files[relative(root, label)] = { bytes: Buffer.byteLength(labelfile), sha256: hashOf(label) }
    const first = /\(file ([0-9A-F]{24})\)/.exec(labelfile)?.[1]
    copyWal(cluster, to, files, root, (name) => name >= first && name <= last)
    requireChain(first, last, readdirSync(join(to, 'pg_wal')))
    return lsn
  } finally {
    await client.end().catch(() => {}) // it is gone, and the backup with it
  }
}

/** Each segment from the first to the last: 8 digits of the timeline, 8 and 8 of the number, 256 to a file number (16 MB each). */
export function requireChain(first, last, names) {
  const numberOf = (name) => BigInt(`0x${name.slice(8, 16)}`) * 256n + BigInt(`0x${name.slice(16)}`)
  if (!first || first.slice(0, 8) !== last.slice(0, 8))
    throw new StartFailure('The log of the database changed its timeline during the backup: try again.')
  const there = new Set(names)
  for (let at = numberOf(first); at <= numberOf(last); at++) {
    const hex = (value) => value.toString(16).toUpperCase().padStart(8, '0')
    const name = `${first.slice(0, 8)}${hex(at / 256n)}${hex(at % 256n)}`
    if (!there.has(name))
      throw new StartFailure(
        `The log of the database lacks ${name}: the backup would not be whole. Try again.`,
      )
  }
}

/** What is on the disk is what was written. */
export function requireWhole(folder, files) {
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    const file = join(folder, name)
    if (!existsSync(file)) throw new StartFailure(`${file} is missing: this backup is not whole.`)
    if (statSync(file).size !== bytes || hashOf(file) !== sha256)
      throw new StartFailure(`${file} is not as it was written: this backup is damaged.`)
  }
}

function openEmpty(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (readdirSync(folder).length > 0)
      throw new StartFailure(
        `${folder} is not empty: name a folder that is not there yet, or an empty one.`,
        WRONG_USE,
      )
  } catch (error) {
    throw targetFailure(error, folder)
  }
}

export function targetFailure(error, folder) {
  if (['ENOSPC', 'EDQUOT'].includes(error.code))
    return new StartFailure(
      `No space left for ${folder}: nothing was kept of it. Free some, or name another folder.`,
    )
  if (['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(error.code))
    return new StartFailure(`${folder} cannot be written (${error.code}).`)
  return error
}

export async function backUp(folder, dataRoot) {
  const cluster = await clusterOf(dataRoot)
  if (!existsSync(join(cluster, 'PG_VERSION')))
    throw new StartFailure(
      `There is no database in ${cluster}: nothing to back up. COHERENT_DATA names the data folder.`,
    )
  if (!relative(cluster, folder).startsWith('..'))
    throw new StartFailure(`${folder} lies inside the database: name another folder.`, WRONG_USE)
  openEmpty(folder)
  const began = Date.now()
  const files = {}
  const to = join(folder, 'postgres')
  const running = runningServer(cluster)
  const unlock = running
    ? () => {}
    : lockDataFolder(dataRoot, { what: 'A backup of this data is being made' })
  try {
    let lsn = null
    if (running) lsn = await copyRunning({ cluster, port: running.port, to, files, root: folder })
    else {
      copyCluster(cluster, to, files, folder)
      copyControl(cluster, to, files, folder)
      copyWal(cluster, to, files, folder, () => true)
    }
    const secret = copyFile(join(dataRoot, 'session.secret'), join(folder, 'session.secret'))
    if (secret) files['session.secret'] = secret
    else rmSync(join(folder, 'session.secret'), { force: true })
    makeDurable(folder)
    requireWhole(folder, files)
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const postgres = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
    const at = new Date().toISOString()
    writeNew(
      join(folder, 'backup.json'),
      `${JSON.stringify({ at, coherent: version, postgres, lsn, files }, null, 1)}\n`,
    )
    makeDurable(folder)
  } catch (error) {
    // Half a backup would be taken for one.
    for (const name of ['postgres', 'session.secret', 'backup.json'])
      rmSync(join(folder, name), { recursive: true, force: true })
    throw targetFailure(error, folder)
  } finally {
    unlock()
  }
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
  return { files: Object.keys(files).length, bytes, seconds: (Date.now() - began) / 1000, running: !!running }
}

if (process.argv[1] === import.meta.filename) {
  try {
    const { COHERENT_DATA, DATABASE_URL } = await readEnvironment()
    if (DATABASE_URL)
      throw new StartFailure(
        'DATABASE_URL names a server of your own: back it up with pg_dump -Fc (docs/operating.md, Backup).',
        WRONG_USE,
      )
    const folder = resolve(process.argv[2])
    const done = await backUp(folder, resolve(ROOT, COHERENT_DATA))
    say(
      `${done.files} files, ${(done.bytes / 1e6).toFixed(0)} MB in ${done.seconds.toFixed(1)} s, ${done.running ? 'while it ran' : 'at rest'}, written and read again: ${folder}`,
    )
  } catch (error) {
    process.exitCode = reportFailure(error)
  }
}
