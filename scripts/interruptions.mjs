#!/usr/bin/env node
/**
 * `npm run interruptions [-- COUNT [SEED]]`: somebody writes COUNT texts in a browser while the server is killed, the
 * connection is reset after the text was stored, the network is away, the session ends, the tab is reloaded or closed,
 * with scripts and without. At the end each text that was sent is stored once, and each that was not is still in a form. Two of
 * five are forms of acts: an answer, a hold, a stance, a weak answer, a role, a review, what becomes of a proposal.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import pg from 'pg'
import { childEnvironment } from './child-environment.mjs'
import { requireChromium } from './chromium.mjs'
import { ACT_WAYS, ACTS, actTrial, makeActWorld } from './interruptions/act-trials.mjs'
import { openFlakyProxy } from './interruptions/flaky-proxy.mjs'
import { FORMS, isKept, makeWorld, timesStored, trial, WAYS } from './interruptions/trials.mjs'
import { ensureApp, ROOT, say } from './steps.mjs'
import { openTestDatabase } from './test-database.mjs'

const count = Number(process.argv[2] ?? 200)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
say(`${count} interruptions, seed ${seed}`)
ensureApp()

/** mulberry32: the same seed, the same run. */
let state = seed
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
/** A browser may stop answering on a machine that has too much to do: that is a failure with a name, not a run without an end. */
const TRIAL_MS = 600_000
function inTime(running) {
  let timer
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`nothing came of it in ${TRIAL_MS / 60_000} minutes`)), TRIAL_MS)
  })
  return Promise.race([running, late]).finally(() => clearTimeout(timer))
}
const oneOf = (list) => list[Math.floor(random() * list.length)]

const database = await openTestDatabase()
const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-interruptions-'))
const port = await new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address()
    server.close(() => done(free))
  })
})

async function start() {
  const launcher = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: childEnvironment({
      DATABASE_URL: database.url,
      COHERENT_DATA: dataRoot,
      PORT: String(port),
      COHERENT_COMMENTS_PER_MINUTE: '1000000',
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which is killed as one.
    detached: true,
  })
  let log = ''
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk
    })
  }
  const isReady = await new Promise((done) => {
    launcher.stdout.on('data', () => log.includes('Coherent is at') && done(true))
    launcher.on('exit', () => done(false))
  })
  if (!isReady) throw new Error(`the start failed:\n${log}`)
  return launcher
}

let launcher = await start()
const restart = async () => {
  const ended = new Promise((done) => launcher.once('exit', done))
  process.kill(-launcher.pid, 'SIGKILL')
  await ended
  launcher = await start()
}

const client = new pg.Client({ connectionString: database.url })
await client.connect()
const proxy = await openFlakyProxy(port)
const browser = await chromium.launch({ executablePath: requireChromium() })
const sent = []
let done = 0
const left = []
const failures = []
const ways = new Map()
try {
  const world = await makeActWorld(
    await makeWorld({ browser, proxy, database: client, databaseUrl: database.url, restart }),
  )
  for (let i = 0; i < count; i++) {
    const scripts = random() < 0.6
    // Two of five are acts; those of the gate end with its questions.
    if (random() < 0.4) {
      const listed = ACT_WAYS[scripts ? 'scripted' : 'plain']
      const way = oneOf(random() < 0.8 ? listed.filter((one) => one !== 'restart') : listed)
      const act = oneOf(Object.keys(ACTS).filter((one) => one !== 'weak' || world.questions.length > 0))
      const name = `${way}, ${act}, ${scripts ? 'with' : 'without'} scripts`
      ways.set(name, (ways.get(name) ?? 0) + 1)
      try {
        await inTime(actTrial(world, { scripts, way, act, n: `${seed}-${i}` }))
        done += 1
      } catch (error) {
        failures.push(`${i} (${name}): ${error.message.split('\n')[0]}`)
        console.error(`FAILED ${failures.at(-1)}`)
      }
      continue
    }
    // A kill takes as long as twenty of the others.
    const listed = WAYS[scripts ? 'scripted' : 'plain']
    const way = oneOf(random() < 0.8 ? listed.filter((one) => one !== 'restart') : listed)
    // A form that is opened in place needs scripts; one text is left in a form at each place.
    const form = scripts ? oneOf(FORMS) : oneOf(FORMS.filter((one) => one !== 'in-place'))
    const isLeft =
      scripts &&
      (form === 'in-place' || form === 'page') &&
      ['deaf', 'reload', 'back', 'new-tab'].includes(way) &&
      random() < 0.4
    const block = world.blocks[i % world.blocks.length]
    const words = `Interrupted ${seed} ${i} ${way}: ${'word '.repeat(Math.floor(random() * 40))}end`
    const name = `${way}, ${form}, ${scripts ? 'with' : 'without'} scripts`
    ways.set(name, (ways.get(name) ?? 0) + 1)
    // A place where a text was left has a form with that text in it.
    const isTaken = left.some((one) => one.block === block)
    try {
      const place = { scripts, way, form: isTaken ? 'reply' : form, block, words, isLeft: isLeft && !isTaken }
      if ((await inTime(trial(world, place))) === 'sent') sent.push(words)
      else left.push({ form, block, words })
    } catch (error) {
      failures.push(`${i} (${name}): ${error.message.split('\n')[0]}`)
      console.error(`FAILED ${failures.at(-1)}`)
    }
    if ((i + 1) % 10 === 0)
      say(
        `${i + 1} of ${count}: ${sent.length} sent, ${left.length} left in a form, ${failures.length} failed`,
      )
  }
  for (const words of sent) {
    const times = await timesStored(client, words)
    if (times !== 1) failures.push(`at the end stored ${times} times: ${words}`)
  }
  for (const text of left) {
    const times = await timesStored(client, text.words)
    if (times !== 0) failures.push(`stored ${times} times and not sent: ${text.words}`)
    await isKept(world, text).catch((error) =>
      failures.push(`left and lost: ${text.words}: ${error.message}`),
    )
  }
} finally {
  await browser.close()
  proxy.close()
  await client.end()
  const ended = new Promise((done) => launcher.once('exit', done))
  process.kill(-launcher.pid, 'SIGTERM')
  await ended
  await database.close()
  rmSync(dataRoot, { recursive: true, force: true })
}
for (const [name, times] of [...ways].sort()) console.log(`${String(times).padStart(4)}  ${name}`)
for (const failure of failures) console.error(failure)
console.log(
  `${count} interruptions: ${done} acts done once, ${sent.length} texts sent and stored once, ${left.length} not sent and still in a form, ${failures.length} failed (seed ${seed})`,
)
process.exit(failures.length === 0 ? 0 : 1)
