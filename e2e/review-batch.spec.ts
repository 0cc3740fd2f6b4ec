import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signUp } from './people.ts'

const SLUG = 'io-uring-futex'
const PAGE = `/rfc/${SLUG}/v1`
const REVIEW = `/rfc/${SLUG}/review`

async function passage(page: Page, nth: number): Promise<string> {
  await page.goto(PAGE)
  return (await page.locator('section#lifetime p[data-block]').nth(nth).getAttribute('data-block')) ?? ''
}

/** @param drafts how many there are then: the page says so once the server has them; without scripts it is the review's page */
async function draft(page: Page, key: string, words: string, drafts = 1): Promise<void> {
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await page.getByRole('textbox', { name: /Your comment/ }).fill(words)
  await page.getByRole('button', { name: 'Add to my review' }).click()
  const told = page.getByRole('link', { name: new RegExp(`Your review: ${drafts} drafts?`) })
  await expect(told.or(page.getByRole('heading', { name: 'Your review', exact: true }))).toBeVisible()
}

/** The mails of the mailbox that have these words. */
async function mailsWith(page: Page, words: string): Promise<string[]> {
  const mailbox = await (await page.request.get(`${PAGE}.threads.mbox`)).text()
  return mailbox.split(/^From mboxrd@z .*$/m).filter((mail) => mail.includes(words))
}

test('a review is kept until it is published, and is the one mail that its preview showed', async ({
  page,
  browser,
}) => {
  await signUp(page, newAccount('Batch Reviewer'))
  const mark = `${Date.now()}`
  const [first, second] = [`The first of two ${mark}`, `The second of two ${mark}`]
  await draft(page, await passage(page, 4), first)
  await draft(page, await passage(page, 9), second, 2)

  // Nobody else sees a word of it.
  const other = await (await browser.newContext()).newPage()
  expect(await (await other.request.get(PAGE)).text()).not.toContain(mark)
  expect(await mailsWith(other, mark)).toEqual([])

  await page.goto(REVIEW)
  await expect(page.getByRole('heading', { name: /^Draft \d, on/ })).toHaveCount(2)
  const preview = page.locator('pre').filter({ hasText: first })
  await expect(preview).toContainText(second)
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: 'Publish 2 comments' }).click()
  await expect(page.getByText(/^Your review is published/)).toBeVisible()

  const mails = await mailsWith(other, mark)
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain(first)
  expect(mails[0]).toContain(second)
  await other.goto(PAGE)
  for (const words of [first, second])
    await expect(other.getByRole('article').filter({ hasText: words })).toHaveCount(1)
  await page.goto(REVIEW)
  await expect(page.getByRole('button', { name: /^Publish/ })).toHaveCount(0)
  await other.context().close()
})

test('without JavaScript a draft is kept, changed, and published', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signUp(page, newAccount('Plain Batch'))
  const words = `Kept without scripts ${Date.now()}`
  await draft(page, await passage(page, 6), words)
  await page.goto(REVIEW)
  const field = page.getByRole('textbox', { name: 'Your words' })
  await expect(field).toHaveValue(words)
  await field.fill(`${words}, and changed`)
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.locator('pre').filter({ hasText: `${words}, and changed` })).toBeVisible()
  await page.getByRole('button', { name: 'Publish 1 comment' }).click()
  await expect(page.getByText(/^Your review is published/)).toBeVisible()
  expect(await mailsWith(page, `${words}, and changed`)).toHaveLength(1)
  await context.close()
})

test('what is published are the words on the page, also when they were typed a moment before', async ({
  page,
}) => {
  await signUp(page, newAccount('Quick Batch'))
  const words = `Typed at the last moment ${Date.now()}`
  await draft(page, await passage(page, 7), 'Older words')
  await page.goto(REVIEW)
  const field = page.getByRole('textbox', { name: 'Your words' })
  await field.fill(`${words}, once`)
  // A save is on its way while more is typed and the review is published.
  const saving = page.waitForRequest((request) => request.url().endsWith('/review/draft'))
  await saving
  await field.fill(`${words}, twice`)
  await page.getByRole('button', { name: 'Publish 1 comment' }).click()
  await expect(page.getByText(/^Your review is published/)).toBeVisible()
  expect(await mailsWith(page, `${words}, twice`)).toHaveLength(1)
  expect(await mailsWith(page, `${words}, once`)).toHaveLength(0)
})

test('words of a draft outlive a reload that comes before they are saved, and what another tab wrote stays beside them', async ({
  page,
  context,
}) => {
  await signUp(page, newAccount('Reloading Batch'))
  const mark = `${Date.now()}`
  await draft(page, await passage(page, 6), `First words ${mark}`)
  await page.goto(REVIEW)
  page.on('dialog', (dialog) => void dialog.accept())
  const field = page.getByRole('textbox', { name: 'Your words' })
  await page.waitForLoadState('networkidle')
  await field.fill(`Typed and not saved ${mark}`)
  await page.reload()
  await expect(field).toHaveValue(`Typed and not saved ${mark}`)
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(field).toHaveValue(`Typed and not saved ${mark}`)

  // What another tab wrote between the last key and the reload is not written over.
  const other = await context.newPage()
  await other.goto(REVIEW)
  await page.waitForLoadState('networkidle')
  await page.route('**/review/draft', (route) => route.abort())
  await field.fill(`Mine ${mark}`)
  await other.getByRole('textbox', { name: 'Your words' }).fill(`Of the other tab ${mark}`)
  await expect(other.getByText('Saved.')).toBeVisible()
  await page.unroute('**/review/draft')
  await page.reload()
  await expect(field).toHaveValue(`Mine ${mark}`)
  await expect(page.locator('[data-theirs]')).toContainText(`Of the other tab ${mark}`)
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.locator('[data-theirs]')).toHaveCount(0)
  // That is what the server has now: the other tab keeps nothing of its own.
  await other.reload()
  await expect(other.getByRole('textbox', { name: 'Your words' })).toHaveValue(`Mine ${mark}`)
})

test('words that another tab changed meanwhile are both there, and neither is published by mistake', async ({
  page,
  context,
}) => {
  await signUp(page, newAccount('Torn Batch'))
  const mark = `${Date.now()}`
  await draft(page, await passage(page, 8), `First words ${mark}`)
  await page.goto(REVIEW)
  const other = await context.newPage()
  await other.goto(REVIEW)
  await other.getByRole('textbox', { name: 'Your words' }).fill(`Of the other tab ${mark}`)
  await expect(other.getByText('Saved.')).toBeVisible()
  const field = page.getByRole('textbox', { name: 'Your words' })
  await field.fill(`Of this tab ${mark}`)
  await expect(page.locator('[data-theirs]')).toContainText(`Of the other tab ${mark}`)
  await page.getByRole('button', { name: 'Publish 1 comment' }).click()
  await expect(field).toBeFocused()
  await expect(field).toHaveValue(`Of this tab ${mark}`)
  expect(await mailsWith(page, mark)).toHaveLength(0)
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('button', { name: 'Publish 1 comment' }).click()
  await expect(page.getByText(/^Your review is published/)).toBeVisible()
  expect(await mailsWith(page, `Of this tab ${mark}`)).toHaveLength(1)
})
