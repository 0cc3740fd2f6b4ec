import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { proposalFiles } from '#lib/review/gate/samples/proposal-files.ts'
import { parseQuestionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { enter, newAccount, signUp } from './people.ts'
import { sql } from './sql.ts'

// A proposal is written in the browser: begun, filled in, checked, published, and written by two at once.

const field = (page: Page, path: string) => page.getByRole('textbox', { name: path, exact: true })
const aTitle = () => `Drafted ${randomUUID().slice(0, 8)}`

async function begin(page: Page, title: string): Promise<string> {
  await page.goto('/new')
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Area').fill('futex')
  await page.getByLabel('Authors').fill('Ada Author <ada@example.org>')
  await page.getByLabel('Lists').fill('list@example.org')
  await page.getByRole('button', { name: 'Begin' }).click()
  await expect(page).toHaveURL(/\/rfc\/drafted-[0-9a-f]+\/edit$/)
  return /\/rfc\/([^/]+)\/edit/.exec(page.url())?.[1] ?? ''
}

async function makeAuthor(slug: string, email: string): Promise<void> {
  await sql(
    `INSERT INTO membership (proposal_id, person_id, role)
     SELECT p.id, u.person_id, 'author' FROM proposal p, auth_user u WHERE p.slug = $1 AND u.email = $2`,
    ...[slug, email],
  )
}

const questionnaire = () => {
  const id = 'futex@1'
  const text = readFileSync(join(import.meta.dirname, `../content/questionnaires/${id}.yaml`), 'utf8')
  const parsed = parseQuestionnaire(`${id}.yaml`, text, id)
  if (!parsed.ok) throw new Error('the questionnaire cannot be read')
  return parsed.value
}

/** A published proposal of a person, made by the forms alone. */
async function published(page: Page): Promise<string> {
  const slug = await begin(page, aTitle())
  await page.goto(`/rfc/${slug}/edit/publish`)
  await page.getByRole('checkbox', { name: /Publish it unfinished/ }).check()
  await page.getByRole('button', { name: 'Publish v1' }).click()
  await expect(page).toHaveURL(`/rfc/${slug}/v1`, { timeout: 60_000 })
  return slug
}

test('from /new to a published v1 with a complete gate, in the browser alone', async ({ page }) => {
  test.setTimeout(180_000)
  await enter(page, 'Ada Author')
  await page.goto('/')
  await page.getByRole('link', { name: 'Write' }).click()
  await expect(page.getByRole('heading', { name: 'New proposal' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Begin' }).click()
  await expect(page.getByText('Write the title; it is empty.')).toBeVisible()

  const title = aTitle()
  const slug = await begin(page, title)
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  await expect(page.getByRole('heading', { name: /^Gate: \d+ to do$/ })).toBeVisible()
  await expectAccessible(page)

  // What is wrong is told with its line while somebody writes, and F8 goes there.
  await page.getByRole('link', { name: 'problem.mdx', exact: true }).click()
  const problem = field(page, 'problem.mdx')
  await problem.press('ControlOrMeta+End')
  await problem.pressSequentially('\n<Answer to="no-such-question">\n\nWords.\n\n</Answer>\n')
  await expect(page.getByText('All of it is saved.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'To correct: 1' })).toBeVisible({ timeout: 15_000 })
  await problem.press('ControlOrMeta+Home')
  await problem.press('F8')
  expect(
    await problem.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    ),
  ).toBe('<Answer to="no-such-question">')

  // The whole of it, file by file.
  const files = proposalFiles({ changeId: '20261123-x-0a0b0c0d', title }, questionnaire())
  const cover = await page.request.get(`/rfc/${slug}/edit?file=cover.mdx`)
  const changeId = /change-id: (\S+)/.exec(await cover.text())?.[1] ?? ''
  await page.getByText('Add or delete a file').click()
  await page.getByLabel('Name of a new file').fill('models/flag.pml')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(field(page, 'models/flag.pml')).toBeVisible()
  for (const { path, bytes } of files) {
    await page.goto(`/rfc/${slug}/edit?file=${encodeURIComponent(path)}`)
    await field(page, path).fill(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^change-id: .*$/m, `change-id: ${changeId}`),
    )
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  }
  await expect(page.getByRole('heading', { name: 'Gate: nothing is missing' })).toBeVisible()

  await page.goto(`/rfc/${slug}/edit/preview/lifetime`)
  await expect(page.getByRole('heading', { name: /The write-up lifetime/ })).toBeVisible()
  await expectAccessible(page)
  await page.goto(`/rfc/${slug}/edit`)
  await page.getByRole('link', { name: 'Publish v1' }).click()
  await expect(page.getByText('Complete: all 19 questions are answered')).toBeVisible({ timeout: 60_000 })
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Publish v1' }).click()
  await expect(page).toHaveURL(`/rfc/${slug}/v1`, { timeout: 60_000 })
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  await expect(page.getByText('Gate: all 19 questions answered')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Edit', exact: true })).toBeVisible()
})

test('an unfilled template is not published in silence, and the next revision says what changed', async ({
  page,
}) => {
  test.setTimeout(120_000)
  await enter(page, 'Ada Author')
  const slug = await begin(page, aTitle())
  await page.goto(`/rfc/${slug}/edit/publish`)
  await expect(page.getByText('✗ Not as claimed: no-wake-is-lost')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Publish v1' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing was published' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/Tick the box to publish it unfinished/)).toBeVisible()
  await page.getByRole('checkbox', { name: /Publish it unfinished/ }).check()
  await page.getByRole('button', { name: 'Publish v1' }).click()
  await expect(page).toHaveURL(`/rfc/${slug}/v1`, { timeout: 60_000 })

  await page.goto(`/rfc/${slug}/edit?file=problem.mdx`)
  const problem = field(page, 'problem.mdx')
  await problem.press('ControlOrMeta+End')
  await problem.pressSequentially('\nOne more paragraph, which nobody had written before.\n')
  await expect(page.getByText('All of it is saved.')).toBeVisible()
  await page.goto(`/rfc/${slug}/edit/publish`)
  const changelog = page.getByLabel(/What changed since v1/)
  await expect(changelog).toHaveValue(/^problem: 1 new\.$/m, { timeout: 60_000 })
  await page.getByRole('checkbox', { name: /Publish it unfinished/ }).check()
  await changelog.fill('Said what nobody had written before.')
  await page.goto(`/rfc/${slug}/edit`)
  await page.goto(`/rfc/${slug}/edit/publish`)
  await expect(changelog).toHaveValue('Said what nobody had written before.', { timeout: 60_000 })
  await expect(page.getByRole('checkbox', { name: /Publish it unfinished/ })).toBeChecked()
  await page.getByRole('button', { name: 'Publish v2' }).click()
  await expect(page).toHaveURL(`/rfc/${slug}/v2`, { timeout: 60_000 })
  await expect(page.getByText('One more paragraph, which nobody had written before.')).toBeVisible()
})

test('without JavaScript a file is saved, two authors come together, and where they cannot both texts are there', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  const plain: BrowserContext = await browser.newContext({ javaScriptEnabled: false })
  const page = await plain.newPage()
  await signUp(page, newAccount('Ada Author'))
  const slug = await published(page)
  const other = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  const bob = newAccount('Bob Author')
  await signUp(other, bob)
  await makeAuthor(slug, bob.email)

  await page.goto(`/rfc/${slug}/edit?file=problem.mdx`)
  await other.goto(`/rfc/${slug}/edit?file=problem.mdx`)
  const [mine, theirs] = [field(page, 'problem.mdx'), field(other, 'problem.mdx')]
  const text = await mine.inputValue()
  await mine.fill(text.replace('## Who needs it', '## Who needs this'))
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  await theirs.fill(`${text}\n## The end\n`)
  await other.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(other.getByText(/Saved, together with what somebody else/)).toBeVisible()
  await expect(theirs).toHaveValue(/## Who needs this[\s\S]*## The end/)

  const stale = text.replace('## Who needs it', '## For whom')
  await page.goto(`/rfc/${slug}/edit?file=problem.mdx`)
  const opened = await mine.inputValue()
  await theirs.fill(opened.replace('## Who needs this', '## Theirs'))
  await other.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(other.getByText('Saved.', { exact: true })).toBeVisible()
  await mine.fill(stale)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Your text is still here' })).toBeVisible()
  await expect(mine).toHaveValue(/## For whom/)
  await expect(page.getByRole('region', { name: 'The text that is there now' })).toContainText('## Theirs')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  await expect(mine).toHaveValue(/## For whom/)

  await page.goto(`/rfc/${slug}/edit/history`)
  await expect(page.getByText(/a text that could not be merged, kept here/)).toBeVisible()
  await page.getByRole('button', { name: 'Put state 1 back' }).click()
  await expect(page.getByText('The older state is back.')).toBeVisible()
  // To somebody else there is no editor.
  const stranger = await (await browser.newContext()).newPage()
  await signUp(stranger, newAccount('Sam Stranger'))
  expect((await stranger.goto(`/rfc/${slug}/edit`))?.status()).toBe(404)
})

test('what is typed while the server is away is said to be unsaved, survives the tab, and is saved by the next', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000)
  await enter(page, 'Ada Author')
  const slug = await begin(page, aTitle())
  const address = `/rfc/${slug}/edit?file=problem.mdx`
  await page.goto(address)
  const problem = field(page, 'problem.mdx')
  await problem.press('ControlOrMeta+End')
  await problem.pressSequentially('\nSaved before.\n')
  await expect(page.getByText('All of it is saved.')).toBeVisible()
  await context.setOffline(true)
  await problem.pressSequentially('\nTyped while it was away.\n')
  const aloud = page.locator('[data-copy-aloud]')
  await expect(aloud).toHaveText(/Not saved for 5 seconds\. The server does not answer\./, {
    timeout: 10_000,
  })
  // The tab is gone, without asking.
  await page.close({ runBeforeUnload: false })
  await context.setOffline(false)
  const next = await context.newPage()
  await next.goto(address)
  await expect(field(next, 'problem.mdx')).toHaveValue(/Typed while it was away\./)
  await expect(next.getByText('All of it is saved.')).toBeVisible({ timeout: 15_000 })
  const [row] = await sql(
    `SELECT convert_from(t.bytes, 'UTF8') AS text FROM working_copy c
     JOIN working_text t ON t.copy_id = c.id AND t.sha256 = c.files->>'problem.mdx' WHERE c.slug = $1`,
    slug,
  )
  expect(String(row?.text)).toContain('Saved before.\n\nTyped while it was away.\n')
})

test('by keyboard at 390 px: to the field, out of it, to what is missing and to its line', async ({
  page,
}) => {
  test.setTimeout(90_000)
  await page.setViewportSize({ width: 390, height: 844 })
  await enter(page, 'Ada Author')
  const slug = await begin(page, aTitle())
  await page.goto(`/rfc/${slug}/edit?file=lifetime.mdx`)
  await expectNoSidewaysScroll(page)
  const lifetime = field(page, 'lifetime.mdx')
  await lifetime.focus()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  const jump = page.locator('[data-jump^="lifetime.mdx"]').first()
  const line = Number(/:(\d+):/.exec((await jump.getAttribute('data-jump')) ?? '')?.[1])
  await jump.focus()
  await page.keyboard.press('Enter')
  await expect(lifetime).toBeFocused()
  const at = await lifetime.evaluate(
    (area: HTMLTextAreaElement) => area.value.slice(0, area.selectionStart).split('\n').length,
  )
  expect(at).toBe(line)
  await expectAccessible(page)
  await page.goto(`/rfc/${slug}/edit/history`)
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
})
