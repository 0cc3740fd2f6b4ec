import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { env, environment } from '#lib/env.server.ts'
import { readRules } from './read-rules.mjs'

/**
 * What the database refuses by itself, asked in SQL: the rules must hold for a page that is wrong and for an
 * operator with psql. Each refusal is tested, because a CHECK that evaluates to NULL passes, and by its name, because
 * that is what code asks for.
 */
const pool = new pg.Pool({ connectionString: environment().COHERENT_TEST_OWNER_URL, max: 20 })
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
let checkRun: string

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

const INSERT_COMMENT = `INSERT INTO comment (thread_id, author_id, body, message_id, parent_id)
  VALUES ($1, $2, $3, $4, $5) RETURNING id, seq`
const commentBy = (who: string, thread: string, body = 'words', parent: string | null = null) =>
  as(who, [INSERT_COMMENT, thread, who, body, `${randomUUID()}@example.org`, parent])

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
  await as(author, [
    "INSERT INTO revision_file (revision_id, path, bytes) VALUES ($1, 'cover.mdx', '')",
    revision,
  ])
  checkRun = await id(
    as(author, [
      `INSERT INTO check_run (model_sha256, property, checker_version, verdict, report)
       VALUES ($1, 'p', '1', 'holds', '{}') RETURNING id`,
      randomBytes(32),
    ]),
  )
  await as(author, [
    `INSERT INTO claim (revision_id, key, block_key, sentence, model, variant, property, expect, required, check_run_id)
     VALUES ($1, 'c', 'k', 's', 'm', 'v', 'p', 'holds', true, $2)`,
    revision,
    checkRun,
  ])
})

test.each([
  ['UPDATE revision SET plain_text = $2 WHERE id = $1', 'x', 'revision_is_immutable'],
  ['UPDATE revision SET number = $2 WHERE id = $1', 7, 'revision_is_immutable'],
  ['UPDATE block SET kind = $2 WHERE revision_id = $1', 'x', 'block_is_immutable'],
  ['UPDATE revision_file SET path = $2 WHERE revision_id = $1', 'x', 'revision_file_is_immutable'],
  ['UPDATE claim SET sentence = $2 WHERE revision_id = $1', 'x', 'claim_is_immutable'],
])('what was published does not change: %s', async (sql, value, constraint) => {
  await expect(as(author, [sql, revision, value])).rejects.toMatchObject({ constraint })
})

test('what the checker answered does not change', async () => {
  await expect(
    as(author, ["UPDATE check_run SET property = 'x' WHERE id = $1", checkRun]),
  ).rejects.toMatchObject({ constraint: 'check_run_is_immutable' })
})

test.each([
  ['anchor', 'anchor_is_kept'],
  ['event', 'event_is_kept'],
  ['outgoing_recipient', 'outgoing_recipients_are_kept'],
])('%s cannot be emptied by TRUNCATE', async (table, constraint) => {
  await expect(as(author, [`TRUNCATE ${table}`])).rejects.toMatchObject({ constraint })
})

// What others point to is emptied only with them; the rule of whichever table comes first refuses.
test.each(['revision', 'comment', 'incoming_mail', 'outgoing_mail'])(
  '%s cannot be emptied by TRUNCATE … CASCADE',
  async (table) => {
    await expect(as(author, [`TRUNCATE ${table} CASCADE`])).rejects.toMatchObject({
      constraint: expect.stringMatching(/_(is|are)_kept$/),
    })
  },
)

