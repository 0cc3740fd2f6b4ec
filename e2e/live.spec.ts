import { randomUUID } from 'node:crypto'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signUp } from './people.ts'
import { sql } from './sql.ts'

// Alone: it counts what it hears of, and others that write at the same time would be heard as well.
const SLUG = 'io-uring-futex'
const PAGE = `/rfc/${SLUG}/v1`

/** Another person in another browser. */
async function another(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await signUp(page, newAccount(name))
  return page
}

const posting = (page: Page) => ({ origin: new URL(page.url()).origin, 'sec-fetch-site': 'same-origin' })

/** One of the paragraphs; not always the same, as only three threads of a passage have a head in the margin. */
async function passageOf(page: Page): Promise<string> {
  const html = await (await page.request.get(PAGE)).text()
  const keys = [...html.matchAll(/<p [^>]*data-block="([^"]+)"/g)].map(([, key]) => key ?? '')
  expect(keys.length).toBeGreaterThan(20)
  return keys[Math.floor(Math.random() * keys.length)] ?? ''
}

/** The number of the thread. */
async function opened(page: Page, block: string, words: string): Promise<number> {
  const answer = await page.request.post(`/rfc/${SLUG}/comment`, {
    headers: posting(page),
    form: { revision: '1', blockKey: block, clientKey: randomUUID(), body: words, kind: 'note' },
    maxRedirects: 0,
  })
  expect(answer.status()).toBe(303)
  return Number(/\/t\/(\d+)/.exec(answer.headers().location ?? '')?.[1])
}

/** As the app stores them, many at once: the log is written as it writes it, and the database tells of it. */
async function manyAnswers(thread: number, count: number, words: string): Promise<void> {
  await sql(
    `WITH of AS (SELECT t.id, t.proposal_id, t.opened_by FROM thread t JOIN proposal p ON p.id = t.proposal_id
                 WHERE p.slug = '${SLUG}' AND t.number = ${thread}),
     actor AS (SELECT set_config('app.actor', opened_by::text, true) FROM of),
     said AS (INSERT INTO comment (thread_id, author_id, body, message_id)
              SELECT of.id, of.opened_by, $1 || n, gen_random_uuid() || '@example.org' FROM of, actor, generate_series(1, $2::int) n
              RETURNING id)
     INSERT INTO event (proposal_id, actor_id, kind, subject)
     SELECT of.proposal_id, of.opened_by, 'comment-added', jsonb_build_object('thread', ${thread}, 'comment', said.id) FROM of, said`,
    words,
    count,
  )
}

test('fifty comments of another arrive while one writes: nothing moves, and they come when they are asked for', async ({
  browser,
  page,
}) => {
  test.setTimeout(120_000)
  await signUp(page, newAccount('Live Reader'))
  const other = await another(browser, 'Live Writer')
  const block = await passageOf(page)
  const words = `Said before ${Date.now()}`
  const thread = await opened(other, block, words)
  await page.goto(`${PAGE}#t${thread}`)
  const article = page.locator(`#t${thread}-c1`)
  await expect(article).toBeVisible()
  await article.getByRole('link', { name: /Reply/ }).click()
  const field = page.locator('form[data-opened] textarea')
  await field.fill('A thought that is not done yet')
  await field.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(9, 9))
  // From here on nothing is anybody's doing in this window.
  await page.waitForTimeout(1500)
  const where = () =>
    page.evaluate(() => {
      const at = document.activeElement
      return {
        scroll: scrollY,
        top: at?.getBoundingClientRect().top,
        caret: at instanceof HTMLTextAreaElement ? at.selectionStart : null,
        text: at instanceof HTMLTextAreaElement ? at.value : null,
      }
    })
  await page.evaluate(() => {
    const kept = window as typeof window & { moved?: number }
    kept.moved = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        kept.moved = (kept.moved ?? 0) + ('value' in entry ? Number(entry.value) : 0)
    }).observe({ type: 'layout-shift' })
  })
  const before = await where()
  for (let i = 0; i < 10; i++) await manyAnswers(thread, 5, `Foreign ${words} ${i}.`)
  const line = page.locator('[data-announced]')
  await expect(line).toContainText('50 new comments', { timeout: 20_000 })
  expect(await where()).toEqual(before)
  expect(await page.evaluate(() => (window as typeof window & { moved?: number }).moved)).toBe(0)
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: '50 new comments' })).toHaveCount(1)
  await expect(page.getByText(`Foreign ${words} 9.5`)).toHaveCount(0)
  await expectAccessible(page, page.locator('[data-live]'))

  await line.click()
  await expect(page.getByText(`Foreign ${words} 9.5`)).toHaveCount(1)
  await expect(line).not.toBeVisible()
  // What was being written is as it was.
  await expect(field).toHaveValue('A thought that is not done yet')
  await expect(page.locator(`[id="t${thread}-c51"]`)).toHaveCount(1)
  await other.context().close()
})

