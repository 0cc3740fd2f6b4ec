/**
 * The rules of the database: functions and triggers, in their present text, one file of prisma/rules for each word.
 *
 * A migration runs once and stays as it was written; of a trigger function that five migrations replaced, no file says
 * what holds today. So these files are applied whole, again and again: whenever their text differs from what this
 * database has, also when all migrations are listed as applied. Each statement in them is a CREATE OR REPLACE.
 *
 * Two hashes decide. The one over the files finds a database whose rules are older (or newer) than this checkout. The
 * one over the catalog, what Postgres itself says about these functions and triggers, finds rules that somebody changed,
 * dropped or disabled by hand.
 *
 * What a replacement cannot do is a migration's work: dropping a rule, renaming it, other parameters of a function.
 *
 * Of two texts nobody can tell which one is newer, so the database keeps which it had: a text that it had, and that was
 * replaced, is that of an older version. Such a version does not put its own back behind the newer one's rows.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { readRules } from '../prisma/read-rules.mjs'
import { StartFailure, say } from './steps.mjs'

/** Any number that nobody else takes an advisory lock on; Prisma's migrations have one of their own. */
const LOCK = 7_203_811

const namesOf = (kind, rules) =>
  rules.flatMap(({ text }) =>
    [...text.matchAll(new RegExp(`^CREATE OR REPLACE ${kind} (\\w+)`, 'gm'))].map(([, name]) => name),
  )

function hashOfFiles(rules) {
  const hash = createHash('sha256')
  for (const { name, text } of rules) hash.update(`${name}\0${text}\0`)
  return hash.digest()
}

/** What Postgres says about the functions and triggers that these files name; a disabled trigger differs. */
async function hashOfCatalog(client, rules) {
  const { rows } = await client.query(
    `SELECT sha256(convert_to(coalesce(string_agg(what, E'\\n' ORDER BY what COLLATE "C"), ''), 'UTF8')) AS hash FROM (
       SELECT pg_get_functiondef(oid) AS what FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND proname = ANY ($1)
       UNION ALL
       SELECT pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgname = ANY ($2)
     ) s`,
    [namesOf('FUNCTION', rules), namesOf('TRIGGER', rules)],
  )
  return rows[0].hash
}

async function hasThem(client, rules) {
  const { rows } = await client.query('SELECT files_sha256, catalog_sha256 FROM rules_applied')
  return (
    rows.length === 1 &&
    rows[0].files_sha256.equals(hashOfFiles(rules)) &&
    rows[0].catalog_sha256.equals(await hashOfCatalog(client, rules))
  )
}

/** Whether this database had just these rules, and has others since. */
async function hadThem(client, rules) {
  const { rows } = await client.query('SELECT files_sha256, earlier FROM rules_applied')
  const own = hashOfFiles(rules)
  return rows.some(
    ({ files_sha256, earlier }) => !files_sha256.equals(own) && earlier.some((one) => one.equals(own)),
  )
}

async function refuseOlder(client, rules) {
  if (await hadThem(client, rules))
    throw new StartFailure(
      'The rules of this database were replaced by a newer version of Coherent: this version is older. Nothing was changed. Start the newer version. If you mean to go back, start once with COHERENT_OLDER_RULES=yes.',
    )
}

/** All of them or none, by one process at a time; those of the others find them applied. */
async function applyOnce(client, rules, mayBeOlder) {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    if (!(await hasThem(client, rules))) {
      if (!mayBeOlder) await refuseOlder(client, rules)
      for (const { name, text } of rules) {
        await client.query(text).catch((error) => {
          error.message = `prisma/rules/${name}: ${error.message}`
          throw error
        })
      }
      await client.query(
        `INSERT INTO rules_applied (files_sha256, catalog_sha256) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET files_sha256 = excluded.files_sha256,
           catalog_sha256 = excluded.catalog_sha256, applied_at = now(),
           earlier = array_remove(array_remove(rules_applied.earlier, rules_applied.files_sha256)
             || rules_applied.files_sha256, excluded.files_sha256)`,
        [hashOfFiles(rules), await hashOfCatalog(client, rules)],
      )
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // the connection is gone: so is the transaction
    throw error
  }
}

/**
 * Makes the rules of the (migrated) database those of this checkout. True when there was something to do.
 * @param {string} url of a user who owns the tables, when there is
 * @param {{ mayBeOlder?: boolean }} [options] mayBeOlder: this version is known to be the newer one, or the operator wants it
 */
export async function applyRules(url, rules = readRules(), { mayBeOlder = false } = {}) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    if (await hasThem(client, rules)) return false
    if (!mayBeOlder) await refuseOlder(client, rules)
    say('applying the rules of the database')
    for (let attempt = 1; ; attempt++) {
      try {
        await applyOnce(client, rules, mayBeOlder)
        return true
      } catch (error) {
        // Another instance works on the same tables and took its locks in another order: Postgres ended this side's wait.
        const isDeadlock = error.code === '40P01'
        if (!isDeadlock || attempt === 5) throw error
      }
    }
  } catch (error) {
    if (error.code !== '42501') throw error
    throw new StartFailure(
      `The rules of the database are not those of this checkout, and this user may not read or change them (${error.message}). Start once with the DATABASE_URL of the user who owns the tables; others need SELECT on rules_applied.`,
    )
  } finally {
    await client.end()
  }
}