test.each([
  'ALTER TABLE event DISABLE TRIGGER ALL',
  'DROP TRIGGER event_is_immutable ON event',
  'TRUNCATE comment CASCADE',
  "SET session_replication_role = 'replica'",
  "COPY person TO '/dev/null'",
  'CREATE TABLE elsewhere (a int)',
  'DELETE FROM _prisma_migrations',
])('the role that the app connects as may not: %s', async (sql) => {
  const app = new pg.Client({ connectionString: env.databaseUrl })
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
  await expect(insert('one', 4)).rejects.toMatchObject({ constraint: 'anchor_is_as_long_as_its_quote' })
  await expect(insert('', 0)).rejects.toMatchObject({ constraint: 'anchor_range' })
  await expect(insert('one', 3, 'x'.repeat(65))).rejects.toMatchObject({
    constraint: 'anchor_context_length',
  })
  await insert('a\u{1f600}', 3)
  await expect(
    as(reviewer, ["UPDATE anchor SET quote_exact = 'two' WHERE thread_id = $1", thread]),
  ).rejects.toMatchObject({ constraint: 'anchor_is_immutable' })
  await expect(as(reviewer, ['DELETE FROM anchor WHERE thread_id = $1', thread])).rejects.toMatchObject({
    constraint: 'anchor_is_immutable',
  })
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
  ).rejects.toMatchObject({ constraint: 'anchor_revision_id_block_key_fkey' })
})

test('a comment, a thread and an event name the person who acts', async () => {
  const thread = await newThread(reviewer)
  const comment = [thread, reviewer, 'words', `${randomUUID()}@example.org`, null]
  await expect(as(author, [INSERT_COMMENT, ...comment])).rejects.toMatchObject({
    constraint: 'comment_is_written_by_actor',
  })
  await expect(as(null, [INSERT_COMMENT, ...comment])).rejects.toMatchObject({
    constraint: 'comment_is_written_by_actor',
  })
  await expect(
    as(author, [
      `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on) VALUES ($1, 9999, 'note', $2, $3)`,
      proposal,
      reviewer,
      revision,
    ]),
  ).rejects.toMatchObject({ constraint: 'thread_is_opened_by_actor' })
  await expect(
    as(author, [
      `INSERT INTO event (proposal_id, actor_id, kind, subject) VALUES ($1, $2, 'x', '{}')`,
      proposal,
      reviewer,
    ]),
  ).rejects.toMatchObject({ constraint: 'event_names_actor' })
})

test('a comment is not empty, not longer than 65,536 characters and not its own parent', async () => {
  const thread = await newThread(reviewer)
  await expect(commentBy(reviewer, thread, ' \n\t ')).rejects.toMatchObject({
    constraint: 'comment_is_not_empty',
  })
  await expect(commentBy(reviewer, thread, 'x'.repeat(65_537))).rejects.toMatchObject({
    constraint: 'comment_body_length',
  })
  await expect(commentBy(reviewer, thread, 'x'.repeat(65_536))).resolves.toHaveLength(1)
})

test('a reply does not leave its thread', async () => {
  const [one, two] = [await newThread(reviewer), await newThread(reviewer)]
  const parent = await id(commentBy(reviewer, one))
  await expect(commentBy(author, two, 'words', parent)).rejects.toMatchObject({
    constraint: 'comment_thread_id_parent_id_fkey',
  })
})

test('a comment cannot be deleted or moved; its text can, and the old text is kept', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread, 'first'))
  await expect(as(reviewer, ['DELETE FROM comment WHERE id = $1', comment])).rejects.toMatchObject({
    constraint: 'comment_is_kept',
  })
  await expect(as(reviewer, ['UPDATE comment SET seq = 9 WHERE id = $1', comment])).rejects.toMatchObject({
    constraint: 'comment_place_is_kept',
  })
  await expect(as(author, ["UPDATE comment SET body = 'x' WHERE id = $1", comment])).rejects.toMatchObject({
    constraint: 'comment_is_edited_by_author',
  })
  await as(reviewer, ["UPDATE comment SET body = 'second' WHERE id = $1", comment])
  await as(reviewer, ["UPDATE comment SET body = 'third' WHERE id = $1", comment])
  const rows = await as(null, [
    'SELECT version, body FROM comment_version WHERE comment_id = $1 ORDER BY version',
    comment,
  ])
  expect(rows).toEqual([
    { version: 1, body: 'first' },
    { version: 2, body: 'second' },
  ])
  await expect(
    as(reviewer, ["UPDATE comment_version SET body = 'x' WHERE comment_id = $1", comment]),
  ).rejects.toMatchObject({ constraint: 'comment_version_is_kept' })
})