test('two windows: a thread that one opens comes into the other by one key, in the margin and at its passage', async ({
  browser,
  page,
}) => {
  test.setTimeout(90_000)
  const other = await another(browser, 'Window Writer')
  await page.goto(PAGE)
  // Who is not signed in hears of it as well.
  await page.waitForTimeout(1500)
  const words = `Opened elsewhere ${Date.now()}`
  const thread = await opened(other, await passageOf(page), words)
  await expect(page.locator('[data-announced]')).toContainText('new comment', { timeout: 20_000 })
  await page.keyboard.press('l')
  await expect(page.locator(`section#t${thread}`)).toHaveCount(1)
  await expect(page.locator(`[data-head="${thread}"]`)).toContainText(words)

  await page.setViewportSize({ width: 390, height: 800 })
  await opened(other, await passageOf(page), `${words} again`)
  await expect(page.locator('[data-announced]')).toBeVisible({ timeout: 20_000 })
  await expectNoSidewaysScroll(page)
  await other.context().close()
})

test('what is unread is found by keyboard, and is read when it was seen', async ({ browser, page }) => {
  test.setTimeout(120_000)
  await signUp(page, newAccount('Unread Reader'))
  const other = await another(browser, 'Unread Writer')
  await opened(other, await passageOf(page), `Read in one press ${Date.now()}`)
  await page.goto(`/rfc/${SLUG}/threads`)
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(page).toHaveURL(/\/threads$/)
  const words = `To be read ${Date.now()}`
  const thread = await opened(other, await passageOf(page), words)
  await manyAnswers(thread, 1, `${words}, and more `)
  await page.goto(`/rfc/${SLUG}/threads?unread`)
  const listed = page.locator(`li#t${thread}`)
  await expect(listed).toContainText('2 unread')

  await page.goto(PAGE)
  const head = page.locator(`[data-head="${thread}"]`)
  await expect(head).toHaveAttribute('data-unread', '2')
  await expect(page.locator('article [data-unread-all]')).toContainText('unread')
  // Others write here at the same time: as often as there are such threads.
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press('N')
    if (await head.evaluate((element) => element === document.activeElement)) break
  }
  await expect(head).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator(`#t${thread}-c2`)).toBeVisible()
  await page.locator(`#t${thread}-c2`).scrollIntoViewIfNeeded()
  await expect(head).not.toHaveAttribute('data-unread', /./, { timeout: 20_000 })
  await page.goto(`/rfc/${SLUG}/threads?unread`)
  await expect(page.getByRole('heading', { name: 'Threads', level: 1 })).toBeVisible()
  await expect(listed).toHaveCount(0)
  await expectAccessible(page)
  await other.context().close()
})

test('without scripts a thread says what is unread, a button marks it, and no line announces anything', async ({
  browser,
}) => {
  test.setTimeout(90_000)
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signUp(page, newAccount('Plain Reader'))
  const other = await another(browser, 'Plain Writer')
  const thread = await opened(other, await passageOf(other), `Plain ${Date.now()}`)
  await page.goto(`/rfc/${SLUG}/t/${thread}`)
  await expect(page.getByText('1 unread')).toBeVisible()
  // To look is not to write: a page that was only loaded marks nothing.
  await page.reload()
  await expect(page.getByText('1 unread')).toBeVisible()
  await page.getByRole('button', { name: /Mark as read/ }).click()
  await expect(page.getByRole('heading', { name: 'Threads', level: 1 })).toBeVisible()
  await page.goto(`/rfc/${SLUG}/t/${thread}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Thread ${thread}`)
  await expect(page.getByText('1 unread')).toHaveCount(0)
  await expect(page.locator('[data-announced]')).toHaveCount(0)
  await context.close()
  await other.context().close()
})
