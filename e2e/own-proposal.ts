/**
 * Proposals of one journey's own, with people of its own in them: complete ones, so that they go all the way to a decision.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, expect, type Page } from '@playwright/test'
import { type ProposalWish, proposalFiles } from '#lib/review/gate/samples/proposal-files.ts'
import { parseQuestionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { type Account, enter } from './people.ts'
import { sql } from './sql.ts'

const root = join(import.meta.dirname, '..')
export const CONDITION = 'A model in which the waker dies first.'

let made = 0
/** A slug nobody else uses. */
export const newSlug = (word: string) => `${word}-${Date.now().toString(36)}${(made++).toString(36)}`

/**
 * Publishes a revision that answers every question.
 *
 * @param more words at the end of the last write-up
 * @returns the exit code: 1 where a claim is not as claimed
 */
export function publish(slug: string, wish: Omit<ProposalWish, 'changeId'>, more = ''): number | null {
  const file = join(root, 'content/questionnaires/futex@1.yaml')
  const questionnaire = parseQuestionnaire('futex@1.yaml', readFileSync(file, 'utf8'), 'futex@1')
  if (!questionnaire.ok) throw new Error('the questionnaire cannot be read')
  const folder = mkdtempSync(join(tmpdir(), 'coherent-own-'))
  const bundle = join(folder, slug, `v${wish.revision ?? 1}`)
  const files = proposalFiles({ changeId: `20261123-${slug}-0a0b0c0d`, ...wish }, questionnaire.value)
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(bundle, path)), { recursive: true })
    const text = Buffer.from(bytes).toString('utf8')
    writeFileSync(join(bundle, path), path === 'lifetime.mdx' ? `${text}\n${more}\n` : text)
  }
  const done = spawnSync(process.execPath, [join(root, 'dist/coherent.mjs'), 'publish', folder], {
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  expect(done.stdout + done.stderr).toContain(slug)
  return done.status
}

type GivenRole = 'reader' | 'author' | 'reviewer' | 'maintainer' | 'admin'

/** Somebody with a role in a proposal, in a browser without scripts. `role`: null for none; `admin`: of the installation. */
export async function member(
  browser: Browser,
  name: string,
  slug: string,
  role: GivenRole | null,
): Promise<{ readonly page: Page; readonly account: Account }> {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  const account = await enter(page, name, { isAdmin: role === 'admin' })
  if (role !== null && role !== 'admin')
    await sql(
      `INSERT INTO membership (proposal_id, person_id, role)
       SELECT p.id, u.person_id, $2::role FROM proposal p, auth_user u WHERE p.slug = $3 AND u.email = $1`,
      ...[account.email, role, slug],
    )
  return { page, account }
}

export const someone = async (browser: Browser, name: string, slug: string, role: GivenRole | null) =>
  (await member(browser, name, slug, role)).page

/** The form of a comment on the first paragraph of the last write-up. */
export async function compose(page: Page, slug: string, words: string): Promise<void> {
  await page.goto(`/rfc/${slug}`)
  const key = await page.locator('section#lifetime p[data-block]').first().getAttribute('data-block')
  await page.locator(`a[data-compose="thread"][data-block="${key}"]`).click()
  await page.getByRole('textbox', { name: 'Your comment on this passage' }).fill(words)
}

/** Raises an objection to the first passage of the last write-up. */
export async function object(page: Page, slug: string, words: string): Promise<void> {
  await compose(page, slug, words)
  await page.getByRole('radio', { name: /^objection/ }).check()
  await page.getByRole('textbox', { name: 'What would clear it' }).fill(CONDITION)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page).toHaveURL(/\/t\/\d+#c1$/)
}

/** Presses a button on the page of a proposal's state, and reads what came of it. */
export async function pressState(page: Page, slug: string, name: string, done: string): Promise<void> {
  await page.goto(`/rfc/${slug}/state`)
  await page.getByRole('button', { name, exact: true }).click()
  await expect(page.getByRole('status')).toContainText(done)
}
