/** The database of a start: a given server or the embedded one, reachable, migrated, and with the rules of this checkout. */
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { applyRules } from './apply-rules.mjs'
import { childEnvironment } from './child-environment.mjs'
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

/**
 * Which migrations of this checkout the database does not have, and which it has that this checkout does not know: it was
 * upgraded by a newer version, whose rows this one would read wrongly.
 */
async function compareMigrations(url) {
  const known = readdirSync(join(ROOT, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      'SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    )
    const done = new Set(rows.filter((row) => row.done).map(({ name }) => name))
    return {
      missing: known.filter((name) => !done.has(name)),
      unknown: rows.map(({ name }) => name).filter((name) => !known.includes(name)),
    }
  } catch (error) {
    if (error.code === '42P01') return { missing: known, unknown: [] } // no such table: a new database
    throw error
  } finally {
    await client.end()
  }
}

/** Tables as the migrations of this checkout make them, and its rules on them. */
export async function migrate(url) {
  const { missing, unknown } = await compareMigrations(url)
  if (unknown.length > 0) {
    throw new StartFailure(
      `This database was upgraded by a newer version of Coherent (${unknown.sort().at(-1)}), and this one does not know what stands in it. Nothing was changed. Start the newer version, or restore a backup from before the upgrade.`,
    )
  }
  // Prisma's command takes a second, also when it has nothing to do.
  if (missing.length > 0) {
    say('migrating the database')
    bin('prisma/build/index.js', ['migrate', 'deploy'], { DATABASE_URL: url, CHECKPOINT_DISABLE: '1' })
  }
  // Who brings migrations is the newer one, also where it takes a change of the rules back.
  const mayBeOlder = missing.length > 0 || childEnvironment().COHERENT_OLDER_RULES === 'yes'
  await applyRules(url, undefined, { mayBeOlder })
}

const APP_ROLE = 'coherent_app'

/**
 * The app's own role on the embedded server, with a new password for each start. It reads and writes rows and can do
 * nothing else: what the triggers refuse, it cannot get around by switching them off, and whoever gets hold of a
 * connection cannot reach the server's files, as a superuser can.
 */
async function admitApp(ownerUrl) {
  const password = randomBytes(24).toString('base64url')
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE])
    if (!rowCount) await client.query(`CREATE ROLE ${APP_ROLE}`)
    await client.query(`
      ALTER ROLE ${APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
        PASSWORD ${client.escapeLiteral(password)};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${APP_ROLE};
      REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations, rules_applied FROM ${APP_ROLE};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${APP_ROLE};`)
  } finally {
    await client.end()
  }
  const url = new URL(ownerUrl)
  url.username = APP_ROLE
  url.password = password
  return url.href
}

/**
 * Brings up the database and returns the address the app uses, the owner's (who migrates), how to end it and how to look
 * after it. With a `given` address (of DATABASE_URL) nothing is started, nothing is ended or looked after, and both
 * addresses are the given one.
 */
export async function openDatabase({ dataRoot, settings, given = childEnvironment().DATABASE_URL }) {
  if (given) {
    await checkReachable(given)
    say('using the Postgres of DATABASE_URL')
    await migrate(given)
    return { url: given, ownerUrl: given, stop: async () => {}, watch: () => {} }
  }
  const { url, adopted, data, stop, watch } = await startEmbeddedPostgres({
    dataRoot,
    settings,
    log: (message) => say(`Postgres: ${message}`),
  })
  say(adopted ? 'Postgres was running already (its launcher was killed): adopted' : 'Postgres started')
  await migrate(url)
  return { url: await admitApp(url), ownerUrl: url, cluster: data, stop, watch }
}
