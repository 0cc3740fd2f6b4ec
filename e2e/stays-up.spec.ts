import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from '@playwright/test'
import { msHere } from '../scripts/cpu-time.mjs'
import {
  commentForm,
  freePort,
  type Launched,
  launch,
  newDataRoot,
  postmasterOf,
  putAway,
  sendComment,
  serverProcesses,
  signUpPlainly,
  until,
} from './launched.ts'

/**
 * An operator's day: the database dies and hangs, the app is stopped under load, the launcher is killed. On an installation
 * of its own. The order matters: what is written first is looked for in the log later.
 */
test.describe.configure({ mode: 'serial' })

const PERSON = {
  name: 'Olga Ottersby',
  email: 'olga.ottersby@example.org',
  password: 'nine green otters swim 42',
}
const WORDS = 'Words of a person that no log may have: marmalade.'

let app: Launched
let lmtpPort = 0
let cookie = ''

test.beforeAll(async () => {
  test.setTimeout(400_000)
  lmtpPort = await freePort()
  app = await launch(newDataRoot(), { COHERENT_LMTP_PORT: String(lmtpPort) })
})
test.afterAll(async () => {
  if (app) await putAway(app)
})

const html = { headers: { accept: 'text/html' } }
const status = async (path: string) => (await fetch(`${app.origin}${path}`, html)).status

/** Milliseconds that it took, and the answer. */
async function timed(work: () => Promise<Response>) {
  const began = performance.now()
  const answer = await work()
  return { answer, text: await answer.text(), ms: performance.now() - began }
}

test('health and readiness are told in a word, and kept nowhere', async () => {
  for (const [path, word] of [
    ['/healthz', 'ok\n'],
    ['/readyz', 'ready\n'],
  ] as const) {
    const answer = await fetch(`${app.origin}${path}`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(word)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('set-cookie')).toBeNull()
  }
})

test('after a kill -9 of Postgres the pages are back within seconds, and no answer is without words', async () => {
  test.setTimeout(300_000)
  cookie = await signUpPlainly(app.origin, PERSON)
  const form = await commentForm(app.origin, cookie, WORDS)
  expect((await sendComment(app.origin, cookie, form)).status).toBe(303)

  const before = postmasterOf(app.dataRoot)
  process.kill(before, 'SIGKILL')
  const seen: { status: number; text: string; retry: string | null }[] = []
  const isBack = await until(async () => {
    const answer = await fetch(`${app.origin}/rfc`, { headers: { accept: 'text/html', cookie } })
    seen.push({ status: answer.status, text: await answer.text(), retry: answer.headers.get('retry-after') })
    return seen.length > 3 && answer.status === 200 && postmasterOf(app.dataRoot) !== before
  }, 120)
  expect(isBack).toBe(true)
  for (const { status, text, retry } of seen.filter(({ status }) => status !== 200)) {
    expect(status).toBe(503)
    expect(Number(retry)).toBeGreaterThan(0)
    expect(text).toContain('The database does not answer at the moment')
  }
  expect(await until(async () => (await status('/readyz')) === 200, 60)).toBe(true)
  expect(await (await fetch(`${app.origin}/rfc/io-uring-futex/v1?all=1`)).text()).toContain('marmalade')
  expect(app.log()).toContain('Postgres ended by itself: it is started again.')
})

