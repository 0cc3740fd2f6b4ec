import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import pg from 'pg'
import { type ProposalWish, proposalFiles } from '#lib/review/gate/samples/proposal-files.ts'
import { parseQuestionnaire, type Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { type Account, newAccount, signUp } from './people.ts'

/** A proposal from no answer to all of them, with a reviewer who finds one weak; half of it without JavaScript. */
test.slow()
const root = join(import.meta.dirname, '..')
const command = join(root, 'dist/coherent.mjs')

function futex(): Questionnaire {
  const file = join(root, 'content/questionnaires/futex@1.yaml')
  const parsed = parseQuestionnaire('futex@1.yaml', readFileSync(file, 'utf8'), 'futex@1')
  if (!parsed.ok) throw new Error('the questionnaire cannot be read')
  return parsed.value
}
const questionnaire = futex()
const none = Object.fromEntries(questionnaire.questions.map(({ id }) => [id, null]))

function run(...args: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' })
  return { code: status, said: stdout + stderr }
}

/** A revision as a folder; the path of the folder. */
function write(folder: string, slug: string, wish: Omit<ProposalWish, 'changeId'>): string {
  const bundle = join(folder, slug, `v${wish.revision ?? 1}`)
  for (const { path, bytes } of proposalFiles(
    { changeId: `20261123-${slug}-0a0b0c0d`, ...wish },
    questionnaire,
  )) {
    mkdirSync(dirname(join(bundle, path)), { recursive: true })
    writeFileSync(join(bundle, path), bytes)
  }
  return bundle
}

async function giveRole(account: Account, slug: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  try {
    await client.query(
      `INSERT INTO membership (proposal_id, person_id, role)
       SELECT p.id, u.person_id, $3::role FROM proposal p, auth_user u WHERE p.slug = $1 AND u.email = $2`,
      [slug, account.email, role],
    )
  } finally {
    await client.end()
  }
}

const state = (page: Page, question: string) => page.locator(`[id="q-${question}"]`)

test('a proposal goes from nineteen open questions to none', async ({ page, browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-gate-'))
  const slug = `gate-${Date.now().toString(36)}`

  // Nothing is answered: the command says so with 1, publishing is possible, and the page lists all of it.
  const first = write(folder, slug, { answers: none, title: 'From nothing to all of it' })
  const looked = run('gate', first)
  expect(looked.code).toBe(1)
  expect(looked.said).toContain('Incomplete: 19 of 19 questions are open.')
  expect(looked.said).toMatch(/lifetime\.mdx:\d+:\d+: races: missing\./)
  expect(run('publish', folder)).toMatchObject({ code: 0 })
  await page.goto('/rfc')
  const listed = page.getByRole('listitem').filter({ hasText: 'From nothing to all of it' })
  await listed.getByRole('link', { name: '19 of 19 questions open' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Gate of v1' })).toBeVisible()
  await expect(page.getByText('Incomplete: 19 of 19 questions are open.')).toBeVisible()
  await expect(state(page, 'races')).toContainText('missing')
  await expectAccessible(page)

  // Its exports say it first.
  const text = await (await page.request.get(`/rfc/${slug}/v1.txt`)).text()
  expect(text).toContain('Subject: [RFC 0/4] futex: incomplete: 19 of 19 questions unanswered: From')
  expect(text).toContain('\n\nincomplete: 19 of 19 questions unanswered\n\n')

  // The second one answers all but one.
  write(folder, slug, {
    ...{ revision: 2, changelog: ['Answers all but the races'], answers: { races: 'TBD' } },
    title: 'From nothing to all of it',
  })
  expect(run('publish', folder)).toMatchObject({ code: 0 })
  await page.goto(`/rfc/${slug}`)
  await page.getByRole('link', { name: 'Gate: 1 of 19 questions open' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Gate of v2' })).toBeVisible()
  await expect(state(page, 'races')).toContainText('placeholder')
  await page.getByRole('list').getByRole('link', { name: 'races', exact: true }).click()
  await expect(state(page, 'races')).toBeInViewport()
  await state(page, 'races')
    .getByRole('link', { name: /^lifetime\.mdx:\d+:1$/ })
    .click()
  await expect(page).toHaveURL(new RegExp(`/rfc/${slug}/v2#b-`))
  await page.goto(`/rfc/${slug}/v1/gate`)
  await expect(page.getByText('Incomplete: 19 of 19 questions are open.')).toBeVisible()

  // The third answers everything; a reviewer, without JavaScript, does not find so.
  write(folder, slug, {
    ...{ revision: 3, changelog: ['Answers the question of the races'], title: 'From nothing to all of it' },
  })
  expect(run('publish', folder)).toMatchObject({ code: 0 })
  expect(run('gate', slug)).toMatchObject({ code: 0 })
  const reviewing = await browser.newPage({ javaScriptEnabled: false })
  const reva = newAccount('Reva')
  await signUp(reviewing, reva)
  await reviewing.goto(`/rfc/${slug}/gate`)
  await expect(reviewing.getByText('Complete: all 19 questions are answered')).toBeVisible()
  await expect(reviewing.getByText('Does not answer …')).toHaveCount(0)
  await giveRole(reva, slug, 'reviewer')
  await reviewing.goto(`/rfc/${slug}/gate`)
  const scope = state(reviewing, 'scope')
  await scope.getByText('Does not answer …').click()
  await scope.getByLabel('What it does not say, in one sentence').fill('Too short')
  await scope.getByRole('button', { name: 'Mark scope as weak' }).click()
  await expect(reviewing.getByRole('alert')).toContainText('10 characters or more')
  await expect(state(reviewing, 'scope').getByLabel('What it does not say, in one sentence')).toHaveValue(
    'Too short',
  )
  await state(reviewing, 'scope')
    .getByLabel('What it does not say, in one sentence')
    .fill('It names no limit at all, and none of the operations.')
  await state(reviewing, 'scope').getByRole('button', { name: 'Mark scope as weak' }).click()
  await reviewing.goto(`/rfc/${slug}/gate`)
  await expect(state(reviewing, 'scope')).toContainText('weak')
  await expect(state(reviewing, 'scope')).toContainText('It names no limit at all')
  await page.goto(`/rfc/${slug}/gate`)
  await expectAccessible(page)
  const open = await (await page.request.get(`/rfc/${slug}/v3/gate.json`)).json()
  expect(open).toMatchObject({ passes: false, open: 1, of: 19, weak: [{ question: 'scope' }] })
  expect(await (await page.request.get(`/rfc/${slug}/gate.txt`)).text()).toContain('scope: weak. Reva')
  expect(run('gate', slug)).toMatchObject({ code: 1 })

  // The fourth has another answer, and nothing is open any more; in the third it stands until it is taken back.
  write(folder, slug, {
    ...{ revision: 4, changelog: ['Says what is left out'], title: 'From nothing to all of it' },
    answers: {
      scope: 'Left out are priority inheritance and requeue: each of them needs a task to stand for.',
    },
  })
  expect(run('publish', folder)).toMatchObject({ code: 0 })
  await page.goto(`/rfc/${slug}/gate`)
  await expect(page.getByText('Complete: all 19 questions are answered')).toBeVisible()
  await reviewing.goto(`/rfc/${slug}/v3/gate`)
  await reviewing.getByRole('button', { name: 'Take back what I said of scope' }).click()
  await reviewing.goto(`/rfc/${slug}/v3/gate`)
  await expect(reviewing.getByText('Complete: all 19 questions are answered')).toBeVisible()
  await reviewing.close()
  rmSync(folder, { recursive: true })
})

test('a reviewer with scripts marks in place, and sees at once that it is open', async ({ page }) => {
  const slug = 'futex-requests-2021'
  const max = newAccount('Max')
  await signUp(page, max)
  await giveRole(max, slug, 'reviewer')
  await page.goto(`/rfc/${slug}/v1/gate`)
  const semantics = state(page, 'semantics')
  await semantics.getByText('Does not answer …').click()
  await semantics
    .getByLabel('What it does not say, in one sentence')
    .fill('It gives no return value of either.')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Incomplete: 17 of 19 questions are open.')).toBeVisible()
  await expect(semantics).toContainText('It gives no return value of either.')
  await semantics.getByRole('button', { name: 'Take back what I said of semantics' }).click()
  await expect(page.getByText('Incomplete: 16 of 19 questions are open.')).toBeVisible()
})

for (const [scheme, width] of [
  ['light', 390],
  ['dark', 390],
  ['dark', 1360],
] as const) {
  test(`the example of 2021 shows its failures: ${scheme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    await page.goto('/rfc/futex-requests-2021/v1/gate')
    await expect(page.getByText(/Incomplete: 1[67] of 19 questions are open\./)).toBeVisible()
    await expect(state(page, 'gain')).toContainText('placeholder')
    await expect(state(page, 'robust')).toContainText('missing')
    await expect(state(page, 'contexts')).toContainText('answered')
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
    await page.screenshot({ path: join(root, `test-results/gate-${scheme}-${width}.png`), fullPage: true })
  })
}

test('what is not there has no gate', async ({ request }) => {
  for (const path of [
    'nobody-knows/gate',
    'nobody-knows/gate.txt',
    'io-uring-futex/v99/gate',
    'io-uring-futex/v99/gate.json',
  ])
    expect((await request.get(`/rfc/${path}`)).status(), path).toBe(404)
})
