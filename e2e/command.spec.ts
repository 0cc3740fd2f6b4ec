import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { expectAccessible } from './accessible.ts'
import { newAccount, signUp } from './people.ts'

const root = join(import.meta.dirname, '..')

/** The bundled command, with nothing but a token: no database of ours. */
async function coherent(token: string, args: readonly string[]): Promise<{ code: number; out: string }> {
  const env = childEnvironment({
    DATABASE_URL: undefined,
    COHERENT_DATA: '/nonexistent',
    COHERENT_URL: undefined,
    COHERENT_TOKEN: token,
  })
  const child = spawn(process.execPath, [join(root, 'dist/coherent.mjs'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      out += chunk
    })
  const [code] = await once(child, 'close')
  return { code: Number(code), out }
}

test('an author makes a token on their page, and works from an empty folder to a published revision with it', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'command-'))
  const site = ['--site', baseURL ?? '']
  await signUp(page, newAccount('Ada Author'))
  await page.goto('/me')
  const section = page.getByRole('region', { name: 'Command line' })
  await expect(section).toContainText('There is no token of yours.')
  await section.getByRole('button', { name: 'Make one' }).click()
  const token = await section.getByLabel('The token, shown once').inputValue()
  expect(token).toMatch(/^coherent-author-/)
  await expectAccessible(page)

  try {
    const slug = `commanded-${Date.now().toString(36)}`
    const dir = join(folder, slug)
    expect((await coherent(token, ['new', dir, '--title', 'Commanded waits'])).code).toBe(0)
    // Near the limit of one file, so that a form's limit would refuse it.
    appendFileSync(join(dir, 'models/hand-over.pml'), `/* ${'x'.repeat(400_000)} */\n`)
    const refused = await coherent('coherent-author-none', ['push', dir, ...site])
    expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('does not work') })
    const incomplete = await coherent(token, ['push', dir, '--publish', ...site])
    expect(incomplete.out).toContain('19 of 19 questions are open')
    expect(incomplete.code).toBe(1)
    // The template's claim is not as claimed, which is told.
    const published = await coherent(token, ['push', dir, '--publish', '--unfinished', ...site])
    expect(published.out).toContain(`${slug} v1: published`)
    expect(published.out).toContain('NOT AS CLAIMED')
    expect(published.code).toBe(1)
    await page.goto(`/rfc/${slug}`)
    await expect(page.getByRole('heading', { level: 1, name: 'Commanded waits' })).toBeVisible()

    const again = join(folder, 'again')
    expect(await coherent(token, ['pull', slug, again, ...site])).toMatchObject({ code: 0 })
    for (const file of ['cover.mdx', 'lifetime.mdx', 'models/hand-over.pml'])
      expect(readFileSync(join(again, file), 'utf8')).toBe(readFileSync(join(dir, file), 'utf8'))
    writeFileSync(join(again, 'data.txt'), 'no place for it')
    const misplaced = await coherent(token, ['push', again, ...site])
    expect(misplaced).toMatchObject({
      code: 1,
      out: expect.stringContaining('A file cannot be called "data.txt"'),
    })

    await page.goto('/me')
    await section.getByRole('button', { name: 'Revoke it' }).click()
    await expect(section).toContainText('Revoked')
    expect((await coherent(token, ['threads', slug, ...site])).code).toBe(2)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
