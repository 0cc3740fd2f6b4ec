import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signIn, signUp } from './people.ts'

const PROPOSAL = '/rfc/io-uring-futex/v1'

/** The first paragraph of a write-up: its text and its key. */
async function firstPassage(page: Page, writeup: string) {
  const paragraph = page.locator(`section#${writeup} p[data-block]`).first()
  const key = (await paragraph.getAttribute('data-block')) ?? ''
  return { key, text: ((await paragraph.textContent()) ?? '').replace(/\s+/g, ' ').trim() }
}

/** Comments with these words, folded away or not: heads and lines of threads say their first words, too. */
const said = (page: Page, words: string) =>
  page.locator('section[id^="t"] article').getByText(words, { exact: true })

/** In how many comments, whatever of them a page shows in place. */
async function timesSaid(page: Page, words: string): Promise<number> {
  const text = await (await page.request.get(`${PROPOSAL}.threads.txt`)).text()
  return text.split(words).length - 1
}
const composer = (page: Page) => page.getByRole('textbox', { name: /Your (comment|reply)/ })

async function comment(page: Page, writeup: string, words: string) {
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, writeup)
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill(words)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  return key
}

test('a reader without an account sees no way to comment but the way to an account', async ({ page }) => {
  await page.goto(PROPOSAL)
  await expect(page.getByRole('link', { name: 'Sign in to comment' })).toHaveAttribute(
    'href',
    /sign-in\?next=/,
  )
  // The mark of each passage is there for them, too, and says what to do.
  const { key } = await firstPassage(page, 'problem')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await expect(page.getByText('Sign in to comment on this passage.')).toBeVisible()
})

test('a comment on a passage and a reply to it, in place, without leaving the page', async ({ page }) => {
  await signUp(page, newAccount('Reva'))
  const words = `What frees *this*? ${Date.now()}`
  await comment(page, 'lifetime', words)
  const article = page
    .getByRole('article', { name: /Comment 1 by Reva/ })
    .filter({ hasText: 'What frees *this*?' })
    .last()
  await expect(article).toBeVisible()
  await expect(article.locator('p').first()).toHaveText(words)
  await expect(article, 'the new comment has the focus').toBeFocused()
  expect(page.url()).toContain(PROPOSAL)
  expect(page.url()).not.toContain('comment=')
  await expect(page.getByText('Your comment is sent.')).toBeAttached()

  await article.getByRole('link', { name: /Reply/ }).click()
  await expect(composer(page)).toBeFocused()
  await composer(page).fill('The completion does.')
  await page.keyboard.press('Control+Enter')
  await expect(
    page
      .getByRole('article', { name: /Comment 2 by Reva/ })
      .filter({ hasText: 'The completion does.' })
      .last(),
  ).toBeFocused()
  await expectAccessible(
    page,
    page
      .getByRole('region', { name: /Thread/ })
      .filter({ hasText: words })
      .last(),
  )
})

test('the anchor keeps the passage: quote, what stands around it, revision', async ({ page }) => {
  await signUp(page, newAccount('Quinn'))
  await page.goto(PROPOSAL)
  const passage = await firstPassage(page, 'problem')
  await comment(page, 'problem', `About this passage ${Date.now()}`)
  const thread = page
    .getByRole('region', { name: /Thread \d+, note, open/ })
    .filter({ hasText: 'About this passage' })
    .last()
  await thread.locator('a[href*="/t/"]').first().click()
  await expect(page.locator('blockquote mark')).toHaveText(passage.text)
  await expect(page.getByRole('link', { name: 'This passage in v1' })).toHaveAttribute(
    'href',
    `/rfc/io-uring-futex/v1#b-${passage.key}`,
  )
  await expectAccessible(page)
})

test('a preview shows the words and the mail that leaves, and sends nothing', async ({ page }) => {
  await signUp(page, newAccount())
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'integration')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  const words = `**bold** <script>alert(1)</script> ${Date.now()}`
  const trailer = 'Acked-by: Somebody Else <else@example.org>'
  await composer(page).fill(`${words}\n\n${trailer}`)
  await page.getByRole('button', { name: 'Preview' }).click()
  const preview = page.getByRole('region', { name: 'Preview' })
  await expect(preview.locator('p').first()).toHaveText(words)
  await expect(preview.locator('pre')).toContainText(`${words}\n\n    ${trailer}\n`)
  await expect(preview).toContainText('Set in by four blanks')
  await expect(composer(page)).toHaveValue(`${words}\n\n${trailer}`)
  await expectAccessible(page, page.locator('form').filter({ has: composer(page) }))
  await page.reload()
  await expect(page.getByText(words)).toHaveCount(0)
})

