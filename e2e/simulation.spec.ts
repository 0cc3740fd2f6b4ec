import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'

const PROPOSAL = '/rfc/io-uring-futex/v1'
const MODEL = '/rfc/io-uring-futex/models/wake-order?revision=1'

async function run(page: Page): Promise<Locator> {
  await page.goto(PROPOSAL)
  const simulation = page.locator('figure[data-simulation="wake-order-run"]')
  await simulation.getByRole('button', { name: 'Run this model' }).click()
  await expect(simulation.getByRole('button', { name: /Forward/ })).toBeVisible()
  return simulation
}

const rejectErrors = (page: Page): string[] => {
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  return problems
}

test('without JavaScript the source, the recorded verdict and the spin command are there', async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(PROPOSAL)
  const simulation = page.locator('figure[data-simulation="wake-order-run"]')
  await expect(simulation).toContainText('violated')
  await expect(simulation).toContainText('futex_word')
  await expect(simulation).toContainText('spin -a -o1 -o2 -o3')
  await context.close()
})

test('a run is stepped by buttons: forward, a process, back, random, reset', async ({ page }) => {
  const problems = rejectErrors(page)
  const simulation = await run(page)
  await expect(simulation).toContainText('Step 0 of 10')
  await simulation.getByRole('button', { name: /Forward/ }).click()
  await expect(simulation).toContainText('Step 1 of 10')
  await simulation.getByRole('button', { name: /Back/ }).click()
  await expect(simulation).toContainText('Step 0 of 10')
  await simulation.getByRole('button', { name: 'futex_word = 1', exact: true }).click()
  await expect(simulation.getByRole('row', { name: /futex_word/ })).toContainText('1')
  await simulation.getByRole('button', { name: /Random/ }).click()
  await simulation.getByRole('button', { name: /Reset/ }).click()
  await expect(simulation).toContainText('Step 0')
  expect(problems).toEqual([])
})

test('a run is stepped by keys, and the keys stay out of everything else', async ({ page }) => {
  const simulation = await run(page)
  await simulation.getByRole('button', { name: /Forward/ }).focus()
  await page.keyboard.press('>')
  await page.keyboard.press('>')
  await expect(simulation).toContainText('Step 2 of 10')
  await page.keyboard.press('<')
  await expect(simulation).toContainText('Step 1 of 10')
  await page.keyboard.press('e')
  await expect(simulation).toContainText('Step 10 of 10')
  await page.keyboard.press('r')
  await expect(simulation).toContainText('Step 0')
  await page.locator('header a').first().focus()
  await page.keyboard.press('>')
  await expect(simulation).toContainText('Step 0')
})

test('"explore all" in a worker finds the recorded verdict, states and trace, and its counterexample is replayed', async ({
  page,
}) => {
  const problems = rejectErrors(page)
  const simulation = await run(page)
  await simulation.getByRole('button', { name: 'Explore all states' }).click()
  await expect(
    simulation.getByText('Same as recorded at publish: verdict, states, depth and trace.'),
  ).toBeVisible()
  await expect(simulation.getByText(/Assertion violated: !wake_returned/).first()).toBeVisible()
  await simulation.getByRole('button', { name: /Step through the counterexample/ }).click()
  for (let step = 0; step < 10; step++) await simulation.getByRole('button', { name: /Forward/ }).click()
  await expect(simulation).toContainText('Step 10 of 10')
  await expect(simulation.getByText(/▲/).first()).toBeVisible()
  expect(problems).toEqual([])
})

