import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'

const root = join(import.meta.dirname, '..')
const coherent = join(root, 'dist/coherent.mjs')
/** No database, whatever the tests around this one have. */
const env = childEnvironment({
  DATABASE_URL: undefined,
  COHERENT_DATA: '/nonexistent',
  COHERENT_URL: undefined,
})

async function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [coherent, ...args], { cwd: root, env, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return Number(code)
}

test('an author sees their folder as readers will, without a database: problems at the head, claims checked, anew with each change', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'preview-'))
  const dir = join(folder, 'ring-waits')
  expect(await run(['new', dir, '--title', 'Ring waits'])).toBe(0)
  const app = spawn(process.execPath, [coherent, 'preview', dir], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface({ input: app.stdout })
    const [line] = (await once(lines, 'line')) as [string]
    const address = /^(http:\/\/127\.0\.0\.1:\d+)\/preview /.exec(line)?.[1] ?? ''
    expect(address).not.toBe('')

    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1, name: 'Ring waits' })).toBeVisible()
    await expect(page.getByText('v1, not published')).toBeVisible()
    await expect(page.getByText('Gate: 19 of 19 questions open')).toBeVisible()
    await expect(page.getByText('is violated').or(page.getByText('Violated')).first()).toBeVisible({
      timeout: 30_000,
    })
    await expect(page.getByText(/1 of 1 claim not as claimed: no-wake-is-lost/)).toBeVisible()
    // What its author calls things is what a reader steps through, with the model's own names beside it.
    const claim = page.locator('#b-no-wake-is-lost')
    // The page loads itself anew when the claims are checked, and a fold is closed again.
    await expect(async () => {
      for (const fold of await claim.locator('details').all())
        if ((await fold.getAttribute('open')) === null)
          await fold.locator('> summary').click({ timeout: 2000 })
      await expect(claim.getByText('the waiter: awake -> asleep')).toBeVisible({ timeout: 2000 })
    }).toPass()
    const simulation = page.locator('figure[data-simulation="hand-over-run"]')
    await simulation.getByRole('button', { name: 'Run this model' }).click()
    await simulation.getByRole('button', { name: /^End/ }).click()
    const state = simulation.getByRole('region', { name: 'State', exact: true })
    await expect(state.getByRole('row', { name: /^the waiter \(asleep\)/ })).toContainText('asleep (true)')
    await expect(simulation.getByText(/^P\d the wa(?:iter|ker): /).first()).toBeVisible()
    for (const [width, colorScheme] of [
      [1360, 'light'],
      [390, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await expectAccessible(page, simulation)
      await expectNoSidewaysScroll(page)
    }
    await page.keyboard.press('Escape')
    // No word of an account, and no way to what is not here.
    await expect(page.getByText('Sign in to comment')).toHaveCount(0)

    const problem = join(dir, 'problem.mdx')
    const before = readFileSync(problem, 'utf8')
    writeFileSync(problem, before.replace('What is left out on purpose', 'It takes **no lock** on the way'))
    await expect(page.getByText('It takes no lock on the way')).toBeVisible({ timeout: 15_000 })

    writeFileSync(problem, `${before}\nIt takes <10s.\n`)
    const alert = page.getByRole('alert', { name: 'Problems of the folder' })
    await expect(alert).toContainText('problem.mdx:', { timeout: 15_000 })
    await expect(alert).toContainText('Below is the text as it last could be read.')
    await expect(page.getByText('It takes no lock on the way')).toBeVisible()

    // A link is never followed out of the folder.
    symlinkSync('/etc/passwd', join(dir, 'models/secret.pml'))
    await expect(alert).toContainText('Links are not allowed', { timeout: 15_000 })
    await expect(page.getByText('root:')).toHaveCount(0)
    unlinkSync(join(dir, 'models/secret.pml'))
    writeFileSync(problem, before)
    await expect(alert).toHaveCount(0, { timeout: 15_000 })

    const model = join(dir, 'models/hand-over.pml')
    writeFileSync(
      model,
      readFileSync(model, 'utf8')
        .replace(':: !work ->\n', ':: atomic { !work ->\n')
        .replace('asleep = true;\n', 'asleep = true };\n'),
    )
    await expect(page.getByText('1 claim, as claimed')).toBeVisible({ timeout: 30_000 })

    const other = await page.request.get(`${address}/rfc`)
    expect(other.status()).toBe(404)
    expect(await other.text()).toContain('This is the preview of a folder: there is no database')
    expect((await page.request.post(`${address}/sign-in`)).status()).toBe(404)

    app.kill('SIGINT')
    const [code] = await once(app, 'exit')
    expect(code).toBe(0)
    await expect(page.request.get(address)).rejects.toThrow(/ECONNREFUSED/)
  } finally {
    app.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})

test('the app that has a database is nobody’s preview', async ({ page }) => {
  expect((await page.goto('/preview'))?.status()).toBe(404)
  expect((await page.request.get('/preview/changed?since=x')).status()).toBe(404)
})
