/** The database of a start: a given server or the embedded one, reachable and migrated. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from './embedded-postgres.mjs'
import { bin, ROOT, StartFailure, say } from './steps.mjs'

/** Words for what goes wrong with a DATABASE_URL; the password in it is never shown. */
function connectionFailure(error, url) {
  let place
  try {
    const { hostname, port, pathname, username, protocol } = new URL(url)
    if (!/^postgres(ql)?:$/.test(protocol)) throw new TypeError('not a Postgres address')
    place = `${decodeURIComponent(username)}@${hostname}:${port || 5432}${pathname}`
  } catch {
    return new StartFailure(
      'DATABASE_URL is not the address of a Postgres: write postgresql://user:password@host:5432/database.',
    )
  }
  const what =
    {
      ECONNREFUSED: 'nothing answers there',
      ENOTFOUND: 'there is no host of that name',
      EAI_AGAIN: 'there is no host of that name',
      ETIMEDOUT: 'the host does not answer',
      '28P01': 'the password is wrong',
      28000: 'this user may not connect',
      '3D000': 'the database does not exist; create it first',
    }[error.code] ?? error.message
  return new StartFailure(`Cannot use DATABASE_URL (${place}): ${what}.`)
}

async function checkReachable(url) {
  let client
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    await client.connect()
    const { rows } = await client.query("SELECT current_setting('server_version_num')::int AS version")
    if (rows[0].version < 150_000) {
      throw new StartFailure('DATABASE_URL names a Postgres older than 15, which Coherent does not support.')
    }
  } catch (error) {
    throw error instanceof StartFailure ? error : connectionFailure(error, url)
  } finally {
    await client?.end().catch(() => {}) // never connected: nothing to end
  }
}

/** True when every migration of this checkout is recorded as applied: then Prisma's CLI (a second) is not needed. */
async function isMigrated(url) {
  const wanted = readdirSync(join(ROOT, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    const applied = new Set(rows.map(({ name }) => name))
    return wanted.every((name) => applied.has(name))
  } catch (error) {
    if (error.code === '42P01') return false // no such table: a new database
    throw error
  } finally {
    await client.end()
  }
}

/**
 * Brings up the database and returns its address and how to end it. With DATABASE_URL nothing is started, and
 * nothing is ended.
 */
export async function openDatabase({ dataRoot, settings }) {
  let url = process.env.DATABASE_URL
  let stop = async () => {}
  if (url) {
    await checkReachable(url)
    say('using the Postgres of DATABASE_URL')
  } else {
    const server = await startEmbeddedPostgres({
      dataRoot,
      settings,
      log: (message) => say(`Postgres: ${message}`),
    })
    url = server.url
    stop = server.stop
    say(
      server.adopted ? 'Postgres was running already (its launcher was killed): adopted' : 'Postgres started',
    )
  }
  if (!(await isMigrated(url))) {
    say('migrating the database')
    bin('prisma/build/index.js', ['migrate', 'deploy'], { DATABASE_URL: url, CHECKPOINT_DISABLE: '1' })
  }
  return { url, stop }
}
