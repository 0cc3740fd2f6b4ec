import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  await as(author, [
    "INSERT INTO revision_parsed (revision_id, rules_version, content_sha256, parsed, warnings) VALUES ($1, 1, $2, '{}', '[]')",
    revision,
    randomBytes(32),
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
  ['UPDATE revision_parsed SET rules_version = $2 WHERE revision_id = $1', 2, 'revision_parsed_is_immutable'],
])('what was published does not change: %s', async (sql, value, constraint) => {
  await expect(as(author, [sql, revision, value])).rejects.toMatchObject({ constraint })
})

test.each([
  ["0, sha256(''), '{}', '[]'", 'revision_parsed_rules_version_is_positive'],
  ["1, '\\x00', '{}', '[]'", 'revision_parsed_content_sha256_length'],
  ["1, sha256(''), '[]', '[]'", 'revision_parsed_is_an_object'],
  ["1, sha256(''), '{}', '{}'", 'revision_parsed_warnings_are_a_list'],
])('what was parsed has its shape: %s', async (values, constraint) => {
  const sql = `INSERT INTO revision_parsed (revision_id, rules_version, content_sha256, parsed, warnings) VALUES ($1, ${values})`
  await expect(as(author, [sql, revision])).rejects.toMatchObject({ constraint })
})

test('what the checker answered does not change', async () => {
  await expect(
    as(author, ["UPDATE check_run SET property = 'x' WHERE id = $1", checkRun]),
  ).rejects.toMatchObject({ constraint: 'check_run_is_immutable' })
})

test.each([
  ['anchor', 'anchor_is_kept'],
  ['event', 'event_is_kept'],
  ['revision_parsed', 'revision_parsed_is_kept'],
  ['revision_gate', 'revision_gate_is_kept'],
  ['weak_answer', 'weak_answers_are_kept'],
  ['outgoing_recipient', 'outgoing_recipients_are_kept'],
])('%s cannot be emptied by TRUNCATE', async (table, constraint) => {
  await expect(as(author, [`TRUNCATE ${table}`])).rejects.toMatchObject({ constraint })
})

