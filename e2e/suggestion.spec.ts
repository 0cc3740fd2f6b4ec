import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { type Account, enter } from './people.ts'
import { sql } from './sql.ts'

/**
 * Other words for the text, from the passage to the patch, on a text that moved on meanwhile: by keyboard with scripts, at
 * 390 px, and without scripts.
 */
test.slow()
const root = join(import.meta.dirname, '..')
const folders: string[] = []
test.afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

type Proposal = { readonly slug: string; readonly folder: string }

/** A proposal of the journey's own, from one that ships. */
function begin(name: string): Proposal {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-suggestion-'))
  folders.push(folder)
  const proposal = { slug: `${name}-${Date.now().toString(36)}`, folder }
  publish(proposal, 1, (source) => source)
  return proposal
}

function publish({ slug, folder }: Proposal, number: number, edit: (source: string) => string): void {
  const bundle = join(folder, slug, `v${number}`)
  mkdirSync(join(folder, slug), { recursive: true })
  cpSync(join(root, 'content/futex-requests-2021/v1'), bundle, { recursive: true })
  const change = (file: string, by: (source: string) => string) =>
    writeFileSync(join(bundle, file), by(readFileSync(join(bundle, file), 'utf8')))
  change('cover.mdx', (source) =>
    source
      .replace(/^change-id: .*$/m, `change-id: 20261123-${slug}-0a0b0c0d`)
      .replace(
        /^revision: .*$/m,
        number === 1
          ? 'revision: 1'
          : `revision: ${number}\nchangelog:\n  - Says first what this is about, in a paragraph of its own`,
      ),
  )
  change('problem.mdx', edit)
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/coherent.mjs'), 'publish', folder],
    { encoding: 'utf8' },
  )
  expect(status, stdout + stderr).toBe(0)
}

const authorOf = (account: Account, slug: string) =>
  sql(
    `INSERT INTO membership (proposal_id, person_id, role)
     SELECT p.id, u.person_id, 'author' FROM proposal p, auth_user u WHERE p.slug = $2 AND u.email = $1`,
    account.email,
    slug,
  )

async function twoPeople(browser: Browser, slug: string, options: { javaScriptEnabled: boolean }) {
  const [reviewing, writing] = await Promise.all(
    [1, 2].map(() => browser.newContext(options).then((context) => context.newPage())),
  )
  if (!reviewing || !writing) throw new Error('no pages')
  const reva = await enter(reviewing, 'Reva')
  await authorOf(await enter(writing, 'Ann'), slug)
  return { reviewing, writing, reva }
}

const composer = (page: Page) => page.getByRole('textbox', { name: 'Your comment on this passage' })
const suggestion = (page: Page) => page.getByRole('textbox', { name: /^These words of the text/ })

async function threadOf(words: string): Promise<number> {
  const find = async () => {
    const [row] = await sql(
      'SELECT t.number FROM thread t JOIN comment c ON c.thread_id = t.id AND c.seq = 1 WHERE c.body = $1',
      words,
    )
    return Number(row?.number ?? 0)
  }
  await expect.poll(find).toBeGreaterThan(0)
  return find()
}

test('words are selected, suggested otherwise, accepted in place, and kept with who suggested them', async ({
  browser,
}) => {
  const proposal = begin('suggested')
  const { slug } = proposal
  const { reviewing, writing, reva } = await twoPeople(browser, slug, { javaScriptEnabled: true })
  const words = `I would count them ${Date.now()}`

  await reviewing.goto(`/rfc/${slug}/v1`)
  const paragraph = reviewing.locator('section#problem p[data-block]').first()
  await paragraph.scrollIntoViewIfNeeded()
  // The first two words of it, as somebody drags over them.
  await paragraph.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf('Four changes') ?? -1
      if (at < 0) continue
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + 'Four changes'.length)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
      return
    }
    throw new Error('the words are not there')
  })
  await reviewing.getByRole('button', { name: 'Comment on this' }).click()
  await composer(reviewing).fill(words)
  // By keyboard from here on: the button brings the source of the words into the form, and what was typed stays.
  await reviewing.getByRole('button', { name: 'Suggest other words' }).press('Enter')
  await expect(suggestion(reviewing)).toHaveValue('Four changes')
  await expect(composer(reviewing)).toHaveValue(words)
  await expectAccessible(reviewing, reviewing.locator('form[data-opened]'))
  await suggestion(reviewing).fill('Four changes\n\nAnd a paragraph')
  await reviewing.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(reviewing.getByRole('alert').filter({ hasText: 'one passage' })).toBeVisible()
  await expect(suggestion(reviewing)).toHaveValue('Four changes\n\nAnd a paragraph')
  await suggestion(reviewing).fill('Four patches')
  await suggestion(reviewing).press('Control+Enter')
  const number = await threadOf(words)
  const shown = reviewing.locator(`#t${number}`).getByRole('group', { name: 'Suggested words' })
  await expect(shown.locator('del')).toHaveText(/changes/)
  await expect(shown.locator('ins')).toHaveText(/patches/)
  // Who suggests does not decide.
  await expect(shown.getByRole('button')).toHaveCount(0)

  // The next revision has another paragraph before it, and other words beside it.
  publish(proposal, 2, (source) =>
    source.replace(
      'Four changes: a futex wake',
      'This says what is asked for.\n\nFour changes: first a futex wake',
    ),
  )
  await writing.goto(`/rfc/${slug}/t/${number}`)
  const there = writing.getByRole('group', { name: 'Suggested words' })
  await expectAccessible(writing)
  await there.getByRole('button', { name: /^Accept the suggestion/ }).press('Enter')
  await expect(writing.getByRole('group', { name: 'Suggested words' })).toContainText('not in the text yet')
  await there.getByRole('link', { name: 'beside the text now' }).click()
  await expect(writing.getByRole('heading', { name: 'What the text would be' })).toBeVisible()
  await expectAccessible(writing)

  await writing.goto(`/rfc/${slug}`)
  await writing.getByRole('link', { name: /suggestions? not in the text/ }).click()
  await expect(writing.getByRole('heading', { name: /^Accepted, not in the text yet/ })).toBeVisible()
  await expect(writing.getByLabel('Suggested-by lines')).toContainText(
    `Suggested-by: ${reva.name} <${reva.email}>`,
  )
  await expectAccessible(writing)
  const patch = await writing.request.get(`/rfc/${slug}/suggestions.patch`)
  const text = await patch.text()
  expect(text).toContain('+++ b/problem.mdx')
  expect(text).toMatch(/^\+Four patches:/m)
  expect(text).toContain(`Suggested-by: ${reva.name} <${reva.email}>`)
  const mail = await writing.request.get(`/rfc/${slug}/v1.threads.txt`)
  expect(await mail.text()).toContain('Suggestion:\n- Four changes\n+ Four patches')
  await writing.setViewportSize({ width: 390, height: 800 })
  for (const path of [
    `/rfc/${slug}/suggestions`,
    `/rfc/${slug}/suggestions/${number}.1`,
    `/rfc/${slug}/t/${number}`,
  ]) {
    await writing.goto(path)
    await expectNoSidewaysScroll(writing)
  }
})