test('a deleted comment leaves a tombstone that takes no reply and does not come back', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread))
  const redact = "UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1"
  await expect(
    as(reviewer, [
      'UPDATE comment SET redacted_at = now(), redacted_by = $2 WHERE id = $1',
      comment,
      reviewer,
    ]),
  ).rejects.toMatchObject({ constraint: 'deleted_comment_has_no_words' })
  await expect(as(author, [redact, comment, reviewer])).rejects.toMatchObject({
    constraint: 'comment_is_deleted_by_actor',
  })
  await as(reviewer, [redact, comment, reviewer])
  await expect(commentBy(author, thread, 'words', comment)).rejects.toMatchObject({
    constraint: 'reply_to_deleted',
  })
  await expect(as(reviewer, ["UPDATE comment SET body = 'x' WHERE id = $1", comment])).rejects.toMatchObject({
    constraint: 'comment_stays_deleted',
  })
})

test('a deletion takes the words of the earlier texts as well, and nothing else changes them', async () => {
  const thread = await newThread(reviewer)
  const comment = await id(commentBy(reviewer, thread, 'a secret'))
  await as(reviewer, ["UPDATE comment SET body = 'better' WHERE id = $1", comment])
  await expect(
    as(reviewer, ["UPDATE comment_version SET body = '' WHERE comment_id = $1", comment]),
  ).rejects.toMatchObject({ constraint: 'comment_version_is_kept' })
  await as(reviewer, [
    "UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1",
    comment,
    reviewer,
  ])
  const rows = await as(null, ['SELECT body FROM comment_version WHERE comment_id = $1', comment])
  expect(rows).toEqual([{ body: '' }])
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
  await expect(newThread(reviewer, 'objection', null)).rejects.toMatchObject({
    constraint: 'objection_says_what_clears_it',
  })
  await expect(newThread(reviewer, 'objection', 'too short')).rejects.toMatchObject({
    constraint: 'objection_says_what_clears_it',
  })
  const thread = await newThread(reviewer, 'objection', 'a model that shows it')
  const resolve = "UPDATE thread SET state = 'resolved', resolved_at = now(), resolved_by = $2 WHERE id = $1"
  await expect(as(author, [resolve, thread, author])).rejects.toMatchObject({
    constraint: 'objection_is_closed_by_opener',
  })
  await expect(as(author, [resolve, thread, reviewer])).rejects.toMatchObject({
    constraint: 'thread_is_closed_by_actor',
  })
  await expect(as(author, ["UPDATE thread SET kind = 'note' WHERE id = $1", thread])).rejects.toMatchObject({
    constraint: 'objection_is_lessened_by_opener',
  })
  const override =
    "UPDATE thread SET state = 'overridden', resolved_at = now(), resolved_by = $2 WHERE id = $1"
  await expect(as(author, [override, thread, author])).rejects.toMatchObject({
    constraint: 'objection_is_overridden_by_admin',
  })
  await expect(
    as(author, ["UPDATE proposal SET state = 'accepted' WHERE id = $1", proposal]),
  ).rejects.toMatchObject({ constraint: 'proposal_is_accepted_without_objections' })
  await as(reviewer, [resolve, thread, reviewer])
})

test('a thread keeps its origin and its state agrees with who resolved it and when', async () => {
  const thread = await newThread(reviewer)
  await expect(
    as(author, ['UPDATE thread SET opened_by = $2 WHERE id = $1', thread, author]),
  ).rejects.toMatchObject({ constraint: 'thread_origin_is_kept' })
  await expect(
    as(reviewer, ["UPDATE thread SET state = 'resolved' WHERE id = $1", thread]),
  ).rejects.toMatchObject({ constraint: 'thread_closed_has_its_time' })
  await expect(as(reviewer, ['DELETE FROM thread WHERE id = $1', thread])).rejects.toMatchObject({
    constraint: 'thread_is_kept',
  })
})

