/**
 * `npm run bench:search [-- PROPOSALS COMMENTS]`: how long a search takes among COMMENTS in each of PROPOSALS (10 and 10,000), by
 * kind of question. Fails beyond 50 ms for the 95th percentile of all, and where the indices that the search relies on were
 * not used.
 */
import pg from 'pg'
import { startApp } from './app.mjs'
import { searchTimes, seedSearch, within } from './search-times.mjs'

const GOAL_MS = 50
const [proposals = 10, comments = 10_000] = process.argv.slice(2).map(Number)
const USED = [
  'search_comment_words_idx',
  'search_comment_said_at_comment_id_idx',
  'comment_body_parts_idx',
  'passage_words_idx',
]

const app = await startApp()
const client = new pg.Client({ connectionString: app.databaseUrl })
try {
  await client.connect()
  const began = performance.now()
  const count = await seedSearch(app, client, proposals, comments)
  console.log(
    `${count} comments in ${proposals} proposals, written in ${Math.round((performance.now() - began) / 1000)} s`,
  )
  const scansBefore = await scans()
  const kinds = await searchTimes(app, client)
  for (const { kind, times, found } of kinds)
    console.log(
      `${kind.padEnd(24)} median ${ms(within(times, 0.5))}, 95 % within ${ms(within(times, 0.95))}, most ${ms(within(times, 1))}; ${Math.round(found)} found`,
    )
  const all = kinds.flatMap(({ times }) => times)
  const p95 = within(all, 0.95)
  console.log(
    `${'all'.padEnd(24)} median ${ms(within(all, 0.5))}, 95 % within ${ms(p95)} (goal ${GOAL_MS} ms), of ${all.length}`,
  )
  const scansAfter = await scans()
  for (const index of USED) {
    const used = (scansAfter.get(index) ?? 0) - (scansBefore.get(index) ?? 0)
    console.log(`${index}: used ${used} times`)
    if (used === 0) process.exitCode = 1
  }
  if (p95 > GOAL_MS) process.exitCode = 1
} finally {
  await client.end()
  await app.close()
}

/** Postgres writes its counts down a moment after the statement. */
async function scans() {
  await new Promise((done) => setTimeout(done, 1500))
  const { rows } = await client.query(
    'SELECT indexrelname AS name, idx_scan::int AS n FROM pg_stat_user_indexes',
  )
  return new Map(rows.map(({ name, n }) => [name, n]))
}

function ms(time) {
  return `${time.toFixed(1).padStart(6)} ms`
}
