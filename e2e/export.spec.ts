import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { newAccount, signUp } from './people.ts'

const PROPOSAL = '/rfc/io-uring-futex/v1'
const VALIDATORS = join(import.meta.dirname, '../scripts/validators')

test('the mailbox passes the second linter and git’s own tools', async ({ request }) => {
  const response = await request.get(`${PROPOSAL}.mbox`)
  expect(response.status()).toBe(200)
  expect(response.headers()['content-disposition']).toContain('io-uring-futex-v1.mbox')
  const folder = mkdtempSync(join(tmpdir(), 'coherent-mbox-'))
  const file = join(folder, 'series.mbox')
  writeFileSync(file, await response.body())
  const linted = spawnSync(
    'python3',
    [join(VALIDATORS, 'lint_mbox.py'), '--kind', 'series', '--warn-as-error', file],
    { encoding: 'utf8' },
  )
  expect(linted.stdout).toContain('5 messages, 0 errors, 0 warnings')
  expect(linted.status).toBe(0)
  const missing = (process.env.COHERENT_ORACLE ?? '').split(' ')
  test.skip(
    missing.includes('git-email') || missing.includes('libmailtools-perl'),
    'git-email is not installed',
  )
  const git = spawnSync('bash', [join(VALIDATORS, 'v_git.sh'), file], { encoding: 'utf8' })
  expect(git.stdout + git.stderr).toContain('v_git: ok, 5 messages')
  rmSync(folder, { recursive: true })
})

test('a file of the bundle is served as it was published, and nothing beside it', async ({ request }) => {
  const model = await request.get(`${PROPOSAL}/files/models/wake-order.pml`)
  expect(model.headers()['content-type']).toBe('text/plain; charset=utf-8')
  expect(await model.text()).toBe(
    readFileSync(join(import.meta.dirname, '../content/io-uring-futex/v1/models/wake-order.pml'), 'utf8'),
  )
  for (const path of ['models/none.pml', '..%2f..%2fpackage.json', '%2e%2e/cover.mdx', 'models']) {
    expect((await request.get(`${PROPOSAL}/files/${path}`)).status(), path).toBe(404)
  }
})

test('an export is the same bytes each time', async ({ request }) => {
  const hash = async () =>
    createHash('sha256')
      .update(await (await request.get(`${PROPOSAL}.mbox`)).body())
      .digest('hex')
  expect(await hash()).toBe(await hash())
})

test('the plain text has claims with their verdicts and a counterexample as columns of CPUs', async ({
  request,
}) => {
  const text = await (await request.get(`${PROPOSAL}.txt`)).text()
  expect(text).toContain('Subject: [RFC 0/4] io_uring:')
  expect(text).toMatch(/violated/)
  expect(text).toMatch(/CPU0\s+CPU1/)
  expect(text).toMatch(/coherent-promela-\d+/)
  const lines = text.split('\n')
  expect(lines.length).toBeGreaterThan(500)
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(200)
})

test('the export page is a mail reader: a list of the thread, one mail, the next one by a key', async ({
  page,
}) => {
  await page.goto('/rfc/io-uring-futex/export')
  // Other journeys write comments meanwhile, which are listed as replies.
  const list = page.getByRole('navigation', { name: 'Mails of the thread' })
  await expect(list.getByRole('link', { name: /^(└ )?\[RFC \d\/4\]/ })).toHaveCount(5)
  const mail = page.getByRole('article')
  await expect(mail.getByRole('heading')).toHaveText(/^\[RFC 0\/4\] io_uring: /)
  // The server of the tests is this machine, and says so; nothing else is left for the linter. At the mail: the list
  // of all findings is folded when other journeys' replies add to it.
  await expect(mail.getByText(/^warning B21/).first()).toBeVisible()
  await expect(page.getByText(/^error /)).toHaveCount(0)
  await expectAccessible(page)

  await page.keyboard.press('j')
  await expect(mail.getByRole('heading')).toHaveText(/^\[RFC 1\/4\]/)
  await expect(list.locator('[aria-current]')).toHaveText(/\[RFC 1\/4\]/)
  await page.keyboard.press('k')
  await expect(mail.getByRole('heading')).toHaveText(/^\[RFC 0\/4\]/)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
})

