/**
 * `npm run bench:review [-- THREADS COMMENTS SEARCHED]`: what reviewing costs on one proposal with 10,000 comments in 800
 * threads, as one table beside its goals: pages, a reply in place, typing in a thread of 500 replies, sixteen writers into one
 * thread, carrying and difference, a light page beside a reader of everything, search among 100,000 comments (ten times
 * SEARCHED); and the same discussion of 100 and of 1,000 mails in public-inbox's httpd. Fails where a goal is missed; a missing
 * program is a row that says so.
 */
import { chromium } from '@playwright/test'
import pg from 'pg'
import { importTypeScript } from '../scripts/bundle.mjs'
import { requireChromium } from '../scripts/chromium.mjs'
import { publishCopy, seed, signUp, startApp } from './app.mjs'
import { missingForArchive, openArchive } from './archive.mjs'
import { waits } from './reader.mjs'
import { searchTimes, seedSearch, within } from './search-times.mjs'
import { weigh } from './weigh.mjs'

const [threads = 800, comments = 10_000, searched = 10_000] = process.argv.slice(2).map(Number)
const SLUG = 'bench-review'
const BARE = 'bench-bare'
/** Names that do not look alike, which would be refused. */
const WRITERS = 'Ada Bea Cora Dora Edda Fay Gwen Hana Kira Mina Nora Petra Rosa Sven Tom Uwe'.split(' ')
const REPLIES = 500
const PROPOSALS = 10
const PAIRS = 5
const ASKED = 40

const rows = []
/** `goal`: [number, 'most' or 'least'], or null for a figure that is only shown. */
function row(what, value, unit, goal, note = '') {
  const isMet = goal === null || (goal[1] === 'most' ? value <= goal[0] : value >= goal[0])
  if (!isMet) process.exitCode = 1
  rows.push([
    what,
    `${figure(value)} ${unit}`,
    goal ? `${goal[1] === 'most' ? '<=' : '>='} ${goal[0]}` : '',
    isMet ? '' : 'MISSED',
    note,
  ])
  console.log(rows.at(-1).join('  '))
}
const figure = (value) =>
  value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en').replaceAll(',', ' ')
const median = (values) => within(values, 0.5)

const app = await startApp()
const client = new pg.Client({ connectionString: app.databaseUrl })
try {
  await client.connect()
  publishCopy(app, 'io-uring-futex', SLUG)
  publishCopy(app, 'io-uring-futex', BARE)
  await seed(app, SLUG, threads, comments)
  const writer = await signUp(app, 'Wendy Writer')
  await pages(writer)
  await replies(writer)
  await typing()
  await writers()
  for (const { what, times } of (await importTypeScript('bench/carry.ts', 'bench-carry')).carryTimes())
    row(what, median(times), 'ms', [300, 'most'], times.join(' '))
  await besideEverything()
  await archives()
  const count = await seedSearch(app, client, PROPOSALS, searched)
  const times = (await searchTimes(app, client)).flatMap((kind) => kind.times)
  row(
    `search among ${count} comments, 95 % within`,
    within(times, 0.95),
    'ms',
    [50, 'most'],
    `median ${figure(median(times))} ms`,
  )
} finally {
  await client.end()
  await app.close()
}
const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column].length)))
console.log(`\n${threads} threads, ${comments} comments`)
for (const cells of rows)
  console.log(
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )

async function pages(cookie) {
  for (const [what, path, who] of [
    ['reading page', `/rfc/${SLUG}`, ''],
    ['reading page, signed in', `/rfc/${SLUG}`, cookie],
  ]) {
    const { times, last } = await ask(path, who, ASKED)
    row(
      `${what}, 95 % within`,
      within(times, 0.95),
      'ms',
      [150, 'most'],
      `median ${figure(median(times))} ms of ${ASKED}`,
    )
    row(`${what}, packed`, last.gzip / 1000, 'KB', [250, 'most'])
    row(`${what}, elements`, last.elements, '', [8000, 'most'])
  }
  row('without comments, packed', (await ask(`/rfc/${BARE}`, '', 3)).last.gzip / 1000, 'KB', [60, 'most'])
  const everything = await ask(`/rfc/${SLUG}/v1?all=1`, '', 5)
  row(
    'everything (?all=1)',
    median(everything.times),
    'ms',
    [2000, 'most'],
    `${figure(everything.last.gzip / 1000)} KB packed`,
  )
}

