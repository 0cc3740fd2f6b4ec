import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { enter } from './people.ts'
import { sql } from './sql.ts'

/** Threads that are about no passage: on a whole write-up, on the proposal, on a step of a run; and parts of a drawing. */
test.slow()
const SLUG = 'io-uring-futex'
const PROPOSAL = `/rfc/${SLUG}/v1`

async function numberOf(words: string): Promise<number> {
  await expect
    .poll(async () => (await sql('SELECT 1 FROM comment WHERE body = $1', words)).length)
    .toBeGreaterThan(0)
  const [row] = await sql(
    'SELECT t.number FROM thread t JOIN comment c ON c.thread_id = t.id AND c.seq = 1 WHERE c.body = $1',
    words,
  )
  return Number(row?.number ?? 0)
}

async function newPage(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext(options)
  return context.newPage()
}

test('a comment on the whole of a write-up stands at its head, by keyboard and in place', async ({
  page,
}) => {
  await enter(page, 'Reva')
  await page.goto(PROPOSAL)
  const head = page.locator('#lifetime').getByText('On the whole of this write-up')
  await head.getByRole('link', { name: 'comment' }).focus()
  await page.keyboard.press('Enter')
  const field = page.getByRole('textbox', { name: 'Your comment on the whole of this write-up' })
  await expect(field).toBeFocused()
  await expectAccessible(page, page.locator('#lifetime form[data-comment-form]'))
  const words = `Nothing here says what is measured ${Date.now()}`
  await field.fill(words)
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('#lifetime').getByText(words).first()).toBeVisible()
  const number = await numberOf(words)

  await page.goto(`/rfc/${SLUG}/t/${number}`)
  await expect(page.getByText('On the whole of “lifetime”')).toBeVisible()
  await expectAccessible(page)
  await page.goto(`/rfc/${SLUG}/threads?about=whole&in=lifetime`)
  await expect(page.getByText(words)).toBeVisible()
  await expect(page.getByText('the whole of lifetime of v1').first()).toBeVisible()
  // The write-up alone has it, and another one does not.
  await page.goto(`${PROPOSAL}/lifetime`)
  // The keys come with the page's scripts.
  await expect(async () => {
    await page.keyboard.press('W')
    await expect(field).toBeFocused({ timeout: 2000 })
  }).toPass()
  await expect(page.locator(`#t${number}`)).toBeAttached()
  await page.goto(`${PROPOSAL}/problem`)
  await expect(page.locator('#problem')).toBeVisible()
  await expect(page.locator(`#t${number}`)).toHaveCount(0)
  const json = await (await page.request.get(`/rfc/${SLUG}/t/${number}.json`)).json()
  expect(json.about).toMatchObject({ whole: 'lifetime', block: 'whole:lifetime' })
  const text = await (await page.request.get(`${PROPOSAL}.threads.txt`)).text()
  expect(text).toMatch(/^On the whole of “.+”:$/m)
})

