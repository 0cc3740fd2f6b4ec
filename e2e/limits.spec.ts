import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { parentOf, serveBeside } from './launched.ts'
import { mailedParts, mailTo } from './mails.ts'
import { newAccount, signUp } from './people.ts'

// What is more than is done for one, or for all at once, is said in words, and loses nothing. On an app of its own beside
// that of the other journeys, with the same database.

let app: ChildProcess
let origin = ''

test.beforeAll(async () => {
  ;({ app, origin } = await serveBeside({ COHERENT_UPLOADS_PER_DAY: '2' }))
})
test.afterAll(() => void app.kill('SIGTERM'))

for (const javaScriptEnabled of [true, false])
  test(`a person brings so many files a day, and then is told so; another one is not held up (${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, async ({
    browser,
    request,
  }) => {
    const [, , part] = await mailedParts(request)
    const upload = async (page: Awaited<ReturnType<typeof browser.newPage>>) => {
      const { text } = mailTo(part, 'Let me in.', { from: `Quo Ta <quota-${Date.now()}@lister.example>` })
      const file = { name: 'mail.eml', mimeType: 'message/rfc822', buffer: Buffer.from(text) }
      await page.getByLabel(/A mailbox/).setInputFiles(file)
      await page.getByRole('button', { name: 'Import', exact: true }).click()
    }
    const page = await (await browser.newContext({ javaScriptEnabled, baseURL: origin })).newPage()
    await signUp(page, newAccount('Quo'))
    for (let n = 1; n <= 2; n++) {
      await page.goto('/import')
      await upload(page)
      await expect(page.getByText('1 held until somebody looks at it.')).toBeVisible()
    }
    await page.goto('/import')
    await upload(page)
    await expect(
      page.getByRole('alert').filter({ hasText: 'You brought 2 files within a day.' }),
    ).toBeVisible()
    await expect(page.getByText('1 held until somebody')).toHaveCount(0)
    if (javaScriptEnabled) await expectAccessible(page)

    const other = await browser.newPage({ javaScriptEnabled, baseURL: origin })
    await signUp(other, newAccount('Ota'), '/import')
    await other.goto('/import')
    await upload(other)
    await expect(other.getByText('1 held until somebody looks at it.')).toBeVisible()
    await page.close()
    await other.close()
  })

/** The process of this app that does what takes long. */
function helperOf(pid: number | undefined): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .find((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('helper'))
  return Number(found)
}

test('more exports at once than are waited for are told when to come again, and the others are made', async ({
  browser,
}) => {
  // Those that wait are made all the same, behind everything else.
  test.setTimeout(400_000)
  const page = await (await browser.newContext({ baseURL: origin })).newPage()
  const exportPage = '/rfc/io-uring-futex/export'
  expect((await page.goto(exportPage))?.status()).toBe(200)
  const helper = helperOf(app.pid)
  expect(helper).toBeGreaterThan(0)
  const html = { headers: { accept: 'text/html' } }
  // It gets no time: what is asked of it waits, 2 and 32 of a kind at most (lib/review/heavy/jobs.server.ts).
  process.kill(helper, 'SIGSTOP')
  const files = Array.from({ length: 40 }, () => fetch(`${origin}/rfc/futex-requests-2021/v1.txt`))
  const pages = Array.from({ length: 40 }, () => fetch(`${origin}${exportPage}`, html))
  try {
    const refused = await Promise.race(files)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(await refused.text()).toContain('try again in a minute')
    const busy = await Promise.race(pages)
    expect(busy.status).toBe(503)
    const shown = await page.goto(exportPage)
    expect(shown?.status()).toBe(503)
    expect(shown?.headers()).toMatchObject({ 'retry-after': '60', 'x-content-type-options': 'nosniff' })
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not now')
    await expect(page.getByRole('status').filter({ hasText: 'Nothing is lost' })).toBeVisible()
    await expectAccessible(page)
    // Who reads does not wait for it.
    expect((await fetch(`${origin}/rfc/io-uring-futex/v1`, html)).status).toBe(200)
  } finally {
    process.kill(helper, 'SIGCONT')
  }
  for (const answers of [await Promise.all(files), await Promise.all(pages)]) {
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1)
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(1)
  }
  expect((await page.goto(exportPage))?.status()).toBe(200)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Not now')
  await page.close()
})
