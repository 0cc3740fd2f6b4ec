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
  await expect(simulation.getByText(/^If hb->waiters is raised after the word was read/)).toBeVisible()
  await expect(simulation.getByText('violated').first()).toBeVisible()
  await expect(simulation.getByText('byte futex_word', { exact: false }).first()).toBeVisible()
  await expect(simulation.getByText(/spin -a -o1 -o2 -o3/)).toBeVisible()
  await expect(simulation.getByRole('button')).toHaveCount(0)
  await context.close()
})

test('a run is stepped by buttons: forward, a process, back, random, reset', async ({ page }) => {
  const problems = rejectErrors(page)
  const simulation = await run(page)
  await expect(simulation).toContainText('Step 0 of 10')
  await simulation.getByRole('button', { name: /Forward/ }).click()
  await expect(simulation).toContainText('Step 1 of 10')
  await simulation.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(simulation).toContainText('Step 0 of 10')
  const processes = simulation.getByRole('region', { name: 'Processes' })
  await processes.getByRole('button', { name: 'futex_word = 1', exact: true }).click()
  const state = simulation.getByRole('region', { name: 'State', exact: true })
  await expect(state.getByRole('row', { name: /futex_word/ })).toContainText('1')
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
  // Back in the text the run is kept, and its keys are the page's again.
  await page.keyboard.press('>')
  await page.keyboard.press('Escape')
  await expect(simulation.getByRole('dialog')).toHaveCount(0)
  await expect(simulation.getByRole('button', { name: 'Run this model' })).toBeFocused()
  await page.locator('header a').first().focus()
  await page.keyboard.press('>')
  await expect(simulation).toContainText('Step 1 of 10')
  await simulation.getByRole('button', { name: 'Run this model' }).click()
  await expect(simulation.getByText('Step 1 of 10', { exact: true })).toBeVisible()
})

test('in the text stand the sentence and a button; the source is folded, and what opens is as wide as the window', async ({
  page,
}) => {
  await page.goto(PROPOSAL)
  const simulation = page.locator('figure[data-simulation="wake-order-run"]')
  await expect(simulation.getByText(/^If hb->waiters is raised after the word was read/)).toBeVisible()
  await expect(simulation.getByText(/spin -a -o1 -o2 -o3/)).toBeHidden()
  const still = (await simulation.boundingBox())?.height ?? 0
  expect(still).toBeGreaterThan(100)
  expect(still).toBeLessThan(320)
  await simulation.getByText('Source, recorded verdict, and how to repeat it').click()
  await expect(simulation.getByText(/spin -a -o1 -o2 -o3/)).toBeVisible()
  await simulation.getByRole('button', { name: 'Run this model' }).click()
  const dialog = page.getByRole('dialog', { name: /^Model wake-order/ })
  await expect(dialog).toBeVisible()
  expect((await dialog.boundingBox())?.width).toBe(page.viewportSize()?.width)
  await expect(dialog.getByText(/^If hb->waiters is raised after the word was read/)).toBeInViewport()
})

/** From the top of the buttons to the end of the lanes, in pixels of the page. */
async function screenOf(simulation: Locator): Promise<{ top: number; bottom: number; parts: number[] }> {
  const box = async (part: Locator) => {
    const { y, height } = (await part.boundingBox()) ?? { y: Number.NaN, height: Number.NaN }
    return { top: y, bottom: y + height }
  }
  const parts = await Promise.all(
    [
      simulation.getByRole('group', { name: 'Run' }),
      simulation.getByText(/^Step \d+ of \d+$/),
      simulation.getByRole('tablist'),
      simulation.getByRole('tabpanel'),
      simulation.getByRole('region', { name: 'Processes' }),
      simulation.getByRole('region', { name: 'State', exact: true }),
      simulation.getByRole('slider', { name: 'Time line' }),
    ].map(box),
  )
  return {
    top: Math.min(...parts.map(({ top }) => top)),
    bottom: Math.max(...parts.map(({ bottom }) => bottom)),
    parts: parts.flatMap(({ top, bottom }) => [top, bottom]),
  }
}