test('slug and change-id stay, and numbers only go up', async () => {
  await expect(
    as(author, ["UPDATE proposal SET slug = 'other' WHERE id = $1", proposal]),
  ).rejects.toMatchObject({ constraint: 'proposal_slug_and_change_id_are_kept' })
  await expect(
    as(author, ['UPDATE proposal SET current_revision = 0 WHERE id = $1', proposal]),
  ).rejects.toMatchObject({ constraint: 'proposal_numbers_go_up' })
})

test('an address is stored in lower case', async () => {
  await expect(
    as(null, [
      'INSERT INTO person_address (address, person_id) VALUES ($1, $2)',
      'Reva@Example.org',
      reviewer,
    ]),
  ).rejects.toMatchObject({ constraint: 'person_address_is_lower_case' })
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
  ).rejects.toMatchObject({ constraint: 'event_is_immutable' })
  await expect(as(reviewer, ['DELETE FROM event WHERE proposal_id = $1', proposal])).rejects.toMatchObject({
    constraint: 'event_is_immutable',
  })
})

test('the key of an act is written once, by the person who acts, and stays', async () => {
  const insert =
    'INSERT INTO act_key (key, person_id, kind, result) VALUES ($1, $2, $3, $4) RETURNING key AS id'
  const key = await id(as(reviewer, [insert, randomUUID(), reviewer, 'reply', '{"comment":1}']))
  const refused = (constraint: string, actor: string, ...statement: [sql: string, ...values: unknown[]]) =>
    expect(as(actor, statement)).rejects.toMatchObject({ constraint })
  await refused('act_key_is_used_once', reviewer, insert, key, reviewer, 'reply', '{}')
  await refused('act_key_names_actor', author, insert, randomUUID(), reviewer, 'reply', '{}')
  await refused('act_key_kind_is_a_word', reviewer, insert, randomUUID(), reviewer, 'Reply', '{}')
  await refused('act_key_is_kept', reviewer, "UPDATE act_key SET result = '{}' WHERE key = $1", key)
  await refused('act_key_is_kept', reviewer, 'DELETE FROM act_key WHERE key = $1', key)
  await refused('act_key_is_kept', reviewer, 'TRUNCATE act_key')
})

async function newAddress(person: string, confirmed: boolean) {
  const address = `${randomBytes(4).toString('hex')}@example.org`
  await as(null, [
    `INSERT INTO person_address (address, person_id, confirmed_at) VALUES ($1, $2, CASE WHEN $3 THEN now() END)`,
    address,
    person,
    confirmed,
  ])
  return address
}

test('a person becomes part of another once, by that one, whose address is confirmed, and never with an account', async () => {
  const [mailed, owner, signedUp] = [await newPerson('R'), await newPerson('Reva'), await newPerson('Quinn')]
  await as(null, [
    'INSERT INTO auth_user (name, email, person_id) VALUES ($1, $2, $3)',
    'Quinn',
    `${randomBytes(4).toString('hex')}@example.org`,
    signedUp,
  ])
  const merge = (actor: string, from: string, into: string) =>
    as(actor, ['UPDATE person SET merged_into = $2 WHERE id = $1', from, into])
  const refused = (constraint: string, work: Promise<Row[]>) =>
    expect(work).rejects.toMatchObject({ constraint })
  await refused('person_is_merged_with_confirmed_address', merge(owner, mailed, owner))
  await newAddress(owner, true)
  await refused('person_is_merged_by_actor', merge(author, mailed, owner))
  await refused('person_with_account_is_not_merged', merge(owner, signedUp, owner))
  await refused('person_is_merged_once', merge(owner, owner, owner))
  await merge(owner, mailed, owner)
  await refused('person_is_merged_once', merge(author, mailed, author))
})

