import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

/**
 * What the database refuses by itself, asked in SQL: the rules must hold for a page that is wrong and for an
 * operator with psql. Each refusal is tested, because a CHECK that evaluates to NULL passes.
 */
const pool = new pg.Pool({ connectionString: process.env.COHERENT_TEST_OWNER_URL, max: 20 })
afterAll(() => pool.end())

type Row = Record<string, unknown>

/** Runs statements in one transaction as `actor`; gives the rows of the last. */
async function as(
  actor: string | null,
  ...statements: [sql: string, ...values: unknown[]][]
): Promise<Row[]> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('app.actor', $1, true)", [actor ?? ''])
    let rows: Row[] = []
    for (const [sql, ...values] of statements) rows = (await client.query(sql, values)).rows
    await client.query('COMMIT')
    return rows
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

const id = async (rows: Promise<Row[]>) => String((await rows)[0]?.id)

let author: string
let reviewer: string
let proposal: string
let revision: string

async function newPerson(name: string) {
  return id(as(null, ['INSERT INTO person (name) VALUES ($1) RETURNING id', name]))
}

async function newThread(opener: string, kind = 'note', clear: string | null = null) {
  const [row] = await as(
    opener,
    ['UPDATE proposal SET next_thread = next_thread + 1 WHERE id = $1', proposal],
    [
      `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on, clear_condition)
       SELECT id, next_thread - 1, $3::thread_kind, $2, $4, $5 FROM proposal WHERE id = $1 RETURNING id`,
      proposal,
      opener,
      kind,
      revision,
      clear,
    ],
  )
  return String(row?.id)
}

const INSERT_COMMENT = `INSERT INTO comment (thread_id, author_id, body_md, message_id, client_key, parent_id)
  VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, seq`
const commentBy = (who: string, thread: string, body = 'words', parent: string | null = null) =>
  as(who, [INSERT_COMMENT, thread, who, body, `<${randomUUID()}@example.org>`, randomUUID(), parent])

beforeAll(async () => {
  author = await newPerson('Author')
  reviewer = await newPerson('Reva')
  const slug = `rules-${randomBytes(4).toString('hex')}`
  proposal = await id(
    as(null, [
      `INSERT INTO proposal (slug, change_id, title, area, current_revision) VALUES ($1, $1, 'T', 'a', 1) RETURNING id`,
      slug,
    ]),
  )
  revision = await id(
    as(author, [
      `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
       VALUES ($1, 1, $2, 1, 'one two', '', '{}', $3) RETURNING id`,
      proposal,
      randomBytes(32),
      author,
    ]),
  )
  await as(author, [
    `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
     VALUES ($1, 0, 'k', 'paragraph', 'problem', 0, 7, $2)`,
    revision,
    randomBytes(32),
  ])
})

test.each([
  ['a revision', 'UPDATE revision SET plain_text = $2 WHERE id = $1', 'x'],
  ['the number of a revision', 'UPDATE revision SET number = $2 WHERE id = $1', 7],
  ['a block', 'UPDATE block SET kind = $2 WHERE revision_id = $1', 'x'],
])('%s does not change', async (_, sql, value) => {
  await expect(as(author, [sql, revision, value])).rejects.toThrow('immutable')
})

test.each(['revision', 'anchor', 'event', 'comment'])('%s cannot be emptied by TRUNCATE', async (table) => {
  await expect(as(author, [`TRUNCATE ${table} CASCADE`])).rejects.toThrow('append-only')
})

test.each([
  'ALTER TABLE event DISABLE TRIGGER ALL',
  'DROP TRIGGER event_is_immutable ON event',
  'TRUNCATE comment CASCADE',
  "SET session_replication_role = 'replica'",
  "COPY person TO '/dev/null'",
  'CREATE TABLE elsewhere (a int)',
  'DELETE FROM _prisma_migrations',
])('the role that the app connects as may not: %s', async (sql) => {
  const app = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await app.connect()
  try {
    await expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner/)
  } finally {
    await app.end()
  }
})

test('an anchor does not change, and is as long as its quote in UTF-16 units', async () => {
  const thread = await newThread(reviewer)
  const insert = (exact: string, end: number, prefix = '') =>
    as(reviewer, [
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
       VALUES ($1, $2, 'k', 1, 0, $4, $3, $5, '')`,
      thread,
      revision,
      exact,
      end,
      prefix,
    ])
  await expect(insert('one', 4)).rejects.toThrow('check constraint')
  await expect(insert('', 0)).rejects.toThrow('check constraint')
  await expect(insert('one', 3, 'x'.repeat(65))).rejects.toThrow('check constraint')
  await insert('a\u{1f600}', 3)
  await expect(
    as(reviewer, ["UPDATE anchor SET quote_exact = 'two' WHERE thread_id = $1", thread]),
  ).rejects.toThrow('immutable')
  await expect(as(reviewer, ['DELETE FROM anchor WHERE thread_id = $1', thread])).rejects.toThrow('immutable')
})

test('an anchor points at a block of its revision', async () => {
  const thread = await newThread(reviewer)
  await expect(
    as(reviewer, [
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
       VALUES ($1, $2, 'elsewhere', 1, 0, 1, 'x', '', '')`,
      thread,
      revision,
    ]),
  ).rejects.toThrow('foreign key')
})

