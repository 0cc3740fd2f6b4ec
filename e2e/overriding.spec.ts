import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { serveBeside } from './launched.ts'
import { member, newSlug, object, pressState, publish, someone } from './own-proposal.ts'
import { type Account, signIn } from './people.ts'
import { sql } from './sql.ts'

/** An objection whose opener fell silent: challenged by two maintainers, overridden by an administrator, and by nobody else or sooner. */
test.slow()

/** A server whose clock is forty days behind: words never change in the database, so they are said then. */
async function serveBefore(folder: string) {
  const clock = join(folder, 'clock.mjs')
  writeFileSync(
    clock,
    `const Real = Date
const now = () => Real.now() - ${40 * 86_400_000}
globalThis.Date = new Proxy(Real, {
  construct: (of, given, as) => Reflect.construct(of, given.length === 0 ? [now()] : given, as),
  apply: () => new Real(now()).toString(),
  get: (of, key) => (key === 'now' ? now : Reflect.get(of, key)),
})
Real.prototype.constructor = globalThis.Date\n`,
  )
  return serveBeside({ NODE_OPTIONS: `--import=${pathToFileURL(clock)}` })
}

test('an objection is overridden after silence, two challenges and a reason, and everybody sees why', async ({
  browser,
}) => {
  const slug = newSlug('overriding')
  publish(slug, { title: `Objected to ${slug}` })
  const { page: ann, account: anns } = await member(browser, 'Ann', slug, 'author')
  const { page: reva, account: revas } = await member(browser, 'Reva', slug, 'reviewer')
  const { page: max, account: maxs } = await member(browser, 'Max', slug, 'maintainer')
  const [mia, ada] = await Promise.all([
    someone(browser, 'Mia', slug, 'maintainer'),
    someone(browser, 'Ada', slug, 'admin'),
  ])
  const address = `/rfc/${slug}/t/1`
  const words = `The waker may die ${slug}`
  await pressState(ann, slug, 'Ask for review', 'Review is asked for')
  const say = async (page: Page, act: 'Challenge' | 'Override', reason: string) => {
    await page.goto(address)
    await page.getByRole('link', { name: `${act} …` }).click()
    await page
      .getByRole('textbox', {
        name: act === 'Challenge' ? 'Why it does not stand any more' : 'Why it is overridden',
      })
      .fill(reason)
    await page.getByRole('button', { name: act, exact: true }).click()
  }
  const REASON = 'Answered in June, and nothing was said since.'

  // Forty days ago it is raised and answered.
  const folder = mkdtempSync(join(tmpdir(), 'coherent-before-'))
  const { app, origin } = await serveBefore(folder)
  try {
    const before = async (account: Account) => {
      const page = await (await browser.newContext({ javaScriptEnabled: false, baseURL: origin })).newPage()
      await signIn(page, account)
      return page
    }
    const [raising, answering] = [await before(revas), await before(anns)]
    await object(raising, slug, words)
    await answering.goto(address)
    await answering.getByRole('link', { name: 'Answer …' }).click()
    await answering
      .getByRole('textbox', { name: 'Your answer' })
      .fill('It may not: the ring holds a reference.')
    await answering.getByRole('button', { name: 'Answer', exact: true }).click()
    await expect(answering.getByRole('heading', { level: 1 })).toContainText('answered, blocks')
    // The same day nobody challenges it: the words stay in their form, with the sentence.
    const early = await before(maxs)
    await say(early, 'Challenge', REASON)
    await expect(early.getByRole('alert')).toContainText('silent for thirty days')
    await expect(early.getByRole('textbox', { name: 'Why it does not stand any more' })).toHaveValue(REASON)
    for (const page of [raising, answering, early]) await page.context().close()
  } finally {
    app.kill('SIGTERM')
    rmSync(folder, { recursive: true })
  }

  // Who wrote it, and who raised it, do not judge it.
  for (const page of [ann, reva]) {
    await page.goto(address)
    for (const name of ['Challenge …', 'Override …'])
      await expect(page.getByRole('link', { name })).toHaveCount(0)
    await page.goto(`${address}?act=challenge#act`)
    await expect(page.getByText('This is not possible now')).toBeVisible()
  }
  await say(max, 'Challenge', 'Too short')
  await expect(max.getByRole('alert')).toBeVisible()
  await say(max, 'Challenge', REASON)
  await expect(max.getByText('A second maintainer has to challenge it')).toBeVisible()
  await say(ada, 'Override', 'It was answered long ago.')
  await expect(ada.getByRole('alert')).toBeVisible()
  await say(mia, 'Challenge', 'The model covers it, and nobody said otherwise.')
  await expect(mia.getByText('A second maintainer has to challenge it')).toHaveCount(0)
  await expect(mia.getByText(REASON)).toBeVisible()
  await max.goto(address)
  await expect(max.getByRole('link', { name: 'Override …' })).toHaveCount(0)
  await max.goto(`/rfc/${slug}/state`)
  await expect(max.getByRole('button', { name: 'Call last call', exact: true })).toHaveCount(0)

  await say(ada, 'Override', 'Two maintainers looked at the answer, and it holds.')
  await expect(ada.getByRole('heading', { level: 1 })).toContainText('objection, overridden')
  const why = 'Overridden because: Two maintainers looked at the answer, and it holds.'
  await expect(ada.getByText(why)).toBeVisible()

  // It is over for nobody but the proposal: its words and the reason stay, on each page, in files, and beside the decision.
  const text = await (await reva.request.get(`/rfc/${slug}/objections.txt`)).text()
  expect(text).toContain('#1: overridden')
  expect(text).toContain(words)
  const looked = await (
    await browser.newContext({ colorScheme: 'dark', viewport: { width: 390, height: 800 } })
  ).newPage()
  for (const where of [address, `/rfc/${slug}/objections`]) {
    await looked.goto(where)
    await expect(looked.getByText(words).first()).toBeVisible()
    await expectAccessible(looked)
    await expectNoSidewaysScroll(looked)
  }
  await looked.context().close()
  await pressState(max, slug, 'Call last call', 'Last call runs')
  await sql("UPDATE proposal SET last_call_ends_at = now() - interval '1 minute' WHERE slug = $1", slug)
  await pressState(max, slug, 'Accept', 'The proposal is accepted')
  await expect(max.getByText(why)).toBeVisible()
  for (const page of [ann, reva, max, mia, ada]) await page.context().close()
})