test('a confirmed address does not change hands; one that nobody confirmed does', async () => {
  const open = await newAddress(reviewer, false)
  await as(null, ['UPDATE person_address SET person_id = $2 WHERE address = $1', open, author])
  const address = await newAddress(reviewer, true)
  for (const sql of [
    'UPDATE person_address SET person_id = $2 WHERE address = $1',
    'UPDATE person_address SET confirmed_at = NULL WHERE address = $1 AND $2::uuid IS NOT NULL',
    'DELETE FROM person_address WHERE address = $1 AND $2::uuid IS NOT NULL',
  ])
    await expect(as(author, [sql, address, author])).rejects.toMatchObject({
      constraint: 'confirmed_address_is_kept',
    })
})

async function newMail(status: 'imported' | 'waiting' | 'rejected') {
  return id(
    as(null, [
      `INSERT INTO incoming_mail (message_id, bytes, sha256, source, status, flags, proof, proof_detail, author_name, author_id,
         subject, answers, proposal_id, revision_id, part)
       SELECT $1, b, sha256(b), 'command', $2, '{}', 'none', '', 'Reva', $3, 's', '{}', $4, $5, 0
       FROM convert_to($1, 'UTF8') b RETURNING id`,
      `${randomUUID()}@example.org`,
      status,
      reviewer,
      proposal,
      revision,
    ]),
  )
}

test('of a mail that came in neither words nor place change, and who decides about it is the person who acts', async () => {
  const [imported, waiting, rejected] = [
    await newMail('imported'),
    await newMail('waiting'),
    await newMail('rejected'),
  ]
  const refused = (constraint: string, mail: string, change: string) =>
    expect(as(author, [`UPDATE incoming_mail SET ${change} WHERE id = $1`, mail])).rejects.toMatchObject({
      constraint,
    })
  await refused('incoming_mail_words_are_kept', waiting, "subject = 'other'")
  await refused('incoming_mail_sha256_is_of_bytes', waiting, "bytes = 'other'")
  await refused('imported_mail_place_is_kept', imported, "status = 'waiting'")
  await refused('rejected_mail_is_not_read', rejected, "status = 'imported'")
  await refused(
    'incoming_mail_is_decided_by_actor',
    waiting,
    `decided_by = '${reviewer}', decided_at = now()`,
  )
  await refused('dropped_mail_has_reason', waiting, "status = 'dropped'")
  await expect(as(author, ['DELETE FROM incoming_mail WHERE id = $1', waiting])).rejects.toMatchObject({
    constraint: 'incoming_mail_is_kept',
  })
})

test('an imported mail is dropped by somebody, with a reason, with all of its comments, and for good', async () => {
  const mail = await newMail('imported')
  const mailed = await id(
    as(reviewer, [
      `INSERT INTO comment (thread_id, author_id, body, origin, message_id)
       VALUES ($1, $2, 'words', 'mail', $3) RETURNING id`,
      await newThread(reviewer),
      reviewer,
      `${randomUUID()}@example.org`,
    ]),
  )
  await as(null, [
    "INSERT INTO mail_comment (mail_id, ord, comment_id, flags) VALUES ($1, 0, $2, '{}')",
    mail,
    mailed,
  ])
  const drop = `UPDATE incoming_mail SET status = 'dropped', decided_by = '${author}', decided_at = now(), decision = $2 WHERE id = $1`
  const whole = { constraint: 'imported_mail_is_dropped_whole' }
  await expect(as(author, [drop, mail, 'abuse'])).rejects.toMatchObject(whole)
  await as(author, [
    "UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1",
    mailed,
    author,
  ])
  await expect(as(author, [drop, mail, ''])).rejects.toMatchObject(whole)
  await expect(
    as(author, ["UPDATE incoming_mail SET status = 'dropped', decision = 'x' WHERE id = $1", mail]),
  ).rejects.toMatchObject(whole)
  await as(author, [drop, mail, 'abuse'])
  await expect(
    as(author, ["UPDATE incoming_mail SET status = 'imported' WHERE id = $1", mail]),
  ).rejects.toMatchObject({ constraint: 'dropped_mail_stays_dropped' })
})

