import { expect, test } from '@playwright/test'
import pg from 'pg'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signUp } from './people.ts'

const SLUG = 'futex-requests-2021'
const COMMENTS = 700

/** A thread of so many comments, by SQL: by the forms it would take as long as it takes to read it. Its number. */
async function longThread(email: string, words: string): Promise<number> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  const row = async (text: string, ...values: unknown[]): Promise<Record<string, unknown>> =>
    (await client.query(text, values)).rows[0] ?? {}
  try {
    await client.query('BEGIN')
    const { author } = await row(
      `SELECT person_id::text AS author, set_config('app.actor', person_id::text, true) FROM auth_user WHERE email = $1`,
      email,
    )
    const place = await row(
      `SELECT p.id AS proposal, r.id AS revision, b.block_key AS key FROM proposal p
       JOIN revision r ON r.proposal_id = p.id JOIN block b ON b.revision_id = r.id
       WHERE p.slug = $1 AND r.number = 1 AND b.kind = 'paragraph' ORDER BY b.ord LIMIT 1`,
      SLUG,
    )
    const { number } = await row(
      'UPDATE proposal SET next_thread = next_thread + 1 WHERE id = $1 RETURNING next_thread - 1 AS number',
      place.proposal,
    )
    const { thread } = await row(
      `INSERT INTO thread (proposal_id, number, kind, state, opened_by, opened_on)
       VALUES ($1, $2, 'note', 'open', $3, $4) RETURNING id AS thread`,
      place.proposal,
      number,
      author,
      place.revision,
    )
    await client.query(
      `INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact,
         quote_prefix, quote_suffix) VALUES ($1, $2, $3, 1, 0, 11, 'ten letters', '', '')`,
      [thread, place.revision, place.key],
    )
    await client.query(
      `INSERT INTO comment (thread_id, author_id, body, message_id)
       SELECT $1::uuid, $2::uuid, $3::text || n, 'long-' || $1::uuid || '-' || n || '@coherent.example'
       FROM generate_series(1, $4::int) AS n ORDER BY n`,
      [thread, author, words, COMMENTS],
    )
    await client.query('COMMIT')
    return Number(number)
  } finally {
    await client.end()
  }
}

test('a long thread is shown in parts, each named and reached without scripts, and its last comment by its address', async ({
  page,
  browser,
}) => {
  const account = newAccount('Lon')
  await signUp(page, account)
  const words = `Long words ${Date.now()} number `
  const number = await longThread(account.email, words)
  const address = `/rfc/${SLUG}/t/${number}`

  const plain = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  const answer = await plain.goto(address)
  expect(answer?.status()).toBe(200)
  const parts = plain.getByRole('navigation', { name: 'Parts of the thread, above' })
  await expect(parts).toContainText(new RegExp(`^Comments 1 to \\d+ of ${COMMENTS}`))
  await expectNoSidewaysScroll(plain)
  // From part to part each comment comes once.
  const seen: string[] = []
  for (let part = 0; ; part++) {
    expect(part).toBeLessThan(COMMENTS)
    // The click before has only begun to lead here: what is counted below is the next part, not what is on its way.
    await expect(parts).toContainText(`Comments ${seen.length + 1} to `)
    await plain.waitForLoadState()
    seen.push(...(await plain.getByRole('article').locator('p', { hasText: words }).allTextContents()))
    const on = parts.getByRole('link', { name: /\d+ more$/ })
    if ((await on.count()) === 0) {
      expect(part).toBeGreaterThan(0)
      break
    }
    await on.click()
  }
  expect(seen.map((text) => text.trim())).toEqual(
    Array.from({ length: COMMENTS }, (_, i) => `${words}${i + 1}`),
  )
  await parts.getByRole('link', { name: 'The first' }).click()
  await expect(plain.getByText(`${words}1`, { exact: true })).toBeVisible()
  await plain.close()

  // An address of a comment leads to its part, and a reply there stands in its place.
  await page.goto(`${address}#c${COMMENTS}`)
  await expect(page).toHaveURL(new RegExp(`at=${COMMENTS}#c${COMMENTS}$`))
  const last = page.getByRole('article', { name: new RegExp(`Comment ${COMMENTS} by`) })
  await expect(last).toBeInViewport()
  await last.getByRole('link', { name: /Reply/ }).click()
  const reply = `An answer at the end ${Date.now()}`
  await page.getByRole('textbox', { name: /Your (comment|reply)/ }).fill(reply)
  await page.getByRole('button', { name: 'Reply', exact: true }).click()
  await expect(page.getByRole('article', { name: new RegExp(`Comment ${COMMENTS + 1} by`) })).toContainText(
    reply,
  )
  await expectAccessible(page, page.getByRole('navigation', { name: 'Parts of the thread, above' }))

  // The whole of it stands in no page, and in the mailbox.
  const reading = await (await page.request.get(`/rfc/${SLUG}/v1`)).text()
  expect(reading).not.toContain(`${words}350<`)
  expect(await (await page.request.get(`/rfc/${SLUG}/v1.threads.mbox`)).text()).toContain(`${words}350\n`)
})
