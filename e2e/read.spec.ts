import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'

const PROPOSAL = '/rfc/io-uring-futex/v1'

test('the HTML alone has every word of the write-ups', async ({ request }) => {
  const html = await (await request.get(PROPOSAL)).text()
  const visible = html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<\/(td|th|tr|p|li|h\d|div|summary|span)>/g, ' ')
    .replace(/<[^>]+>/g, '')
  const there = new Set(visible.split(/[^A-Za-z]+/))
  for (const id of ['cover', 'problem', 'integration', 'sys-futex', 'lifetime']) {
    const source = readFileSync(join(import.meta.dirname, `../content/io-uring-futex/v1/${id}.mdx`), 'utf8')
    const prose = source
      .replace(/^---\n[\s\S]*?\n---\n/, '') // front matter
      .replace(/<\/?[A-Z][^>]*>/g, ' ') // components; their content stays
      .replace(/\]\([^)]*\)/g, ' ') // addresses of links
      .replace(/^```mermaid\n[\s\S]*?^```$/gm, ' ') // drawn, or the author's ASCII form
      .replace(/^```.*$/gm, ' ') // the language of a listing
    const words = prose.split(/[^A-Za-z]+/).filter((word) => word.length > 3)
    expect(words.length).toBeGreaterThan(100)
    expect(
      [...new Set(words)].filter((word) => !there.has(word)),
      id,
    ).toEqual([])
  }
})

test('each write-up has its place in the outline, and its anchors stay', async ({ page }) => {
  await page.goto(PROPOSAL)
  const outline = page.getByRole('navigation', { name: 'Outline' })
  for (const id of ['problem', 'integration', 'sys-futex', 'lifetime']) {
    await expect(outline.locator(`a[href="#${id}"]`)).toBeVisible()
    await expect(page.locator(`section#${id} h2`)).toBeVisible()
  }
  const anchors = await outline
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  expect(anchors.length).toBeGreaterThan(10)
  for (const anchor of anchors) await expect(page.locator(`[id="${anchor.slice(1)}"]`)).toHaveCount(1)
})

test('every id is there once, and every block can be addressed', async ({ page }) => {
  await page.goto(PROPOSAL)
  const { repeated, blocks, unaddressed } = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    const keys = [...document.querySelectorAll<HTMLElement>('[data-block]:not(a)')].map(
      (element) => element.dataset.block ?? '',
    )
    return {
      repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
      blocks: keys.length,
      unaddressed: keys.filter((key) => !document.getElementById(`b-${key}`)),
    }
  })
  expect(repeated).toEqual([])
  expect(unaddressed).toEqual([])
  expect(blocks).toBeGreaterThan(100)
})

test('diagrams are drawn when they come near, from a chunk of their own', async ({ page }) => {
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(PROPOSAL)
  const diagrams = page.locator('figure pre, figure svg, [role="img"] svg')
  await expect(diagrams.first()).toBeAttached()
  for (const figure of await page
    .locator('figure')
    .filter({ has: page.locator('details, pre') })
    .all()) {
    await figure.scrollIntoViewIfNeeded()
  }
  const drawn = page.locator(':is([role="img"], [role="group"]) > svg')
  await expect(drawn.nth(2), 'three are drawn').toBeAttached()
  await expect(drawn.first()).toBeVisible()
  expect(problems).toEqual([])
})

test('the scripts of the reading page are small, and ours are a tenth of them', async ({
  browser,
  baseURL,
}) => {
  const page = await browser.newPage()
  const scripts = new Map<string, number>()
  page.on('response', async (response) => {
    if (response.request().resourceType() !== 'script') return
    scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length)
  })
  const answer = await page.goto(PROPOSAL)
  // Of the answer and not of the document, into which scripts that come later are put, too.
  const inHtml = await page.evaluate(
    (html) =>
      [
        ...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('script[src]:not([nomodule])'),
      ].map((element) => new URL(element.getAttribute('src') ?? '', location.href).href),
    (await answer?.text()) ?? '',
  )
  expect(inHtml.length).toBeGreaterThan(3)
  // The page goes on listening to what happens, so its lines are never idle.
  await expect.poll(() => inHtml.every((url) => scripts.has(url))).toBe(true)
  const loaded = [...scripts].filter(([url]) => inHtml.includes(url))
  const total = loaded.reduce((sum, [, size]) => sum + size, 0)

  // The same without anything of ours but the frame: what Next and React weigh by themselves.
  const bare = await browser.newPage()
  await bare.goto(`${baseURL}/nothing-here`, { waitUntil: 'networkidle' })
  const common = new Set(
    await bare
      .locator('script[src]:not([nomodule])')
      .evaluateAll((elements) => elements.map((element) => (element as HTMLScriptElement).src)),
  )
  const ours = loaded.filter(([url]) => !common.has(url)).reduce((sum, [, size]) => sum + size, 0)
  console.log(`reading page: ${total} bytes gzip of scripts, ${ours} of them ours`)
  expect(total).toBeLessThanOrEqual(153_600)
  expect(ours).toBeLessThanOrEqual(15 * 1024)
  await page.close()
  await bare.close()
})

for (const [name, width] of [
  ['wide', 1360],
  ['narrow', 390],
] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`the reading page is accessible ${name} in ${scheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      await page.goto(PROPOSAL)
      await expectNoSidewaysScroll(page)
      await expectAccessible(page)
    })
  }
}

test('an address of nothing says so', async ({ page }) => {
  for (const path of [
    '/rfc/nothing',
    '/rfc/io-uring-futex/v99',
    '/rfc/io-uring-futex/v0',
    '/rfc/io-uring-futex/t/9999',
    '/rfc/io-uring-futex/models/none',
  ]) {
    const response = await page.goto(path)
    expect(response?.status(), path).toBe(404)
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  }
})
