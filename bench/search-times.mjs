/** How long a search takes among many comments, by kind of question: over HTTP, as somebody who asks one after the other. */
import { publishCopy, runSeed } from './app.mjs'

const ROUNDS = 10
const slugOf = (i) => `bench-search-${i}`

const QUESTIONS = {
  'a word that most have': ['lock', 'waiter', 'requeue'],
  'several such words': ['lock waiter hash', 'requeue robust exit', 'wake cancel'],
  'a word that few have': ['quillwort', 'priority'],
  'a name from the code': ['futex_wait_setup', 'io_futex_data', 'CONFIG_FUTEX_PI', 'futex_hash_bucket'],
  'part of a name': ['wait_setup', 'futex_da', 'hash_buck'],
  'within a word': ['ority_pli', 'uillwor'],
  'with signs in it': ['hb->lock', 'io_uring/futex.c', 'kernel/futex/pi.c'],
  'a phrase': ['"with hb->lock held"', '"who drops the last reference"', '"the lock"'],
  'a Message-ID': ['nobody.said.this@example.org'],
  filters: [
    'is:open lock',
    'is:closed quillwort',
    'by:ada lock',
    `in:${slugOf(1)} waiter`,
    'in:lifetime lock',
    'on:v1 wake',
  ],
  'filters alone': ['is:open', 'by:rare'],
  nothing: ['nowheretobefound', '"lock hash nowhere"'],
}

/**
 * @param client a `pg.Client` of the app's database
 * @returns {Promise<number>} how many comments there are, in `proposals` proposals of their own
 */
export async function seedSearch(app, client, proposals, comments) {
  const slugs = Array.from({ length: proposals }, (_, i) => slugOf(i))
  for (const slug of slugs) publishCopy(app, 'futex-requests-2021', slug)
  await runSeed(app, 'bench/seed-search.ts', [slugs.join(','), '800', String(comments)])
  const { rows } = await client.query('SELECT count(*)::int AS n FROM search_comment')
  return rows[0].n
}

/** @returns {Promise<{ kind: string, times: number[], found: number }[]>} times in ms; `found` is a mean */
export async function searchTimes(app, client) {
  const { rows } = await client.query(
    `SELECT c.message_id AS id FROM comment c WHERE c.body LIKE '%quillwort%' ORDER BY c.created_at LIMIT 2`,
  )
  const asked = Object.entries(QUESTIONS).map(([kind, questions]) => [
    kind,
    kind === 'a Message-ID' ? [...questions, ...rows.map(({ id }) => id)] : questions,
  ])
  for (const question of asked.flatMap(([, questions]) => questions)) await ask(app, question) // the first fills caches
  const kinds = []
  for (const [kind, questions] of asked) {
    const times = []
    let found = 0
    for (let round = 0; round < ROUNDS; round++)
      for (const question of questions) {
        const { ms, count } = await ask(app, question)
        times.push(ms)
        found += count
      }
    kinds.push({ kind, times, found: found / times.length })
  }
  return kinds
}

async function ask({ origin }, question) {
  const began = performance.now()
  const answer = await fetch(`${origin}/search.json?q=${encodeURIComponent(question)}`)
  const body = await answer.json()
  const took = performance.now() - began
  if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${body.error}`)
  return { ms: took, count: body.proposals.length + body.passages.length + body.comments.length }
}

/** The time within which this share of them was. */
export function within(times, share) {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}
