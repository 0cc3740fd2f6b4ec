import { randomBytes } from 'node:crypto'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { newAccount, signUp } from './people.ts'

/**
 * Whatever stands in the database, the pages answer: rows that no form of ours lets in (an older version did, an import,
 * an operator with psql), put in by SQL. On the proposal that no other journey counts things on.
 */
const SLUG = 'futex-requests-2021'

const WORDS = [
  `${'1. '.repeat(59)}x\n`.repeat(355),
  '123456789. '.repeat(5900),
  '[^a]'.repeat(16_000),
  '> '.repeat(32_000),
  '*a '.repeat(20_000),
  '`'.repeat(65_000),
  `${'|a'.repeat(200)}\n`.repeat(160),
  '<a@b>'.repeat(13_000),
  'https://a.b/'.repeat(5400),
  `@@ -1 +1 @@\n${'+x\n-x\n'.repeat(9000)}`,
  '\u200b',
  '\u202e\u2066\u0001\u0007\ufffe\u{10ffff} \u200b',
  '</textarea></template><script>alert(1)</script>',
  'x'.repeat(65_536),
]
const TIMES = ['infinity', '-infinity', '0044-03-15 12:00 BC', '294276-12-31 23:59:59+00', '1969-12-31']
const NAME = `"><b>&amp; ${'\u0301'.repeat(40)}${'n'.repeat(140)}`

async function query<Row extends pg.QueryResultRow>(client: pg.Client, text: string, values: unknown[] = []) {
  return (await client.query<Row>(text, values)).rows
}

test('whatever stands in the database, page, thread, export and queue answer', async ({ page }) => {
  test.setTimeout(300_000)
  const account = newAccount('Harriet Hostile')
  await signUp(page, account)
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  let numbers: number[] = []
  try {
    const [place] = await query<{ proposal: string; revision: string; key: string }>(
      client,
      `SELECT proposal.id AS proposal, revision.id AS revision, block.block_key AS key FROM proposal
       JOIN revision ON revision.proposal_id = proposal.id JOIN block ON block.revision_id = revision.id
       WHERE slug = $1 ORDER BY revision.number, block.text_start LIMIT 1`,
      [SLUG],
    )
    if (!place) throw new Error('not published')
    await client.query('BEGIN')
    const [person] = await query<{ id: string }>(
      client,
      'INSERT INTO person (id, name) VALUES (gen_random_uuid(), $1) RETURNING id',
      [NAME],
    )
    const author = person?.id ?? ''
    await client.query("SELECT set_config('app.actor', $1, true)", [author])
    for (const [i, words] of WORDS.entries()) {
      const [counter] = await query<{ number: number }>(
        client,
        'UPDATE proposal SET next_thread = next_thread + 1 WHERE id = $1 RETURNING next_thread - 1 AS number',
        [place.proposal],
      )
      const number = counter?.number ?? 0
      numbers = [...numbers, number]
      const [thread] = await query<{ id: string }>(
        client,
        `INSERT INTO thread (proposal_id, number, kind, state, opened_by, opened_on) VALUES ($1, $2, 'note', 'open', $3, $4)
         RETURNING id`,
        [place.proposal, number, author, place.revision],
      )
      await client.query(
        `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact,
           quote_prefix, quote_suffix) VALUES ($1, $2, $3, 99, 0, 50, $4, $5, $5)`,
        [thread?.id, place.revision, place.key, NAME.slice(0, 50), '<i>'.repeat(20)],
      )
      await client.query(
        `INSERT INTO comment (thread_id, author_id, body, message_id, created_at)
         VALUES ($1, $2, $3, $4, $5)`,
        [thread?.id, author, words, `hostile-"${number}&@x`, TIMES[i % TIMES.length]],
      )
    }
    for (const [i, when] of TIMES.entries()) {
      const bytes = Buffer.concat([randomBytes(i * 1000), Buffer.from(`${i}${author}`)])
      await client.query(
        `INSERT INTO incoming_mail (message_id, bytes, sha256, received_at, source, status, flags, proof, proof_detail,
           author_name, subject, sent_at, answers, proposal_id)
         VALUES ($1, $2, sha256($2), $3, 'lmtp', 'quarantined', $4, 'none', $5, $5, $5, $3, '{}', $6)`,
        [
          `"'&hostile-queued${i}`,
          bytes,
          when,
          ['no-such-flag', 'constructor'],
          NAME,
          i % 2 ? place.proposal : null,
        ],
      )
    }
    await client.query('COMMIT')
    await client.query(
      'UPDATE person SET administrator = true WHERE id = (SELECT person_id FROM auth_user WHERE email = $1)',
      [account.email],
    )
    const queued = await query<{ id: string }>(
      client,
      "SELECT id FROM incoming_mail WHERE message_id LIKE '%hostile-queued%'",
    )
    expect(numbers.length).toBe(WORDS.length)
    expect(queued.length).toBeGreaterThanOrEqual(TIMES.length)
    const addresses = [
      '/rfc',
      '/',
      `/rfc/${SLUG}`,
      `/rfc/${SLUG}/v1?all=1`,
      `/rfc/${SLUG}/export`,
      `/rfc/${SLUG}/v1.threads.mbox`,
      `/rfc/${SLUG}/v1.threads.txt`,
      '/import/queue',
      ...numbers.flatMap((n) => [`/rfc/${SLUG}/t/${n}`, `/rfc/${SLUG}/t/${n}/piece`]),
      ...queued.map(({ id }) => `/import/queue/${id}`),
    ]
    const answers: [string, number][] = []
    for (const address of addresses)
      answers.push([address, (await page.request.get(address, { timeout: 60_000 })).status()])
    expect(answers.filter(([, status]) => status !== 200)).toEqual([])
    // And none of it runs.
    await page.goto(`/rfc/${SLUG}/t/${numbers.at(-2)}`)
    await expect(page.getByText('<script>alert(1)</script>')).toBeVisible()
  } finally {
    await client.end()
  }
})