test('a model that holds says so with its states, like the claim in the text', async ({ page }) => {
  await page.goto(`${MODEL}&variant=three-waiters`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByRole('button', { name: 'Explore all states' }).click()
  await expect(simulation.getByText(/7,705 states/).first()).toBeVisible()
  await expect(simulation.getByText(/13,600 matched/)).toBeVisible()
  await expect(simulation.getByText(/Same as recorded at publish/)).toBeVisible()
  await expectAccessible(page)
})

test('a claim leads to its counterexample', async ({ page }) => {
  await page.goto(PROPOSAL)
  await page
    .locator('[data-verdict="violated"]')
    .first()
    .getByRole('link', { name: 'Step through the counterexample' })
    .click()
  await expect(page.getByRole('button', { name: /Forward/ })).toBeVisible()
  await expect(page.locator('figure[data-simulation]')).toContainText('Step 0 of 10')
})

test('a link to a state opens on that state', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const simulation = await run(page)
  for (let step = 0; step < 4; step++) await simulation.getByRole('button', { name: /Forward/ }).click()
  await simulation.getByRole('button', { name: 'Copy link to this state' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('http')
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await context.newPage()
  await other.goto(link)
  await expect(other.locator('figure[data-simulation="wake-order-run"]')).toContainText('Step 4')
  await other.close()
})

test('a lock is taken away with the keyboard alone, the counterexample replayed, and all put back', async ({
  page,
}) => {
  const problems = rejectErrors(page)
  await page.goto(`${MODEL}&variant=kernel-order`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByText('Try to break it').focus()
  await page.keyboard.press('Enter')
  const mutant = simulation.getByRole('button', { name: /^without spin_lock\(hb_lock\) in line/ }).first()
  await mutant.focus()
  await page.keyboard.press('Enter')
  await expect(mutant).toHaveAttribute('aria-pressed', 'true')
  await expect(simulation.getByText('This is not the published model:')).toBeVisible()
  await expect(simulation.getByText(/Not compared with what was recorded/)).toBeVisible()
  await simulation.getByRole('button', { name: /Step through the counterexample/ }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('e')
  await expect(simulation.getByText(/▲ Violated: assertion violated/).first()).toBeVisible()
  await simulation.getByRole('button', { name: 'Back to the published model' }).focus()
  await page.keyboard.press('Enter')
  await expect(simulation.getByText('This is not the published model:')).toHaveCount(0)
  await expect(simulation.getByRole('region', { name: 'Simulation of wake-order' })).toBeFocused()
  expect(problems).toEqual([])
})

test('every mutant is tried in turn, and what nobody notices is listed', async ({ page }) => {
  await page.goto(`${MODEL}&variant=kernel-order`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByText('Try to break it').click()
  await simulation.getByRole('button', { name: /^Break each of the \d+ in turn$/ }).click()
  await expect(simulation.getByText(/^All \d+: \d+ noticed, \d+ not noticed/)).toBeVisible({
    timeout: 30_000,
  })
  await expect(simulation.getByText(/noticed after \d+ statements/).first()).toBeVisible()
  await expect(simulation.getByText(/holds all the same/).first()).toBeVisible()
  await expectAccessible(page)
})

test('a changed text is compiled in the page: mistakes with their place, then another verdict, then back', async ({
  page,
}) => {
  const sent: string[] = []
  page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()))
  await page.goto(`${MODEL}&variant=kernel-order`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByText('Change the text').click()
  const field = simulation.getByRole('textbox', { name: 'Text of models/wake-order.pml' })
  const published = await field.inputValue()
  await field.fill(published.replace('hb_waiters++', 'hb_waiterz++'))
  await simulation.getByRole('button', { name: 'Use this text' }).click()
  await expect(simulation.getByText('hb_waiterz is not declared here').first()).toBeVisible()
  await field.fill(published.replace('hb_waiters++', 'skip'))
  await simulation.getByRole('button', { name: 'Use this text' }).click()
  await expect(simulation.getByText('the text is changed, in this page only')).toBeVisible()
  await expect(simulation.getByRole('button', { name: 'Copy link to this state' })).toHaveCount(0)
  await simulation.getByRole('button', { name: /^Explore all/ }).click()
  await expect(simulation.getByText(/Assertion violated: !wake_returned/).first()).toBeVisible()
  await simulation.getByText(/^What you changed/).click()
  await expect(simulation.getByText('+ skip')).toBeVisible()
  await expectAccessible(page)
  await simulation.getByRole('button', { name: 'Reset to the published text' }).click()
  await expect(field).toHaveValue(published)
  await expect(simulation.getByText('This is not the published model:')).toHaveCount(0)
  expect(sent).toEqual([])
})

test('a counterexample leaves as a trail of spin with its line, as ITF and as a diagram', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const simulation = await run(page)
  await simulation.getByRole('button', { name: 'Explore all states' }).click()
  await simulation.getByText('For other tools').click()
  const [trail] = await Promise.all([
    page.waitForEvent('download'),
    simulation.getByRole('button', { name: 'Save as a trail of Spin' }).click(),
  ])
  expect(trail.suggestedFilename()).toBe('wake-order.trail')
  const [itf] = await Promise.all([
    page.waitForEvent('download'),
    simulation.getByRole('button', { name: 'Save as ITF JSON' }).click(),
  ])
  expect(itf.suggestedFilename()).toBe('wake-order.itf.json')
  await simulation.getByRole('button', { name: 'Copy the line that walks it' }).click()
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^spin -p -g -k wake-order\.trail .*models\/wake-order\.pml\n$/)
  await simulation.getByRole('button', { name: 'Copy as a Mermaid diagram' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('sequenceDiagram')
})

for (const [name, width, scheme] of [
  ['wide', 1360, 'light'],
  ['on a phone', 390, 'dark'],
] as const) {
  test(`a running simulation is accessible ${name} in ${scheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    const simulation = await run(page)
    await simulation.getByRole('button', { name: 'Explore all states' }).click()
    await expect(simulation.getByText(/Same as recorded at publish/)).toBeVisible()
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
  })
}
