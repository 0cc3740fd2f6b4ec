import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signUp } from './people.ts'

const PROPOSAL = '/rfc/io-uring-futex/v1'

const composer = (page: Page) => page.getByRole('textbox', { name: 'Your comment on this passage' })

async function blockAt(page: Page, writeup: string, nth: number): Promise<string> {
  const block = page.locator(`section#${writeup} p[data-block]`).nth(nth)
  return (await block.getAttribute('data-block')) ?? ''
}

async function commentOn(page: Page, key: string, words: string): Promise<string> {
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill(words)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const thread = page.locator('section[data-layout="inline"]').filter({ hasText: words }).last()
  await expect(thread).toBeVisible()
  return (await thread.getAttribute('id')) ?? ''
}

test('heads of threads stand level with the first line of their passage, three at most, and open the thread below it', async ({
  page,
}) => {
  test.slow()
  await page.setViewportSize({ width: 1440, height: 900 })
  await signUp(page, newAccount('Mara Margin'))
  await page.goto(PROPOSAL)
  const key = await blockAt(page, 'integration', 1)
  for (let i = 1; i <= 4; i++) await commentOn(page, key, `Margin ${i} ${Date.now()}`)
  await page.goto(PROPOSAL)
  const block = page.locator(`p[data-block="${key}"]`)
  const beside = block.locator('xpath=preceding-sibling::div[1]')
  const heads = beside.locator('[data-head]')
  await expect(heads).toHaveCount(3)
  await expect(beside.getByRole('link', { name: /\d more/ })).toBeVisible()
  const [line, head] = [await block.boundingBox(), await heads.first().boundingBox()]
  expect(Math.abs((head?.y ?? 0) - (line?.y ?? 0))).toBeLessThan(24)
  expect(head?.x ?? 0).toBeGreaterThan((line?.x ?? 0) + (line?.width ?? 0) - 40)

  const number = await heads.first().getAttribute('data-head')
  const thread = page.locator(`#t${number}`)
  await expect(thread).not.toBeVisible()
  await heads.first().click()
  await expect(thread.locator('article').first()).toBeVisible()
  const [passage, opened] = [await block.boundingBox(), await thread.boundingBox()]
  expect(opened?.y ?? 0).toBeGreaterThanOrEqual((passage?.y ?? 0) + (passage?.height ?? 0) - 1)
  expect(opened?.width ?? 0).toBeGreaterThan(400)
  await expectAccessible(page)
  // Folded again by the same head.
  await heads.first().click()
  await expect(thread).not.toBeVisible()

  // Narrow: one line each, behind the passage.
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(heads.first()).not.toBeVisible()
  await expect(thread.locator('summary').first()).toBeVisible()
  expect((await thread.boundingBox())?.height ?? 99).toBeLessThan(40)
  await expectNoSidewaysScroll(page)
})

test('without JavaScript threads are lines behind their passage, at any width', async ({ browser }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 1440, height: 900 },
  })
  const page = await context.newPage()
  await signUp(page, newAccount('Nora Noscript'))
  await page.goto(PROPOSAL)
  const key = await blockAt(page, 'sys-futex', 1)
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill(`Lines only ${Date.now()}`)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page).toHaveURL(/\/t\/\d+/)
  const number = /\/t\/(\d+)/.exec(page.url())?.[1]
  await page.goto(PROPOSAL)
  await expect(page.locator(`[data-head="${number}"]`)).not.toBeVisible()
  await page.locator(`#t${number} summary`).first().click()
  await expect(page.locator(`#t${number} article`)).toBeVisible()
  await expect(page.locator(`#t${number} time`).first()).toContainText('just now')
  await context.close()
})

test('an address within the page opens the thread that it points at', async ({ page }) => {
  await signUp(page, newAccount('Linus Link'))
  await page.goto(PROPOSAL)
  const id = await commentOn(page, await blockAt(page, 'problem', 2), `Pointed at ${Date.now()}`)
  await page.goto('/rfc')
  await page.goto(`${PROPOSAL}#${id}`)
  await expect(page.locator(`#${id} article`)).toBeVisible()
  await expect(page.locator(`#${id} article`)).toBeInViewport()
})