test('a comment with a quote, a patch and a race stands as it was typed', async ({ page, request }) => {
  await signUp(page, newAccount('Petra Patch'))
  await page.goto(PROPOSAL)
  const typed = [
    `> so they say ${Date.now()}`,
    '',
    'No: s/foo\\(bar\\)/\\1/, a*b*c and __attribute__((packed)).',
    '',
    '--- a/kernel/futex/core.c',
    '+++ b/kernel/futex/core.c',
    '@@ -1,2 +1,2 @@ f()',
    ' ',
    '-\tspin_lock(&hb->lock);',
    '+\traw_spin_lock(&hb->lock);',
    '',
    'CPU0                       CPU1',
    '----                       ----',
    'lock(&hb->lock)',
    '                           lock(&q->lock)',
    '',
    'See [1].  ',
    '',
    '[1] https://lore.kernel.org/all/1@example/',
    '-- ',
    'Petra',
  ].join('\n')
  await comment(page, 'problem', typed)
  const shown = page.getByRole('article', { name: /by Petra Patch/ }).last()
  // The text of the boxes together, as a program reads it: blanks and line ends too.
  const text = () =>
    shown.evaluate((article) => article.querySelector('[data-kind="patch"]')?.parentElement?.textContent)
  await expect.poll(text).toBe(typed)
  await expect(shown.locator('blockquote')).toContainText('so they say')
  await expect(shown.locator('[data-kind="columns"]')).toContainText('CPU0')
  await expect(shown.getByRole('link', { name: 'https://lore.kernel.org/all/1@example/' })).toBeVisible()
  await expectAccessible(page, shown)
  const mailbox = await (await request.get(`${PROPOSAL}.threads.mbox`)).text()
  expect(mailbox).toContain(typed)
})

test('an empty comment and one of 70,000 characters are refused in words, and the text stays', async ({
  page,
}) => {
  await signUp(page, newAccount())
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'integration')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill('   ')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByText('Write something first')).toBeVisible()

  const long = 'x'.repeat(70_000)
  await composer(page).fill(long)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByText('This comment has 70,000 characters; the limit is 65,536.')).toBeVisible()
  await expect(composer(page)).toHaveValue(long)
  await expect(composer(page)).toBeFocused()
})

test('a double click makes one comment', async ({ page }) => {
  await signUp(page, newAccount('Dora'))
  const words = `Once only ${Date.now()}`
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'integration')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill(words)
  await page.getByRole('button', { name: 'Comment', exact: true }).dblclick()
  await expect(said(page, words)).toHaveCount(1)
  await page.reload()
  await expect(said(page, words)).toHaveCount(1)
})

test('a reply to a comment that was deleted meanwhile is refused, and its text stays', async ({
  page,
  browser,
}) => {
  await signUp(page, newAccount('Owen'))
  const words = `To be deleted ${Date.now()}`
  await comment(page, 'sys-futex', words)
  const thread = page
    .getByRole('region', { name: /Thread/ })
    .filter({ hasText: words })
    .last()
  const address = (await thread.locator('a[href*="/t/"]').first().getAttribute('href')) ?? ''

  const other = await browser.newPage()
  await signUp(other, newAccount('Nina'))
  await other.goto(address)
  await other.getByRole('link', { name: /Reply/ }).click()
  await composer(other).fill('My careful answer')

  await page.goto(address)
  await page.locator('summary').filter({ hasText: 'Delete' }).first().click()
  await page.getByRole('button', { name: 'Delete the comment' }).click()
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused()
  await page.getByRole('button', { name: 'Delete now' }).click()
  await expect(page.getByText('Deleted by Owen')).toBeVisible()
  await expect(page.getByText(words)).toHaveCount(0)

  await other.getByRole('button', { name: 'Reply', exact: true }).click()
  await expect(other.getByText('was deleted meanwhile')).toBeVisible()
  await expect(composer(other)).toHaveValue('My careful answer')
  await other.close()
})

