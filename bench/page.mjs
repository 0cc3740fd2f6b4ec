/**
 * `npm run bench:page [-- THREADS COMMENTS]`: what the reading page weighs under a large discussion: bytes on the wire,
 * elements, milliseconds; with and without an account. Fails beyond the budget of lib/review/thread/page-plan.ts.
 */
import { gzipSync } from 'node:zlib'
import { publishCopy, seed, signUp, startApp } from './app.mjs'

const BUDGET = { bytes: 250_000, elements: 8000 }
const [threads = 800, comments = 10_000] = process.argv.slice(2).map(Number)
const SLUG = 'bench-page'

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
    ['largest thread', `/rfc/${SLUG}/t/${largest}`, reader, false],
    ['largest thread, piece', `/rfc/${SLUG}/t/${largest}/piece`, reader, false],
  ]) {
    await weigh(path, cookie) // the first compiles and fills caches
    const times = []
    let page
    for (let i = 0; i < 5; i++) {
      page = await weigh(path, cookie)
      times.push(page.ms)
    }
    const median = times.sort((a, b) => a - b)[2]
    const isOver = isBudgeted && (page.gzip > BUDGET.bytes || page.elements > BUDGET.elements)
    if (isOver) process.exitCode = 1
    console.log(
      `${what.padEnd(22)} ${String(page.status)} ${kb(page.gzip)} gzip (${kb(page.bytes)}), ${String(page.elements).padStart(6)} elements, ${median} ms (${times.join(' ')})${isOver ? '  OVER THE BUDGET' : ''}`,
    )
  }
} finally {
  await app.close()
}

async function weigh(path, cookie) {
  const began = performance.now()
  const response = await fetch(app.origin + path, { headers: { accept: 'text/html', cookie } })
  const html = await response.text()
  const took = ms(began)
  const drawn = html.replace(/<script[\s\S]*?<\/script>/g, '')
  return {
    status: response.status,
    bytes: Buffer.byteLength(html),
    gzip: gzipSync(html).length,
    elements: drawn.match(/<[a-z][^>]*>/gi)?.length ?? 0,
    ms: took,
  }
}

function ms(began) {
  return Math.round(performance.now() - began)
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(0).padStart(5)} KB`
}
