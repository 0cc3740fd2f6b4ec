#!/usr/bin/env node
/**
 * `npm run durability [-- ROUNDS]`: kill -9 of the app, the launcher and the postmaster while comments are being
 * posted, again and again. Every comment that the app acknowledged must be there after the restart.
 *
 * Posts by the plain HTML form, as a browser without JavaScript does: a comment counts as acknowledged when the
 * answer is the redirect to it. It uses the production build and an embedded Postgres of its own.
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnvironment } from './child-environment.mjs'
import { ROOT, say } from './steps.mjs'

const rounds = Number(process.argv[2] ?? 20)
const WRITERS = 4
/** Acknowledged in a round before anything is killed, or the round shows nothing; but not for ever. */
const LEAST = 4
const PATIENCE_MS = 120_000
const PASSAGE_PAGE = '/rfc/io-uring-futex/v1'

const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-durability-'))
chmodSync(dataRoot, 0o755)
const port = await new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address()
    server.close(() => done(free))
  })
})
const origin = `http://localhost:${port}`

async function start() {
  const launcher = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: childEnvironment({
      DATABASE_URL: undefined,
      COHERENT_DATA: dataRoot,
      PORT: String(port),
      COHERENT_COMMENTS_PER_MINUTE: '1000000',
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk
    })
  }
  const ready = await new Promise((done) => {
    launcher.stdout.on('data', () => log.includes('Coherent is at') && done(true))
    launcher.on('exit', () => done(false))
  })
  if (!ready) throw new Error(`the start failed:\n${log}`)
  return { launcher, log }
}

/** Pids of the launcher's children, and of the postmaster, which has a process group of its own. */
function victims(launcher) {
  const children = readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop().split(' ')[1] === String(launcher.pid)
      )
    } catch {
      return false // it ended meanwhile
    }
  })
  const postmaster = readFileSync(join(dataRoot, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]
  return [...new Set([...children.map(Number), launcher.pid, Number(postmaster)])]
}

const hiddenFields = (html, marker) => {
  const form = html.slice(html.lastIndexOf('<form', html.indexOf(marker)))
  const fields = new FormData()
  for (const [input] of form.slice(0, form.indexOf('</form>')).matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1]
    const value = (/value="([^"]*)"/.exec(input)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
    if (name) fields.set(name, value)
  }
  return fields
}

async function signUp() {
  const page = `${origin}/sign-up`
  const fields = hiddenFields(await (await fetch(page)).text(), 'name="email"')
  fields.set('name', 'Dura Bility')
  fields.set('email', 'dura@example.org')
  fields.set('password', 'a password for this test')
  const answer = await fetch(page, { method: 'POST', body: fields, redirect: 'manual', headers: { origin } })
  if (answer.status !== 303) throw new Error(`no account: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** The fields of the comment form, as the page has them: enough for many comments, each with a key of its own. */
async function commentForm(cookie, key) {
  const address = `${origin}${PASSAGE_PAGE}?comment=${key}`
  return hiddenFields(await (await fetch(address, { headers: { cookie } })).text(), 'name="clientKey"')
}

/** Sends one comment; its permalink when acknowledged, null when anything else came back. */
async function post(cookie, form, words) {
  const fields = new FormData()
  for (const [name, value] of form) fields.set(name, value)
  fields.set('clientKey', crypto.randomUUID())
  fields.set('body', words)
  fields.set('intent', 'send')
  const answer = await fetch(`${origin}/rfc/io-uring-futex/comment`, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
    headers: { cookie, origin },
  })
  return answer.status === 303 ? answer.headers.get('location') : null
}

const acknowledged = new Map()
let cookie
let sent = 0
let key

try {
  for (let round = 0; round <= rounds; round++) {
    const { launcher } = await start()
    cookie ??= await signUp()
    key ??= /data-block="(problem-[0-9a-f]{8})"/.exec(
      await (await fetch(`${origin}${PASSAGE_PAGE}`)).text(),
    )?.[1]

    // One page has them all: what is acknowledged must be in it.
    const html = await (await fetch(`${origin}${PASSAGE_PAGE}?all=1`)).text()
    const lost = [...acknowledged.keys()].filter((words) => !html.includes(words))
    if (lost.length > 0) {
      console.error(
        `round ${round}: ${lost.length} acknowledged comments are gone: ${lost.slice(0, 5).join(', ')}`,
      )
      process.exitCode = 1
    }
    if (round === rounds || process.exitCode) {
      const ended = new Promise((done) => launcher.once('exit', done))
      launcher.kill('SIGTERM')
      await ended
      break
    }

    const form = await commentForm(cookie, key)
    let killed = false
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      while (!killed) {
        const words = `round-${round}-writer-${writer}-${++sent}-end`
        try {
          const place = await post(cookie, form, words)
          if (place) acknowledged.set(words, place)
        } catch {
          // The connection broke under the kill: not acknowledged.
        }
      }
    })
    const [before, began] = [acknowledged.size, Date.now()]
    while (acknowledged.size < before + LEAST && Date.now() - began < PATIENCE_MS) await sleep(50)
    await sleep(Math.random() * 900)
    const pids = victims(launcher)
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // it ended with its parent, a moment before
      }
    }
    killed = true
    await Promise.all(writers)
    say(
      `round ${round + 1} of ${rounds}: killed ${pids.join(', ')}; ${acknowledged.size} acknowledged so far`,
    )
  }
  if (acknowledged.size === 0) {
    console.error('nothing was acknowledged: this run proves nothing')
    process.exitCode = 1
  }
  if (!process.exitCode)
    say(`all ${acknowledged.size} acknowledged comments are there after ${rounds} rounds of kill -9`)
} finally {
  rmSync(dataRoot, { recursive: true, force: true })
}