test('a comment, a thread and an event name the person who acts', async () => {
  const thread = await newThread(reviewer)
  const comment = [thread, reviewer, 'words', `<${randomUUID()}@example.org>`, randomUUID(), null]
  await expect(as(author, [INSERT_COMMENT, ...comment])).rejects.toThrow('the person who acts')
  await expect(as(null, [INSERT_COMMENT, ...comment])).rejects.toThrow('the person who acts')
  await expect(
    as(author, [
      `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on) VALUES ($1, 9999, 'note', $2, $3)`,
      proposal,
      reviewer,
      revision,
    ]),
  ).rejects.toThrow('the person who acts')
  await expect(
    as(author, [
      `INSERT INTO event (proposal_id, actor_id, kind, subject) VALUES ($1, $2, 'x', '{}')`,
      proposal,
      reviewer,
    ]),
  ).rejects.toThrow('the person who acts')
})

test('a comment is not empty, not longer than 65,536 characters and not its own parent', async () => {
  const thread = await newThread(reviewer)
  await expect(commentBy(reviewer, thread, ' \n\t ')).rejects.toThrow('check constraint')
  await expect(commentBy(reviewer, thread, 'x'.repeat(65_537))).rejects.toThrow('check constraint')
  await expect(commentBy(reviewer, thread, 'x'.repeat(65_536))).resolves.toHaveLength(1)
})

test('a reply does not leave its thread', async () => {
  const [one, two] = [await newThread(reviewer), await newThread(reviewer)]
  const parent = await id(commentBy(reviewer, one))
  await expect(commentBy(author, two, 'words', parent)).rejects.toThrow('foreign key')
})

test('a comment cannot be deleted or moved; its text can, and the old text is kept', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread, 'first'))
  await expect(as(reviewer, ['DELETE FROM comment WHERE id = $1', comment])).rejects.toThrow('immutable')
  await expect(as(reviewer, ['UPDATE comment SET seq = 9 WHERE id = $1', comment])).rejects.toThrow(
    'only the text',
  )
  await expect(as(author, ["UPDATE comment SET body_md = 'x' WHERE id = $1", comment])).rejects.toThrow(
    'only its author',
  )
  await as(reviewer, ["UPDATE comment SET body_md = 'second' WHERE id = $1", comment])
  await as(reviewer, ["UPDATE comment SET body_md = 'third' WHERE id = $1", comment])
  const rows = await as(null, [
    'SELECT version, body_md FROM comment_version WHERE comment_id = $1 ORDER BY version',
    comment,
  ])
  expect(rows).toEqual([
    { version: 1, body_md: 'first' },
    { version: 2, body_md: 'second' },
  ])
  await expect(
    as(reviewer, ["UPDATE comment_version SET body_md = 'x' WHERE comment_id = $1", comment]),
  ).rejects.toThrow('immutable')
})

test('a deleted comment leaves a tombstone that takes no reply and does not come back', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread))
  const redact = "UPDATE comment SET body_md = '', redacted_at = now(), redacted_by = $2 WHERE id = $1"
  await expect(
    as(reviewer, [
      'UPDATE comment SET redacted_at = now(), redacted_by = $2 WHERE id = $1',
      comment,
      reviewer,
    ]),
  ).rejects.toThrow('check constraint')
  await expect(as(author, [redact, comment, reviewer])).rejects.toThrow('the person who acts')
  await as(reviewer, [redact, comment, reviewer])
  await expect(commentBy(author, thread, 'words', comment)).rejects.toThrow('the comment was deleted')
  await expect(as(reviewer, ["UPDATE comment SET body_md = 'x' WHERE id = $1", comment])).rejects.toThrow(
    'deleted',
  )
})

test('a deletion takes the words of the earlier texts as well, and nothing else changes them', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread, 'a secret'))
  await as(reviewer, ["UPDATE comment SET body_md = 'better' WHERE id = $1", comment])
  await expect(
    as(reviewer, ["UPDATE comment_version SET body_md = '' WHERE comment_id = $1", comment]),
  ).rejects.toThrow('immutable')
  await as(reviewer, [
    "UPDATE comment SET body_md = '', redacted_at = now(), redacted_by = $2 WHERE id = $1",
    comment,
    reviewer,
  ])
  const rows = await as(null, ['SELECT body_md FROM comment_version WHERE comment_id = $1', comment])
  expect(rows).toEqual([{ body_md: '' }])
})

test('sixteen concurrent writers into one thread get the numbers 1 to 160, each once', async () => {
  const thread = await newThread(reviewer)
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      for (let i = 0; i < 10; i++) await commentBy(reviewer, thread, `${writer}/${i}`)
    }),
  )
  const rows = await as(null, ['SELECT seq FROM comment WHERE thread_id = $1 ORDER BY seq', thread])
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1))
})

