import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeEnvironment, env } from '#lib/env.server.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { applyRules } from './apply-rules.mjs'

/**
 * A database from before, with rows in it, brought to today: a database of this file's own gets the migrations that stood
 * when those rows were written, then the rows, then the rest. What is asked afterwards is asked through the code of today.
 */
const name = `upgrade_${randomBytes(4).toString('hex')}`
const server = new pg.Client({ connectionString: env.testOwnerUrl })
const url = new URL(env.testOwnerUrl)
url.pathname = `/${name}`
let client: pg.Client

/** The newest migration of an installation before this upgrade. */
const BEFORE = '20261123000003_outbox'
const MIGRATIONS = join(import.meta.dirname, '../prisma/migrations')
const migrations = readdirSync(MIGRATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()

/** As the schema engine does: the whole file in one call, which is one transaction. */
async function apply(names: readonly string[]) {
  expect(names.length).toBeGreaterThan(0)
  for (const migration of names)
    await client.query(readFileSync(join(MIGRATIONS, migration, 'migration.sql'), 'utf8'))
}

const id = async (sql: string, ...values: unknown[]): Promise<string> =>
  (await client.query<{ id: string }>(sql, values)).rows[0]?.id ?? ''

const TYPED = '20261120.c-0b9d6a3e-5a0e-4a7e-9c62-8f6a43d0c001@example.org'
const MAILED = 'reva.mail+1=2@lists.example.net'
/** A comment of the time when comments were Markdown, edited once, and what its mail said then. */
const MARKDOWN = '20261120.c-0b9d6a3e-5a0e-4a7e-9c62-8f6a43d0c002@example.org'
const FIRST_WORDS = 'It is *not* said.'
const WORDS = '**Why** does `it` sleep?\n\n2. one\n7. two\n\nSee [this](https://a.example/x).'
const AS_MAILED = 'Why does it sleep?\n\n2. one\n3. two\n\nSee this [1].\n\n[1] https://a.example/x'
const key = randomUUID()
let reva: string
let typed: string
let mailed: string
let marked: string

beforeAll(async () => {
  await server.connect()
  await server.query(`CREATE DATABASE ${name}`)
  client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await apply(migrations.filter((migration) => migration <= BEFORE))

  reva = await id(`INSERT INTO person (name) VALUES ('Reva') RETURNING id`)
  await client.query(`SELECT set_config('app.actor', $1, false)`, [reva])
  const proposal = await id(
    `INSERT INTO proposal (slug, change_id, title, area, current_revision, next_thread)
     VALUES ('old', '20261120-old-0a0b0c0d', 'Old', 'a', 1, 4) RETURNING id`,
  )
  const revision = await id(
    `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
     VALUES ($1, 1, $2, 1, 'one two', '', '{"date": "2026-11-20T09:00:00Z", "mailDomain": "example.org"}', $3) RETURNING id`,
    proposal,
    randomBytes(32),
    reva,
  )
  await client.query(
    `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
     VALUES ($1, 0, 'k', 'paragraph', 'problem', 0, 7, $2)`,
    [revision, randomBytes(32)],
  )
  await client.query("INSERT INTO membership VALUES ($1, $2, 'admin')", [proposal, reva])
  const thread = async (number: number) => {
    const made = await id(
      `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on) VALUES ($1, $2, 'note', $3, $4) RETURNING id`,
      proposal,
      number,
      reva,
      revision,
    )
    await client.query(
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
       VALUES ($1, $2, 'k', 1, 0, 3, 'one', '', ' two')`,
      [made, revision],
    )
    return made
  }
  const comment = (
    of: string,
    messageId: string,
    origin: string,
    clientKey: string,
    words = 'as it was sent',
  ) =>
    id(
      `INSERT INTO comment (thread_id, author_id, body_md, origin, message_id, client_key)
       VALUES ($1, $2, $6, $3, $4, $5) RETURNING id`,
      of,
      reva,
      origin,
      `<${messageId}>`,
      clientKey,
      words,
    )
  typed = await comment(await thread(1), TYPED, 'web', key)
  mailed = await comment(await thread(2), MAILED, 'mail', randomUUID())
  await client.query(`UPDATE comment SET body_md = 'as it was edited' WHERE id = $1`, [typed])
  marked = await comment(await thread(3), MARKDOWN, 'web', randomUUID(), FIRST_WORDS)
  await client.query(`UPDATE comment SET body_md = $2 WHERE id = $1`, [marked, WORDS])
  const mail = await id(
    `INSERT INTO incoming_mail (message_id, bytes, sha256, source, status, flags, proof, proof_detail, author_name, author_id,
       subject, answers, proposal_id, revision_id, part)
     VALUES ($1, 'x', sha256('x'), 'command', 'imported', '{}', 'none', '', 'Reva', $2, 's', '{}', $3, $4, 1) RETURNING id`,
    MAILED,
    reva,
    proposal,
    revision,
  )
  await client.query(`INSERT INTO mail_comment (mail_id, ord, comment_id, flags) VALUES ($1, 0, $2, '{}')`, [
    mail,
    mailed,
  ])
  await client.query(
    `INSERT INTO outgoing_mail (proposal_id, batch_id, position, kind, message_id, subject, bytes, queued_by)
     VALUES ($1, gen_random_uuid(), 0, 'series', $2, 'Re: Old', 'x', $3)`,
    [proposal, TYPED, reva],
  )
  await client.query(`SELECT set_config('app.actor', '', false)`)
  await client.query(
    `INSERT INTO auth_rate_limit (key, count, last_request)
     VALUES ('sign-in:locked', 11, $1), ('sign-in:long-ago', 11, 0)`,
    [Date.now()],
  )

  await apply(migrations.filter((migration) => migration > BEFORE))
  await applyRules(url.href)
  // What is imported from here on connects to this database.
  changeEnvironment({ DATABASE_URL: url.href })
}, 120_000)

afterAll(async () => {
  const { db } = await import('#lib/db.server.ts')
  await db().$disconnect()
  await client.end()
  await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
  await server.end()
})

test('the Message-IDs of comments lose their brackets, and nothing else of a comment changes', async () => {
  const { rows } = await client.query(
    `SELECT id, message_id, body, lock_version, edited_at > created_at AS edited FROM comment
     WHERE id <> $1 ORDER BY origin DESC`,
    [marked],
  )
  expect(rows).toEqual([
    { id: typed, message_id: TYPED, body: 'as it was edited', lock_version: 1, edited: true },
    { id: mailed, message_id: MAILED, body: 'as it was sent', lock_version: 0, edited: null },
  ])
  const versions = await client.query('SELECT body FROM comment_version WHERE comment_id = $1', [typed])
  expect(versions.rows).toEqual([{ body: 'as it was sent' }])
})

test('afterwards the rules hold as before, and no bracket comes back', async () => {
  const set = (to: string) => client.query('UPDATE comment SET message_id = $2 WHERE id = $1', [typed, to])
  await expect(set('other@example.org')).rejects.toMatchObject({ constraint: 'comment_place_is_kept' })
  await client.query(`SELECT set_config('app.actor', $1, false)`, [reva])
  const insert = client.query(
    `INSERT INTO comment (thread_id, author_id, body, message_id)
     SELECT thread_id, author_id, 'x', '<x@example.org>' FROM comment WHERE id = $1`,
    [typed],
  )
  await expect(insert).rejects.toMatchObject({ constraint: 'comment_message_id_shape' })
})

test.each([
  ['a comment that was typed here', TYPED, () => typed],
  ['a comment that came by mail', MAILED, () => mailed],
])('an answer by mail to %s, which left before, finds it', async (_, messageId, wanted) => {
  const { db } = await import('#lib/db.server.ts')
  const { parseMail } = await import('#lib/mail/shell/parse.ts')
  const { StoredMessages } = await import('#lib/review/incoming/known.server.ts')
  const bytes = Buffer.from(
    `From: Quinn <quinn@example.net>\nSubject: Re: Old\nDate: Fri, 27 Nov 2026 09:00:00 +0000\n` +
      `Message-ID: <answer@example.net>\nIn-Reply-To: <${messageId}>\n\nYes.\n`,
  )
  const parsed = await parseMail(bytes, new Date('2026-11-27T09:01:00Z'))
  if (!parsed.ok) throw new Error(parsed.error.problem.toString())
  const known = await db().$transaction(async (tx) =>
    (await StoredMessages.load(tx, [parsed.value], null)).knownTo(parsed.value),
  )
  expect([...known.values()].flatMap(({ stored }) => stored.map((comment) => comment.id))).toEqual([wanted()])
})

test('the address of a mail that left before leads to its comment, and the comment counts as sent', async () => {
  const { findMessage } = await import('#lib/review/queue/find-message.server.ts')
  expect(await findMessage(null, TYPED)).toEqual({
    kind: 'comment',
    place: { slug: 'old', thread: 1, comment: 1 },
    isMail: false,
  })
  expect(await findMessage(null, MAILED)).toMatchObject({
    kind: 'comment',
    place: { thread: 2 },
    isMail: true,
  })
  const sent = await client.query('SELECT c.id FROM comment c JOIN outgoing_mail USING (message_id)')
  expect(sent.rows).toEqual([{ id: typed }])
})

test('a form that was sent before and is sent again after it finds what it wrote', async () => {
  const { rows } = await client.query('SELECT key, person_id, kind, result FROM act_key WHERE key = $1', [
    key,
  ])
  const words = createHash('sha256').update('as it was sent').digest('hex')
  expect(rows).toEqual([
    { key, person_id: reva, kind: 'open-thread', result: { slug: 'old', thread: 1, comment: 1, words } },
  ])
})

test('who was an administrator of one proposal is its maintainer', async () => {
  const { rows } = await client.query('SELECT role::text FROM membership WHERE person_id = $1', [reva])
  expect(rows).toEqual([{ role: 'maintainer' }])
})

test('an account that is locked stays so, and what was tried long ago is gone', async () => {
  const { rows } = await client.query(
    `SELECT key, count FROM tries WHERE key LIKE 'sign-in:lo%' ORDER BY key`,
  )
  expect(rows).toEqual([{ key: 'sign-in:locked', count: 11 }])
})

test('words stay as they were typed, and what mail has of them is kept beside them, once', async () => {
  const { fillAsMailed } = await import('#lib/review/comment/markdown-before/fill-as-mailed.server.ts')
  expect(await fillAsMailed()).toBe(4)
  expect(await fillAsMailed()).toBe(0)
  const words = await client.query('SELECT body FROM comment WHERE id = $1', [marked])
  expect(words.rows).toEqual([{ body: WORDS }])
  const kept = await client.query(
    'SELECT comment_id, version, body FROM comment_as_mailed ORDER BY comment_id = $1, version',
    [marked],
  )
  expect(kept.rows).toEqual([
    { comment_id: typed, version: 1, body: 'as it was sent' },
    { comment_id: typed, version: 2, body: 'as it was edited' },
    { comment_id: marked, version: 1, body: 'It is not said.' },
    { comment_id: marked, version: 2, body: AS_MAILED },
  ])
  const change = client.query(`UPDATE comment_as_mailed SET body = 'x' WHERE comment_id = $1`, [marked])
  await expect(change).rejects.toMatchObject({ constraint: 'comment_as_mailed_is_kept' })
})

test.each([
  ['as it left', AS_MAILED, true],
  ['as it left before it was edited', 'It is not said.', true],
  ['as it would leave now', WORDS, true],
  ['with other words', 'Why does it not sleep?', false],
])('a mail of such a comment is the comment %s: %s', async (_, words, isSame) => {
  const known = await knownTo(
    `From: Reva <person-${reva}@example.org>\nSubject: Re: Old\nDate: Fri, 20 Nov 2026 09:00:00 +0000\n` +
      `Message-ID: <${MARKDOWN}>\nIn-Reply-To: <part@example.org>\n\n` +
      `On Fri, Nov 20 2026 at 08:00, Reva wrote:\n> one two\n\n${words}\n`,
  )
  const message = known.get(MARKDOWN as MessageId)
  expect(message?.stored.map((comment) => comment.id)).toEqual([marked])
  // An identity is given only to the same mail.
  expect(message?.textIdentity !== '').toBe(isSame)
})

test('what a mail quotes of such a comment is found as it was mailed, and as it stands', async () => {
  const known = await knownTo(
    `From: Quinn <quinn@example.net>\nSubject: Re: Old\nDate: Fri, 27 Nov 2026 09:00:00 +0000\n` +
      `Message-ID: <quote@example.net>\nIn-Reply-To: <${MARKDOWN}>\n\n> See this [1].\n\nI did.\n`,
  )
  const text = known.get(MARKDOWN as MessageId)?.comments[0]?.text
  expect(text).toContain('See this [1].')
  expect(text).toContain('[this](https://a.example/x)')
})

test('a comment of that time leaves again as it left; deleted, nothing of it is kept', async () => {
  const { threadsForMail } = await import('#lib/review/export/threads-for-mail.server.ts')
  const { rows } = await client.query<{ id: string }>('SELECT id FROM revision')
  const threads = await threadsForMail(null, rows[0]?.id ?? '', { after: 2, take: 1 })
  expect(threads[0]?.comments.map(({ body, mailedBefore }) => [body, mailedBefore])).toEqual([
    [WORDS, AS_MAILED],
  ])
  await client.query(`SELECT set_config('app.actor', $1, false)`, [reva])
  await client.query(`UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1`, [
    marked,
    reva,
  ])
  const kept = await client.query('SELECT 1 FROM comment_as_mailed WHERE comment_id = $1', [marked])
  expect(kept.rows).toEqual([])
})

async function knownTo(mail: string) {
  const { db } = await import('#lib/db.server.ts')
  const { parseMail } = await import('#lib/mail/shell/parse.ts')
  const { StoredMessages } = await import('#lib/review/incoming/known.server.ts')
  const parsed = await parseMail(Buffer.from(mail), new Date('2026-11-27T09:01:00Z'))
  if (!parsed.ok) throw new Error(parsed.error.problem.toString())
  return db().$transaction(async (tx) =>
    (await StoredMessages.load(tx, [parsed.value], null)).knownTo(parsed.value),
  )
}