// What others point to is emptied only with them; the rule of whichever table comes first refuses.
test.each(['revision', 'revision_answer', 'comment', 'incoming_mail', 'outgoing_mail'])(
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

describe('the place of a thread in a later revision', () => {
  let later: string
  let thread: string
  beforeAll(async () => {
    later = await id(
      as(author, [
        `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
         VALUES ($1, 2, $2, 1, 'one two three', 'a word was added at the end of the text', '{}', $3) RETURNING id`,
        proposal,
        randomBytes(32),
        author,
      ]),
    )
    await as(author, [
      `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
       VALUES ($1, 0, 'n', 'paragraph', 'problem', 0, 13, $2)`,
      later,
      randomBytes(32),
    ])
    thread = await newThread(reviewer)
  })
  const insert = (values: string, at = later, of = thread) =>
    as(reviewer, [
      `INSERT INTO anchor_port (state, block_key, text_start, text_end, survival, algorithm, pinned_by, pinned_at, thread_id, revision_id)
       VALUES (${values}, $1, $2)`,
      of,
      at,
    ])
  const PLACED = "'edited', 'n', 0, 3, 0.8, 'a', NULL, NULL"

  test.each([
    ["'elsewhere', 'n', 0, 3, 1, 'a', NULL, NULL", 'anchor_port_state_is_known'],
    ["'exact', NULL, NULL, NULL, 1, 'a', NULL, NULL", 'anchor_port_is_placed_unless_orphaned'],
    ["'orphaned', 'n', 0, 3, 1, 'a', NULL, NULL", 'anchor_port_is_placed_unless_orphaned'],
    ["'exact', 'n', NULL, 3, 1, 'a', NULL, NULL", 'anchor_port_is_placed_unless_orphaned'],
    ["'exact', 'n', 3, 3, 1, 'a', NULL, NULL", 'anchor_port_range'],
    ["'exact', 'n', 0, 3, 1.5, 'a', NULL, NULL", 'anchor_port_survival_is_a_share'],
    ["'exact', 'n', 0, 3, 1, 'a', NULL, now()", 'anchor_port_pin_has_a_moment'],
    ["'orphaned', NULL, NULL, NULL, 0, 'a', app_actor()::uuid, now()", 'anchor_port_pin_has_a_place'],
    ["'exact', 'k', 0, 3, 1, 'a', NULL, NULL", 'anchor_port_revision_id_block_key_fkey'],
  ])('has its shape: %s', async (values, constraint) => {
    await expect(insert(values)).rejects.toMatchObject({ constraint })
  })

  test('is one, in a later revision of the same proposal, and stays', async () => {
    await expect(insert("'exact', 'k', 0, 3, 1, 'a', NULL, NULL", revision)).rejects.toMatchObject({
      constraint: 'anchor_port_is_in_a_later_revision',
    })
    const fresh = await newThread(reviewer)
    await insert(PLACED, later, fresh)
    await expect(insert(PLACED, later, fresh)).rejects.toMatchObject({ constraint: 'anchor_port_pkey' })
    await expect(
      as(reviewer, ['UPDATE anchor_port SET thread_id = $2 WHERE thread_id = $1', fresh, thread]),
    ).rejects.toMatchObject({ constraint: 'anchor_port_origin_is_kept' })
    await expect(as(reviewer, ['DELETE FROM anchor_port WHERE thread_id = $1', fresh])).rejects.toMatchObject(
      { constraint: 'anchor_port_is_kept' },
    )
    await expect(as(author, ['TRUNCATE anchor_port'])).rejects.toMatchObject({
      constraint: 'anchor_ports_are_kept',
    })
  })

  test('is derived again, but not where somebody said it by hand, which they alone do', async () => {
    const fresh = await newThread(reviewer)
    await insert(PLACED, later, fresh)
    const update = (what: string) =>
      as(reviewer, [`UPDATE anchor_port SET ${what} WHERE thread_id = $1`, fresh])
    await update('text_end = 5, survival = 0.9')
    await expect(update(`pinned_by = '${author}', pinned_at = now()`)).rejects.toMatchObject({
      constraint: 'anchor_port_is_pinned_by_actor',
    })
    await update('pinned_by = app_actor()::uuid, pinned_at = now()')
    await expect(update('text_end = 7')).rejects.toMatchObject({ constraint: 'anchor_port_pin_is_kept' })
    await expect(update('pinned_by = NULL, pinned_at = NULL')).rejects.toMatchObject({
      constraint: 'anchor_port_pin_is_kept',
    })
    await update("text_end = 7, pinned_at = now() + interval '1 minute'")
  })

  test('of a step it says what is known, and of a whole nothing is said by hand', async () => {
    const fresh = await newThread(reviewer)
    await as(reviewer, [
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix, about)
       VALUES ($1, $2, 'k', 1, 0, 1, 'x', '', '', 'whole')`,
      fresh,
      revision,
    ])
    await refusal(
      'anchor_port_of_a_whole_is_not_pinned',
      insert("'exact', 'n', 0, 3, 1, 'a', app_actor()::uuid, now()", later, fresh),
    )
    await insert(PLACED, later, fresh)
    const step = (fate: string) =>
      as(reviewer, [`UPDATE anchor_port SET step = '${fate}' WHERE thread_id = $1`, fresh])
    await refusal('anchor_port_step_is_known', step('perhaps'))
    await step('replays')
  })

  test('a step of a simulation is bounded', async () => {
    await as(author, [
      `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
       VALUES ($1, 1, 'run', 'simulation', 'problem', 0, 3, $2)`,
      later,
      randomBytes(32),
    ])
    const anchor = async (step: unknown) =>
      as(reviewer, [
        `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix, about, step)
         VALUES ($1, $2, 'run', 1, 0, 1, 'x', '', '', 'step', $3::jsonb)`,
        await newThread(reviewer),
        later,
        JSON.stringify(step),
      ])
    await anchor({ words: 'P1 waiter:1: hb_waiters++' })
    await refusal('anchor_step_is_bounded', anchor({ words: 'x'.repeat(70_000) }))
    await refusal('anchor_step_is_bounded', anchor([]))
  })

  test('a block comes from one of the revision before, and from one', async () => {
    const origin = (previous: string | null) =>
      as(author, [
        "INSERT INTO block_origin (revision_id, block_key, previous_key, algorithm) VALUES ($1, 'n', $2, 'a')",
        later,
        previous,
      ])
    await expect(origin('n')).rejects.toMatchObject({ constraint: 'block_origin_is_in_the_revision_before' })
    await origin('k')
    await as(author, ['UPDATE block_origin SET previous_key = NULL WHERE revision_id = $1', later])
    await expect(
      as(author, ["UPDATE block_origin SET block_key = 'm' WHERE revision_id = $1", later]),
    ).rejects.toMatchObject({ constraint: 'block_origin_is_of_its_block' })
    await expect(as(author, ['DELETE FROM block_origin'])).rejects.toMatchObject({
      constraint: 'block_origin_is_kept',
    })
    await expect(as(author, ['TRUNCATE block_origin'])).rejects.toMatchObject({
      constraint: 'block_origins_are_kept',
    })
  })
})

test('an anchor is about a passage, a whole, or a step that a simulation has', async () => {
  const anchor = async (about: string, step: string | null) =>
    as(reviewer, [
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix, about, step)
       VALUES ($1, $2, 'k', 1, 0, 1, 'x', '', '', $3, $4::jsonb)`,
      await newThread(reviewer),
      revision,
      about,
      step,
    ])
  await anchor('whole', null)
  await refusal('anchor_about_is_known', anchor('everything', null))
  await refusal('anchor_has_a_step_where_it_is_about_one', anchor('passage', '{}'))
  await refusal('anchor_step_is_of_a_simulation', anchor('step', '{}'))
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
  await expect(as(author, ["UPDATE thread SET kind = 'issue' WHERE id = $1", thread])).rejects.toMatchObject({
    constraint: 'objection_is_lessened_by_opener',
  })
  for (const kind of ['note', 'question'])
    await expect(
      as(reviewer, ['UPDATE thread SET kind = $2::thread_kind WHERE id = $1', thread, kind]),
    ).rejects.toMatchObject({ constraint: 'thread_kind_is_kept' })
  await expect(
    as(author, ["UPDATE thread SET clear_condition = 'whatever I like' WHERE id = $1", thread]),
  ).rejects.toMatchObject({ constraint: 'objection_condition_is_its_openers' })
  await as(reviewer, [resolve, thread, reviewer])
  await expect(
    as(author, [
      "UPDATE thread SET state = 'open', resolved_at = NULL, resolved_by = NULL WHERE id = $1",
      thread,
    ]),
  ).rejects.toMatchObject({ constraint: 'objection_is_reopened_by_opener' })
})

/** A proposal of its own, with a revision and people who are something to it. */
async function place(roles: Readonly<Record<string, string>>) {
  const slug = `place-${randomBytes(4).toString('hex')}`
  const proposalId = await id(
    as(null, [
      `INSERT INTO proposal (slug, change_id, title, area, current_revision, next_thread) VALUES ($1, $1, 'T', 'a', 1, 100) RETURNING id`,
      slug,
    ]),
  )
  const revisionId = await id(
    as(author, [
      `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
       VALUES ($1, 1, $2, 1, $3, '', '{}', $4) RETURNING id`,
      proposalId,
      randomBytes(32),
      'x'.repeat(400),
      author,
    ]),
  )
  for (const [i, writeup] of ['problem', 'integration', 'sys-futex', 'lifetime'].entries())
    await as(author, [
      `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
       VALUES ($1, $2, $3, 'paragraph', $3, 0, $4, $5)`,
      ...[revisionId, i, writeup, 60, randomBytes(32)],
    ])
  await as(author, [
    `INSERT INTO revision_gate (revision_id, gate_version, questions, unanswered, claims, failing, passes, stamp, items)
     VALUES ($1, 1, 1, 0, 0, 0, true, '', '[]')`,
    revisionId,
  ])
  for (const [person, role] of Object.entries(roles))
    await as(null, [
      'INSERT INTO membership (proposal_id, person_id, role) VALUES ($1, $2, $3::role)',
      ...[proposalId, person, role],
    ])
  let number = 0
  const thread = async (opener: string, kind: string, clear: string | null = null) =>
    id(
      as(opener, [
        `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on, clear_condition, waits_for)
         VALUES ($1, $2, $3::thread_kind, $4, $5, $6, CASE WHEN $3 <> 'note' THEN 'author' END) RETURNING id`,
        ...[proposalId, ++number, kind, opener, revisionId, clear],
      ]),
    )
  const state = (actor: string, to: string, more = '') =>
    as(actor, [`UPDATE proposal SET state = $2::proposal_state ${more} WHERE id = $1`, proposalId, to])
  return { proposalId, revisionId, thread, state }
}
const refusal = (constraint: string, work: Promise<Row[]>) =>
  expect(work).rejects.toMatchObject({ constraint })
const close = (actor: string, thread: string, state: string, more = '') =>
  as(actor, [
    `UPDATE thread SET state = $2::thread_state, resolved_at = now(), resolved_by = $3, waits_for = NULL ${more} WHERE id = $1`,
    ...[thread, state, actor],
  ])

test('an objection may lack its condition while it is asked for, and never has both', async () => {
  const { proposalId, revisionId } = await place({})
  const insert = (clear: string | null, asked: string) =>
    as(reviewer, [
      `INSERT INTO thread (proposal_id, number, kind, opened_by, opened_on, clear_condition, condition_asked_at)
       VALUES ($1, $4, 'objection', $2, $3, $5, ${asked})`,
      ...[proposalId, reviewer, revisionId, Math.ceil(Math.random() * 1e6), clear],
    ])
  await insert(null, 'now()')
  await refusal('objection_says_what_clears_it', insert(null, 'NULL'))
  await refusal('objection_says_what_clears_it', insert('', 'now()'))
  await refusal('thread_clear_condition_length', insert('x'.repeat(2001), 'NULL'))
})

test('a question is answered by an author, and closed by its opener or, long after its answer, by silence', async () => {
  const { thread } = await place({ [author]: 'author' })
  const question = await thread(reviewer, 'question')
  const answer = (actor: string, by: string, at = 'now()') =>
    as(actor, [
      `UPDATE thread SET state = 'answered', answered_at = ${at}, answered_by = $2, waits_for = 'opener' WHERE id = $1`,
      ...[question, by],
    ])
  await refusal('thread_is_answered_by_author', answer(reviewer, reviewer))
  await refusal('thread_is_answered_by_actor', answer(author, reviewer))
  await refusal(
    'thread_answered_has_its_time',
    as(author, ["UPDATE thread SET state = 'answered' WHERE id = $1", question]),
  )
  await refusal('thread_is_closed_by_opener', close(author, question, 'resolved'))
  const system = '00000000-0000-4000-8000-00000000c0de'
  await refusal('thread_is_closed_by_opener', close(system, question, 'resolved'))
  await answer(author, author, "now() - interval '13 days'")
  await refusal('thread_is_closed_by_opener', close(system, question, 'resolved'))
  await as(author, ["UPDATE thread SET answered_at = now() - interval '15 days' WHERE id = $1", question])
  await refusal('thread_is_closed_by_opener', close(system, question, 'dropped'))
  await close(system, question, 'resolved')
  await close(reviewer, await thread(reviewer, 'issue'), 'dropped')
})

test('an objection is never closed by silence', async () => {
  const { thread } = await place({ [author]: 'author' })
  const objection = await thread(reviewer, 'objection', 'a model that shows it')
  await as(author, [
    "UPDATE thread SET state = 'answered', answered_at = now() - interval '99 days', answered_by = $2, waits_for = 'opener' WHERE id = $1",
    ...[objection, author],
  ])
  await refusal(
    'objection_is_closed_by_opener',
    close('00000000-0000-4000-8000-00000000c0de', objection, 'resolved'),
  )
})

test('an objection is overridden by an administrator, with a reason, after two maintainers challenged it', async () => {
  const [max, mia, admin] = [await newPerson('Max'), await newPerson('Mia'), await newPerson('Ada')]
  await as(null, ['UPDATE person SET administrator = true WHERE id = $1', admin])
  const { thread } = await place({
    [author]: 'author',
    [max]: 'maintainer',
    [mia]: 'maintainer',
    [reviewer]: 'maintainer',
  })
  const objection = await thread(reviewer, 'objection', 'a model that shows it')
  const override = (actor: string, reason: string | null) =>
    as(actor, [
      `UPDATE thread SET state = 'overridden', resolved_at = now(), resolved_by = $2, waits_for = NULL, override_reason = $3 WHERE id = $1`,
      ...[objection, actor, reason],
    ])
  const challenge = (actor: string, person = actor, reason = 'nothing was said for a month') =>
    as(actor, [
      'INSERT INTO objection_challenge (thread_id, person_id, reason) VALUES ($1, $2, $3)',
      ...[objection, person, reason],
    ])
  await refusal('objection_is_overridden_by_admin', override(max, 'it is met elsewhere'))
  await as(null, ['UPDATE person SET administrator = true WHERE id = $1', author])
  await refusal('objection_is_overridden_by_admin', override(author, 'it is met elsewhere'))
  await as(null, ['UPDATE person SET administrator = false WHERE id = $1', author])
  await refusal('objection_is_challenged_before_override', override(admin, 'it is met elsewhere'))
  await refusal('challenge_names_actor', challenge(max, mia))
  await refusal('challenge_is_a_maintainers', challenge(author))
  await refusal('challenge_is_a_maintainers', challenge(reviewer))
  await refusal('objection_challenge_says_why', challenge(max, max, 'no'))
  await challenge(max)
  await refusal('objection_is_challenged_before_override', override(admin, 'it is met elsewhere'))
  await challenge(mia)
  await refusal(
    'objection_challenge_is_kept',
    as(mia, ['DELETE FROM objection_challenge WHERE thread_id = $1', objection]),
  )
  await refusal('objection_challenges_are_kept', as(mia, ['TRUNCATE objection_challenge']))
  await refusal('thread_override_says_why', override(admin, null))
  await override(admin, 'it is met elsewhere')
  const issue = await thread(reviewer, 'issue')
  await refusal(
    'only_objections_are_overridden',
    as(reviewer, [
      "UPDATE thread SET state = 'overridden', resolved_at = now(), resolved_by = $2, waits_for = NULL, override_reason = 'it is met elsewhere' WHERE id = $1",
      ...[issue, reviewer],
    ]),
  )
})

test('a thread waits for a side while it stands, and an answer is of the thread', async () => {
  const { thread } = await place({ [author]: 'author' })
  const note = await thread(reviewer, 'note')
  const issue = await thread(reviewer, 'issue')
  const set = (of: string, sql: string) => as(author, [`UPDATE thread SET ${sql} WHERE id = $1`, of])
  await refusal('thread_waits_for_a_side', set(note, "waits_for = 'author'"))
  await refusal('thread_waits_for_a_side', set(issue, "waits_for = 'nobody'"))
  await refusal('thread_answer_is_whole', set(issue, 'answered_at = now()'))
  const [other] = await commentBy(reviewer, note)
  await refusal(
    'thread_answer_is_of_the_thread',
    as(author, [
      "UPDATE thread SET state = 'answered', answered_at = now(), answered_by = $2, answer_comment = $3 WHERE id = $1",
      ...[issue, author, other?.id],
    ]),
  )
})

test('a stance is given in one\u2019s own name on a revision of its proposal, stays, and is taken back by a row of its own', async () => {
  const { proposalId, revisionId } = await place({ [author]: 'author', [reviewer]: 'reviewer' })
  const give = (
    actor: string,
    {
      person = actor,
      value = 'acked_by',
      words = '',
      on = revisionId,
      more = '{}',
      trailer = null as string | null,
    } = {},
  ) =>
    as(actor, [
      `INSERT INTO stance (proposal_id, revision_id, person_id, value, words, writeups, trailer)
       VALUES ($1, $2, $3, $4::stance_value, $5, $6::text[], $7) RETURNING id`,
      ...[proposalId, on, person, value, words, more, trailer],
    ])
  await refusal('stance_names_actor', give(author, { person: reviewer }))
  await refusal('stance_is_of_its_proposal', give(reviewer, { on: revision }))
  await refusal('stance_is_not_an_authors', give(author))
  await refusal('stance_is_not_an_authors', give(author, { value: 'reviewed_by' }))
  await refusal(
    'stance_nack_is_a_reviewers',
    give(await newPerson('Stan'), { value: 'nacked_by', words: 'It cannot work.' }),
  )
  await refusal('stance_nack_says_why', give(reviewer, { value: 'nacked_by', words: 'no' }))
  await refusal('stance_writeups_are_known', give(reviewer, { more: '{cover}' }))
  await refusal('stance_trailer_is_a_line', give(reviewer, { trailer: 'Acked-by: a\nSigned-off-by: b' }))
  const stance = await id(give(reviewer))
  await refusal(
    'stance_is_kept',
    as(reviewer, ["UPDATE stance SET value = 'nacked_by' WHERE id = $1", stance]),
  )
  await refusal('stance_is_kept', as(reviewer, ['DELETE FROM stance WHERE id = $1', stance]))
  await refusal('stances_are_kept', as(reviewer, ['TRUNCATE stance CASCADE']))
  const withdraw = (actor: string, person = actor) =>
    as(actor, ['INSERT INTO stance_withdrawal (stance_id, person_id) VALUES ($1, $2)', stance, person])
  await refusal('stance_is_withdrawn_by_its_person', withdraw(author))
  await refusal('stance_is_withdrawn_by_its_person', withdraw(author, reviewer))
  await withdraw(reviewer)
  await refusal(
    'stance_withdrawal_is_kept',
    as(reviewer, ['DELETE FROM stance_withdrawal WHERE stance_id = $1', stance]),
  )
  await refusal('stance_withdrawals_are_kept', as(reviewer, ['TRUNCATE stance_withdrawal']))
})

test('a change is called editorial by an author of the newest revision, and disputed once by who reviews', async () => {
  const { proposalId } = await place({ [author]: 'author', [reviewer]: 'reviewer' })
  const of = async (number: number) =>
    id(
      as(author, [
        `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
         VALUES ($1, $2, $3, 1, 'x', 'Says more than before, as was asked.', '{}', $4) RETURNING id`,
        ...[proposalId, number, randomBytes(32), author],
      ]),
    )
  const first = await id(as(null, ['SELECT id FROM revision WHERE proposal_id = $1', proposalId]))
  const [second, third] = [await of(2), await of(3)]
  await as(author, ['UPDATE proposal SET current_revision = 3 WHERE id = $1', proposalId])
  const say = (actor: string, { by = actor, on = third, writeup = 'lifetime', changes = '[{}]' } = {}) =>
    as(actor, [
      'INSERT INTO editorial_change (revision_id, writeup, marked_by, marked_at, changes) VALUES ($1, $2, $3, now(), $4)',
      ...[on, writeup, by, changes],
    ])
  await refusal('editorial_change_is_an_authors', say(reviewer))
  await refusal('editorial_change_is_an_authors', say(reviewer, { by: author }))
  await refusal('editorial_change_is_of_the_newest', say(author, { on: second }))
  await refusal('editorial_change_is_of_the_newest', say(author, { on: first }))
  await refusal('editorial_change_writeup_is_known', say(author, { writeup: 'cover' }))
  for (const changes of ['[]', '{}', 'null'])
    await refusal('editorial_change_says_what_changed', say(author, { changes }))
  await say(author)
  const set = (actor: string, sql: string) =>
    as(actor, [`UPDATE editorial_change SET ${sql} WHERE revision_id = $1`, third])
  const disputed = (by: string, reason = 'It says something else.') =>
    `disputed_by = '${by}', disputed_at = now(), dispute_reason = '${reason}'`
  await refusal('editorial_change_is_kept', set(author, `changes = '[{"old": "x"}]'`))
  await refusal('editorial_change_is_kept', set(author, "writeup = 'problem'"))
  await refusal('editorial_change_is_disputed_by_reviewer', set(author, disputed(author)))
  await refusal('editorial_change_is_disputed_by_reviewer', set(author, disputed(reviewer)))
  const other = await newPerson('Somebody')
  await refusal('editorial_change_is_disputed_by_reviewer', set(other, disputed(other)))
  await refusal('editorial_change_dispute_says_why', set(reviewer, disputed(reviewer, 'no')))
  await refusal('editorial_change_dispute_is_whole', set(reviewer, `disputed_by = '${reviewer}'`))
  await set(reviewer, disputed(reviewer))
  await refusal(
    'editorial_change_is_kept',
    set(reviewer, 'disputed_by = NULL, disputed_at = NULL, dispute_reason = NULL'),
  )
  await refusal(
    'editorial_change_is_kept',
    as(author, ['DELETE FROM editorial_change WHERE revision_id = $1', third]),
  )
  await refusal('editorial_changes_are_kept', as(author, ['TRUNCATE editorial_change']))
})

test('a review draft is its writer\u2019s, about one thing of its proposal, and stays there', async () => {
  const [comment] = await commentBy(author, await newThread(author))
  const { proposalId } = await place({})
  const write = (
    actor: string,
    { person = actor, on = proposal, at = "'k', 0, 3, 'one', 'note', NULL", body = 'words' } = {},
  ) =>
    as(actor, [
      `INSERT INTO review_draft (proposal_id, person_id, body, client_key, revision_id, block_key, text_start, text_end, quote_exact, kind, answers)
       VALUES ($1, $2, $3, $4, ${at.includes("'k'") ? `'${revision}'` : 'NULL'}, ${at}) RETURNING id`,
      ...[on, person, body, randomUUID()],
    ])
  const reply = `NULL, NULL, NULL, NULL, NULL, '${comment?.id}'`
  await refusal('review_draft_is_its_writers', write(author, { person: reviewer }))
  await refusal('review_draft_is_of_its_proposal', write(reviewer, { on: proposalId }))
  await refusal('review_draft_is_of_its_proposal', write(reviewer, { on: proposalId, at: reply }))
  await refusal(
    'review_draft_is_about_one_thing',
    write(reviewer, { at: `'k', 0, 3, 'one', 'note', '${comment?.id}'` }),
  )
  await refusal(
    'review_draft_is_about_one_thing',
    write(reviewer, { at: 'NULL, NULL, NULL, NULL, NULL, NULL' }),
  )
  await refusal(
    'review_draft_is_about_one_thing',
    write(reviewer, { at: "'k', 0, NULL, 'one', 'note', NULL" }),
  )
  await refusal('review_draft_range', write(reviewer, { at: "'k', 3, 3, 'one', 'note', NULL" }))
  await refusal('review_draft_is_bounded', write(reviewer, { body: 'x'.repeat(65_537) }))
  const draft = await id(write(reviewer))
  await write(reviewer, { at: reply })
  const about = async (what: string, step: string | null) =>
    as(reviewer, [
      `INSERT INTO review_draft (proposal_id, person_id, body, client_key, revision_id, block_key, text_start, text_end, quote_exact, kind, about, step)
       VALUES ($1, $2, 'words', $3, $4, 'k', 0, 3, 'one', 'note', $5, $6::jsonb)`,
      ...[proposal, reviewer, randomUUID(), revision, what, step],
    ])
  await refusal('review_draft_about_is_known', about('everything', null))
  await refusal('review_draft_has_a_step_where_it_is_about_one', about('step', null))
  await refusal('review_draft_step_is_bounded', about('step', '[]'))
  const set = (actor: string, sql: string) =>
    as(actor, [`UPDATE review_draft SET ${sql} WHERE id = $1`, draft])
  await refusal('review_draft_is_its_writers', set(author, "body = 'x'"))
  await refusal('review_draft_is_its_writers', as(author, ['DELETE FROM review_draft WHERE id = $1', draft]))
  await refusal('review_draft_stays_where_it_is', set(reviewer, 'text_end = 7'))
  await refusal('review_draft_stays_where_it_is', set(reviewer, `answers = '${comment?.id}'`))
  await set(reviewer, "body = 'other', lock_version = 7")
  const [row] = await as(null, ['SELECT lock_version FROM review_draft WHERE id = $1', draft])
  expect(row?.lock_version).toBe(1)
})

test('a working copy has a name, a base and texts that are what their hash says; its states name who saved them and stay', async () => {
  const copy = (slug: string, on: string | null, base: number, files = '{}') =>
    as(author, [
      'INSERT INTO working_copy (slug, proposal_id, made_by, base_revision, files) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      ...[slug, on, author, base, files],
    ])
  const slug = `copy-${randomBytes(4).toString('hex')}`
  await refusal('working_copy_slug_is_one', copy('../etc', null, 0))
  await refusal('working_copy_has_its_base', copy(slug, null, 1))
  await refusal('working_copy_has_its_base', copy(slug, proposal, 0))
  await refusal('working_copy_has_files', copy(slug, null, 0, '[]'))
  const made = await id(copy(slug, null, 0))
  await refusal('working_copy_slug_is_taken', copy(slug, null, 0))
  await copy(`${slug}-2`, proposal, 1)
  await refusal('working_copy_is_one_for_a_proposal', copy(`${slug}-3`, proposal, 1))

  const text = (hash: string, bytes: string) =>
    as(author, [`INSERT INTO working_text (copy_id, sha256, bytes) VALUES ($1, ${hash}, ${bytes})`, made])
  await refusal('working_text_has_its_hash', text("repeat('0', 64)", "'a'"))
  const long = "convert_to(repeat('x', 1048577), 'UTF8')"
  await refusal('working_text_is_bounded', text(`encode(sha256(${long}), 'hex')`, long))
  await text("encode(sha256('a'), 'hex')", "'a'")
  await refusal(
    'working_text_is_immutable',
    as(author, ["UPDATE working_text SET sha256 = 'b' WHERE copy_id = $1", made]),
  )

  const state = (actor: string, kind = 'saved', files = '{}', version = 1) =>
    as(actor, [
      'INSERT INTO working_state (copy_id, version, person_id, kind, files, at) VALUES ($1, $2, $3, $4, $5, now())',
      ...[made, version, author, kind, files],
    ])
  await refusal('working_state_names_actor', state(reviewer))
  await refusal('working_state_has_a_kind', state(author, 'thrown away'))
  await refusal('working_state_has_files', state(author, 'saved', '[]'))
  await state(author)
  await refusal(
    'working_state_is_immutable',
    as(author, ['UPDATE working_state SET version = 7 WHERE copy_id = $1', made]),
  )
})

test('a review is published in one\u2019s own name, says one\u2019s own comments in threads of its revision, and stays', async () => {
  const thread = await newThread(author)
  const [[own], [others]] = [await commentBy(reviewer, thread), await commentBy(author, thread)]
  const [review, mail] = [randomUUID(), randomUUID()]
  const publish = (actor: string, stance: string | null = null, of = randomUUID()) =>
    as(actor, [
      'INSERT INTO review (id, proposal_id, person_id, stance_id, published_at) VALUES ($1, $2, $3, $4, now())',
      ...[of, proposal, reviewer, stance],
    ])
  const stance = await id(
    as(author, [
      `INSERT INTO stance (proposal_id, revision_id, person_id, value) VALUES ($1, $2, $3, 'concern') RETURNING id`,
      ...[proposal, revision, author],
    ]),
  )
  await refusal('review_names_actor', publish(author))
  await refusal('review_has_its_persons_stance', publish(reviewer, stance))
  await publish(reviewer, null, review)
  const mailed = (id: string, messageId: string) =>
    as(reviewer, [
      'INSERT INTO review_mail (id, review_id, revision_id, message_id) VALUES ($1, $2, $3, $4)',
      ...[id, review, revision, messageId],
    ])
  await refusal('review_mail_id_is_short', mailed(randomUUID(), 'x'.repeat(901)))
  await mailed(mail, `${mail}@example.org`)
  await refusal('review_mail_is_one_for_a_revision', mailed(randomUUID(), `${randomUUID()}@example.org`))
  const says = (actor: string, comment: unknown, ord = 0) =>
    as(actor, [
      'INSERT INTO review_comment (mail_id, ord, comment_id) VALUES ($1, $2, $3)',
      mail,
      ord,
      comment,
    ])
  await refusal('review_comment_is_of_its_person', says(reviewer, others?.id))
  await refusal('review_comment_is_of_its_person', says(author, own?.id))
  await says(reviewer, own?.id)
  await refusal('review_comment_is_in_one_review', says(reviewer, own?.id, 1))
  await refusal('review_is_kept', as(reviewer, ['DELETE FROM review WHERE id = $1', review]))
  await refusal('review_mail_is_immutable', as(reviewer, ['UPDATE review_mail SET says_stance = true']))
  await refusal('review_comment_is_immutable', as(reviewer, ['UPDATE review_comment SET ord = 5']))
  await refusal('reviews_are_kept', as(reviewer, ['TRUNCATE review CASCADE']))
  await refusal('review_mails_are_kept', as(reviewer, ['TRUNCATE review_mail CASCADE']))
  await refusal('review_comments_are_kept', as(reviewer, ['TRUNCATE review_comment']))
})

test('a hold has a reason and an end within fourteen days, and is lifted by whose it is', async () => {
  const { proposalId } = await place({})
  const hold = (days: number, { actor = reviewer, reason = 'I am at a conference' } = {}) =>
    as(actor, [
      `INSERT INTO hold (proposal_id, person_id, reason, until) VALUES ($1, $2, $3, now() + make_interval(days => $4)) RETURNING id`,
      ...[proposalId, reviewer, reason, days],
    ])
  await refusal('hold_names_actor', hold(3, { actor: author }))
  await refusal('hold_says_why', hold(3, { reason: 'wait' }))
  await refusal('hold_ends_within_fourteen_days', hold(15))
  await refusal('hold_ends_within_fourteen_days', hold(0))
  const mine = await id(hold(14))
  await refusal('hold_is_one_for_a_person', hold(2))
  await refusal(
    'hold_is_kept',
    as(reviewer, ["UPDATE hold SET until = until - interval '1 day' WHERE id = $1", mine]),
  )
  await refusal('hold_is_kept', as(reviewer, ['DELETE FROM hold WHERE id = $1', mine]))
  await refusal('holds_are_kept', as(reviewer, ['TRUNCATE hold']))
  await refusal(
    'hold_is_lifted_by_its_person',
    as(author, ['UPDATE hold SET lifted_at = now() WHERE id = $1', mine]),
  )
  await as(reviewer, ['UPDATE hold SET lifted_at = now() WHERE id = $1', mine])
})

test('a proposal goes from state to state as the table says, by whom it says', async () => {
  const max = await newPerson('Max')
  const decided =
    ", decided_at = now() + interval '11 days', decided_by = current_setting('app.actor')::uuid, decided_on = 1, last_call_ends_at = NULL"
  const lastCall = ", last_call_ends_at = now() + interval '10 days'"
  const { state, thread, proposalId } = await place({ [author]: 'author', [max]: 'maintainer' })
  await refusal('proposal_states_follow', state(max, 'last_call', lastCall))
  await refusal('proposal_states_follow', state(max, 'accepted', decided))
  await refusal('review_is_asked_by_author', state(max, 'in_review'))
  await state(author, 'in_review')
  await refusal('proposal_is_accepted_by_maintainer', state(author, 'last_call', lastCall))
  await refusal('proposal_last_call_has_its_end', state(max, 'last_call'))
  await state(max, 'last_call', lastCall)
  await refusal('proposal_is_accepted_by_maintainer', state(author, 'accepted', decided))
  await refusal(
    'proposal_is_decided_by_actor',
    state(max, 'accepted', decided.replace(/current_setting\('app.actor'\)/, `'${author}'`)),
  )
  await refusal('proposal_decision_is_whole', state(max, 'accepted', ', last_call_ends_at = NULL'))
  await refusal(
    'proposal_is_accepted_after_last_call',
    state(max, 'accepted', decided.replace("interval '11 days'", "interval '9 days'")),
  )
  const objection = await thread(reviewer, 'objection', 'a model that shows it')
  await refusal('proposal_is_accepted_without_objections', state(max, 'accepted', decided))
  await close(reviewer, objection, 'resolved')
  await refusal('proposal_is_rejected_by_maintainer', state(author, 'rejected', decided))
  await refusal('proposal_rejection_says_why', state(max, 'rejected', decided))
  await refusal('proposal_is_withdrawn_by_author', state(max, 'withdrawn', decided))
  await state(max, 'accepted', decided)
  await refusal('proposal_decision_is_kept', state(author, 'withdrawn', decided))
  await refusal(
    'proposal_decision_is_kept',
    as(max, ["UPDATE proposal SET decision_reason = 'otherwise' WHERE id = $1", proposalId]),
  )
})

test('a turn has an act', async () => {
  const { proposalId } = await place({})
  await refusal(
    'turn_act_is_a_word',
    as(author, [
      "INSERT INTO turn (proposal_id, person_id, act, since) VALUES ($1, $2, '', now())",
      proposalId,
      author,
    ]),
  )
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

test('it goes with an account that its owner deletes, and with no other', async () => {
  const person = await newPerson('Goes')
  const address = await newAddress(person, true)
  const drop = (actor: string) => as(actor, ['DELETE FROM person_address WHERE address = $1', address])
  await expect(drop(person)).rejects.toMatchObject({ constraint: 'confirmed_address_is_kept' })
  const bury = (name: string) =>
    as(null, ['UPDATE person SET deleted_at = now(), name = $2 WHERE id = $1', person, name])
  await expect(bury('Goes')).rejects.toMatchObject({ constraint: 'deleted_person_has_no_name' })
  await bury('Deleted account')
  await expect(drop(author)).rejects.toMatchObject({ constraint: 'confirmed_address_is_kept' })
  await drop(person)
})

test('the key of a name has a length', async () => {
  await expect(as(null, [`UPDATE person SET name_key = '' WHERE id = $1`, reviewer])).rejects.toMatchObject({
    constraint: 'person_name_key_length',
  })
})

test('a sign-up keeps a hash, a name and an address in small letters, and ends', async () => {
  const signUp = (change: Partial<Record<'sha256' | 'address' | 'name' | 'expires', unknown>>) => {
    const row = { sha256: randomBytes(32), address: 'a@example.org', name: 'A', expires: '1 day', ...change }
    return as(null, [
      `INSERT INTO sign_up (sha256, address, name, password_hash, next, expires_at)
       VALUES ($1, $2, $3, 'x', '/', now() + $4::interval)`,
      row.sha256,
      row.address,
      row.name,
      row.expires,
    ])
  }
  const refused = (constraint: string, work: Promise<unknown>) =>
    expect(work).rejects.toMatchObject({ constraint })
  await refused('sign_up_sha256_length', signUp({ sha256: randomBytes(31) }))
  await refused('sign_up_address_is_lower_case', signUp({ address: 'A@example.org' }))
  await refused('sign_up_name_length', signUp({ name: ' ' }))
  await refused('sign_up_ends_after_beginning', signUp({ expires: '-1 day' }))
  await signUp({})
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
  // Whose it is: neither to somebody from nobody, nor to nobody from somebody.
  await refused('imported_mail_place_is_kept', imported, `author_id = '${author}'`)
  const own = await newMail('waiting')
  await as(author, [
    `UPDATE incoming_mail SET author_id = '${author}', status = 'imported' WHERE id = $1`,
    own,
  ])
  await refused('imported_mail_place_is_kept', own, 'author_id = NULL')
  await refused('imported_mail_place_is_kept', own, `author_id = '${reviewer}'`)
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
  await as(null, ["INSERT INTO mail_act VALUES ($1, 0, 'Resolves: #1', false, 'Not proved.', now())", mail])
  await expect(as(null, ['UPDATE mail_act SET did = true WHERE mail_id = $1', mail])).rejects.toMatchObject({
    constraint: 'mail_act_is_immutable',
  })
})

test('a mail that leaves is queued by the person who acts, stays as it was, and is sent once to each', async () => {
  const messageId = `${randomUUID()}@example.org`
  const { own, of } = await gated(true)
  const queue = (actor: string, by: string) =>
    as(actor, [
      `INSERT INTO outgoing_mail (proposal_id, batch_id, position, kind, message_id, subject, bytes, queued_by, revision_id)
       VALUES ($1, gen_random_uuid(), 0, 'series', $2, 's', 'x', $3, $4) RETURNING id`,
      own,
      messageId,
      by,
      of,
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

test('to a locked thread maintainers and administrators add, nobody else; it is locked by who acts', async () => {
  const thread = await newThread(author)
  const lock = (actor: string, by: string) =>
    as(actor, ['UPDATE thread SET locked_at = now(), locked_by = $2 WHERE id = $1', thread, by])
  await expect(lock(author, reviewer)).rejects.toMatchObject({ constraint: 'thread_is_locked_by_actor' })
  await lock(reviewer, reviewer)
  await expect(as(null, ['UPDATE thread SET locked_by = NULL WHERE id = $1', thread])).rejects.toMatchObject({
    constraint: 'thread_is_locked_by_somebody',
  })
  const add = (by: string, origin: string) =>
    as(by, [
      `INSERT INTO comment (thread_id, author_id, body, origin, message_id) VALUES ($1, $2, 'x', $3, $4)`,
      thread,
      by,
      origin,
      `${randomUUID()}@example.org`,
    ])
  await expect(add(author, 'web')).rejects.toMatchObject({
    constraint: 'locked_thread_is_added_to_by_maintainer',
  })
  await add(author, 'mail')
  const maintainer = await newPerson('Max')
  await as(null, ["INSERT INTO membership VALUES ($1, $2, 'maintainer')", proposal, maintainer])
  await add(maintainer, 'web')
  const admin = await newPerson('Ada')
  await as(null, ['UPDATE person SET administrator = true WHERE id = $1', admin])
  await add(admin, 'web')
})

test('a person is blocked with a reason', async () => {
  for (const change of [
    'blocked_at = now()',
    "block_reason = 'spam'",
    "blocked_at = now(), block_reason = 'x'",
  ])
    await expect(as(null, [`UPDATE person SET ${change} WHERE id = $1`, reviewer])).rejects.toMatchObject({
      constraint: 'person_is_blocked_with_reason',
    })
})

test('an invitation is accepted once, by who acts, and gives what it was made for', async () => {
  const invitation = await id(
    as(null, [
      `INSERT INTO invitation (proposal_id, role, sha256, expires_at) VALUES ($1, 'reader', $2, now() + interval '1 day') RETURNING id`,
      proposal,
      randomBytes(32),
    ]),
  )
  const change = (actor: string | null, sql: string) =>
    as(actor, [`UPDATE invitation SET ${sql} WHERE id = $1`, invitation])
  const refused = (constraint: string, work: Promise<Row[]>) =>
    expect(work).rejects.toMatchObject({ constraint })
  await refused('invitation_is_kept', change(null, "role = 'maintainer'"))
  await refused('invitation_is_accepted_by_somebody', change(null, 'accepted_at = now()'))
  await refused(
    'invitation_is_accepted_by_actor',
    change(author, `accepted_at = now(), accepted_by = '${reviewer}'`),
  )
  await refused(
    'invitation_is_accepted_or_revoked',
    change(author, `revoked_at = now(), accepted_at = now(), accepted_by = '${author}'`),
  )
  await change(author, `accepted_at = now(), accepted_by = '${author}'`)
  await refused('invitation_is_kept', change(author, `accepted_at = NULL, accepted_by = NULL`))
  await refused('invitation_is_kept', as(null, ['DELETE FROM invitation WHERE id = $1', invitation]))
})

test('a line of the audit log is not changed, and goes when it is old', async () => {
  const line = (at: string) =>
    id(as(null, [`INSERT INTO audit (at, kind, detail) VALUES (${at}, 'signed-in', '{}') RETURNING id`]))
  const young = await line("now() - interval '29 days'")
  await expect(as(null, ["UPDATE audit SET kind = 'x' WHERE id = $1", young])).rejects.toMatchObject({
    constraint: 'audit_is_kept',
  })
  await expect(as(null, ['DELETE FROM audit WHERE id = $1', young])).rejects.toMatchObject({
    constraint: 'audit_is_kept',
  })
  await as(null, ['DELETE FROM audit WHERE id = $1', await line("now() - interval '31 days'")])
  await expect(as(null, ['TRUNCATE audit'])).rejects.toMatchObject({ constraint: 'audits_are_kept' })
  await expect(
    as(null, ["INSERT INTO audit (kind, detail) VALUES ('x', to_jsonb(repeat('x', 2000)))"]),
  ).rejects.toMatchObject({ constraint: 'audit_detail_is_small' })
})

test('a token for mail is for what it was made for', async () => {
  const token = await id(
    as(author, [
      'INSERT INTO mail_token (sha256, label) VALUES ($1, $2) RETURNING id',
      randomBytes(32),
      'a hook',
    ]),
  )
  await expect(
    as(author, ['UPDATE mail_token SET is_mail_server = true WHERE id = $1', token]),
  ).rejects.toMatchObject({ constraint: 'mail_token_is_kept' })
})

/** A revision of a proposal of its own: what the gate found of it is written, and one answer. */
async function gated(passes: boolean) {
  const slug = `gate-${randomBytes(4).toString('hex')}`
  const own = await id(
    as(null, [
      `INSERT INTO proposal (slug, change_id, title, area, current_revision) VALUES ($1, $1, 'T', 'a', 1) RETURNING id`,
      slug,
    ]),
  )
  const of = await id(
    as(author, [
      `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
       VALUES ($1, 1, $2, 1, 'one two', '', '{}', $3) RETURNING id`,
      own,
      randomBytes(32),
      author,
    ]),
  )
  const [questions, stamp] = passes ? ['1, 0', ''] : ['1, 1', 'incomplete: 1 of 1 questions unanswered']
  await as(author, [
    `INSERT INTO revision_gate (revision_id, gate_version, questions, unanswered, claims, failing, passes, stamp, items)
     VALUES ($1, 1, ${questions}, 0, 0, $2, $3, '[]')`,
    of,
    passes,
    stamp,
  ])
  await as(author, [
    "INSERT INTO revision_answer (revision_id, question, answer_sha256) VALUES ($1, 'scope', sha256('words'))",
    of,
  ])
  await as(null, [
    "INSERT INTO membership (proposal_id, person_id, role) VALUES ($1, $2, 'reviewer'), ($1, $3, 'author')",
    own,
    reviewer,
    author,
  ])
  return { own, of }
}
const INSERT_WEAK = `INSERT INTO weak_answer (revision_id, question, answer_sha256, reason, marked_by)
  VALUES ($1, 'scope', sha256('words'), $3, $2) RETURNING id`
const REASON = 'It says nothing of waitv.'
const inReview = (own: string, state = 'in_review') =>
  as(author, ['UPDATE proposal SET state = $2::proposal_state WHERE id = $1', own, state])

test.each(['ready', 'in_review'])(
  'a proposal is %s when its newest revision passes, and not before',
  async (state) => {
    const constraint = 'proposal_in_review_passes_the_gate'
    await expect(inReview((await gated(false)).own, state)).rejects.toMatchObject({ constraint })
    // Nobody looked at this one.
    await expect(inReview(proposal, state)).rejects.toMatchObject({ constraint })
    const { own, of } = await gated(true)
    const weak = await id(as(reviewer, [INSERT_WEAK, of, reviewer, REASON]))
    await expect(inReview(own, state)).rejects.toMatchObject({ constraint })
    await as(reviewer, ['UPDATE weak_answer SET withdrawn_at = now() WHERE id = $1', weak])
    await inReview(own, state)
  },
)

test.each(['series', 'reflect'])(
  'a %s leaves of a revision that passes, and of its own proposal',
  async (kind) => {
    const [open, other, passing] = [await gated(false), await gated(true), await gated(true)]
    const leave = (own: string, of: string | null) =>
      as(author, [
        `INSERT INTO outgoing_mail (proposal_id, batch_id, position, kind, message_id, subject, bytes, queued_by, revision_id)
       VALUES ($1, gen_random_uuid(), 0, $2, $3, 's', 'x', $4, $5)`,
        own,
        kind,
        `${randomUUID()}@example.org`,
        author,
        of,
      ])
    const constraint = 'outgoing_series_passes_the_gate'
    await expect(leave(open.own, open.of)).rejects.toMatchObject({ constraint })
    await expect(leave(passing.own, other.of)).rejects.toMatchObject({ constraint })
    await expect(leave(passing.own, null)).rejects.toMatchObject({
      constraint: 'outgoing_series_is_of_a_revision',
    })
    await leave(passing.own, passing.of)
    await as(reviewer, [INSERT_WEAK, passing.of, reviewer, REASON])
    await expect(leave(passing.own, passing.of)).rejects.toMatchObject({ constraint })
  },
)

test('a claim that is not as claimed keeps a proposal from review, whatever was found of its text', async () => {
  const { own, of } = await gated(true)
  await as(
    author,
    [
      `INSERT INTO block (revision_id, ord, block_key, kind, writeup, text_start, text_end, text_sha256)
       VALUES ($1, 0, 'k', 'claim', 'problem', 0, 7, sha256(''))`,
      of,
    ],
    [
      `INSERT INTO claim (revision_id, key, block_key, sentence, model, variant, property, expect, required, check_run_id)
       VALUES ($1, 'c', 'k', 's', 'm', 'v', 'p', 'violated', true, $2)`,
      of,
      checkRun,
    ],
  )
  await expect(inReview(own)).rejects.toMatchObject({ constraint: 'proposal_in_review_passes_the_gate' })
})

test('the word against an answer goes with these words of it into every revision', async () => {
  const { own, of } = await gated(true)
  await as(reviewer, [INSERT_WEAK, of, reviewer, REASON])
  const next = async (number: number, answer: string) => {
    const revised = await id(
      as(author, [
        `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
         VALUES ($1, $2, $3, 1, 'one two', 'what was changed in this one', '{}', $4) RETURNING id`,
        own,
        number,
        randomBytes(32),
        author,
      ]),
    )
    await as(
      author,
      [
        `INSERT INTO revision_gate (revision_id, gate_version, questions, unanswered, claims, failing, passes, stamp, items)
         VALUES ($1, 1, 1, 0, 0, 0, true, '', '[]')`,
        revised,
      ],
      [
        'INSERT INTO revision_answer VALUES ($1, $2, sha256(convert_to($3, $4)))',
        revised,
        'scope',
        answer,
        'UTF8',
      ],
      ['UPDATE proposal SET current_revision = $2 WHERE id = $1', own, number],
    )
  }
  await next(2, 'words')
  await expect(inReview(own)).rejects.toMatchObject({ constraint: 'proposal_in_review_passes_the_gate' })
  await next(3, 'other words')
  await inReview(own)
})

test('an answer is called weak by a reviewer, in their own name, of the words that it has, and with a reason', async () => {
  const { own, of } = await gated(true)
  const refused = (constraint: string) => ({ constraint })
  await expect(as(author, [INSERT_WEAK, of, reviewer, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_marked_by_actor'),
  )
  await expect(as(author, [INSERT_WEAK, of, author, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_marked_by_reviewer'),
  )
  await expect(as(reviewer, [INSERT_WEAK, of, reviewer, 'too short'])).rejects.toMatchObject(
    refused('weak_answer_says_why'),
  )
  const other = INSERT_WEAK.replace("'words'", "'other words'")
  await expect(as(reviewer, [other, of, reviewer, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_of_the_words'),
  )
  const short = INSERT_WEAK.replace("sha256('words')", "'\\x00'")
  await expect(as(reviewer, [short, of, reviewer, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_of_the_words'),
  )
  const weak = await id(as(reviewer, [INSERT_WEAK, of, reviewer, REASON]))
  await expect(as(reviewer, [INSERT_WEAK, of, reviewer, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_marked_once'),
  )
  const withdraw = 'UPDATE weak_answer SET withdrawn_at = now() WHERE id = $1'
  await expect(as(author, [withdraw, weak])).rejects.toMatchObject(
    refused('weak_answer_is_withdrawn_by_reviewer'),
  )
  for (const sql of [
    "UPDATE weak_answer SET reason = 'another reason' WHERE id = $1",
    "UPDATE weak_answer SET withdrawn_at = now(), reason = 'another reason' WHERE id = $1",
    'DELETE FROM weak_answer WHERE id = $1',
  ])
    await expect(as(reviewer, [sql, weak])).rejects.toMatchObject(refused('weak_answer_is_kept'))
  await as(reviewer, [withdraw, weak])
  await expect(
    as(reviewer, ['UPDATE weak_answer SET withdrawn_at = NULL WHERE id = $1', weak]),
  ).rejects.toMatchObject(refused('weak_answer_is_kept'))
  await as(null, ['DELETE FROM membership WHERE proposal_id = $1', own])
  await expect(as(reviewer, [INSERT_WEAK, of, reviewer, REASON])).rejects.toMatchObject(
    refused('weak_answer_is_marked_by_reviewer'),
  )
})

test('what the gate found has its shape, and does not change', async () => {
  const { of } = await gated(false)
  await expect(
    as(author, ['UPDATE revision_gate SET passes = true, unanswered = 0 WHERE revision_id = $1', of]),
  ).rejects.toMatchObject({ constraint: 'revision_gate_is_immutable' })
  await expect(
    as(author, ["UPDATE revision_answer SET question = 'x' WHERE revision_id = $1", of]),
  ).rejects.toMatchObject({ constraint: 'revision_answer_is_immutable' })
  await expect(
    as(author, ["INSERT INTO revision_answer VALUES ($1, 'gain', '\\x00')", of]),
  ).rejects.toMatchObject({ constraint: 'revision_answer_sha256_length' })
  for (const [values, constraint] of [
    ["0, 1, 1, 0, 0, false, 'x', '[]'", 'revision_gate_version_is_positive'],
    ["1, 1, 2, 0, 0, false, 'x', '[]'", 'revision_gate_counts_agree'],
    ["1, 1, 1, 0, 0, true, '', '[]'", 'revision_gate_passes_when_nothing_is_open'],
    ["1, 1, 0, 1, 1, true, '', '[]'", 'revision_gate_passes_when_nothing_is_open'],
    ["1, 1, 0, 0, 0, true, 'x', '[]'", 'revision_gate_stamp_is_of_what_does_not_pass'],
    ["1, 1, 1, 0, 0, false, '', '[]'", 'revision_gate_stamp_is_of_what_does_not_pass'],
    ["1, 1, 1, 0, 0, false, E'x\\ny', '[]'", 'revision_gate_stamp_is_a_line'],
    ["1, 1, 1, 0, 0, false, 'x', '{}'", 'revision_gate_items_are_a_list'],
  ]) {
    const sql = `INSERT INTO revision_gate (revision_id, gate_version, questions, unanswered, claims, failing, passes, stamp, items)
      VALUES ($1, ${values})`
    await expect(as(author, [sql, revision])).rejects.toMatchObject({ constraint })
  }
})

test('what somebody has seen is a comment, and a revision', async () => {
  const thread = await newThread(reviewer)
  await expect(
    as(author, ['INSERT INTO read_mark (person_id, thread_id, seen) VALUES ($1, $2, 0)', author, thread]),
  ).rejects.toMatchObject({ constraint: 'read_mark_is_of_a_comment' })
  await expect(
    as(author, ["INSERT INTO read_part VALUES ($1, $2, 'lifetime', 0, now())", author, proposal]),
  ).rejects.toMatchObject({ constraint: 'read_part_is_of_a_revision' })
})

describe('a suggestion', () => {
  const INSERT = `INSERT INTO suggestion (comment_id, revision_id, block_key, writeup, source_start, source_end, old_text, new_text)
    VALUES ($1, $2, 'k', 'problem', $3, $4, $5, $6)`
  const make = (who: string, comment: unknown, of: Partial<[number, number, string, string]> = []) =>
    as(who, [INSERT, comment, revision, of[0] ?? 0, of[1] ?? 3, of[2] ?? 'one', of[3] ?? 'two'])
  const newComment = async (who = reviewer) => (await commentBy(who, await newThread(who)))[0]?.id
  const decide = (who: string, comment: unknown, state: string, by = who) =>
    as(who, [
      'UPDATE suggestion SET state = $2, decided_by = $3, decided_at = now() WHERE comment_id = $1',
      ...[comment, state, by],
    ])
  const asAuthor = () =>
    as(author, [
      `INSERT INTO membership (proposal_id, person_id, role) VALUES ($1, $2, 'author') ON CONFLICT DO NOTHING`,
      ...[proposal, author],
    ])

  test('is some other words for some words, by who writes its comment', async () => {
    const comment = await newComment()
    for (const [of, constraint] of [
      [[3, 3, 'one', 'two'], 'suggestion_range'],
      [[0, 3, 'one', 'one'], 'suggestion_is_a_change'],
      [[0, 3, 'one', 'x'.repeat(20_001)], 'suggestion_is_bounded'],
    ] as const)
      await expect(make(reviewer, comment, [...of])).rejects.toMatchObject({ constraint })
    await expect(make(author, comment)).rejects.toMatchObject({ constraint: 'suggestion_is_made_by_actor' })
    await make(reviewer, comment)
  })

  test('is about the proposal of its comment', async () => {
    const comment = await newComment()
    await make(reviewer, comment)
    const slug = `rules-${randomBytes(4).toString('hex')}`
    const other = await id(
      as(null, [
        `INSERT INTO proposal (slug, change_id, title, area, current_revision) VALUES ($1, $1, 'T', 'a', 1) RETURNING id`,
        slug,
      ]),
    )
    const elsewhere = await id(
      as(author, [
        `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
         VALUES ($1, 1, $2, 1, 'one two', '', '{}', $3) RETURNING id`,
        ...[other, randomBytes(32), author],
      ]),
    )
    await asAuthor()
    await decide(author, comment, 'accepted')
    await expect(
      as(author, ['UPDATE suggestion SET applied_in = $2 WHERE comment_id = $1', comment, elsewhere]),
    ).rejects.toMatchObject({ constraint: 'suggestion_is_of_its_proposal' })
  })

  test('is decided on by an author in their own name, until a text has it', async () => {
    await asAuthor()
    const comment = await newComment()
    await make(reviewer, comment)
    for (const [who, by] of [
      [reviewer, reviewer],
      [reviewer, author],
    ] as const)
      await expect(decide(who, comment, 'accepted', by)).rejects.toMatchObject({
        constraint: 'suggestion_is_decided_by_author',
      })
    await expect(decide(author, comment, 'perhaps')).rejects.toMatchObject({
      constraint: 'suggestion_state_is_known',
    })
    await expect(
      as(author, ['UPDATE suggestion SET applied_in = $2 WHERE comment_id = $1', comment, revision]),
    ).rejects.toMatchObject({ constraint: 'suggestion_in_text_was_accepted' })
    await expect(
      as(author, [
        'UPDATE suggestion SET decided_by = $2, decided_at = now() WHERE comment_id = $1',
        comment,
        author,
      ]),
    ).rejects.toMatchObject({ constraint: 'suggestion_decision_is_whole' })
    await expect(
      as(author, ["UPDATE suggestion SET hand_old = 'one' WHERE comment_id = $1", comment]),
    ).rejects.toMatchObject({ constraint: 'suggestion_hand_is_whole' })
    await decide(author, comment, 'accepted')
    await as(author, ['UPDATE suggestion SET applied_in = $2 WHERE comment_id = $1', comment, revision])
    await expect(decide(author, comment, 'declined')).rejects.toMatchObject({
      constraint: 'suggestion_is_decided',
    })
  })

  test('stays as it was made, but that its words go with those of its comment', async () => {
    const comment = await newComment()
    await make(reviewer, comment)
    await expect(
      as(reviewer, ["UPDATE suggestion SET new_text = 'three' WHERE comment_id = $1", comment]),
    ).rejects.toMatchObject({ constraint: 'suggestion_is_kept' })
    await expect(
      as(reviewer, ["UPDATE suggestion SET old_text = '', new_text = '' WHERE comment_id = $1", comment]),
    ).rejects.toMatchObject({ constraint: 'suggestion_is_kept' })
    await expect(
      as(reviewer, ['DELETE FROM suggestion WHERE comment_id = $1', comment]),
    ).rejects.toMatchObject({ constraint: 'suggestion_stays' })
    await expect(as(reviewer, ['TRUNCATE suggestion'])).rejects.toMatchObject({
      constraint: 'suggestions_are_kept',
    })
    await as(reviewer, [
      "UPDATE comment SET body = '', redacted_at = now(), redacted_by = $2 WHERE id = $1",
      ...[comment, reviewer],
    ])
    expect(
      await as(null, ['SELECT old_text, new_text, state FROM suggestion WHERE comment_id = $1', comment]),
    ).toEqual([{ old_text: '', new_text: '', state: 'withdrawn' }])
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
    'revision_answer_is_kept',
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