test.each(['imported', 'waiting'])(
  'a mail that was dropped before it came in is never %s',
  async (status) => {
    const mail = await newMail('waiting')
    await as(author, [
      `UPDATE incoming_mail SET status = 'dropped', decided_by = '${author}', decided_at = now(), decision = 'abuse' WHERE id = $1`,
      mail,
    ])
    await expect(
      as(null, ['UPDATE incoming_mail SET status = $2 WHERE id = $1', mail, status]),
    ).rejects.toMatchObject({ constraint: 'dropped_mail_stays_dropped' })
  },
)

test('as what a comment left while comments were Markdown is written once, and goes with its words', async () => {
  const comment = await id(commentBy(reviewer, await newThread(reviewer)))
  await as(null, ['INSERT INTO comment_as_mailed (comment_id, version) VALUES ($1, 1)', comment])
  const kept = { constraint: 'comment_as_mailed_is_kept' }
  await expect(
    as(null, ['DELETE FROM comment_as_mailed WHERE comment_id = $1', comment]),
  ).rejects.toMatchObject(kept)
  await as(null, ["UPDATE comment_as_mailed SET body = 'as it left' WHERE comment_id = $1", comment])
  await expect(
    as(null, ["UPDATE comment_as_mailed SET body = 'else' WHERE comment_id = $1", comment]),
  ).rejects.toMatchObject(kept)
  await as(reviewer, [
    "UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1",
    comment,
    reviewer,
  ])
  expect(await as(null, ['SELECT 1 FROM comment_as_mailed WHERE comment_id = $1', comment])).toEqual([])
})

test('only a comment of its author that came by mail hangs on a mail, and stays there', async () => {
  const mail = await newMail('imported')
  const typed = await id(commentBy(reviewer, await newThread(reviewer)))
  const link = (comment: string) =>
    as(null, [
      "INSERT INTO mail_comment (mail_id, ord, comment_id, flags) VALUES ($1, 0, $2, '{}')",
      mail,
      comment,
    ])
  await expect(link(typed)).rejects.toMatchObject({ constraint: 'mail_comment_is_of_imported_author' })
  const mailed = await id(
    as(reviewer, [
      `INSERT INTO comment (thread_id, author_id, body, origin, message_id)
       VALUES ($1, $2, 'words', 'mail', $3) RETURNING id`,
      await newThread(reviewer),
      reviewer,
      `${randomUUID()}@example.org`,
    ]),
  )
  await link(mailed)
  await as(null, [
    "INSERT INTO mail_trailer VALUES ($1, 0, 'Acked-by', 'R', 'r@example.org', 'Acked-by: R', false)",
    mail,
  ])
  await expect(as(null, ['UPDATE mail_comment SET ord = 1 WHERE mail_id = $1', mail])).rejects.toMatchObject({
    constraint: 'mail_comment_is_immutable',
  })
  await expect(as(null, ['DELETE FROM mail_trailer WHERE mail_id = $1', mail])).rejects.toMatchObject({
    constraint: 'mail_trailer_is_immutable',
  })
})

