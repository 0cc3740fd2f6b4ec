/**
 * `npm run bench:hostile [-- REQUESTS]`: how long the list of proposals waits while others do their worst: four at a
 * time, one each of previews, comments, mails and exports, one behind the other without a pause. Five pairs of an idle
 * and a loaded stretch in one run; the median of the ratios of their 99th percentiles is to be 3 at most.
 *
 * The reader is a process of their own (reader.mjs), so that what this program does is not counted as waiting. App, helper,
 * database, reader and this program share the machine: on one with two cores they want more than both.
 */

import { spawnSync } from 'node:child_process'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { publishCopy, ROOT, seed, signUp, startApp } from './app.mjs'
import { waits } from './reader.mjs'

const PAIRS = 5
const LIMIT = 3
const requests = Number(process.argv[2] ?? 300)
const SLUG = 'bench-hostile'

/** Each was an attack on some parser of comments: lists in lists, references, numbers, brackets, long lines, quotes. */
const HOSTILE = [
  `${'1. '.repeat(59)}x\n`.repeat(355),
  '123456789. '.repeat(5900),
  '[^a]'.repeat(16_000),
  '> '.repeat(32_000),
  `${'>'.repeat(500)}\n`.repeat(120),
  `${'*a '.repeat(100)}\n`.repeat(200),
  '`'.repeat(65_000),
  'https://a.b/'.repeat(5400),
  '<a@b>'.repeat(13_000),
  `${'|a'.repeat(200)}\n`.repeat(160),
  `@@ -1 +1 @@\n${'+x\n-x\n'.repeat(9000)}`,
  `${'a   b\t'.repeat(100)}\n`.repeat(100),
  '#1 '.repeat(21_000),
].map((text) => text.slice(0, 65_000))

const app = await startApp()
const counts = { previews: 0, comments: 0, mails: 0, exports: 0 }
const failed = new Map()
let isLoaded = false

try {
  publishCopy(app, 'io-uring-futex', SLUG)
  await seed(app, SLUG, 80, 800)
  const cookie = await signUp(app, 'Hedda Hostile')
  const token = mailToken()
  const page = await (await fetch(`${app.origin}/rfc/${SLUG}`)).text()
  const blocks = [...page.matchAll(/data-block="([^"]+)"/g)].map(([, key]) => key)

  const post = (i, intent) => {
    const fields = new FormData()
    const values = {
      revision: '1',
      blockKey: blocks[i % blocks.length],
      clientKey: crypto.randomUUID(),
      body: `${i}\n${HOSTILE[i % HOSTILE.length]}`,
      intent,
    }
    for (const [name, value] of Object.entries(values)) fields.set(name, value)
    return fetch(`${app.origin}/rfc/${SLUG}/comment`, {
      method: 'POST',
      body: fields,
      redirect: 'manual',
      headers: { cookie, origin: app.origin },
    })
  }
  const mail = (i) =>
    fetch(`${app.origin}/api/mail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' },
      body:
        `From: Mallory <mallory${i}@example.org>\nTo: list@example.org\nSubject: Re: whatever\n` +
        `Date: Tue, 15 Jun 2021 09:00:00 +0200\nMessage-ID: <hostile-${i}@example.org>\n` +
        `In-Reply-To: <nothing-${i}@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n` +
        `${HOSTILE[i % HOSTILE.length]}\n`.repeat(14),
    })
  const exported = (i) =>
    fetch(
      `${app.origin}/rfc/${SLUG}${['/v1.threads.mbox', '/export', '/v1.txt', '/export/v1/mails.tar'][i % 4]}`,
    )
  const kinds = {
    // Each person has so many previews a minute: the rest is refused before anything is rendered.
    previews: [(i) => post(i, 'preview'), [200, 429]],
    comments: [(i) => post(i, 'send'), [303]],
    mails: [mail, [202]],
    exports: [exported, [200]],
  }
  const url = `${app.origin}/rfc`
  let made = 0
  const streams = () =>
    Object.entries(kinds).map(async ([kind, [send, expected]]) => {
      while (isLoaded) {
        const response = await send(made++)
        await response.arrayBuffer()
        counts[kind]++
        if (!expected.includes(response.status)) {
          const what = `${kind} ${response.status}`
          failed.set(what, (failed.get(what) ?? 0) + 1)
        }
      }
    })

  await waits(url, 50) // caches, and the compiler of the engine
  const ratios = []
  for (let pair = 1; pair <= PAIRS; pair++) {
    const idle = await waits(url, requests)
    isLoaded = true
    const running = streams()
    const loaded = await waits(url, requests)
    isLoaded = false
    await Promise.all(running)
    const ratio = loaded.p99 / idle.p99
    ratios.push(ratio)
    console.log(
      `pair ${pair}: idle p50 ${idle.p50} p99 ${idle.p99} ms, loaded p50 ${loaded.p50} p99 ${loaded.p99} ms, ratio ${ratio.toFixed(1)}`,
    )
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(PAIRS / 2)]
  console.log(
    `meanwhile: ${Object.entries(counts)
      .map(([kind, n]) => `${n} ${kind}`)
      .join(', ')}` +
      `${failed.size > 0 ? `; not as expected: ${[...failed].map(([what, n]) => `${n} × ${what}`).join(', ')}` : ''}`,
  )
  console.log(`median ratio ${median.toFixed(1)}, limit ${LIMIT}`)
  if (median > LIMIT || failed.size > 0) process.exitCode = 1
} finally {
  await app.close()
}

function mailToken() {
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/coherent.mjs', 'mail-token', 'bench'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: childEnvironment({ DATABASE_URL: app.databaseUrl }),
  })
  const token = /\S{20,}/.exec(stdout)?.[0]
  if (!token) throw new Error(`no token: ${stdout}${stderr}`)
  return token
}