test('an objection says what would clear it, and only its opener closes it or makes it less', async () => {
  await expect(newThread(reviewer, 'objection', null)).rejects.toThrow('check constraint')
  await expect(newThread(reviewer, 'objection', 'too short')).rejects.toThrow('check constraint')
  const thread = await newThread(reviewer, 'objection', 'a model that shows it')
  const resolve = "UPDATE thread SET state = 'resolved', resolved_at = now(), resolved_by = $2 WHERE id = $1"
  await expect(as(author, [resolve, thread, author])).rejects.toThrow('only its opener closes')
  await expect(as(author, [resolve, thread, reviewer])).rejects.toThrow('the person who acts')
  await expect(as(author, ["UPDATE thread SET kind = 'note' WHERE id = $1", thread])).rejects.toThrow(
    'only its opener',
  )
  const override =
    "UPDATE thread SET state = 'overridden', resolved_at = now(), resolved_by = $2 WHERE id = $1"
  await expect(as(author, [override, thread, author])).rejects.toThrow('needs an admin')
  await expect(
    as(author, ["UPDATE proposal SET state = 'accepted' WHERE id = $1", proposal]),
  ).rejects.toThrow('objections stand')
  await as(reviewer, [resolve, thread, reviewer])
})

test('a thread keeps its origin and its state agrees with who resolved it and when', async () => {
  const thread = await newThread(reviewer)
  await expect(
    as(author, ['UPDATE thread SET opened_by = $2 WHERE id = $1', thread, author]),
  ).rejects.toThrow('origin')
  await expect(as(reviewer, ["UPDATE thread SET state = 'resolved' WHERE id = $1", thread])).rejects.toThrow(
    'check constraint',
  )
  await expect(as(reviewer, ['DELETE FROM thread WHERE id = $1', thread])).rejects.toThrow('immutable')
})

test('slug and change-id stay, and numbers only go up', async () => {
  await expect(as(author, ["UPDATE proposal SET slug = 'other' WHERE id = $1", proposal])).rejects.toThrow(
    'for ever',
  )
  await expect(
    as(author, ['UPDATE proposal SET current_revision = 0 WHERE id = $1', proposal]),
  ).rejects.toThrow('go up')
})

test('an address is stored in lower case', async () => {
  await expect(
    as(null, [
      'INSERT INTO person_address (address, person_id) VALUES ($1, $2)',
      'Reva@Example.org',
      reviewer,
    ]),
  ).rejects.toThrow('check constraint')
})

test('events do not change, and concurrent ones form one chain of hashes', async () => {
  const insert =
    'INSERT INTO event (proposal_id, actor_id, kind, subject) VALUES ($1, $2, $3, $4) RETURNING id'
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      as(reviewer, [insert, proposal, reviewer, 'test', JSON.stringify({ i })]),
    ),
  )
  const broken = await as(null, [
    `SELECT id FROM (
       SELECT *, lag(hash) OVER (ORDER BY id) AS before FROM event WHERE proposal_id = $1
     ) e WHERE prev_hash IS DISTINCT FROM before
        OR hash <> event_hash(prev_hash, id, proposal_id, actor_id, kind, subject, at)`,
    proposal,
  ])
  expect(broken).toEqual([])
  await expect(
    as(reviewer, ["UPDATE event SET kind = 'x' WHERE proposal_id = $1", proposal]),
  ).rejects.toThrow('immutable')
  await expect(as(reviewer, ['DELETE FROM event WHERE proposal_id = $1', proposal])).rejects.toThrow(
    'immutable',
  )
})

test('the key of an act is written once, by the person who acts, and stays', async () => {
  const insert =
    'INSERT INTO act_key (key, person_id, kind, result) VALUES ($1, $2, $3, $4) RETURNING key AS id'
  const key = await id(as(reviewer, [insert, randomUUID(), reviewer, 'reply', '{"comment":1}']))
  const refusal = (actor: string, ...statement: [sql: string, ...values: unknown[]]) =>
    as(actor, statement).then(
      () => null,
      (error: pg.DatabaseError) => error.constraint,
    )
  expect(await refusal(reviewer, insert, key, reviewer, 'reply', '{}')).toBe('act_key_is_used_once')
  expect(await refusal(author, insert, randomUUID(), reviewer, 'reply', '{}')).toBe('act_key_names_actor')
  expect(await refusal(reviewer, insert, randomUUID(), reviewer, 'Reply', '{}')).toBe(
    'act_key_kind_is_a_word',
  )
  expect(await refusal(reviewer, "UPDATE act_key SET result = '{}' WHERE key = $1", key)).toBe(
    'act_key_is_kept',
  )
  expect(await refusal(reviewer, 'DELETE FROM act_key WHERE key = $1', key)).toBe('act_key_is_kept')
  expect(await refusal(reviewer, 'TRUNCATE act_key')).toBe('act_key_is_kept')
})
