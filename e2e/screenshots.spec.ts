import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { newAccount, signUp } from './people.ts'

/**
 * Pictures of the product as it is, made by every run. `npm run screenshots` copies those that the README and the
 * documents show. What a picture is of has to be on it: a camera is content with an error or an empty page as well.
 */
const FOLDER = join(import.meta.dirname, '../test-results/screenshots')
const PROPOSAL = '/rfc/io-uring-futex/v1'

/** A picture as wide as the window. One colour all over, compressed, would be a few kilobytes. */
async function picture(page: Page, name: string): Promise<void> {
  const bytes = await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  expect({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }).toEqual(page.viewportSize())
  expect(bytes.length).toBeGreaterThan(20_000)
}

const colourOfPaper = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)

for (const [name, width, scheme] of [
  ['reading-wide', 1440, 'light'],
  ['reading-narrow', 390, 'light'],
  ['reading-dark', 1440, 'dark'],
] as const) {
  test(`a picture of reading: ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    await page.goto(`${PROPOSAL}#lifetime`)
    await expect(page.locator('section#lifetime h2')).toBeInViewport()
    const paper = await colourOfPaper(page)
    await page.emulateMedia({ colorScheme: 'light' })
    expect((await colourOfPaper(page)) === paper).toBe(scheme === 'light')
    await page.emulateMedia({ colorScheme: scheme })
    await expect(page.locator('section#lifetime p[data-block]').first()).toBeInViewport()
    await picture(page, name)
  })
}

test('a picture of a simulation on a counterexample', async ({ page }) => {
  await page.setViewportSize({ width: 1360, height: 1000 })
  await page.goto('/rfc/io-uring-futex/models/wake-order?revision=1&variant=inc-after-read')
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByRole('button', { name: 'Close the guide' }).click()
  await simulation.getByRole('button', { name: 'Explore all states' }).click()
  await expect(simulation.getByText(/Same as recorded at publish/)).toBeVisible()
  await simulation.getByRole('button', { name: /Step through the counterexample/ }).click()
  for (let step = 0; step < 7; step++) await simulation.getByRole('button', { name: /Forward/ }).click()
  await simulation.evaluate((element) => element.scrollIntoView())
  await picture(page, 'simulation')
})

test('a picture of a thread beside its passage', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await signUp(page, newAccount('Reva Reviewer', true))
  await page.goto(PROPOSAL)
  // Threads stack in the margin: those of other journeys, on the first passages of a section, would push this one down.
  const passage = page.locator('section#lifetime p[data-block]').nth(6)
  const key = await passage.getAttribute('data-block')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await page
    .getByRole('textbox', { name: 'Your comment on this passage' })
    .fill('What keeps the *request* alive while `io_futex_wake_fn()` runs?')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const comment = page.getByRole('article').filter({ hasText: 'What keeps the *request* alive' }).last()
  await comment.getByRole('link', { name: /Reply/ }).click()
  await page
    .getByRole('textbox', { name: 'Your reply' })
    .fill('The completion that the callback queues frees it, and nothing else does: see 4.2.')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('The completion that the callback queues').last()).toBeVisible()
  await passage.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  await expect(page.getByText('The completion that the callback queues').last()).toBeInViewport()
  await picture(page, 'thread')
})

test('a picture of the export', async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 900 })
  await page.goto('/rfc/io-uring-futex/export')
  await expect(page.getByRole('link', { name: /^(└ )?\[RFC \d\/4\]/ })).toHaveCount(5)
  await expect(page.getByRole('article').getByRole('heading')).toBeInViewport()
  await picture(page, 'export')
})
