import { type ChildProcess, spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { freePort } from './launched.ts'

/**
 * Somebody sends more than is answered, and others do what they came for. On an app of its own that knows where a request
 * comes from, beside the same database.
 */
const CROWD = '203.0.113.7'
const ELSEWHERE = '198.51.100.2'

let app: ChildProcess
let port = 0
let origin = ''
const sockets: Socket[] = []

test.beforeAll(async () => {
  port = await freePort()
  origin = `http://localhost:${port}`
  app = spawn(process.execPath, ['dist/serve.mjs', String(port), '127.0.0.1'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      COHERENT_URL: origin,
      COHERENT_SECRET: 'a secret for tests only, at least 32 characters',
      COHERENT_TRUSTED_PROXIES: '127.0.0.1 ::1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((ready, failed) => {
    app.stdout?.on('data', (chunk) => String(chunk).includes('Ready in') && ready())
    app.on('exit', () => failed(new Error('the app ended')))
  })
})
test.afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
test.afterAll(() => {
  app.removeAllListeners('exit')
  app.kill('SIGTERM')
})

/** Forms of one network whose end never comes: they fill its queue and cost nothing. */
async function crowd(path: string, from: string): Promise<void> {
  const before = sockets.length
  for (let i = 0; i < 130; i++) {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nX-Forwarded-For: ${from}\r\nContent-Length: 100\r\n\r\nemail=`,
    )
  }
  // Those that found the queue full have their answer: so the others stand in it.
  await expect
    .poll(() => sockets.slice(before).filter(({ bytesRead }) => bytesRead > 0).length)
    .toBeGreaterThan(20)
}

const signInFrom = (from: string) =>
  fetch(`${origin}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'nobody@example.org', password: 'x' }),
    redirect: 'manual',
    headers: { 'x-forwarded-for': from, origin, accept: 'text/html' },
  })

test('a crowd of sign-ins of one network is told to come again, and another network signs in meanwhile', async () => {
  await crowd('/sign-in', CROWD)
  const refused = await signInFrom(CROWD)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.text()).toContain('nothing was done with your form')
  expect((await signInFrom(ELSEWHERE)).status).toBe(200)
})

const typed = 'nobody-in-particular@example.org'
async function fillAndSend(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(typed)
  await page.getByLabel('Password').fill('a password of nobody')
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a person of the crowded network is told so in the form, which keeps what was typed and works a while later', async ({
  browser,
}) => {
  const context = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': CROWD } })
  const page = await context.newPage()
  await page.goto(`${origin}/sign-in`)
  await crowd('/sign-in', CROWD)
  await fillAndSend(page)
  await expect(page.getByText('Many people are signing in at this moment')).toBeVisible()
  await expect(page.getByLabel('E-mail address')).toHaveValue(typed)
  await expect(page.getByLabel('Password')).toHaveValue('a password of nobody')
  for (const socket of sockets.splice(0)) socket.destroy()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('No account has this address and password.')).toBeVisible()
  await context.close()
})

test('without scripts the page says so, and going back finds the form as it was left', async ({
  browser,
}) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    extraHTTPHeaders: { 'x-forwarded-for': CROWD },
  })
  const page = await context.newPage()
  await page.goto(`${origin}/sign-in`)
  await crowd('/sign-in', CROWD)
  await fillAndSend(page)
  await expect(page.getByRole('heading', { name: 'Too many at once' })).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('E-mail address')).toHaveValue(typed)
  await context.close()
})
