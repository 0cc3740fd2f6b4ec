import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'

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
  await expect(page.getByRole('article')).toHaveCount(5)
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
})