test('the export page works without JavaScript, and each mail has a link and a file', async ({
  browser,
  request,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto('/rfc/io-uring-futex/export')
  await page.getByRole('link', { name: /^Next mail/ }).click()
  const mail = page.getByRole('article')
  await expect(mail.getByRole('heading')).toHaveText(/^\[RFC 1\/4\]/)
  const link = (await page.getByRole('link', { name: 'Link to this mail' }).getAttribute('href')) ?? ''
  await page.goto(link)
  await expect(mail.getByRole('heading')).toHaveText(/^\[RFC 1\/4\]/)

  const file = (await page.getByRole('link', { name: /as a file/ }).getAttribute('href')) ?? ''
  const response = await request.get(file)
  expect(response.headers()['content-type']).toContain('message/rfc822')
  expect(response.headers()['content-disposition']).toContain('0001-problem.eml')
  // A mail that is sent today has today's date; the mailbox is the same bytes each time.
  const undated = (text: string) => text.replace(/^Date: .*\n/gm, '')
  const bytes = await response.text()
  const sent = Date.parse(/^Date: (.*)$/m.exec(bytes)?.[1] ?? '')
  expect(Math.abs(Date.now() - sent)).toBeLessThan(10 * 60_000)
  expect(undated(await (await request.get(`${PROPOSAL}.mbox`)).text())).toContain(undated(bytes))
  await context.close()
})

/** A proposal of its own, because those that ship say everything in the words of the page. */
function publishWith(sentence: string): string {
  const slug = 'other-words'
  const root = join(import.meta.dirname, '..')
  const folder = mkdtempSync(join(tmpdir(), 'coherent-publish-'))
  const bundle = join(folder, slug, 'v1')
  cpSync(join(root, 'content/futex-requests-2021/v1'), bundle, { recursive: true })
  const cover = readFileSync(join(bundle, 'cover.mdx'), 'utf8')
  writeFileSync(
    join(bundle, 'cover.mdx'),
    cover.replace(/^change-id: .*$/m, `change-id: 20261123-${slug}-0a1b2c3d`),
  )
  appendFileSync(join(bundle, 'problem.mdx'), `\n${sentence}\n`)
  const published = spawnSync(process.execPath, [join(root, 'dist/coherent.mjs'), 'publish', folder], {
    encoding: 'utf8',
  })
  expect(published.stdout + published.stderr).toContain(slug)
  expect(published.status).toBe(0)
  rmSync(folder, { recursive: true })
  return slug
}

test('a finding leads to the passage of the write-up that it came from', async ({ page }) => {
  const slug = publishWith('From now on nobody waits.')
  await page.goto(`/rfc/${slug}/export`)
  const notes = page.locator('details').filter({ hasText: 'in other words than the page' })
  await notes.locator('summary').click()
  const place = notes.getByRole('link').first()
  const href = (await place.getAttribute('href')) ?? ''
  await place.click()
  const passage = page.locator(`[id="${href.split('#')[1]}"]`)
  await expect(passage).toBeVisible()
  await expect(passage).toContainText('From now on nobody waits.')
})

test('strangers see lists; the command is there to be copied, and reflects go to members only', async ({
  page,
  request,
}) => {
  await page.goto('/rfc/io-uring-futex/export')
  const command = page.getByRole('figure', { name: 'git send-email command', exact: true })
  await expect(command).toContainText('--to=io-uring@vger.kernel.org')
  await expect(command).toContainText('--no-chain-reply-to')
  await expect(command.getByRole('button', { name: 'Copy' })).toBeVisible()
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(3)
  const archive = await request.get('/rfc/io-uring-futex/export/v1/mails.tar')
  expect(archive.headers()['content-type']).toBe('application/x-tar')
  for (const file of ['reflect.tar', '9.eml', 'x', '..%2f..%2fx']) {
    expect((await request.get(`/rfc/io-uring-futex/export/v1/${file}`)).status(), file).toBe(404)
  }
})

test('a thread leaves as quoted replies: on the page, and in a mailbox that the second linter passes', async ({
  page,
  request,
}) => {
  const account = newAccount('Ünal Größe')
  await signUp(page, account)
  // The other proposal: no other journey comments on it.
  const proposal = '/rfc/futex-requests-2021/v1'
  const words = `Where is the bound? ${Date.now()}`
  await page.goto(proposal)
  const passage = page.locator('section#problem p[data-block]').first()
  const key = (await passage.getAttribute('data-block')) ?? ''
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  const composer = page.getByRole('textbox', { name: /Your (comment|reply)/ })
  await composer.fill(words)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const first = page
    .getByRole('article', { name: /Comment 1 by/ })
    .filter({ hasText: words })
    .last()
  await expect(first).toBeVisible()
  await first.getByRole('link', { name: /Reply/ }).click()
  // Marks stay marks, here and in the mail.
  const answer = 'In the callback, as *section 4* says.'
  await composer.fill(answer)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(answer).first()).toBeVisible()

  await page.goto('/rfc/futex-requests-2021/export')
  const list = page.getByRole('navigation', { name: 'Mails of the thread' })
  await list
    .getByRole('link', { name: /Ünal Größe/ })
    .last()
    .click()
  const mail = page.getByRole('article')
  await expect(mail).toContainText(answer)
  await expect(mail).toContainText('Re: [RFC 1/4]')
  await expect(mail).toContainText(`> ${words}`)
  await expect(mail, 'the address of an account is private').not.toContainText(account.email)
  await expectAccessible(page)

  await expect(page.getByRole('link', { name: 'Mailbox with the threads' })).toHaveAttribute(
    'href',
    `${proposal}.threads.mbox`,
  )
  const response = await request.get(`${proposal}.threads.mbox`)
  expect(response.status()).toBe(200)
  expect(response.headers()['content-disposition']).toContain('futex-requests-2021-v1.threads.mbox')
  const mailbox = await response.text()
  expect(mailbox).toContain(`\n${words}\n`)
  expect(mailbox).not.toContain(account.email)
  const folder = mkdtempSync(join(tmpdir(), 'coherent-threads-'))
  const file = join(folder, 'review.mbox')
  writeFileSync(file, mailbox)
  const linted = spawnSync('python3', [join(VALIDATORS, 'lint_mbox.py'), '--kind', 'review', file], {
    encoding: 'utf8',
  })
  // What a person typed may be warned of.
  expect(linted.stdout).toContain(' 0 errors, ')
  expect(linted.status).toBe(0)
  rmSync(folder, { recursive: true })
})

test('strangers find no page of sending, and are asked to sign in for a digest', async ({
  page,
  request,
}) => {
  expect((await request.get('/rfc/io-uring-futex/export/send')).status()).toBe(404)
  await page.goto('/rfc/io-uring-futex/export')
  await expect(page.getByRole('link', { name: 'Send it from here' })).toHaveCount(0)
  await page.goto('/rfc/io-uring-futex/export/digest')
  await expect(page.getByRole('link', { name: 'Sign in' }).last()).toBeVisible()
  await expectAccessible(page)
})