test('an edit keeps the older text, and one from another tab is not lost', async ({ page, context }) => {
  await signUp(page, newAccount('Edda'))
  const words = `First words ${Date.now()}`
  await comment(page, 'problem', words)
  const thread = page
    .getByRole('region', { name: /Thread/ })
    .filter({ hasText: words })
    .last()
  const address = (await thread.locator('a[href*="/t/"]').first().getAttribute('href')) ?? ''
  await page.goto(address)
  const second = await context.newPage()
  await second.goto(address)
  for (const tab of [page, second]) await tab.getByRole('link', { name: /Edit/ }).click()

  await page.getByRole('textbox', { name: 'Edit comment 1' }).fill('Second words')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Second words')).toBeVisible()

  await second.getByRole('textbox', { name: 'Edit comment 1' }).fill('Words of the other tab')
  await second.getByRole('button', { name: 'Save' }).click()
  await expect(second.getByText('was changed since you opened this form')).toBeVisible()
  await expect(second.getByRole('region', { name: 'The present text' })).toContainText('Second words')
  await expect(second.getByRole('textbox', { name: 'Edit comment 1' })).toHaveValue('Words of the other tab')
  await second.getByRole('button', { name: 'Save' }).click()
  await expect(second.getByRole('article').getByText('Words of the other tab')).toBeVisible()

  await second.getByRole('link', { name: /edited/ }).click()
  await expect(second.getByRole('heading', { name: 'Earlier texts of comment 1' })).toBeVisible()
  await expect(second.locator('pre').filter({ hasText: words })).toBeVisible()
  await expect(second.locator('pre').filter({ hasText: 'Second words' })).toBeVisible()
})

test('the opener resolves a note and opens it again; another reader cannot', async ({ page, browser }) => {
  await signUp(page, newAccount('Opal'))
  const words = `To be resolved ${Date.now()}`
  await comment(page, 'sys-futex', words)
  const thread = page
    .getByRole('region', { name: /Thread/ })
    .filter({ hasText: words })
    .last()
  const address = (await thread.locator('a[href*="/t/"]').first().getAttribute('href')) ?? ''

  const other = await browser.newPage()
  await signUp(other, newAccount('Noel'))
  await other.goto(address)
  await expect(other.getByRole('button', { name: 'Resolve' })).toHaveCount(0)
  await other.close()

  await page.goto(address)
  await page.getByRole('button', { name: 'Resolve' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('resolved')
  await expect(page.getByText('Resolved by Opal')).toBeVisible()
  await page.getByRole('button', { name: 'Open again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('open')
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a comment, a preview, a reply, a deletion', async ({ page }) => {
    await signUp(page, newAccount('Paul Plain'))
    const words = `Typed without scripts ${Date.now()}`
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'integration')
    await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
    await composer(page).fill(`*${words}*`)
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByRole('region', { name: 'Preview' }).locator('p').first()).toHaveText(`*${words}*`)
    await expect(composer(page)).toHaveValue(`*${words}*`)
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(page).toHaveURL(/\/t\/\d+#c1$/)
    await expect(page.getByText(words)).toBeVisible()

    await page.getByRole('link', { name: /Reply/ }).click()
    await composer(page).fill('A reply')
    await page.getByRole('button', { name: 'Reply', exact: true }).click()
    await expect(page).toHaveURL(/#c2$/)
    await expect(page.getByRole('article', { name: 'Comment 2 by Paul Plain' })).toContainText('A reply')

    await page.locator('summary').filter({ hasText: 'Delete' }).first().click()
    await page.getByRole('button', { name: 'Delete the comment' }).first().click()
    await expect(page.getByText('Deleted by Paul Plain')).toBeVisible()
    await expect(page.getByText('A reply')).toBeVisible()
  })

  test('a comment that is too long comes back with its text', async ({ page }) => {
    await signUp(page, newAccount())
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'problem')
    await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
    await composer(page).fill('y'.repeat(70_000))
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(page.getByText('This comment has 70,000 characters')).toBeVisible()
    expect((await composer(page).inputValue()).length).toBe(70_000)
  })

  test('a form that is sent again after its answer was lost makes one comment', async ({ page }) => {
    await signUp(page, newAccount('Bela Back'))
    const words = `Sent twice ${Date.now()}`
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'lifetime')
    await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
    await composer(page).fill(words)
    const sent = page.waitForRequest((request) => request.method() === 'POST')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(page).toHaveURL(/\/t\/\d+#c1$/)
    const first = new URL(page.url())

    const request = await sent
    const again = await page.request.post(request.url(), {
      data: request.postDataBuffer() ?? Buffer.alloc(0),
      headers: { 'content-type': request.headers()['content-type'] ?? '', origin: first.origin },
      maxRedirects: 0,
    })
    expect(again.status()).toBe(303)
    expect(again.headers().location).toBe(first.pathname + first.hash)
    await page.goto(PROPOSAL)
    await expect(said(page, words)).toHaveCount(1)
  })
})

test('words that were not sent are kept, when another form opens and when the page loads anew', async ({
  page,
}) => {
  await signUp(page, newAccount('Drew Draft'))
  await page.goto(PROPOSAL)
  const marks = page.locator('section#problem a[data-compose="thread"]')
  await marks.nth(0).click()
  await composer(page).fill('Half a thought')
  await marks.nth(1).click()
  await expect(composer(page)).toHaveValue('')
  await marks.nth(0).click()
  await expect(composer(page)).toHaveValue('Half a thought')
  await page.reload()
  await marks.nth(0).click()
  await expect(composer(page)).toHaveValue('Half a thought')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(said(page, 'Half a thought')).toHaveCount(1)
  await marks.nth(0).click()
  await expect(composer(page)).toHaveValue('')
})

test('words that were typed under one account are not sent by another that signed in meanwhile, before that is said', async ({
  page,
  context,
  browser,
}) => {
  const [first, second] = [newAccount('Asta First'), newAccount('Bodil Second')]
  const other = await browser.newContext()
  await signUp(await other.newPage(), second)
  await other.close()
  await signUp(page, first)
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'integration')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await composer(page).fill('Whose words are these?')
  const tab = await context.newPage()
  await tab.goto('/')
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await expect(tab.getByRole('button', { name: 'Sign out' })).toHaveCount(0)
  await signIn(tab, second)

  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const form = page.locator('form[data-comment-form="thread"]')
  await expect(form.getByRole('alert')).toContainText(
    `You are signed in as ${second.name} now, so nothing was sent`,
  )
  await expect(composer(page)).toHaveValue('Whose words are these?')
  await expect(page.locator('article', { hasText: 'Whose words are these?' })).toHaveCount(0)
  // Who presses again wants it so.
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const stored = page.locator('article', { hasText: 'Whose words are these?' }).last()
  await expect(stored).toContainText(second.name)
  await expect(composer(page)).toHaveCount(0)
  // Nothing of it is left for the account that began it, which would send it once more.
  await tab.goto('/')
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await expect(tab.getByRole('button', { name: 'Sign out' })).toHaveCount(0)
  await signIn(tab, first)
  await tab.goto(PROPOSAL)
  await tab.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await expect(composer(tab)).toHaveValue('')
})

