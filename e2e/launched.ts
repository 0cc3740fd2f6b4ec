import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnvironment } from '../scripts/child-environment.mjs'

/**
 * An installation of its own, as an operator has it: launcher, embedded Postgres and app of the same build as the other
 * journeys have, for journeys in which something dies.
 */
export type Launched = {
  readonly origin: string
  readonly dataRoot: string
  readonly launcher: ChildProcess
  /** All that it has written so far. */
  readonly log: () => string
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export function newDataRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-launched-'))
  chmodSync(folder, 0o755) // the unprivileged Postgres user has to get in
  return folder
}

export async function launch(dataRoot: string, more: Record<string, string> = {}): Promise<Launched> {
  const port = await freePort()
  const launcher = spawn(process.execPath, ['scripts/start.mjs'], {
    env: childEnvironment({ ...more, DATABASE_URL: undefined, COHERENT_DATA: dataRoot, PORT: String(port) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const ended = new Promise<number | null>((done) => launcher.once('exit', done))
  const isUp = await new Promise<boolean>((done) => {
    for (const stream of [launcher.stdout, launcher.stderr])
      stream.on('data', (chunk) => {
        log += chunk
        if (log.includes('Coherent is at')) done(true)
      })
    void ended.then(() => done(false))
  })
  if (!isUp) throw new Error(`it did not start:\n${log}`)
  return { origin: `http://localhost:${port}`, dataRoot, launcher, log: () => log, ended }
}

/** Of what `serveBeside` starts. */
export const TEST_SECRET = 'a secret for tests only, at least 32 characters'

/**
 * The same build on the database of the other journeys, with another environment, without the launcher. Whoever starts it
 * ends it (SIGTERM).
 */
export async function serveBeside(
  more: Record<string, string>,
): Promise<{ app: ChildProcess; origin: string }> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const app = spawn(process.execPath, ['dist/serve.mjs', String(port), '127.0.0.1'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      COHERENT_URL: origin,
      COHERENT_SECRET: TEST_SECRET,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((ready, failed) => {
    app.stdout?.on('data', (chunk) => String(chunk).includes('Ready in') && ready())
    app.once('exit', () => failed(new Error('the app that was started beside ended')))
  })
  return { app, origin }
}

export async function putAway({ launcher, ended, dataRoot }: Launched): Promise<void> {
  if (launcher.exitCode === null && launcher.signalCode === null) {
    launcher.kill('SIGTERM')
    await ended
  }
  rmSync(dataRoot, { recursive: true, force: true })
}

export const postmasterOf = (dataRoot: string): number =>
  Number(readFileSync(join(dataRoot, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

/** The postmaster and its children. */
export function serverProcesses(dataRoot: string): readonly number[] {
  const postmaster = postmasterOf(dataRoot)
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === postmaster)
  return [postmaster, ...children]
}

export function parentOf(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ')[1])
  } catch {
    return null // it ended meanwhile
  }
}

/** Asks until it holds; false when it does not within the time. */
export async function until(holds: () => Promise<boolean> | boolean, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (await holds()) return true
    await sleep(200)
  }
  return false
}

function hiddenFields(html: string, marker: string): FormData {
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

/** The form of a page that has a field called `field`, filled in and sent as a browser without scripts sends it. */
async function sendPlainly(address: string, field: string, values: Record<string, string>): Promise<string> {
  const fields = hiddenFields(await (await fetch(address)).text(), `name="${field}"`)
  for (const [key, value] of Object.entries(values)) fields.set(key, value)
  const { origin } = new URL(address)
  const answer = await fetch(address, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
    headers: { origin },
  })
  if (answer.status !== 303) throw new Error(`${address} answered ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** An account, by the plain form; its cookies. */
export const signUpPlainly = (
  origin: string,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<string> => sendPlainly(`${origin}/sign-up`, 'email', { name, email, password })

/** A session of an account that there is; its cookies. */
export const signInPlainly = (
  origin: string,
  { email, password }: { email: string; password: string },
): Promise<string> => sendPlainly(`${origin}/sign-in`, 'email', { email, password })

/** The plain form of a comment on the first passage of the first proposal, filled in. */
export async function commentForm(origin: string, cookie: string, body: string): Promise<FormData> {
  const page = `${origin}/rfc/io-uring-futex/v1`
  const key = /data-block="(problem-[0-9a-f]{8})"/.exec(await (await fetch(page)).text())?.[1]
  const html = await (await fetch(`${page}?comment=${key}`, { headers: { cookie } })).text()
  const fields = hiddenFields(html, 'name="clientKey"')
  fields.set('body', body)
  fields.set('intent', 'send')
  return fields
}

export function sendComment(origin: string, cookie: string, fields: FormData): Promise<Response> {
  return fetch(`${origin}/rfc/io-uring-futex/comment`, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
    headers: { cookie, origin, accept: 'text/html' },
  })
}

/** Answers the first comment of a thread by the plain form. */
export async function replyPlainly(
  { origin, thread }: { readonly origin: string; readonly thread: number },
  cookie: string,
  body: string,
): Promise<Response> {
  const page = `${origin}/rfc/io-uring-futex/t/${thread}?reply=1`
  const fields = hiddenFields(await (await fetch(page, { headers: { cookie } })).text(), 'name="clientKey"')
  fields.set('body', body)
  fields.set('intent', 'send')
  return fetch(`${origin}/rfc/io-uring-futex/reply`, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
    headers: { cookie, origin, accept: 'text/html' },
  })
}