test('all that a step changes is within 720 pixels, and stays where it is while the run is stepped', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${MODEL}&variant=inc-after-read`)
  const simulation = page.locator('figure[data-simulation]')
  await expect(simulation.getByRole('slider')).toBeVisible()
  const before = await screenOf(simulation)
  expect(before.bottom - before.top).toBeLessThanOrEqual(720)
  expect(before.bottom - before.top).toBeGreaterThan(500)
  await simulation.getByRole('button', { name: /^Forward/ }).focus()
  for (let step = 1; step <= 10; step++) {
    await page.keyboard.press('>')
    await expect(simulation.getByText(`Step ${step} of 10`, { exact: true })).toBeVisible()
    expect((await screenOf(simulation)).parts).toEqual(before.parts)
  }
  // The buttons are there from the end of the simulation, too.
  await simulation.getByText('Keys, while the focus is in the simulation').scrollIntoViewIfNeeded()
  await page.mouse.wheel(0, 2000)
  await expect(simulation.getByRole('button', { name: 'Back', exact: true })).toBeInViewport()
})

test('at the end of a run nothing offers a next step', async ({ page }) => {
  const simulation = await run(page)
  await simulation.getByRole('button', { name: /^End/ }).click()
  await expect(simulation.getByText('Step 10 of 10', { exact: true })).toBeVisible()
  for (const name of [/^Forward/, /^Random/, /^Play/])
    await expect(simulation.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true')
  const offers = simulation.getByRole('region', { name: 'Processes' }).locator('[data-process] button')
  await expect(offers.first()).toBeVisible()
  await expect(
    simulation
      .getByRole('region', { name: 'Processes' })
      .locator('[data-process] div button:not([aria-disabled])'),
  ).toHaveCount(0)
  await page.keyboard.press('x')
  await page.keyboard.press('0')
  await expect(simulation.getByText('Step 10 of 10', { exact: true })).toBeVisible()
  await expect(simulation.getByRole('status').getByText(/^Violated: assertion violated/)).toBeAttached()
})

test('story and source are tabs, by the arrow keys and by a key of the simulation', async ({ page }) => {
  const simulation = await run(page)
  const [story, source] = ['Story', 'Source'].map((name) => simulation.getByRole('tab', { name }))
  const listing = simulation.getByRole('dialog').getByRole('region', { name: /^Source of/ })
  await expect(story ?? simulation).toHaveAttribute('aria-selected', 'true')
  await expect(listing).toBeHidden()
  await story?.focus()
  await page.keyboard.press('ArrowRight')
  await expect(source ?? simulation).toBeFocused()
  await expect(listing).toBeVisible()
  // The statement of the step is in sight although it was taken while the source was not.
  await page.keyboard.press('s')
  await expect(listing).toBeHidden()
  for (let step = 0; step < 3; step++) await page.keyboard.press('>')
  await page.keyboard.press('s')
  await expect(listing.locator('mark[data-tone="call"]').first()).toBeInViewport()
  await page.keyboard.press('>')
  await expect(simulation.getByText('Step 4 of 10', { exact: true })).toBeVisible()
})

test('the guide is there until it was read once, and again when it is asked for', async ({ page }) => {
  let simulation = await run(page)
  const guide = () => simulation.getByRole('region', { name: 'Guide' })
  await expect(guide()).toContainText('1 of 5')
  await guide().getByRole('button', { name: 'Next' }).focus()
  for (let step = 2; step <= 5; step++) {
    await page.keyboard.press('Enter')
    await expect(guide()).toContainText(`${step} of 5`)
  }
  await expectAccessible(page, simulation)
  await page.keyboard.press('Enter')
  await expect(guide()).toHaveCount(0)
  await expect(simulation.getByRole('region', { name: 'Simulation of wake-order' })).toBeFocused()
  simulation = await run(page)
  await expect(guide()).toHaveCount(0)
  await page.keyboard.press('g')
  await expect(guide()).toContainText('1 of 5')
  await guide().getByRole('button', { name: 'Close the guide' }).click()
  await expect(guide()).toHaveCount(0)
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

test('a claim leads to its counterexample, below its sentence', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(PROPOSAL)
  await page
    .locator('[data-verdict="violated"]')
    .first()
    .getByRole('link', { name: 'Step through the counterexample' })
    .click()
  await expect(page.getByRole('button', { name: /Forward/ })).toBeVisible()
  const simulation = page.locator('figure[data-simulation]')
  await expect(simulation).toContainText('Step 0 of 10')
  const sentence = simulation.getByText(/^If the word is read before hb->lock is taken/)
  await expect(sentence).toBeInViewport()
  await expect(simulation.getByText('✓ as claimed').first()).toBeInViewport()
  await expect(simulation.getByRole('slider', { name: 'Time line' })).toBeInViewport({ ratio: 0.9 })
  const [above, buttons] = [
    await sentence.boundingBox(),
    await simulation.getByRole('group', { name: 'Run' }).boundingBox(),
  ]
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThan(buttons?.y ?? 0)
})

test('claims of one model about different properties lead each to its own', async ({ page }) => {
  await page.goto(PROPOSAL)
  await page.locator('#b-completed-in-the-end').getByRole('link', { name: 'Run the model' }).click()
  const simulation = page.locator('figure[data-simulation]')
  await expect(simulation.getByRole('combobox', { name: 'Property' })).toHaveValue('completed')
  await expect(simulation.getByText(/^Every run completes the request/)).toBeVisible()
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

test('a link shows of the story what its sender saw', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${MODEL}&variant=inc-after-read`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByRole('button', { name: /^End/ }).click()
  await expect(simulation.getByText('Step 10 of 10', { exact: true })).toBeVisible()
  await simulation.getByText(/^Shown: all processes/).focus()
  await page.keyboard.press('Enter')
  await simulation.getByRole('checkbox', { name: /waker/ }).focus()
  await page.keyboard.press('Space')
  const left = /^\d of 7 rows are left out by the filter\.$/
  await expect(simulation.getByText(left)).toBeVisible()
  const words = (await simulation.getByText(left).textContent()) ?? ''
  await simulation.getByRole('button', { name: 'Copy link to this state' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('#sim-')
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link.length).toBeLessThanOrEqual(200)

  const other = await context.newPage()
  await other.goto(link)
  const shown = other.locator('figure[data-simulation]')
  await expect(shown.getByText('Step 10 of 10', { exact: true })).toBeVisible()
  await expect(shown.getByText(words)).toBeVisible()
  await expect(shown.getByText(/^Shown: 2 processes, all variables$/)).toBeVisible()
  // The address of the page says it, too, so that loading it anew shows the same.
  await page.reload()
  await expect(simulation.getByRole('slider')).toBeVisible()
  await simulation.getByRole('button', { name: /^End/ }).click()
  await expect(simulation.getByText(words)).toBeVisible()
  await other.close()
})