test('where the words themselves changed an author brings them by hand, and no form loses any', async ({
  browser,
}) => {
  const proposal = begin('by-hand')
  const { slug } = proposal
  const { reviewing, writing } = await twoPeople(browser, slug, { javaScriptEnabled: false })
  const words = `By hand then ${Date.now()}`
  const [block] = await sql(
    `SELECT b.block_key AS key FROM block b JOIN revision r ON r.id = b.revision_id JOIN proposal p ON p.id = r.proposal_id
     WHERE p.slug = $1 AND r.number = 1 AND b.writeup = 'problem' AND b.kind = 'paragraph' ORDER BY b.ord LIMIT 1`,
    slug,
  )
  // Without scripts: each button loads a page with the same form, and nothing of it is lost on the way.
  await reviewing.goto(`/rfc/${slug}/v1?comment=${block?.key}#b-${block?.key}`)
  await composer(reviewing).fill(words)
  await reviewing.getByRole('button', { name: 'Suggest other words' }).click()
  await expect(suggestion(reviewing)).toHaveValue(/^Four changes: a futex wake/)
  await expect(composer(reviewing)).toHaveValue(words)
  await suggestion(reviewing).fill('Four patches, each of which is a small one.')
  await reviewing.getByRole('button', { name: 'Preview' }).click()
  await expect(reviewing.getByText('+ Four patches, each of which is a small one.').first()).toBeVisible()
  await expect(suggestion(reviewing)).toHaveValue('Four patches, each of which is a small one.')
  await reviewing.getByRole('button', { name: 'Comment', exact: true }).click()
  const number = await threadOf(words)
  await expect(reviewing.getByRole('group', { name: 'Suggested words' })).toContainText('not decided')

  // The whole paragraph is another one by now.
  publish(proposal, 2, (source) =>
    source.replace(
      /Four changes: [^\n]*\n[^\n]*\n/,
      'Some changes: a futex wake for one key, and requests for io_uring.\n',
    ),
  )
  await writing.goto(`/rfc/${slug}/suggestions/${number}.1`)
  await expect(writing.getByRole('heading', { name: 'The text now, v2' })).toBeVisible()
  await expect(writing.getByRole('button', { name: /^Accept the suggestion/ })).toHaveCount(0)
  const hand = writing.getByRole('textbox', { name: /^The passage as you would have it/ })
  await expect(hand).toHaveValue(/^Some changes/)
  await hand.fill('One\n\nTwo')
  await writing.getByRole('button', { name: 'Accept in these words' }).click()
  await expect(writing.getByRole('alert')).toContainText('one passage')
  await expect(hand).toHaveValue('One\n\nTwo')
  await hand.fill('Some patches, each of which is a small one.')
  await writing.getByRole('button', { name: 'Accept in these words' }).click()
  await expect(writing.getByRole('group', { name: 'Suggested words' })).toContainText('in other words for v2')
  await writing.goto(`/rfc/${slug}/suggestions`)
  const listed = writing.locator(`#s${number}\\.1`)
  await expect(listed).toContainText('fits v2')
  const old = await writing.context().newPage()
  await old.goto(`/rfc/${slug}/suggestions`)
  await listed.getByRole('button', { name: /^Decline the suggestion/ }).click()
  await expect(writing.getByRole('group', { name: 'Suggested words' })).toContainText('declined by Ann')
  // Pressed in another tab from before: it is so already.
  await old
    .locator(`#s${number}\\.1`)
    .getByRole('button', { name: /^Decline the suggestion/ })
    .click()
  await expect(old.getByRole('group', { name: 'Suggested words' })).toContainText('declined by Ann')
})