test('a Postgres that hangs is a page with words, for readers and for who sends something, and not a wait', async ({
  page,
}) => {
  test.setTimeout(300_000)
  const form = await commentForm(app.origin, cookie, 'typed while the database hangs')
  const frozen = serverProcesses(app.dataRoot)
  for (const pid of frozen) process.kill(pid, 'SIGSTOP')
  try {
    const ready = await timed(() => fetch(`${app.origin}/readyz`))
    expect(ready.answer.status).toBe(503)
    expect(ready.text).toContain('the database does not answer within 1 s')
    expect(ready.ms).toBeLessThan(msHere(4000))
    expect(await status('/healthz')).toBe(200)

    // It is noticed without anybody who waits for it.
    expect(await until(async () => (await timed(() => fetch(`${app.origin}/rfc`, html))).ms < 2000, 40)).toBe(
      true,
    )
    const reader = await timed(() => fetch(`${app.origin}/rfc/io-uring-futex/v1`, html))
    expect(reader.answer.status).toBe(503)
    expect(reader.answer.headers.get('retry-after')).toBe('10')
    expect(reader.answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(reader.text).toContain('<h1>The database does not answer at the moment</h1>')
    const text = await timed(() => fetch(`${app.origin}/rfc/io-uring-futex/v1.txt`))
    expect(text.answer.headers.get('content-type')).toContain('text/plain')

    const writer = await timed(() => sendComment(app.origin, cookie, form))
    expect(writer.answer.status).toBe(503)
    expect(writer.text).not.toContain('Internal Server Error')
    expect(writer.ms).toBeLessThan(msHere(30_000))
    const program = await timed(() =>
      fetch(`${app.origin}/api/mail`, {
        method: 'POST',
        headers: { authorization: `Bearer coherent-mail-${'x'.repeat(43)}` },
        body: 'x',
      }),
    )
    expect(program.answer.status).toBe(503)

    await page.goto(`${app.origin}/rfc`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'The database does not answer at the moment',
    )
    await page.screenshot({ path: 'test-results/away.png' })
  } finally {
    for (const pid of frozen)
      try {
        process.kill(pid, 'SIGCONT')
      } catch {
        // it ended meanwhile
      }
  }
  expect(await until(async () => (await status('/rfc')) === 200, 60)).toBe(true)
})

test('each request is a line of the log, and no line has a word or a token of a person', async () => {
  await fetch(`${app.origin}/rfc/io-uring-futex?secret=quince`)
  await fetch(`${app.origin}/first-admin/quince-quince-quince`)
  await fetch(`${app.origin}/sign-in`, { method: 'POST', body: 'quince', headers: { origin: app.origin } })
  const refused = await fetch(`${app.origin}/rfc/no-such-thing`)
  const number = refused.headers.get('x-request-number') ?? 'none'
  const linesNow = () =>
    app
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const findRequest = () => linesNow().find(({ request, msg }) => request === number && msg === 'request')
  expect(await until(() => findRequest() !== undefined, 30)).toBe(true)
  const [lines, ofRequest] = [linesNow(), findRequest()]
  expect(ofRequest).toMatchObject({ level: 'info', method: 'GET', path: '/rfc/no-such-thing', status: 404 })
  expect(ofRequest?.time).toMatch(/^\d{4}-\d\d-\d\dT/)
  expect(ofRequest?.ms).toEqual(expect.any(Number))
  expect(lines.some(({ path }) => path === '/first-admin/<hidden>')).toBe(true)
  expect(lines.filter(({ path }) => path === '/healthz' || path === '/readyz')).toEqual([])
  // What failed while the database was away names its address.
  const failed = lines.find(({ msg, path }) => msg === 'a request failed' && path !== undefined)
  expect(failed).toMatchObject({ level: 'error', request: expect.stringMatching(/^[0-9a-f]{8}$/) })

  const afterStart = app.log().slice(app.log().indexOf('Coherent is at'))
  const token = /session_token=([^;]+)/.exec(cookie)?.[1] ?? 'none'
  for (const secret of [
    'marmalade',
    'quince',
    'Ottersby',
    'olga.ottersby',
    PERSON.password,
    token.slice(0, 16),
  ])
    expect(afterStart).not.toContain(secret)
})

/** One request on a kept connection; `cut` when the connection broke, `refused` when there is nothing to connect to. */
function keptRequest(agent: Agent, path: string): Promise<number | 'cut' | 'refused'> {
  return new Promise((done) => {
    const sent = httpRequest(
      `${app.origin}${path}`,
      { agent, headers: { accept: 'text/html' } },
      (answer) => {
        answer.on('error', () => done('cut'))
        answer.on('close', () => done(answer.complete ? (answer.statusCode ?? 0) : 'cut'))
        answer.resume()
      },
    )
    sent.on('error', (error: NodeJS.ErrnoException) =>
      done(error.code === 'ECONNREFUSED' ? 'refused' : 'cut'),
    )
    sent.end()
  })
}

test('a stop under load on kept connections cuts no answer, and ends mail, app and database in order', async () => {
  test.setTimeout(300_000)
  const mail = connect(lmtpPort, '127.0.0.1')
  let said = ''
  mail.on('data', (chunk) => {
    said += chunk
  })
  const isMailClosed = new Promise<boolean>((done) => mail.once('close', () => done(true)))
  expect(await until(() => said.startsWith('220'), 60)).toBe(true)

  const seen: (number | 'cut' | 'refused')[] = []
  const clients = Array.from({ length: 8 }, async (_, i) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let last: number | 'cut' | 'refused' = 0
    while (last !== 'refused') {
      last = await keptRequest(agent, i % 2 === 0 ? '/rfc' : '/rfc/io-uring-futex/v1')
      seen.push(last)
    }
    agent.destroy()
  })
  expect(await until(() => seen.length > 16, 60)).toBe(true)
  const before = seen.length
  const began = Date.now()
  app.launcher.kill('SIGTERM')
  const code = await app.ended
  const seconds = (Date.now() - began) / 1000
  await Promise.all(clients)
  console.log(`stopped after ${seconds.toFixed(1)} s; ${seen.length - before} answers since`)
  expect(seen.filter((one) => one === 'cut')).toEqual([])
  expect(seen.filter((one) => one !== 'refused' && one !== 200)).toEqual([])
  expect(code).toBe(0)
  expect(seconds * 1000).toBeLessThan(msHere(25_000))
  expect(await isMailClosed).toBe(true)
  expect(() => postmasterOf(app.dataRoot)).toThrow() // no pid file: it ended in order
  await expect(fetch(app.origin)).rejects.toThrow()
})

test('what a killed launcher leaves is taken over by the next start', async () => {
  test.setTimeout(300_000)
  app = await launch(app.dataRoot)
  const left = postmasterOf(app.dataRoot)
  app.launcher.kill('SIGKILL')
  await app.ended
  const { origin } = app
  // The app ends by itself, so that the port is free.
  expect(
    await until(
      () =>
        fetch(origin).then(
          () => false,
          () => true,
        ),
      10,
    ),
  ).toBe(true)
  app = await launch(app.dataRoot)
  expect(app.log()).toContain('adopted')
  expect(postmasterOf(app.dataRoot)).toBe(left)
  expect(await (await fetch(`${app.origin}/rfc/io-uring-futex/v1?all=1`)).text()).toContain('marmalade')
  app.launcher.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(() => postmasterOf(app.dataRoot)).toThrow()
})
