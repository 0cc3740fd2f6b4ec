/**
 * Databases for tests: on a throw-away Postgres, or on the server of DATABASE_URL.
 *
 * Migrating takes seconds and copying a migrated database a fraction of one, so a run migrates once and each file of
 * tests gets a copy of its own: files run side by side and none counts, locks or waits for what another one does.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from './database.mjs'

async function ask(url, statement, values) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(statement, values)
  } finally {
    await client.end()
  }
}

/** The same server and user, another database. */
function withDatabase(url, name) {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

/** A new database with the tables and rules of this checkout; `close` takes it away, with the copies made of it. */
export async function openTestDatabase() {
  const given = process.env.DATABASE_URL
  if (given) return databaseOn(given)
  const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-test-'))
  chmodSync(dataRoot, 0o755) // the unprivileged Postgres user has to get in
  // What a crash leaves of it is thrown away, so nothing has to reach the disk.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  const { url, ownerUrl, stop } = await openDatabase({ dataRoot, settings })
  const close = async () => {
    await stop()
    rmSync(dataRoot, { recursive: true, force: true })
  }
  return { url, ownerUrl, close }
}

/** On somebody's server: a new database, dropped at the end. */
async function databaseOn(serverUrl) {
  const name = `coherent_test_${process.pid}_${Date.now()}`
  await ask(serverUrl, `CREATE DATABASE ${name}`)
  const url = withDatabase(serverUrl, name)
  process.env.DATABASE_URL = url
  await openDatabase({})
  process.env.DATABASE_URL = serverUrl
  const close = async () => {
    // Names of copies begin with that of what they were copied from.
    const { rows } = await ask(serverUrl, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      name,
    ])
    for (const { datname } of rows) await ask(serverUrl, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
  }
  return { url, ownerUrl: url, close }
}

/**
 * A copy of the database that `owner` names, which nobody may be using meanwhile: addresses of the copy for the same
 * two users. It is not dropped by itself: connections of a test outlive its last line, and their end would be an error.
 */
export async function copyDatabase({ url, ownerUrl }) {
  const template = new URL(ownerUrl).pathname.slice(1)
  const name = `${template}_${randomBytes(6).toString('hex')}`
  // Not from the template itself: a connection to it would keep others from copying it.
  await ask(withDatabase(ownerUrl, 'postgres'), `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return { url: withDatabase(url, name), ownerUrl: withDatabase(ownerUrl, name) }
}

/** Vitest's globalSetup; test-database-copy.mjs then gives each file its own. */
export default async function setup({ provide }) {
  const { url, ownerUrl, close } = await openTestDatabase()
  provide('migrated', { url, ownerUrl })
  process.env.COHERENT_SECRET ??= 'a secret for tests only, at least 32 characters'
  return close
}
