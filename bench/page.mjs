/**
 * `npm run bench:page [-- THREADS COMMENTS]`: what the reading page and that of its largest thread weigh: bytes on the wire,
 * elements, milliseconds; with and without an account. Then how long the list of proposals waits while one reader asks for
 * everything on one page again and again: five pairs of an idle and a loaded stretch. Fails beyond the budget of
 * lib/review/thread/page-plan.ts, and where the median of the ratios of the 99th percentiles is more than 3.
 */
import { publishCopy, seed, signUp, startApp } from './app.mjs'
import { waits } from './reader.mjs'
import { weigh } from './weigh.mjs'

const BUDGET = { bytes: 250_000, elements: 8000 }
const [threads = 800, comments = 10_000] = process.argv.slice(2).map(Number)
const SLUG = 'bench-page'
const PAIRS = 5
const LIMIT = 3
const REQUESTS = 100

const app = await startApp()
try {
  publishCopy(app, 'io-uring-futex', SLUG)
  const began = performance.now()
  await seed(app, SLUG, threads, comments)
  console.log(`${threads} threads with ${comments} comments, written in ${ms(began)} ms`)
  const reader = ''
  const writer = await signUp(app, 'Wendy Weigh')
  const largest = 1
  for (const [what, path, cookie, isBudgeted] of [
    ['page, no account', `/rfc/${SLUG}`, reader, true],
    ['page, signed in', `/rfc/${SLUG}`, writer, true],
    ['everything (?all=1)', `/rfc/${SLUG}/v1?all=1`, reader, false],
    ['everything as text', `/rfc/${SLUG}/v1.threads.txt`, reader, false],
    ['largest thread', `/rfc/${SLUG}/t/${largest}`, reader, true],
    ['largest thread, signed in', `/rfc/${SLUG}/t/${largest}`, writer, true],
    ['largest thread, its end', `/rfc/${SLUG}/t/${largest}?at=400`, reader, true],
    ['largest thread, piece', `/rfc/${SLUG}/t/${largest}/piece`, reader, true],
  ]) {
    await weigh(app.origin + path, cookie) // the first compiles and fills caches
    const times = []
    let page
    for (let i = 0; i < 5; i++) {
      page = await weigh(app.origin + path, cookie)
      times.push(page.ms)
    }
    const median = times.sort((a, b) => a - b)[2]
    const isOver = isBudgeted && (page.gzip > BUDGET.bytes || page.elements > BUDGET.elements)
    if (isOver) process.exitCode = 1
    console.log(
      `${what.padEnd(26)} ${String(page.status)} ${kb(page.gzip)} gzip (${kb(page.bytes)}), ${String(page.elements).padStart(6)} elements, ${median} ms (${times.join(' ')})${isOver ? '  OVER THE BUDGET' : ''}`,
    )
  }
  await besideEverything()
} finally {
  await app.close()
}

async function besideEverything() {
  const url = `${app.origin}/rfc`
  await waits(url, 50)
  const ratios = []
  for (let pair = 1; pair <= PAIRS; pair++) {
    const idle = await waits(url, REQUESTS)
    let isLoaded = true
    let pages = 0
    const reading = (async () => {
      while (isLoaded) {
        await (await fetch(`${app.origin}/rfc/${SLUG}/v1?all=1`)).arrayBuffer()
        pages++
      }
    })()
    const loaded = await waits(url, REQUESTS)
    isLoaded = false
    await reading
    const ratio = loaded.p99 / idle.p99
    ratios.push(ratio)
    console.log(
      `pair ${pair}: idle p50 ${idle.p50} p99 ${idle.p99} ms, beside a reader of everything (${pages} pages) p50 ${loaded.p50} p99 ${loaded.p99} ms, ratio ${ratio.toFixed(1)}`,
    )
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(PAIRS / 2)]
  console.log(`beside a reader of everything: median ratio ${median.toFixed(1)}, limit ${LIMIT}`)
  if (median > LIMIT) process.exitCode = 1
}

function ms(began) {
  return Math.round(performance.now() - began)
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(0).padStart(5)} KB`
}
