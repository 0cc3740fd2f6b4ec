import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newSlug, object, pressState, publish, someone } from './own-proposal.ts'
import { sql } from './sql.ts'

/** Last call, and each way in which it ends: what is refused meanwhile, who has the turn, and what the page says of it. */
test.slow()

test('last call ends with an objection, a claim that falls, a revision, and its time; nobody accepts before', async ({
  browser,
}) => {
  const slug = newSlug('last-call')
  const title = `Called last ${slug}`
  expect(publish(slug, { title })).toBe(0)
  const [ann, reva, max] = await Promise.all([
    someone(browser, 'Ann', slug, 'author'),
    someone(browser, 'Reva', slug, 'reviewer'),
    someone(browser, 'Max', slug, 'maintainer'),
  ])
  const at = `/rfc/${slug}/state`
  const press = (page: Page, name: string, done: string) => pressState(page, slug, name, done)
  /** `isNear`: the state would allow it, and the page says what is in the way. */
  const refused = async (page: Page, name: string, isNear: boolean) => {
    await page.goto(at)
    await expect(page.getByText(`${name} is not possible now`)).toHaveCount(isNear ? 1 : 0)
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
  }
  const said = async (page: Page, words: string) => {
    await page.goto(at)
    await expect(page.getByText(words).first()).toBeVisible()
  }

  await press(ann, 'Ask for review', 'Review is asked for')
  // A hold, and who may not: an author, and a reviewer, have no such button; what they send all the same is refused.
  await reva.goto(at)
  await reva.getByLabel(/What you need the time for/).fill('I want to run the models first.')
  await reva.getByRole('button', { name: 'Ask for time' }).click()
  await refused(max, 'Call last call', true)
  await reva.goto(at)
  await reva.getByRole('button', { name: 'Lift my hold' }).click()
  for (const page of [ann, reva]) {
    await page.goto(at)
    await expect(page.getByRole('button', { name: 'Call last call', exact: true })).toHaveCount(0)
    const forged = await page.request.post(`/rfc/${slug}/review-act`, {
      form: { act: 'call-last', seen: 'in_review' },
      headers: { origin: new URL(page.url()).origin, 'sec-fetch-site': 'same-origin' },
      maxRedirects: 0,
    })
    expect(forged.status()).toBe(403)
  }

  // An objection.
  await press(max, 'Call last call', 'Last call runs')
  await said(ann, 'Last call ends on')
  await refused(max, 'Accept', true)
  await object(reva, slug, `It leaks ${slug}`)
  await said(max, 'last call ended because of an objection')
  await refused(max, 'Call last call', false)
  await reva.goto(`/rfc/${slug}/t/1`)
  await reva.getByRole('button', { name: 'Drop it' }).click()
  await expect(reva.getByRole('heading', { level: 1 })).toContainText('objection, dropped')

  // A claim that is not as claimed any more.
  await press(max, 'Call last call', 'Last call runs')
  const changelog = ['Says another thing of the flag']
  expect(publish(slug, { title, revision: 2, changelog, doesHold: false })).toBe(1)
  await said(max, 'last call ended because a claim is not as claimed any more')
  await refused(max, 'Call last call', false)
  await ann.goto('/')
  await expect(
    ann
      .getByRole('listitem')
      .filter({ hasText: title })
      .getByRole('link', { name: /^mend \d claims? that/ }),
  ).toBeVisible()
  const looked = await (
    await browser.newContext({ colorScheme: 'dark', viewport: { width: 390, height: 800 } })
  ).newPage()
  await looked.goto(at)
  await expectAccessible(looked)
  await expectNoSidewaysScroll(looked)
  await looked.context().close()

  // A revision, whatever is in it.
  expect(publish(slug, { title, revision: 3, changelog })).toBe(0)
  await press(max, 'Call last call', 'Last call runs')
  expect(publish(slug, { title, revision: 4, changelog }, 'One more sentence says who frees it.')).toBe(0)
  await said(max, 'last call ended because a revision was published')

  // Its time: nothing accepts by itself, and who decides is who may.
  await press(max, 'Call last call', 'Last call runs')
  await sql("UPDATE proposal SET last_call_ends_at = now() - interval '1 minute' WHERE slug = $1", slug)
  await said(ann, 'last call')
  await expect(ann.getByRole('button', { name: 'Accept', exact: true })).toHaveCount(0)
  await press(max, 'Accept', 'The proposal is accepted')
  await expect(max.getByRole('heading', { name: 'Decision' })).toBeVisible()
  await expect(max.getByRole('heading', { name: 'Whose turn it is' })).toHaveCount(0)
  for (const page of [ann, reva, max]) await page.context().close()
})

test('last call ends as a maintainer rejects, with the reason, or an author withdraws', async ({
  browser,
}) => {
  for (const end of ['Reject', 'Withdraw the proposal'] as const) {
    const slug = newSlug(end === 'Reject' ? 'last-call-reject' : 'last-call-withdraw')
    publish(slug, { title: `Ends otherwise ${slug}` })
    const [ann, max] = await Promise.all([
      someone(browser, 'Ann', slug, 'author'),
      someone(browser, 'Max', slug, 'maintainer'),
    ])
    await pressState(ann, slug, 'Ask for review', 'Review is asked for')
    await pressState(max, slug, 'Call last call', 'Last call runs')
    const [by, other] = end === 'Reject' ? [max, ann] : [ann, max]
    await other.goto(`/rfc/${slug}/state`)
    await expect(other.getByRole('button', { name: end, exact: true })).toHaveCount(0)
    await by.goto(`/rfc/${slug}/state`)
    const form = by.locator('form').filter({ has: by.getByRole('button', { name: end, exact: true }) })
    if (end === 'Reject') {
      await form.getByRole('textbox').fill('No.')
      await form.getByRole('button', { name: end, exact: true }).click()
      await expect(by.getByRole('alert')).toBeVisible()
      await by.goto(`/rfc/${slug}/state`)
      await form.getByRole('textbox').fill('It waits where nobody may wait.')
    }
    await form.getByRole('button', { name: end, exact: true }).click()
    await expect(by.getByRole('heading', { name: 'Decision' })).toBeVisible()
    await expect(by.getByText(end === 'Reject' ? 'rejected' : 'withdrawn').first()).toBeVisible()
    if (end === 'Reject') await expect(by.getByText('Because: It waits where nobody may wait.')).toBeVisible()
    for (const page of [ann, max]) await page.context().close()
  }
})
