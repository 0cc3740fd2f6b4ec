import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(200)
})

test('the export page shows the thread, and nothing is left for the linter', async ({ page }) => {
  await page.goto('/rfc/io-uring-futex/export')
  await expect(page.getByText('The linter has nothing to say about them.')).toBeVisible()
  // Cover and four parts; replies to them are listed as well, and other journeys write some meanwhile.
  await expect(page.getByRole('article').filter({ hasText: /Subject\s*\[RFC \d\/4\]/ })).toHaveCount(5)
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
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
  await composer.fill('In the callback, as *section 4* says.')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('In the callback, as section 4 says.').first()).toBeVisible()

  await page.goto('/rfc/futex-requests-2021/export')
  const mail = page.getByRole('article').filter({ hasText: 'In the callback, as section 4 says.' }).last()
  await expect(mail).toContainText('Re: [RFC 1/4]')
  await expect(mail).toContainText(`> ${words}`)
  await expect(mail, 'the address of an account is private').not.toContainText(account.email)
  await expectAccessible(page)

  await expect(page.getByRole('link', { name: 'mbox with the threads' })).toHaveAttribute(
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
  const linted = spawnSync(
    'python3',
    [join(VALIDATORS, 'lint_mbox.py'), '--kind', 'review', '--warn-as-error', file],
    { encoding: 'utf8' },
  )
  expect(linted.stdout).toContain(' 0 errors, 0 warnings')
  expect(linted.status).toBe(0)
  rmSync(folder, { recursive: true })
})
