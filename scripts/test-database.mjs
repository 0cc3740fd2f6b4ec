/** A throw-away Postgres for tests, migrated; or the server of DATABASE_URL, in a database of its own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from './database.mjs'

export async function openTestDatabase() {
  const given = process.env.DATABASE_URL
  if (given) return databaseOn(given)
  const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-test-'))
  chmodSync(dataRoot, 0o755) // the unprivileged Postgres user has to get in
  const { url, ownerUrl, stop } = await openDatabase({ dataRoot })
  const close = async () => {
    await stop()
    rmSync(dataRoot, { recursive: true, force: true })
  }
  return { url, ownerUrl, close }
}

/** On somebody's server: a new database, dropped at the end. */
async function databaseOn(serverUrl) {
  const name = `coherent_test_${process.pid}_${Date.now()}`
  const admin = async (statement) => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await admin(`CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  process.env.DATABASE_URL = url.href
  await openDatabase({})
  process.env.DATABASE_URL = serverUrl
  return { url: url.href, ownerUrl: url.href, close: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) }
}

/** Vitest's globalSetup. */
export default async function setup() {
  const { url, ownerUrl, close } = await openTestDatabase()
  process.env.DATABASE_URL = url
  // For tests of what even the owner of the tables may not do.
  process.env.COHERENT_TEST_OWNER_URL = ownerUrl
  process.env.COHERENT_SECRET ??= 'a secret for tests only, at least 32 characters'
  return close
}
