import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { env } from '#lib/env.server.ts'
import { readRules } from '#prisma/read-rules.mjs'
import { applyRules } from './apply-rules.mjs'
import { migrate } from './database.mjs'

/** What the files of prisma/rules say and what a database has, in a database of this file's own. */
const name = `rules_${randomBytes(4).toString('hex')}`
const server = new pg.Client({ connectionString: env.testOwnerUrl })
const url = new URL(env.testOwnerUrl)
url.pathname = `/${name}`
let client: pg.Client

beforeAll(async () => {
  await server.connect()
  await server.query(`CREATE DATABASE ${name}`)
  await migrate(url.href)
  client = new pg.Client({ connectionString: url.href })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
  await server.end()
})

const rows = async (sql: string) => (await client.query(sql)).rows

const functions = () =>
  rows(
    `SELECT proname AS name, prosrc AS body FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname`,
  )
const triggers = () =>
  rows(`SELECT t.tgname AS name, pg_get_triggerdef(t.oid) AS definition, t.tgenabled::text AS enabled
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal ORDER BY t.tgname`)

const written = readRules()
  .map(({ text }) => text)
  .join('')
const bodiesInFiles = [
  ...written.matchAll(/^CREATE OR REPLACE FUNCTION (\w+)\([^$]*\$\$((?:[^$]|\$(?!\$))*)\$\$;$/gm),
].map(([, name, body]) => ({ name, body }))
const byName = (a: { name?: string }, b: { name?: string }) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)

test('each function of the database stands in a file, letter for letter, and each of the files in the database', async () => {
  expect(bodiesInFiles.length).toBeGreaterThan(15)
  expect(bodiesInFiles).toHaveLength(written.match(/FUNCTION \w+\([^)]*\)\s+RETURNS/g)?.length ?? 0)
  expect(await functions()).toEqual(bodiesInFiles.sort(byName))
})

test('each trigger of the database stands in a file, once, and each of the files in the database', async () => {
  const inFiles = [...written.matchAll(/^CREATE OR REPLACE TRIGGER (\w+)/gm)].map(([, name]) => name)
  expect(inFiles.length).toBeGreaterThan(30)
  expect((await triggers()).map(({ name }) => name)).toEqual(inFiles.sort())
})

test('what is applied already is not applied again', async () => {
  expect(await applyRules(url.href)).toBe(false)
})

test.each([
  ['dropped', 'DROP TRIGGER event_is_immutable ON event'],
  ['disabled', 'ALTER TABLE event DISABLE TRIGGER event_is_immutable'],
  [
    'attached elsewhere',
    'CREATE OR REPLACE TRIGGER event_is_immutable BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()',
  ],
  [
    'emptied',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$',
  ],
  ['dropped with all that hangs on it', 'DROP FUNCTION number_comment CASCADE'],
  ['forgotten', 'DELETE FROM rules_applied'],
])('a rule that was %s is put right at the next start', async (_, tamper) => {
  const before = [await functions(), await triggers()]
  await client.query(tamper)
  await migrate(url.href)
  expect([await functions(), await triggers()]).toEqual(before)
})

/** The rules of this checkout with a line more, as another version has them. */
function rulesWith(line: string) {
  const [base, ...others] = readRules()
  if (!base) throw new Error('no rules')
  return [{ ...base, text: base.text.replace('BEGIN', `-- ${line}\nBEGIN`) }, ...others]
}
const saidInDatabase = async () => (await functions()).map(({ body }) => body).join('')

test('a database with older rules gets those of the checkout that starts', async () => {
  expect(await applyRules(url.href, rulesWith('as a newer version says it'))).toBe(true)
  expect(await saidInDatabase()).toContain('as a newer version says it')
})

test('a version whose rules were replaced is older, and changes nothing unless that is wanted', async () => {
  const before = [await functions(), await triggers(), await rows('SELECT * FROM rules_applied')]
  await expect(applyRules(url.href)).rejects.toThrow(/replaced by a newer version.*Nothing was changed/s)
  await expect(migrate(url.href)).rejects.toThrow('COHERENT_OLDER_RULES=yes')
  expect([await functions(), await triggers(), await rows('SELECT * FROM rules_applied')]).toEqual(before)
  // Nor does a rule that was changed by hand make it newer.
  await client.query('DROP TRIGGER event_is_immutable ON event')
  await expect(applyRules(url.href)).rejects.toThrow('replaced by a newer version')
  // The newest goes on, and so does one that nobody has seen.
  expect(await applyRules(url.href, rulesWith('as a newer version says it'))).toBe(true)
  expect(await applyRules(url.href, rulesWith('as the newest version says it'))).toBe(true)
  await expect(applyRules(url.href, rulesWith('as a newer version says it'))).rejects.toThrow('older')
  // Who goes back on purpose may, and is then the one that has them.
  expect(await applyRules(url.href, undefined, { mayBeOlder: true })).toBe(true)
  expect(await functions()).toEqual(bodiesInFiles.sort(byName))
  expect(await applyRules(url.href)).toBe(false)
  const [kept] = await rows('SELECT cardinality(earlier) AS count FROM rules_applied')
  expect(kept).toEqual({ count: 2 })
})

test('of rules with an error nothing is applied, and the file is named', async () => {
  const before = [await functions(), await triggers()]
  const wrong = [
    { name: 'first.sql', text: 'DROP TRIGGER event_is_immutable ON event;' },
    { name: 'second.sql', text: 'CREATE OR REPLACE FUNCTON nonsense() RETURNS int;' },
  ]
  await expect(applyRules(url.href, wrong)).rejects.toThrow('prisma/rules/second.sql: syntax error')
  expect([await functions(), await triggers()]).toEqual(before)
})

test('of several starts at the same time one applies the rules and all find them', async () => {
  await client.query('DROP TRIGGER event_is_immutable ON event')
  const before = await rows('SELECT applied_at FROM rules_applied')
  await Promise.all(Array.from({ length: 6 }, () => applyRules(url.href)))
  expect((await triggers()).map(({ name }) => name)).toContain('event_is_immutable')
  expect(await rows('SELECT applied_at FROM rules_applied')).not.toEqual(before)
  expect(await applyRules(url.href)).toBe(false)
})

test('a user who may not change the rules is told so in a sentence', async () => {
  const user = `user_${randomBytes(4).toString('hex')}`
  await client.query(`CREATE ROLE ${user} LOGIN PASSWORD 'secret'`)
  try {
    const other = new URL(url)
    other.username = user
    other.password = 'secret'
    await expect(applyRules(other.href)).rejects.toThrow('the user who owns the tables')
    await client.query(`GRANT SELECT ON rules_applied TO ${user}`)
    expect(await applyRules(other.href)).toBe(false)
    await client.query('DROP TRIGGER event_is_immutable ON event')
    await expect(applyRules(other.href)).rejects.toThrow('the user who owns the tables')
    expect(await applyRules(url.href)).toBe(true)
  } finally {
    await client.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)
  }
})
