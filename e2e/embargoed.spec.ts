import { type APIRequestContext, type Browser, expect, type Page, test } from '@playwright/test'
import { compose, newSlug, publish, someone } from './own-proposal.ts'

/**
 * A proposal is embargoed: to who has no role in it, it is not there, at whichever of its addresses, in whichever list. Each
 * address is asked for by a member as well, so that none is 404 for another reason.
 */
test.slow()

/** All that the pages of a proposal lead to, as a member finds it. */
async function addressesOf(page: Page, slug: string, thread: string): Promise<readonly string[]> {
  const found = new Set<string>()
  const seeds = [
    '',
    '/v1',
    '/threads',
    '/state',
    '/objections',
    '/suggestions',
    '/gate',
    '/people',
    '/export',
    thread,
  ]
  for (const seed of seeds) {
    await page.goto(`/rfc/${slug}${seed}`)
    for (const href of await page
      .locator('a[href], link[href]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))) {
      const { pathname, search } = new URL(href, page.url())
      if (
        pathname === `/rfc/${slug}` ||
        pathname.startsWith(`/rfc/${slug}/`) ||
        pathname.startsWith(`/rfc/${slug}.`)
      )
        found.add(pathname + search)
    }
  }
  return [...found]
}

/** As a browser would, without following anything. */
const ask = (from: APIRequestContext, address: string) =>
  from.get(address, { maxRedirects: 0, timeout: 120_000 })

async function outsiders(browser: Browser, slug: string) {
  const stranger = await someone(browser, 'Stan', slug, null)
  const nobody = await browser.newContext()
  return [
    ['who is signed in', stranger.request],
    ['who is not', nobody.request],
  ] as const
}

test('page by page, file by file, in lists, searches, feeds and counts: what is embargoed is not there for a stranger', async ({
  browser,
}) => {
  const slug = newSlug('embargoed')
  const word = `Zeppelin${slug.replaceAll('-', '')}`
  const title = `${word} proposal`
  publish(slug, { title }, `The ${word} is let go by who holds it last.`)
  const [ann, reva, max] = await Promise.all([
    someone(browser, 'Ann', slug, 'author'),
    someone(browser, 'Reva', slug, 'reviewer'),
    someone(browser, 'Max', slug, 'maintainer'),
  ])
  // A thread, with the mail that it becomes.
  await compose(reva, slug, `About the ${word}.`)
  await reva.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(reva).toHaveURL(/\/t\/1#c1$/)
  const mails = await (await ask(reva.request, `/rfc/${slug}/v1.threads.mbox`)).text()
  const messageId = /^Message-ID: <(.+)>$/m.exec(mails)?.[1] ?? ''
  expect(messageId).not.toBe('')
  const strangers = await outsiders(browser, slug)

  const addresses = [
    ...(await addressesOf(max, slug, '/t/1')),
    ...['.json', '.atom', '/v1.json', '/v1.txt', '/v1.mbox', '/v1.threads.txt', '/v1.threads.mbox'].map(
      (end) => `/rfc/${slug}${end}`,
    ),
    ...['/t/1.json', '/threads.json', '/objections.txt', '/objections.json', '/gate.txt', '/gate.json'].map(
      (end) => `/rfc/${slug}${end}`,
    ),
    ...['/suggestions.json', '/models/flag', '/v1/lifetime', '/v1/threads', '/v1/gate'].map(
      (end) => `/rfc/${slug}${end}`,
    ),
    `/m/${messageId}`,
  ]
  const lists = [
    '/',
    '/rfc',
    '/rfc.json',
    `/search?q=${word}`,
    `/search.json?q=${word}`,
    `/search.atom?q=${word}`,
  ]
  // What redirects, and what a reviewer has not, is left out.
  const there: string[] = []
  for (const address of new Set(addresses))
    if ((await ask(reva.request, address)).status() === 200) there.push(address)
  expect(there.length).toBeGreaterThan(25)
  for (const list of lists.slice(1)) expect(await (await ask(strangers[1][1], list)).text()).toContain(word)

  // An author may say it of a draft; of what others review, they are refused in words, and nothing changes.
  await ann.goto(`/rfc/${slug}/state`)
  await ann.getByRole('button', { name: 'Ask for review', exact: true }).click()
  await expect(ann.getByRole('status')).toContainText('Review is asked for')
  await ann.goto(`/rfc/${slug}/people`)
  await expect(ann.getByRole('radio', { name: /^embargoed/ })).toHaveCount(0)
  await max.goto(`/rfc/${slug}/people`)
  await max.getByRole('radio', { name: /^embargoed/ }).check()
  await max.getByRole('button', { name: 'Set', exact: true }).click()
  await expect(max.getByRole('radio', { name: /^embargoed/ })).toBeChecked()

  for (const [who, from] of strangers) {
    let notThere = 0
    for (const address of there) {
      // As for a name that nobody ever used: not there, or who asks is to sign in before they are told anything.
      const [answer, never] = [
        await ask(from, address),
        await ask(from, address.replaceAll(slug, `${slug}-never`)),
      ]
      expect(answer.status(), `${address}, by ${who}`).toBe(never.status())
      const text = await answer.text()
      expect(text, `${address}, by ${who}`).not.toContain(word)
      if (answer.status() !== 404) expect(text, `${address}, by ${who}`).toContain('Sign in')
      else notThere += 1
    }
    expect(notThere, who).toBeGreaterThan(25)
    for (const list of lists) {
      const answer = await ask(from, list)
      expect(answer.status(), list).toBe(200)
      const text = await answer.text()
      // The search says again what was asked for, in its own field.
      if (list.startsWith('/search')) expect(text, list).not.toContain(slug)
      else expect(text, `${list}, by ${who}`).not.toContain(word)
    }
    // Nothing of it comes as it happens, and what is sent to it is sent to nothing.
    expect((await ask(from, `/rfc/${slug}/live?after=0`)).status()).toBe(404)
    const post = (to: string) =>
      from.post(`/rfc/${to}/comment`, {
        form: { revision: '1', block: 'lifetime', body: 'Is it there?', clientKey: crypto.randomUUID() },
        headers: { origin: new URL(max.url()).origin, 'sec-fetch-site': 'same-origin' },
        maxRedirects: 0,
      })
    const [hidden, never] = [await post(slug), await post(`${slug}-never`)]
    expect(hidden.status()).toBe(never.status())
    expect(await hidden.text()).not.toContain(word)
  }
  // Its members have all of it.
  for (const address of there) expect((await ask(reva.request, address)).status(), address).toBe(200)
  expect(await (await ask(reva.request, '/rfc')).text()).toContain(word)

  // And everybody, when it is over.
  await max.goto(`/rfc/${slug}/people`)
  await max.getByRole('radio', { name: /^public/ }).check()
  await max.getByRole('button', { name: 'Set', exact: true }).click()
  await expect(max.getByRole('radio', { name: /^public/ })).toBeChecked()
  for (const [, from] of strangers) expect((await ask(from, `/rfc/${slug}`)).status()).not.toBe(404)
  for (const page of [ann, reva, max]) await page.context().close()
})
