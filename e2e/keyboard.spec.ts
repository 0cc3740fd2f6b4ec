import { expect, type Page, test } from '@playwright/test'
import { newAccount } from './people.ts'

/** Presses Tab until the focus is on what `wanted` finds; fails after `limit` stops. */
async function tabTo(page: Page, wanted: string, limit = 60): Promise<void> {
  for (let stop = 0; stop < limit; stop++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(
      (selector) => document.activeElement?.matches(selector) ?? false,
      wanted,
    )
    if (found) return
  }
  throw new Error(`${wanted} is not within ${limit} stops`)
}

test('by keyboard alone: an account, a passage, a comment, a reply, its resolution', async ({ page }) => {
  const account = newAccount('Kay Board')
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()

  await page.goto('/sign-up?next=/rfc/io-uring-futex/v1')
  await tabTo(page, '#field-name')
  await page.keyboard.type(account.name)
  await page.keyboard.press('Tab')
  await page.keyboard.type(account.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(account.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: /Futex waits/ })).toBeVisible()

  // The outline leads to the write-up. Behind it is the way to comment on all of it, then the mark of its first passage.
  await tabTo(page, 'a[href="#integration"]')
  await page.keyboard.press('Enter')
  await tabTo(page, 'section#integration p[id] > a[data-compose="thread"]', 10)
  await tabTo(page, 'section#integration a[data-compose="thread"][aria-label^="Comment on"]', 10)
  await expect(page.locator('a[data-compose]:focus')).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Your comment on this passage' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.locator('a[data-compose="thread"]:focus'), 'Escape gives the focus back').toHaveCount(1)
  await page.keyboard.press('Enter')
  const words = `Written by keys ${Date.now()}`
  await page.keyboard.type(words)
  await page.keyboard.press('Control+Enter')
  const comment = page.getByRole('article').filter({ hasText: words }).last()
  await expect(comment).toBeFocused()

  await tabTo(page, 'a[data-compose="reply"]', 5)
  await page.keyboard.press('Enter')
  await page.keyboard.type('Answered by keys')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('article').filter({ hasText: 'Answered by keys' }).last()).toBeFocused()
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.textContent?.startsWith('Resolve'))) break
  }
  await page.keyboard.press('Enter')
  // In place: the thread is folded, the focus is on it, and who does not see is told.
  await expect(page.getByText(/^Thread \d+ is resolved\.$/)).toBeAttached()
  await expect(page.locator('summary:focus')).toHaveCount(1)
})

test('by keyboard alone: a simulation is opened, stepped and explored', async ({ page }) => {
  await page.goto('/rfc/io-uring-futex/v1')
  await page.locator('figure[data-simulation="wake-order-run"] button').first().focus()
  await page.keyboard.press('Enter')
  const simulation = page.locator('figure[data-simulation="wake-order-run"]')
  await expect(simulation).toContainText('Step 0 of 10')
  for (let step = 0; step < 3; step++) await page.keyboard.press('>')
  await expect(simulation).toContainText('Step 3 of 10')
  for (let stop = 0; stop < 80; stop++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.textContent === 'Explore all states')) break
  }
  await page.keyboard.press('Enter')
  await expect(simulation.getByText(/Same as recorded at publish/)).toBeVisible()
})