test('the outline marks where the reader is, and counts what is open in each write-up', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await signUp(page, newAccount('Otto Outline'))
  await page.goto(PROPOSAL)
  await commentOn(page, await blockAt(page, 'lifetime', 3), `Counted ${Date.now()}`)
  const outline = page.getByRole('navigation', { name: 'Outline' })
  await expect(outline.locator('[data-open-of="lifetime"]')).toContainText(/^\d+ open$/)
  await page
    .locator('#lifetime h3')
    .nth(2)
    .evaluate((heading) => heading.scrollIntoView())
  const current = outline.locator('a[aria-current]')
  await expect(current).toHaveCount(1)
  await expect(current).toHaveAttribute('href', /^#lifetime/)
  await expect(current).toBeInViewport()
})

test('a write-up has an address of its own, with the way to its neighbours, and sections are links', async ({
  page,
}) => {
  await page.goto(`${PROPOSAL}/integration`)
  await expect(page.locator('[data-writeup]')).toHaveCount(1)
  const parts = page.getByRole('navigation', { name: 'Parts of the proposal, above' })
  await expect(parts.getByRole('link', { name: /^Previous/ })).toHaveAttribute('href', `${PROPOSAL}/problem`)
  // Of another write-up: on its page.
  await expect(page.locator('p a', { hasText: /^4\.3$/ }).first()).toHaveAttribute(
    'href',
    /\/v1\/lifetime#b-/,
  )
  await parts.getByRole('link', { name: /^Next/ }).click()
  await expect(page).toHaveURL(/\/v1\/sys-futex$/)
  await expectAccessible(page)
  await page.goto(PROPOSAL)
  const target = await page
    .locator('p a', { hasText: /^4\.3$/ })
    .first()
    .getAttribute('href')
  await expect(page.locator(`[id="${target?.slice(1)}"]`)).toHaveText(/./)
  expect((await page.goto(`${PROPOSAL}/nothing`))?.status()).toBe(404)
  await expect(page.getByRole('searchbox', { name: 'Search proposals and comments' })).toBeVisible()
})

test('nothing jumps on a slow line at 390 px', async ({ browser }) => {
  test.slow()
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const throughput = (400 * 1024) / 8
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 400, downloadThroughput: throughput, uploadThroughput: throughput },
  })
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ('value' in entry) shifts.push(Number(entry.value))
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(PROPOSAL, { waitUntil: 'load', timeout: 90_000 })
  for (let y = 0; y < 20_000; y += 700) {
    await page.evaluate((top) => window.scrollTo(0, top), y)
    await page.waitForTimeout(60)
  }
  await page.waitForTimeout(1500)
  const shift = await page.evaluate(() =>
    ((window as unknown as { shifts: number[] }).shifts ?? []).reduce((sum, value) => sum + value, 0),
  )
  console.log(`layout shift of the reading page at 390 px on a slow line: ${shift.toFixed(4)}`)
  expect(shift).toBeLessThanOrEqual(0.02)
  await context.close()
})

/** Selects words of a paragraph as a mouse does, from the middle of one to the middle of the next. */
async function selectWords(page: Page, key: string, from: number, to: number): Promise<string> {
  return page.locator(`p[data-block="${key}"]`).evaluate(
    (block, [start, end]) => {
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
      const range = document.createRange()
      let at = 0
      for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
        if (start >= at && start <= at + node.length) range.setStart(node, start - at)
        if (end > at && end <= at + node.length) range.setEnd(node, end - at)
        at += node.length
      }
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
      return range.toString()
    },
    [from, to] as const,
  )
}

test('a comment on selected words, across inline marks, is about those words', async ({ page }) => {
  await signUp(page, newAccount('Sela Selects'))
  await page.goto(PROPOSAL)
  // A paragraph with code in it: the selection begins before and ends behind it.
  const paragraph = page.locator('section#problem p[data-block]:has(code)').first()
  const key = (await paragraph.getAttribute('data-block')) ?? ''
  const words = (await selectWords(page, key, 3, 90)).replace(/\s+/g, ' ').trim()
  const button = page.getByRole('button', { name: 'Comment on this' })
  await button.click()
  await expect(composer(page)).toBeFocused()
  await expect(page.locator('form [data-quote] blockquote')).toHaveText(words)
  const said = `About these words ${Date.now()}`
  await composer(page).fill(said)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const thread = page.locator('section[data-layout="inline"]').filter({ hasText: said }).last()
  await expect(thread.locator('blockquote mark')).toHaveText(words)
  await expect.poll(() => page.evaluate(() => CSS.highlights.get('quoted')?.size ?? 0)).toBeGreaterThan(0)
  await thread.getByRole('link', { name: /on its own page/ }).click()
  await expect(page.locator('blockquote mark')).toHaveText(words)
})

