import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { importByCommand, MAILED, mailedParts, mailTo, runCommand } from './mails.ts'
import { newAccount, signUp } from './people.ts'

test('a mail that the operator imports stands beside its passage, once, with where it came from', async ({
  page,
  request,
}) => {
  const parts = await mailedParts(request)
  const part = parts[1] ?? { id: '', line: '' }
  const words = `Which workload is ${Date.now()}, <b>exactly</b>?`
  const { id, text } = mailTo(part, words)
  const first = importByCommand(text, '--json')
  expect(first.stderr).toBe('')
  const { messages } = JSON.parse(first.stdout)
  expect(messages).toMatchObject([{ status: 'imported', comments: [{ slug: MAILED }] }])
  expect(importByCommand(text).stdout).toContain('1 here already')

  // Its Message-ID leads to the comment; the comment leads to the mail.
  await page.goto(`/m/${id}`)
  await expect(page).toHaveURL(/\/t\/\d+#c1$/)
  const comment = page.getByRole('article', { name: 'Comment 1 by Reva Lister' })
  await expect(comment).toContainText(words)
  await expect(comment).toContainText('<reva@lister.example>')
  await expectAccessible(page)
  await comment.getByRole('link', { name: 'by mail, not confirmed' }).click()
  await expect(page.getByText('nothing proves the sender')).toBeVisible()
  await page.getByText('The whole mail, as it came').click()
  await expect(page.getByText('In-Reply-To:')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
})

test('a Message-ID of a part leads to the part; one that is not here says what to do', async ({
  page,
  request,
}) => {
  const [, part] = await mailedParts(request)
  const answer = await request.get(`/m/${part?.id}`, { maxRedirects: 0 })
  expect(answer.headers().location).toMatch(/^\/rfc\/io-uring-futex\/v1#b-problem-/)
  const missing = await page.goto('/m/nothing@nowhere.example')
  expect(missing?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'This mail is not here' })).toBeVisible()
  await expectAccessible(page)
})

for (const javaScriptEnabled of [true, false]) {
  test(`what somebody without a role uploads is held (${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, async ({
    browser,
    request,
  }) => {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await signUp(page, newAccount(), '/import')
    await page.goto('/import')
    if (javaScriptEnabled) await expectAccessible(page)
    const [, , part] = await mailedParts(request)
    const { id, text } = mailTo(part ?? { id: '', line: '' }, 'Let me in.')
    const file = { name: 'mail.eml', mimeType: 'message/rfc822', buffer: Buffer.from(text) }
    await page.getByLabel(/A mailbox/).setInputFiles(file)
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await expect(page.getByText('1 held until somebody looks at it.')).toBeVisible()
    await expectNoSidewaysScroll(page)
    // He sees neither the queue nor the mail: both are for who has a role.
    await page.goto('/import/queue')
    await expect(page.getByText('You have no role in a proposal')).toBeVisible()
    expect((await page.goto(`/m/${id}`))?.status()).toBe(404)
    await context.close()
  })
}

test('an address is confirmed by a link that the operator makes where no mail can be sent', async ({
  page,
}) => {
  const account = newAccount()
  await signUp(page, account)
  await page.goto('/me')
  await expect(page.getByText('not confirmed: you sign in with it')).toBeVisible()
  await expect(page.getByLabel('Address to confirm')).toHaveValue(account.email)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Send the link' }).click()
  // No mail leaves from here; the operator makes the link.
  await expect(page.getByText('ask its operator for a link')).toBeVisible()
  await page.goto('/me/confirm/nothing')
  await expect(page.getByText('asked for by another account')).toBeVisible()

  const made = runCommand('address-link', account.email)
  expect(made.stderr).toBe('')
  const link = /http\S+/.exec(made.stdout)?.[0] ?? ''
  await page.goto(new URL(link).pathname)
  await expect(page.getByText(`${account.email} becomes the address of`)).toBeVisible()
  await page.getByRole('button', { name: 'This address is mine' }).click()
  await expect(page).toHaveURL(/\/me$/)
  await expect(page.getByRole('listitem').filter({ hasText: account.email })).toHaveText(
    `${account.email}, confirmed`,
  )
})

test('mail over HTTP needs a token', async ({ request }) => {
  const send = (headers: Record<string, string>) =>
    request.post('/api/mail', {
      data: 'Subject: x\n\nx\n',
      headers: { 'content-type': 'message/rfc822', ...headers },
    })
  expect((await send({})).status()).toBe(401)
  expect((await send({ authorization: 'Bearer coherent-mail-guess' })).status()).toBe(401)
})
