import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { type Account, enter } from './people.ts'
import { sql } from './sql.ts'

/** An objection as people meet it, from its first word to its end: with scripts by keyboard, and without scripts. */
test.slow()
const SLUG = 'io-uring-futex'
const PROPOSAL = `/rfc/${SLUG}/v1`
const CONDITION = 'A model in which the waker dies before the waiter.'

const give = (account: Account, role: 'author' | 'reviewer' | 'maintainer') =>
  sql(
    `INSERT INTO membership (proposal_id, person_id, role)
     SELECT p.id, u.person_id, $2::role FROM proposal p, auth_user u WHERE p.slug = $3 AND u.email = $1`,
    account.email,
    role,
    SLUG,
  )

async function twoPeople(browser: Browser, javaScriptEnabled: boolean) {
  const [reviewing, writing] = await Promise.all(
    [1, 2].map(() => browser.newContext({ javaScriptEnabled }).then((context) => context.newPage())),
  )
  if (!reviewing || !writing) throw new Error('no pages')
  const reva = await enter(reviewing, 'Reva')
  const ann = await enter(writing, 'Ann')
  await give(reva, 'reviewer')
  await give(ann, 'author')
  return { reviewing, writing, reva, ann }
}

const composer = (page: Page) => page.getByRole('textbox', { name: 'Your comment on this passage' })

async function openComposer(page: Page, writeup: string) {
  await page.goto(PROPOSAL)
  const paragraph = page.locator(`section#${writeup} p[data-block]`).first()
  const key = (await paragraph.getAttribute('data-block')) ?? ''
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
}

async function object(page: Page, writeup: string, words: string): Promise<number> {
  await openComposer(page, writeup)
  await composer(page).fill(words)
  await page.getByRole('radio', { name: /^objection/ }).check()
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  // Without a condition it comes back, with all that was typed and chosen.
  await expect(page.getByRole('alert').filter({ hasText: 'what would clear it' })).toBeVisible()
  await expect(composer(page)).toHaveValue(words)
  await expect(page.getByRole('radio', { name: /^objection/ })).toBeChecked()
  await page.getByRole('textbox', { name: 'What would clear it' }).fill(CONDITION)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect.poll(() => numberOf(words)).toBeGreaterThan(0)
  return numberOf(words)
}

async function numberOf(words: string): Promise<number> {
  const [row] = await sql(
    'SELECT t.number FROM thread t JOIN comment c ON c.thread_id = t.id AND c.seq = 1 WHERE c.body = $1',
    words,
  )
  return Number(row?.number ?? 0)
}

test('an objection is answered in words, kept open, answered again and confirmed by keyboard, in place', async ({
  browser,
}) => {
  const { reviewing, writing, ann } = await twoPeople(browser, true)
  const words = `The waiter outlives the ring ${Date.now()}`
  const number = await object(reviewing, 'lifetime', words)
  const address = `/rfc/${SLUG}/t/${number}`

  // It is the author's turn, and the way leads to it.
  await writing.goto('/')
  await expect(writing.getByRole('heading', { name: 'My turn' })).toBeVisible()
  await writing.getByRole('link', { name: `answer #${number}` }).click()
  await expect(writing.getByRole('heading', { level: 1 })).toContainText('objection, open, blocks')
  await expect(writing.getByText(`Cleared when: ${CONDITION}`)).toBeVisible()
  await expectAccessible(writing)

  const answer = async (text: string) => {
    await writing.getByRole('link', { name: 'Answer …' }).click()
    await writing.getByRole('textbox', { name: 'Your answer' }).fill(text)
    await writing.keyboard.press('Control+Enter')
    await expect(writing.getByText(`It waits for`)).toContainText('confirms the answer')
    await expect(writing.getByRole('heading', { level: 1 })).toContainText('answered, blocks')
  }
  await answer('It does not: the ring holds a reference.')
  await expect(writing.getByRole('article', { name: /^Comment 2 by Ann/ })).toContainText('holds a reference')

  await reviewing.goto(address)
  await reviewing.getByRole('link', { name: 'Keep open …' }).click()
  await reviewing.getByRole('textbox', { name: 'Why it stays open' }).fill('Not after exec.')
  await reviewing.getByRole('button', { name: 'Keep open', exact: true }).click()
  await expect(reviewing.getByRole('heading', { level: 1 })).toContainText('open, blocks')
  await expect(reviewing.getByText('Kept open after it was answered')).toBeVisible()

  await writing.goto(address)
  await answer('After exec the work is cancelled first.')

  await reviewing.goto(address)
  const confirm = reviewing.getByRole('button', { name: 'Confirm' })
  await confirm.focus()
  await reviewing.keyboard.press('Enter')
  await expect(reviewing.getByRole('heading', { level: 1 })).toContainText('objection, resolved')
  await expect(reviewing.getByRole('button', { name: 'Open again' }), 'the focus goes on').toBeFocused()
  await expect(reviewing.getByText(/Resolved by Reva/)).toBeVisible()

  // The ledger has it, in each form.
  await reviewing.goto(`/rfc/${SLUG}/objections`)
  await expect(reviewing.getByText(words)).toBeVisible()
  await expectAccessible(reviewing)
  const text = await (await reviewing.request.get(`/rfc/${SLUG}/objections.txt`)).text()
  expect(text).toContain(`#${number}: resolved`)
  const ledger = await (await reviewing.request.get(`/rfc/${SLUG}/objections.json`)).json()
  expect(ledger.entries.at(-1).answer.words).toContain('After exec')
  expect(ann.name).toContain('Ann')
  await reviewing.context().close()
  await writing.context().close()
})