test('a quote that is not in the passage is refused with a sentence, and the text stays', async ({
  page,
  baseURL,
}) => {
  await signUp(page, newAccount('Quint Quote'))
  await page.goto(PROPOSAL)
  const key = await blockAt(page, 'problem', 1)
  const tried = (quote: Record<string, string>) =>
    page.request.post('/rfc/io-uring-futex/comment', {
      multipart: {
        ...{ revision: '1', blockKey: key, clientKey: crypto.randomUUID(), intent: 'send' },
        ...{ body: 'My careful words', ...quote },
      },
      headers: { origin: baseURL ?? '' },
      maxRedirects: 0,
    })
  for (const [quote, status, sentence] of [
    [{ start: '0', end: '5', exact: 'other' }, 409, 'which is not what was quoted'],
    [{ start: '3', end: '99999', exact: 'x' }, 422, 'not within their passage'],
    [{ start: 'x', end: '5', exact: 'y' }, 422, 'place of the quoted words is damaged'],
    [{ start: '0', end: '5', exact: 'z'.repeat(10_001) }, 422, 'at most 10,000 characters'],
  ] as const) {
    const answer = await tried(quote)
    expect(answer.status(), sentence).toBe(status)
    const html = await answer.text()
    expect(html).toContain(sentence)
    expect(html).toContain('My careful words')
  }
  const whole = await tried({ start: '0', end: '5', exact: 'other', whole: 'yes' })
  expect(whole.status()).toBe(303)
})

test('each passage has its marks right before it, whatever stands around it: a script finds one from the other', async ({
  page,
}) => {
  await page.goto(`${PROPOSAL}`)
  const found = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-block][id^="b-"]')].map((block) => {
      const box =
        block.closest('pre') ??
        block.closest('table')?.parentElement ??
        block.closest('h2, h3, h4, h5, summary')?.closest('h2, h3, h4, h5, details') ??
        block
      return {
        block: block.id,
        hasMarks: box.previousElementSibling?.matches('[class*="_beside"]') === true,
      }
    }),
  )
  expect(found.length).toBeGreaterThan(200)
  expect(found.filter(({ hasMarks }) => !hasMarks)).toEqual([])
})

test('keys move through the page, open the form and show their sheet, and can be turned off', async ({
  page,
}) => {
  await signUp(page, newAccount('Kay Keys'))
  await page.goto(`${PROPOSAL}/problem`)
  const inBlock = () =>
    page.evaluate(() => document.activeElement?.closest('[data-block]')?.getAttribute('data-block'))
  // Before the page's scripts are there a key does nothing, and is pressed again.
  await expect(async () => {
    await page.keyboard.press('j')
    await expect.poll(inBlock, { timeout: 1000 }).toBeTruthy()
  }).toPass()
  const first = await inBlock()
  await page.keyboard.press('j')
  await expect.poll(inBlock).not.toBe(first)
  await page.keyboard.press('k')
  await expect.poll(inBlock).toBe(first)
  await page.keyboard.press('c')
  await expect(composer(page)).toBeFocused()
  // In a field they are letters.
  await page.keyboard.type('jk?')
  await expect(composer(page)).toHaveValue('jk?')
  await page.getByRole('link', { name: 'Cancel', exact: true }).click()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await expect(sheet).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await page.keyboard.press(']')
  await expect(page).toHaveURL(/\/v1\/integration$/)
  // That was another page: its scripts have to be there as well.
  await expect(async () => {
    await page.keyboard.press('?')
    await expect(sheet).toBeVisible({ timeout: 1000 })
  }).toPass()
  await sheet.getByRole('button', { name: 'Turn the keys off' }).click()
  await sheet.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press(']')
  await page.keyboard.press('?')
  await expect(sheet).toHaveCount(0)
  await expect(page).toHaveURL(/\/v1\/integration$/)
  await page.getByRole('link', { name: 'Keys', exact: true }).click()
  await expect(page.getByRole('cell', { name: 'the next passage' })).toBeVisible()
  await page.getByRole('button', { name: /turn them on/ }).click()
  await expect(page.getByRole('button', { name: /turn them off/ })).toBeVisible()
  await expectAccessible(page)
})