test('without scripts a form chooses what of the story is shown, on a phone and in the dark', async ({
  browser,
}) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  })
  const page = await context.newPage()
  await page.goto(`${MODEL}&variant=inc-after-read`)
  const simulation = page.locator('figure[data-simulation]')
  await simulation.getByText(/^Shown: all processes/).click()
  await simulation.getByRole('checkbox', { name: /waker/ }).uncheck()
  await simulation.getByRole('button', { name: 'Show these' }).click()
  await expect(simulation.getByText(/^\d of 7 rows are left out by the filter\.$/)).toBeVisible()
  await expect(page).toHaveURL(/variant=inc-after-read/)
  await expect(page).toHaveURL(/process=0/)
  await simulation.getByText(/^Shown: /).click()
  await expect(simulation.getByRole('checkbox', { name: /waker/ })).not.toBeChecked()
  await expectNoSidewaysScroll(page)
  const address = page.url()
  await context.close()
  // Axe needs scripts of its own; those of the page do not come.
  const looking = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  const looked = await looking.newPage()
  await looked.route(/\.js(?:\?|$)/, (route) => route.abort())
  await looked.goto(address)
  await looked.getByText(/^Shown: 2 processes/).click()
  await expect(looked.getByRole('button', { name: 'Show these' })).toBeVisible()
  await expectAccessible(looked, looked.locator('figure[data-simulation]'))
  await looking.close()
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
    const { scrollWidth, clientWidth } = await simulation
      .getByRole('dialog')
      .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expectNoSidewaysScroll(page)
    await page.goto(`${MODEL}&variant=inc-after-read`)
    await expect(simulation.or(page.locator('figure#simulation')).getByRole('slider')).toBeVisible()
    await expectNoSidewaysScroll(page)
    await page.getByRole('tab', { name: 'Source' }).click()
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
  })
}

for (const scripts of [false, true]) {
  test(`on a phone the story has the whole width, and no name breaks, ${scripts ? 'with' : 'without'} scripts`, async ({
    browser,
  }) => {
    const context = await browser.newContext({
      javaScriptEnabled: scripts,
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    const page = await context.newPage()
    await page.goto(`${MODEL}&variant=inc-after-read`)
    const simulation = page.locator('figure[data-simulation]')
    if (scripts) {
      await simulation.getByRole('button', { name: /^End/ }).click()
      await expect(simulation.getByText('Step 10 of 10', { exact: true })).toBeVisible()
    }
    const table = simulation.getByRole('table').filter({ hasText: 'who does what' })
    await expect(table).toBeVisible()
    // What a row consists of has to fit, too.
    for (const fold of await table.getByText(/^\d+ statements$/).all()) await fold.click()
    const { width, columns, broken } = await table.evaluate((element) => {
      /** Names and signs as they are read; each must stand on one line. */
      const broken: string[] = []
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement?.closest('tbody td')) continue
        for (const { index, 0: word } of (node.textContent ?? '').matchAll(/\S+/g)) {
          const range = document.createRange()
          range.setStart(node, index)
          range.setEnd(node, index + word.length)
          if (range.getClientRects().length > 1) broken.push(word)
        }
      }
      const columns = [...element.querySelectorAll('thead th')].map(
        (head) => head.getBoundingClientRect().width,
      )
      return { width: element.getBoundingClientRect().width, columns, broken }
    })
    // What is not shown takes no room either.
    expect(columns.reduce((sum, column) => sum + column, 0)).toBeCloseTo(width, 0)
    expect(broken).toEqual([])
    await expect(simulation.getByText(/Step 10, .* \(line \d+\)\./)).toBeVisible()
    await expectNoSidewaysScroll(page)
    // Axe runs in the page, where there are scripts.
    if (scripts) await expectAccessible(page, simulation)
    await context.close()
  })
}
