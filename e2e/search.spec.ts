import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { enter } from './people.ts'

/** Looked for from the head of any page, without JavaScript; filters, the comment that is found, and the forms that programs read. */
const SLUG = 'io-uring-futex'
const origin = new URL(process.env.BASE_URL ?? 'http://localhost').origin

test('a comment is found by what it says, and leads to its place', async ({ page, browser }) => {
  const writer = await enter(page, 'Sena')
  const html = await (await page.request.get(`/rfc/${SLUG}`)).text()
  const block = /data-block="([^"]+)"/.exec(html)?.[1] ?? ''
  const word = `quillwort${randomUUID().slice(0, 8)}`
  const said = await page.request.post(`/rfc/${SLUG}/comment`, {
    form: {
      ...{ revision: '1', blockKey: block, clientKey: randomUUID() },
      body: `Who frees\nthe request <b>${word}</b>? See req->ctx and hb->lock.`,
    },
    maxRedirects: 0,
    headers: { origin, 'sec-fetch-site': 'same-origin' },
  })
  expect(said.status()).toBe(303)
  const at = said.headers().location ?? ''

  const reader = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  await reader.goto('/')
  const search = reader.getByRole('search')
  await search.getByRole('searchbox').fill(`"frees the request" hb->lock ${word}`)
  await search.getByRole('button').click()
  await expect(reader.getByRole('heading', { name: 'In comments' })).toBeVisible()
  await expect(reader.locator('mark').filter({ hasText: word })).toBeVisible()
  await expect(reader.getByText('then comments, the newest first')).toBeVisible()
  await expectNoSidewaysScroll(reader)
  await reader.getByRole('link', { name: writer.name }).click()
  await expect.poll(() => reader.url()).toContain(at.replace(origin, ''))

  await page.goto(`/search?q=${encodeURIComponent(`by:me is:open ${word}`)}`)
  await expect(page.getByRole('main').getByRole('link', { name: writer.name })).toBeVisible()
  await page.goto(`/search?q=${encodeURIComponent(`is:opne ${word}`)}`)
  await expect(page.getByRole('alert').filter({ hasText: 'Did you mean is:open?' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue(`is:opne ${word}`)
  await expectAccessible(page)
  await page.goto('/search?q=nowheretobefound')
  await expect(page.getByText('Nothing here has nowheretobefound.')).toBeVisible()
  await page.goto('/search')
  await expectAccessible(page)

  // The same for programs.
  const asked = encodeURIComponent(word)
  const json = await page.request.get(`/search.json?q=${asked}`)
  expect(await json.json()).toMatchObject({ comments: [{ slug: SLUG, url: at.replace(origin, '') }] })
  expect((await page.request.get('/search.json?q=is:opne')).status()).toBe(400)
  const titles = await feedTitles(page, `/search.atom?q=${asked}`)
  expect(titles[0]).toContain(`Search: ${word}`)
  expect(titles.length).toBe(2)
})

/** Read by the browser's own parser of XML. */
async function feedTitles(page: import('@playwright/test').Page, path: string): Promise<string[]> {
  const answer = await page.request.get(path)
  expect(answer.headers()['content-type']).toContain('application/atom+xml')
  return page.evaluate(
    (text) => {
      const feed = new DOMParser().parseFromString(text, 'application/xml')
      if (feed.querySelector('parsererror')) throw new Error(text)
      return [...feed.querySelectorAll('title')].map(({ textContent }) => textContent ?? '')
    },
    await answer.text(),
  )
}

test('what programs read is JSON or Atom, packed, and not sent to who has it', async ({ page }) => {
  await page.goto('/')
  const list = await (await page.request.get('/rfc.json')).json()
  expect(list.proposals.map(({ slug }: { slug: string }) => slug)).toContain(SLUG)
  const proposal = await (await page.request.get(`/rfc/${SLUG}.json`)).json()
  expect(proposal).toMatchObject({ slug: SLUG, visibility: 'public' })
  const revision = await (await page.request.get(proposal.revisions[0].json)).json()
  expect(revision.blocks.length).toBeGreaterThan(20)
  expect(revision.claims[0]).toMatchObject({ verdict: expect.stringMatching(/holds|violated/) })
  expect((await feedTitles(page, `/rfc/${SLUG}.atom`)).length).toBeGreaterThan(1)

  const texts = [
    '/v1.txt',
    '/v1.mbox',
    '/v1.threads.mbox',
    '/v1.json',
    '/export/v1/0.eml',
    '/v1/files/cover.mdx',
    '.atom',
  ]
  for (const path of texts.map((one) => `/rfc/${SLUG}${one}`)) {
    // Others may open a thread between the two, and mails and feeds say how many there are.
    await expect(async () => {
      // Not by the browser, which unpacks what it gets.
      const answer = await fetch(`${origin}${path}`, { headers: { 'accept-encoding': 'gzip' } })
      expect(answer.status, path).toBe(200)
      expect(answer.headers.get('content-encoding'), path).toBe('gzip')
      const etag = answer.headers.get('etag') ?? ''
      expect(etag, path).toMatch(/^W\//)
      const again = await fetch(`${origin}${path}`, { headers: { 'if-none-match': etag } })
      expect(again.status, path).toBe(304)
    }).toPass({ timeout: 30_000 })
  }
  for (const path of [
    '/rfc/no-such.json',
    '/rfc/no-such.atom',
    `/rfc/${SLUG}/t/999999.json`,
    `/rfc/${SLUG}/v99.json`,
  ])
    expect((await page.request.get(path)).status(), path).toBe(404)
})