test('the same without JavaScript, and a stranger can none of it', async ({ browser }) => {
  const { reviewing, writing } = await twoPeople(browser, false)
  const words = `hb->lock is held too long ${Date.now()}`
  const number = await object(reviewing, 'integration', words)
  const address = `/rfc/${SLUG}/t/${number}`
  await expect(reviewing).toHaveURL(new RegExp(`${address}#c1$`))

  const stranger = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enter(stranger, 'Stan')
  await openComposer(stranger, 'integration')
  await expect(stranger.getByRole('radio', { name: /^question/ })).toBeVisible()
  await expect(stranger.getByRole('radio', { name: /^objection/ })).toHaveCount(0)
  await stranger.goto(address)
  await expect(stranger.getByText('Blocks.')).toBeVisible()
  for (const name of ['Resolve', 'Confirm', 'Drop it'])
    await expect(stranger.getByRole('button', { name })).toHaveCount(0)
  await stranger.goto(`${address}?act=answer#act`)
  await expect(stranger.getByText('This is not possible now')).toBeVisible()
  const forged = await stranger.request.post(`/rfc/${SLUG}/resolve`, {
    form: { act: `resolve ${number}` },
    headers: { origin: new URL(stranger.url()).origin, 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  })
  expect(forged.status()).toBe(403)

  await writing.goto(address)
  await writing.getByRole('link', { name: 'Answer …' }).click()
  await writing.getByRole('textbox', { name: 'Your answer' }).fill('   ')
  await writing.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(writing.getByRole('alert')).toBeVisible()
  await writing.getByRole('textbox', { name: 'Your answer' }).fill('It is dropped before the callback.')
  await writing.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(writing.getByRole('heading', { level: 1 })).toContainText('answered, blocks')

  await reviewing.goto(address)
  await reviewing.getByRole('link', { name: 'Split into points …' }).click()
  await reviewing.getByRole('textbox', { name: 'The objection' }).first().fill('Held on wake.')
  await reviewing.getByRole('button', { name: 'Add a point' }).click()
  await expect(reviewing.getByRole('textbox', { name: 'The objection' })).toHaveCount(3)
  await expect(reviewing.getByRole('textbox', { name: 'The objection' }).first()).toHaveValue('Held on wake.')
  await reviewing.goto(address)
  await reviewing.getByRole('button', { name: 'Confirm' }).click()
  await expect(reviewing.getByRole('heading', { level: 1 })).toContainText('objection, resolved')
  for (const page of [reviewing, writing, stranger]) await page.context().close()
})

test('the state of a proposal, its stances and holds, at 390 px, dark and without JavaScript', async ({
  browser,
}) => {
  const context = await browser.newContext({
    ...{ javaScriptEnabled: false, colorScheme: 'dark' as const, viewport: { width: 390, height: 800 } },
  })
  const page = await context.newPage()
  const max = await enter(page, 'Max')
  await give(max, 'maintainer')
  const address = `/rfc/${SLUG}/state`
  await page.goto(address)
  await page.getByLabel('Of v1 you say').selectOption('Nacked-by')
  await page.getByRole('button', { name: 'Say it' }).click()
  await expect(page.getByRole('alert')).toContainText('A Nack says why')
  await expect(page.getByLabel('Of v1 you say')).toHaveValue('nacked_by')
  await page.goto(address)
  await page.getByLabel('Of v1 you say').selectOption('Reviewed-by')
  for (const writeup of ['problem', 'integration', 'sys-futex'])
    await page.getByRole('checkbox', { name: writeup }).uncheck()
  await page.getByRole('button', { name: 'Say it' }).click()
  await expect(page.getByRole('status')).toContainText('Your stance is kept')
  await expect(page.getByText(`Reviewed-by: ${max.name} <${max.email}>`)).toBeVisible()

  await page.getByLabel(/What you need the time for/).fill('I want to run the models first.')
  await page.getByRole('button', { name: 'Ask for time' }).click()
  await expect(page.getByRole('button', { name: 'Lift my hold' })).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: 'Lift my hold' }).click()
  await expect(page.getByRole('button', { name: 'Ask for time' })).toBeVisible()
  await page.getByRole('button', { name: 'Take back: reviewed it, v1' }).click()
  await expect(page.getByRole('status')).toContainText('taken back')

  for (const where of ['/', '/rfc', '/me', `/rfc/${SLUG}/objections`]) {
    await page.goto(where)
    await expectNoSidewaysScroll(page)
  }
  await page.goto('/me')
  await page.getByLabel('Away until').fill('2020-01-01')
  await page.getByRole('button', { name: 'Say so' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await context.close()

  const scripted = await browser.newContext({ colorScheme: 'dark', viewport: { width: 390, height: 800 } })
  const looked = await scripted.newPage()
  for (const where of [address, `/rfc/${SLUG}/objections`]) {
    await looked.goto(where)
    await expectAccessible(looked)
  }
  await scripted.close()
})