test('a mail that leaves is queued by the person who acts, stays as it was, and is sent once to each', async () => {
  const messageId = `${randomUUID()}@example.org`
  const queue = (actor: string, by: string) =>
    as(actor, [
      `INSERT INTO outgoing_mail (proposal_id, batch_id, position, kind, message_id, subject, bytes, queued_by)
       VALUES ($1, gen_random_uuid(), 0, 'series', $2, 's', 'x', $3) RETURNING id`,
      proposal,
      messageId,
      by,
    ])
  await expect(queue(author, reviewer)).rejects.toMatchObject({
    constraint: 'outgoing_mail_is_queued_by_actor',
  })
  const mail = await id(queue(author, author))
  await expect(
    as(author, ["UPDATE outgoing_mail SET subject = 'x' WHERE id = $1", mail]),
  ).rejects.toMatchObject({
    constraint: 'outgoing_mail_is_immutable',
  })
  const send = (state: string) =>
    as(null, [
      `INSERT INTO outgoing_recipient (mail_id, message_id, address, state) VALUES ($1, $2, 'list@example.org', $3) RETURNING id`,
      mail,
      messageId,
      state,
    ])
  await expect(send('sent')).rejects.toMatchObject({ constraint: 'outgoing_recipient_begins_queued' })
  const recipient = await id(send('queued'))
  const change = (sql: string) => as(null, [`UPDATE outgoing_recipient SET ${sql} WHERE id = $1`, recipient])
  const refused = (constraint: string, work: Promise<Row[]>) =>
    expect(work).rejects.toMatchObject({ constraint })
  await refused('outgoing_recipient_address_is_kept', change("address = 'other@example.org'"))
  await refused('outgoing_recipient_state_is_next', change("state = 'sent'"))
  await change("state = 'sending'")
  await change("state = 'sent'")
  await refused('sent_mail_is_kept', change("answer = '250 again'"))
  await refused('outgoing_recipient_state_is_next', change("state = 'queued'"))
  await refused(
    'outgoing_recipient_is_kept',
    as(null, ['DELETE FROM outgoing_recipient WHERE id = $1', recipient]),
  )
})

test('who records an event keeps nobody from writing a row that names the proposal', async () => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('app.actor', $1, true)", [author])
    await client.query(
      "INSERT INTO event (proposal_id, actor_id, kind, subject) VALUES ($1, $2, 'x', '{}')",
      [proposal, author],
    )
    // Whoever waited here would hold what the other comes to wait for: a deadlock.
    await as(
      null,
      ["SET LOCAL lock_timeout = '1s'"],
      ['SELECT 1 FROM proposal WHERE id = $1 FOR KEY SHARE', proposal],
    )
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
})

test('a digest is asked for by its reader', async () => {
  const ask = 'INSERT INTO mail_digest (person_id, proposal_id) VALUES ($1, $2)'
  await expect(as(author, [ask, reviewer, proposal])).rejects.toMatchObject({
    constraint: 'mail_digest_is_asked_for_by_reader',
  })
})

test('each rule that refuses has a name that this file asks for', () => {
  const text = readRules()
    .map((file) => file.text)
    .join('')
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '')
  const named = found(/CONSTRAINT = '(\w+)'/g)
  const byTrigger = found(/REPLACE FUNCTION (\w+)\(\)[^$]*\$\$[^$]*CONSTRAINT = TG_NAME[^$]*\$\$/g).flatMap(
    (raising) => found(new RegExp(`TRIGGER (\\w+) [^;]*EXECUTE FUNCTION ${raising}\\(`, 'g')),
  )
  expect(byTrigger.length).toBeGreaterThan(15)
  expect(named.length + found(/CONSTRAINT = (TG_NAME)/g).length).toBe(found(/(RAISE EXCEPTION)/g).length)
  // Of class 23, or the name does not come through Prisma.
  expect(new Set(found(/ERRCODE = '(\w+)'/g))).toEqual(
    new Set(['check_violation', 'integrity_constraint_violation']),
  )
  const asked = readFileSync(import.meta.filename, 'utf8')
  // Of tables that others point to, TRUNCATE is refused by the rule of whichever comes first.
  const together = [
    'revision_is_kept',
    'comments_are_kept',
    'incoming_mails_are_kept',
    'outgoing_mail_is_kept',
  ]
  const unasked = [...named, ...byTrigger].filter((name) => !asked.includes(`'${name}'`))
  expect(unasked.filter((name) => !together.includes(name))).toEqual([])
})

test('no CHECK has a name that Postgres made up', async () => {
  const rows = await as(null, [
    `SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conname ~ '_check\\d*$'`,
  ])
  expect(rows).toEqual([])
})