test('without scripts, at 390 pixels, somebody objects to the whole proposal', async ({ browser }) => {
  const page = await newPage(browser, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
  const reva = await enter(page, 'Reva')
  await sql(
    `INSERT INTO membership (proposal_id, person_id, role)
     SELECT p.id, u.person_id, 'reviewer'::role FROM proposal p, auth_user u WHERE p.slug = $2 AND u.email = $1`,
    reva.email,
    SLUG,
  )
  await page.goto(PROPOSAL)
  await expectNoSidewaysScroll(page)
  await page.getByText('On the whole of this proposal').getByRole('link', { name: 'comment' }).click()
  const words = `It should not be merged before there is a user ${Date.now()}`
  await page.getByRole('textbox', { name: 'Your comment on the whole of this proposal' }).fill(words)
  await page.getByRole('radio', { name: /^objection/ }).check()
  await page.getByRole('textbox', { name: 'What would clear it' }).fill('A program that uses it, measured.')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('objection, open, blocks')
  await expect(page.getByText('On the whole of this proposal')).toBeVisible()
  await expectNoSidewaysScroll(page)
  const number = await numberOf(words)
  // It goes, so that it blocks nobody else's journey.
  await page.getByRole('button', { name: 'Drop it' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Thread ${number}: objection, dropped`)
  await page.context().close()
})

test('a comment on a step says it in words, and leads back to it', async ({ page }) => {
  await enter(page, 'Reva')
  await page.goto(`${PROPOSAL}/sys-futex`)
  const simulation = page.locator('[data-simulation="wake-order-run"]')
  await simulation.getByRole('button', { name: 'Run this model' }).click()
  const body = simulation.getByRole('region', { name: 'Simulation of wake-order' })
  await expect(body).toBeVisible()
  await expect(body.getByRole('link', { name: 'Comment on this step' })).toHaveCount(0)
  await body.focus()
  for (let step = 0; step < 3; step++) await page.keyboard.press('>')
  await expect(body.getByText('Step 3 of 10', { exact: true })).toBeVisible()
  await expectAccessible(page, simulation)
  await page.keyboard.press('c')
  const field = page.getByRole('textbox', { name: 'Your comment on this step' })
  await expect(field).toBeFocused()
  const form = page.locator('form[data-opened]')
  await expect(form.locator('blockquote')).toContainText('Step 3 of “inc-after-read”: P')
  const quoted = (await form.locator('blockquote').textContent()) ?? ''
  const words = `Is the bucket locked at this step? ${Date.now()}`
  await field.fill(words)
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('Step 3 of “inc-after-read”').nth(1)).toBeVisible()
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const number = await numberOf(words)

  await page.goto(`/rfc/${SLUG}/t/${number}`)
  await expect(page.getByText(quoted.slice(0, 40)).first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Open the simulation at this step' }).click()
  await expect(page.getByRole('region', { name: 'Simulation of wake-order' }).first()).toBeVisible()
  await expect(page.getByText('Step 3 of 3', { exact: true }).first()).toBeVisible()
  await page.goto(`/rfc/${SLUG}/threads?about=step`)
  await expect(page.getByText(words)).toBeVisible()
})

test('a step of another model comes back with its words and a sentence', async ({ page }) => {
  await enter(page, 'Reva')
  await page.goto(`${PROPOSAL}?comment=wake-order-run`)
  const form = page.locator('form[data-comment-form="thread"]')
  await form.getByRole('textbox').first().fill('Which step is this?')
  const key = (await form.locator('input[name="clientKey"]').getAttribute('value')) ?? ''
  const send = (step: string) =>
    page.request.post(`/rfc/${SLUG}/comment`, {
      headers: { origin: new URL(page.url()).origin },
      multipart: {
        ...{ revision: '1', blockKey: 'wake-order-run', step, body: 'Which step is this?', kind: 'note' },
        ...{ clientKey: key, intent: 'send' },
      },
    })
  for (const [step, said] of [
    ['sim-wake-order-run=v:inc-after-read;m:nope;t:0', 'another one than that whose step this is'],
    ['sim-wake-order-run=v:nowhere;t:0', 'no variant'],
    ['sim-wake-order-run=v:inc-after-read;t:0x10000', 'one of the first'],
    ['sim-cancel-ownership-run=v:gate-and-lock;t:0', 'cannot be read'],
  ] as const) {
    const answer = await send(step)
    expect(answer.status()).toBe(409)
    const text = await answer.text()
    expect(text).toContain(said)
    expect(text).toContain('Which step is this?')
  }
})

test('nodes and edges of a drawing are links as wide as a finger needs, with names, by pointer, touch and keyboard', async ({
  browser,
}) => {
  const page = await newPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true })
  await enter(page, 'Reva')
  await page.goto(PROPOSAL)
  const drawing = page.getByRole('group', { name: /the source below says the same/ }).first()
  await page.getByText('Comment on a node or an edge').first().scrollIntoViewIfNeeded()
  const part = drawing.getByRole('link', { name: /^Comment on the node / }).first()
  await expect(part).toBeAttached({ timeout: 20_000 })
  const sizes = await drawing.locator('a').evaluateAll((links) =>
    links.map((link) => {
      const area = link.firstElementChild
      const { width, height } = area?.getBoundingClientRect() ?? { width: 0, height: 0 }
      return {
        kind: area?.localName ?? '',
        width,
        height,
        stroke: area ? getComputedStyle(area).strokeWidth : '',
      }
    }),
  )
  expect(sizes.length).toBeGreaterThan(3)
  expect(new Set(sizes.map(({ stroke }) => stroke))).toEqual(new Set(['16px']))
  for (const { kind, width, height } of sizes)
    if (kind === 'rect') expect(Math.min(width, height) + 16).toBeGreaterThanOrEqual(14)

  // By touch.
  await part.scrollIntoViewIfNeeded()
  await part.tap()
  const form = page.locator('form[data-opened]')
  await expect(form.locator('blockquote')).not.toHaveText('')
  await expectAccessible(page, drawing)
  await form.getByRole('link', { name: 'Cancel' }).click()
  await expect(form).toHaveCount(0)
  // By keyboard, on an edge.
  const edge = drawing.getByRole('link', { name: /^Comment on the edge / }).first()
  await edge.focus()
  await expect(edge).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(form.locator('blockquote')).toContainText(/-|=/)
  const words = `What if it is never dequeued? ${Date.now()}`
  await form.getByRole('textbox').first().fill(words)
  await page.keyboard.press('Control+Enter')
  await numberOf(words)
  await expectNoSidewaysScroll(page)
  await page.context().close()

  // Without scripts the list is there.
  const still = await newPage(browser, { javaScriptEnabled: false })
  await still.goto(PROPOSAL)
  await expect(still.getByText('Comment on a node or an edge').first()).toBeVisible()
  await still.context().close()
})