test('the focus goes on to what can be done next after each action on the thread page', async ({ page }) => {
  await signUp(page, newAccount('Fay Focus'))
  const words = `Focus ${Date.now()}`
  await comment(page, 'integration', words)
  const thread = page
    .getByRole('region', { name: /Thread/ })
    .filter({ hasText: words })
    .last()
  await page.goto((await thread.locator('a[href*="/t/"]').first().getAttribute('href')) ?? '')
  const focused = () => page.evaluate(() => document.activeElement?.tagName.toLowerCase())

  await page.getByRole('button', { name: 'Resolve' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('resolved')
  await expect(page.getByRole('button', { name: 'Open again' }), 'what takes it back').toBeFocused()
  await page.getByRole('button', { name: 'Open again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('open')
  await expect(page.getByRole('button', { name: 'Resolve' })).toBeFocused()
  await page.getByRole('link', { name: /Edit/ }).click()
  await expect(page.getByRole('textbox', { name: 'Edit comment 1' })).toBeFocused()
  await page.getByRole('textbox', { name: 'Edit comment 1' }).fill('Other words')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article').getByText('Other words')).toBeVisible()
  await expect.poll(focused).toBe('article')
})

test('a note is resolved, taken back, edited and deleted on the reading page, which stays', async ({
  page,
}) => {
  const account = newAccount('Ina Inplace')
  await signUp(page, account)
  const words = `In place ${Date.now()}`
  await comment(page, 'integration', words)
  const found = page
    .getByRole('region', { name: /Thread/ })
    .filter({ hasText: words })
    .last()
  await expect(found).toBeVisible()
  // By its address, as its words go at the end.
  const thread = page.locator(`#${await found.getAttribute('id')}`)
  await page.evaluate(() => {
    document.body.dataset.same = 'page'
  })
  await thread.getByRole('button', { name: 'Resolve' }).click()
  await expect(thread.locator('summary').first(), 'the folded thread').toBeFocused()
  await expect(page.getByText(/^Thread \d+ is resolved\.$/)).toBeAttached()
  await expectAccessible(page, thread)
  await thread.getByRole('button', { name: 'Undo: open again' }).click()
  await expect(thread.getByRole('button', { name: 'Resolve' })).toBeFocused()

  await thread.getByRole('link', { name: 'Edit comment 1' }).click()
  const field = page.getByRole('textbox', { name: 'Edit comment 1' })
  await expect(field).toHaveValue(words)
  await field.fill(`${words}, edited`)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(thread.getByRole('article').getByText(`${words}, edited`)).toBeVisible()
  await expect(thread.getByRole('article'), 'the comment that was edited').toBeFocused()

  await thread.locator('summary').filter({ hasText: 'Delete' }).click()
  await thread.getByRole('button', { name: 'Delete the comment' }).click()
  await thread.getByRole('button', { name: 'Keep it' }).click()
  await expect(thread.locator('summary').filter({ hasText: 'Delete' })).toBeFocused()
  await thread.locator('summary').filter({ hasText: 'Delete' }).click()
  await thread.getByRole('button', { name: 'Delete the comment' }).click()
  await expect(thread.getByText('The comment is deleted in 8 seconds.')).toBeVisible()
  await expectAccessible(page, thread)
  await expect(page.getByText(new RegExp(`^Deleted by ${account.name}`))).toBeVisible({ timeout: 15_000 })
  expect(await page.evaluate(() => document.body.dataset.same)).toBe('page')
})

test('a form that was closed during its send and opened again keeps the other words typed into it', async ({
  page,
}) => {
  await signUp(page, newAccount('Cleo Closed'))
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'problem')
  const mark = page.locator(`a[data-compose="thread"][data-block="${key}"]`)
  await mark.click()
  const words = `On its way ${Date.now()}`
  await composer(page).fill(words)
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route('**/rfc/io-uring-futex/comment', async (route) => {
    await held
    await route.continue()
  })
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await page.getByRole('link', { name: 'Cancel', exact: true }).click()
  await mark.click()
  const other = `Something else ${Date.now()}`
  await composer(page).fill(other)
  letGo()
  await expect(said(page, words)).toHaveCount(1)
  await expect(composer(page)).toHaveValue(other)
  await page.reload()
  await mark.click()
  await expect(composer(page)).toHaveValue(other)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(said(page, other)).toHaveCount(1)
})

test('a form of the account keeps its page and says what is known when no answer comes', async ({ page }) => {
  const account = newAccount('Una Unanswered')
  await page.goto('/sign-up')
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.route('**/sign-up', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not known whether' })).toBeVisible()
  await expect(page.getByLabel('E-mail address')).toHaveValue(account.email)
  await page.unroute('**/sign-up')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('a thread on a line of code and on a row of a table', async ({ page }) => {
  await signUp(page, newAccount('Lina'))
  await page.goto(PROPOSAL)
  for (const name of ['Comment on a row', 'Comment on a line']) {
    const words = `${name} ${Date.now()}`
    const picker = page.locator('details').filter({ hasText: name }).first()
    await picker.locator('summary').click()
    await picker.locator('a[data-compose]').nth(1).click()
    await composer(page).fill(words)
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(said(page, words)).toBeVisible()
  }
})

test('a thread fits on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await signUp(page, newAccount('Tom Thumb'))
  const words = `averylongwordwithoutanybreak${'x'.repeat(300)} ${Date.now()}`
  await comment(page, 'problem', words)
  await expectNoSidewaysScroll(page)
  await expectAccessible(
    page,
    page
      .getByRole('region', { name: /Thread/ })
      .filter({ hasText: words })
      .last(),
  )
})

test.describe('a form that another build made', () => {
  /** What a page of any build has in its form; the program below it may have been replaced since. */
  const fields = (blockKey: string, body: string) => ({
    revision: '1',
    blockKey,
    clientKey: crypto.randomUUID(),
    body,
    intent: 'send',
  })

  test('is stored, once, and answers with the address of the comment', async ({ page, baseURL }) => {
    await signUp(page, newAccount('Olga Old'))
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'problem')
    const words = `From before the upgrade ${Date.now()}`
    const request = {
      multipart: fields(key, words),
      headers: { origin: new URL(baseURL ?? '').origin },
      maxRedirects: 0,
    }
    const answers = [
      await page.request.post('/rfc/io-uring-futex/comment', request),
      await page.request.post('/rfc/io-uring-futex/comment', request),
    ]
    expect(answers.map((answer) => answer.status())).toEqual([303, 303])
    const [first, second] = answers.map((answer) => answer.headers().location)
    expect(first).toMatch(/^\/rfc\/io-uring-futex\/t\/\d+#c1$/)
    expect(second).toBe(first)
    await page.goto(first ?? '')
    await expect(said(page, words)).toHaveCount(1)
  })

  test('comes back with its words and a status that says what was wrong', async ({ page, baseURL }) => {
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'problem')
    const origin = new URL(baseURL ?? '').origin
    const post = (multipart: Record<string, string>, headers: Record<string, string> = { origin }) =>
      page.request.post('/rfc/io-uring-futex/comment', { multipart, headers, maxRedirects: 0 })
    const words = `Kept <words> ${Date.now()}`

    const signedOut = await post(fields(key, words))
    expect(signedOut.status()).toBe(401)
    expect(await signedOut.text()).toContain(words.replace('<', '&lt;').replace('>', '&gt;'))

    await signUp(page, newAccount('Otto Old'))
    const gone = await post(fields('problem-00000000', words))
    expect(gone.status()).toBe(409)
    expect(await gone.text()).toContain('There is no passage')
    const long = await post(fields(key, 'x'.repeat(70_000)))
    expect(long.status()).toBe(422)
    const huge = await post(fields(key, 'x'.repeat(300_000)))
    expect(huge.status()).toBe(413)
    expect(await huge.text()).toContain('256 KB')
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin, 'sec-fetch-site': 'cross-site' },
      {},
    ] as Record<string, string>[]) {
      expect((await post(fields(key, words), headers)).status(), JSON.stringify(headers)).toBe(403)
    }
    await page.goto(PROPOSAL)
    await expect(page.getByText(words)).toHaveCount(0)
  })

  test('asked by a script, sends that comment and not the page', async ({ page, baseURL }) => {
    await signUp(page, newAccount('Sally Script'))
    await page.goto(PROPOSAL)
    const { key } = await firstPassage(page, 'lifetime')
    const words = `Only this ${Date.now()}`
    const answer = await page.request.post('/rfc/io-uring-futex/comment', {
      multipart: fields(key, words),
      headers: { origin: new URL(baseURL ?? '').origin, accept: 'application/json' },
    })
    expect(answer.status()).toBe(200)
    const text = await answer.text()
    expect(text).toContain(words)
    expect(text.length).toBeLessThan(4000)
    expect(JSON.parse(text)).toMatchObject({ kind: 'stored', comment: 1, ancestors: [] })
  })
})

test('words whose answer was lost make no second comment after a reload either', async ({ page }) => {
  await signUp(page, newAccount('Rita Reload'))
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'sys-futex')
  const mark = page.locator(`a[data-compose="thread"][data-block="${key}"]`)
  await mark.click()
  const words = `Into the void and back ${Date.now()}`
  await composer(page).fill(words)
  await page.route('**/rfc/io-uring-futex/comment', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not known whether' })).toBeVisible()
  await page.unroute('**/rfc/io-uring-futex/comment')
  await page.reload()
  await mark.click()
  await expect(composer(page)).toHaveValue(words)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(composer(page)).toHaveCount(0)
  await expect.poll(() => timesSaid(page, words)).toBe(1)
  await page.reload()
  await expect.poll(() => timesSaid(page, words)).toBe(1)
})

test('what is typed while a comment is on its way stays, and is another comment', async ({ page }) => {
  await signUp(page, newAccount('Tess Typing'))
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'sys-futex')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  const words = `First half ${Date.now()}`
  const more = `${words}, second half`
  await composer(page).fill(words)
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route('**/rfc/io-uring-futex/comment', async (route) => {
    await held
    await route.continue()
  })
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await composer(page).fill(more)
  letGo()
  await expect(said(page, words)).toHaveCount(1)
  await expect(composer(page)).toHaveValue(more)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByRole('article').getByText(more, { exact: true })).toHaveCount(1)
})

test('when no answer comes the words stay, and a second try makes no second comment', async ({ page }) => {
  await signUp(page, newAccount('Lost Answer'))
  await page.goto(PROPOSAL)
  const { key } = await firstPassage(page, 'sys-futex')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  const words = `Into the void ${Date.now()}`
  await composer(page).fill(words)
  // The comment is stored, and its answer is lost on the way.
  await page.route('**/rfc/io-uring-futex/comment', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not known whether' })).toBeVisible()
  await expect(composer(page)).toHaveValue(words)
  await page.unroute('**/rfc/io-uring-futex/comment')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect.poll(() => timesSaid(page, words)).toBe(1)
  await page.reload()
  await expect.poll(() => timesSaid(page, words)).toBe(1)
})