async function ask(path, cookie, times) {
  await weigh(app.origin + path, cookie) // fills caches
  const all = []
  for (let i = 0; i < times; i++) all.push(await weigh(app.origin + path, cookie))
  for (const { status } of all) if (status !== 200) throw new Error(`${path} answered ${status}`)
  return { times: all.map(({ ms }) => ms), last: all.at(-1) }
}

/** The number of a thread and of its first comment, and whoever may answer it: a new thread of this person. */
async function newThread(cookie, key) {
  const answer = await send('comment', cookie, {
    revision: '1',
    blockKey: key,
    body: `A thread to write into, ${key}.`,
  })
  if (answer.status !== 200) throw new Error(`no thread: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
  const { rows: found } = await client.query(
    'SELECT max(t.number)::int AS number FROM thread t JOIN proposal p ON p.id = t.proposal_id WHERE p.slug = $1',
    [SLUG],
  )
  return found[0].number
}

/** As the script of a page sends a form. */
function send(form, cookie, values) {
  const body = new FormData()
  for (const [name, value] of Object.entries({
    clientKey: crypto.randomUUID(),
    intent: 'send',
    layout: 'inline',
    ...values,
  }))
    body.set(name, value)
  return fetch(`${app.origin}/rfc/${SLUG}/${form}`, {
    method: 'POST',
    body,
    headers: { cookie, origin: app.origin, accept: 'application/json' },
  })
}

async function aBlock() {
  const { rows: found } = await client.query(
    `SELECT b.block_key AS key FROM block b JOIN revision r ON r.id = b.revision_id JOIN proposal p ON p.id = r.proposal_id
     WHERE p.slug = $1 AND b.kind = 'paragraph' ORDER BY b.ord LIMIT 1`,
    [SLUG],
  )
  return found[0].key
}

async function replies(cookie) {
  const thread = await newThread(cookie, await aBlock())
  const times = []
  let bytes = 0
  for (let i = 0; i < 30; i++) {
    const began = performance.now()
    const answer = await send('reply', cookie, {
      thread: String(thread),
      comment: '1',
      body: `Reply ${i}: as I said above.`,
    })
    const text = await answer.text()
    times.push(performance.now() - began)
    if (answer.status !== 200) throw new Error(`no reply: ${answer.status} ${text.slice(0, 200)}`)
    bytes = Math.max(bytes, Buffer.byteLength(text))
  }
  row(
    'a reply in place, 95 % within',
    within(times, 0.95),
    'ms',
    [200, 'most'],
    `median ${figure(median(times))} ms`,
  )
  row('what a reply sends back', bytes / 1000, 'KB', [30, 'most'])
}

/** From the key to the next frame, with a processor slowed four times, in a thread of 500 replies. */
async function typing() {
  const { rows: found } = await client.query(
    `SELECT t.number::int AS number FROM thread t JOIN proposal p ON p.id = t.proposal_id JOIN comment c ON c.thread_id = t.id
     WHERE p.slug = $1 GROUP BY t.number HAVING count(*) >= $2 ORDER BY count(*) LIMIT 1`,
    [SLUG, Math.min(REPLIES, comments / 20)],
  )
  const browser = await chromium.launch({ executablePath: requireChromium() })
  try {
    const context = await browser.newContext({ baseURL: app.origin })
    const cookies = (await signUp(app, 'Tilda Types')).split('; ').map((pair) => {
      const [name, ...value] = pair.split('=')
      return { name, value: value.join('='), url: app.origin }
    })
    await context.addCookies(cookies)
    const page = await context.newPage()
    await page.goto(`/rfc/${SLUG}/t/${found[0].number}`)
    await page.getByRole('link', { name: /Reply/ }).first().click()
    const field = page.getByRole('textbox', { name: /Your reply/ })
    await field.focus()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.evaluate(() => {
      window.waited = []
      addEventListener('keydown', ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => window.waited.push(performance.now() - timeStamp), 0))
      })
    })
    await field.pressSequentially(
      'The waiter is woken once, and the completion is posted by its own task. '.repeat(2),
      {
        delay: 60,
      },
    )
    const waited = await page.evaluate(() => window.waited)
    if (waited.length < 100) throw new Error(`${waited.length} keys were seen`)
    row(
      `typing in a thread of ${REPLIES} replies, processor slowed 4 times, 95 % within`,
      within(waited, 0.95),
      'ms',
      [100, 'most'],
      `${waited.length} keys`,
    )
  } finally {
    await browser.close()
  }
}

async function writers() {
  const cookies = []
  for (const name of WRITERS) cookies.push(await signUp(app, `${name} Writes`))
  const thread = await newThread(cookies[0], await aBlock())
  const each = 25
  const began = performance.now()
  await Promise.all(
    cookies.map(async (cookie, writer) => {
      for (let i = 0; i < each; i++) {
        const answer = await send('reply', cookie, {
          thread: String(thread),
          comment: '1',
          body: `Writer ${writer} says ${i}.`,
        })
        await answer.arrayBuffer()
        if (answer.status !== 200) throw new Error(`writer ${writer}: ${answer.status}`)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  const { rows: found } = await client.query(
    `SELECT count(*)::int AS count, count(DISTINCT c.seq)::int AS numbers FROM comment c JOIN thread t ON t.id = c.thread_id
     JOIN proposal p ON p.id = t.proposal_id WHERE p.slug = $1 AND t.number = $2`,
    [SLUG, thread],
  )
  const [{ count, numbers }] = found
  if (count !== WRITERS.length * each + 1 || numbers !== count)
    throw new Error(`${count} comments with ${numbers} numbers`)
  row(
    `${WRITERS.length} writers into one thread`,
    (WRITERS.length * each) / seconds,
    'comments/s',
    [100, 'least'],
    'no number twice',
  )
}

async function besideEverything() {
  const url = `${app.origin}/rfc`
  await waits(url, 50)
  const ratios = []
  for (let pair = 1; pair <= PAIRS; pair++) {
    const idle = await waits(url, 100)
    let isLoaded = true
    const reading = (async () => {
      while (isLoaded) await (await fetch(`${app.origin}/rfc/${SLUG}/v1?all=1`)).arrayBuffer()
    })()
    const loaded = await waits(url, 100)
    isLoaded = false
    await reading
    ratios.push(loaded.p99 / idle.p99)
  }
  row(
    'list beside a reader of everything, p99 / idle',
    median(ratios),
    'times',
    [3, 'most'],
    ratios.map((one) => one.toFixed(1)).join(' '),
  )
}

/** The same mails here and in public-inbox: a thread on one page, five times each in turn. */
async function archives() {
  const missing = missingForArchive()
  if (missing.length > 0) {
    rows.push([`public-inbox: ${missing.join(', ')} missing`, '', '', 'SKIPPED', ''])
    return
  }
  for (const mails of [100, 1000]) {
    const slug = `bench-archive-${mails}`
    publishCopy(app, 'futex-requests-2021', slug)
    await seed(app, slug, 1, mails)
    const mailbox = await (await fetch(`${app.origin}/rfc/${slug}/v1.threads.mbox`)).text()
    const root = /^Message-ID: <([^>]+)>/im.exec(mailbox)?.[1]
    const archive = await openArchive(mailbox, root)
    try {
      const own = `${app.origin}/rfc/${slug}/v1?all=1`
      const [theirs, ours] = [[], []]
      let sizes
      for (let i = -1; i < 9; i++) {
        const [there, here] = [await weigh(archive.thread), await weigh(own)]
        if (i >= 0) {
          theirs.push(there.ms)
          ours.push(here.ms)
        }
        sizes = `${figure(here.gzip / 1000)} KB and ${figure(there.gzip / 1000)} KB packed`
      }
      const ratio = median(theirs) / median(ours)
      row(
        `${mails} mails: public-inbox / here`,
        ratio,
        'times',
        null,
        `${figure(median(theirs))} ms there, ${figure(median(ours))} ms here; ${sizes}`,
      )
    } finally {
      await archive.close()
    }
  }
}
