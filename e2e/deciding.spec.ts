import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { CONDITION, newSlug, object, pressState, publish, someone } from './own-proposal.ts'
import { sql } from './sql.ts'

/** A proposal of its own from asking for review to its decision: who does what on the way, and what each act ends. */
test.slow()
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

test('from asking for review to the decision: a concern, last call and what ends it, a split objection, an editorial change', async ({
  browser,
}) => {
  const slug = newSlug('deciding')
  const title = `To be decided ${slug}`
  publish(slug, { title }, 'It is said heer who frees what.')
  const [ann, reva, max] = await Promise.all([
    someone(browser, 'Ann', slug, 'author'),
    someone(browser, 'Reva', slug, 'reviewer'),
    someone(browser, 'Max', slug, 'maintainer'),
  ])
  const at = `/rfc/${slug}/state`
  const state = async (page: Page, words: string) => {
    await page.goto(at)
    await expect(page.getByText(words).first()).toBeVisible()
  }
  const say = async (page: Page, stance: string, words: string, only?: string) => {
    await page.goto(at)
    await page.getByLabel(/^Of v\d you say$/).selectOption(stance)
    for (const writeup of ['problem', 'integration', 'sys-futex', 'lifetime'])
      if (only !== undefined && writeup !== only)
        await page.getByRole('checkbox', { name: writeup }).uncheck()
    await page.getByLabel('Why; a Nack needs it').fill(words)
    await page.getByRole('button', { name: 'Say it' }).click()
    await expect(page.getByRole('status')).toContainText('Your stance is kept')
  }
  const press = (page: Page, name: string, done: string) => pressState(page, slug, name, done)

  await press(ann, 'Ask for review', 'Review is asked for')
  await say(reva, 'has a concern', 'The hold time of the lock is not measured.')
  await expect(reva.getByRole('listitem').filter({ hasText: 'has a concern' })).toBeVisible()
  await say(reva, 'Reviewed-by', '', 'lifetime')

  // What waits for a maintainer is put off, and comes back; away it is nobody’s but theirs.
  await max.goto('/')
  await max.getByLabel(`Put off until a day: ${title}`).fill(inDays(5))
  const mine = max.getByRole('listitem').filter({ hasText: title })
  await mine.getByRole('button', { name: 'Put off' }).click()
  await max.getByText(/^Put off: \d+$/).click()
  await max.getByRole('button', { name: `Back to my turn: ${title}` }).click()
  await expect(max.getByLabel(`Put off until a day: ${title}`)).toBeVisible()
  await max.goto('/me')
  await max.getByLabel('Away until').fill(inDays(5))
  await max.getByRole('button', { name: 'Say so' }).click()
  await expect(max.getByText('You are away until')).toBeVisible()
  await max.getByRole('button', { name: 'I am back' }).click()
  await expect(max.getByText('You are away until')).toHaveCount(0)

  // An objection ends last call; its points are objections of their own, dropped by whoever raised it.
  await press(max, 'Call last call', 'Last call runs')
  await object(reva, slug, `It leaks the waiter ${slug}`)
  await state(reva, 'last call ended because of an objection')
  await max.goto(at)
  await expect(max.getByRole('button', { name: 'Accept', exact: true })).toHaveCount(0)
  await reva.goBack()
  await reva.getByRole('link', { name: 'Split into points …' }).click()
  for (const [i, point] of ['It leaks on exec.', 'It leaks on a signal.'].entries()) {
    await reva.getByRole('textbox', { name: 'The objection' }).nth(i).fill(point)
    await reva.getByRole('textbox', { name: 'What would clear it' }).nth(i).fill(CONDITION)
  }
  await reva.getByRole('button', { name: 'Split', exact: true }).click()
  await expect(reva.getByRole('heading', { level: 1 })).toContainText('superseded')
  for (const number of [2, 3]) {
    await reva.goto(`/rfc/${slug}/t/${number}`)
    await reva.getByRole('button', { name: 'Drop it' }).click()
    await expect(reva.getByRole('heading', { level: 1 })).toContainText('objection, dropped')
  }

  // So does a revision; what it mends of a few words is editorial, and the review stays.
  await press(max, 'Call last call', 'Last call runs')
  publish(
    slug,
    { title, revision: 2, changelog: ['Mends a word that was mistyped'] },
    'It is said here who frees what.',
  )
  await state(ann, 'last call ended because a revision was published')
  await expect(ann.getByText('Stale: lifetime changed')).toBeVisible()
  await ann.getByLabel('What v2 changed in').selectOption('lifetime')
  await ann.getByRole('button', { name: 'is editorial' }).click()
  await expect(ann.getByRole('status')).toContainText('It is marked as editorial')
  await expect(ann.getByText('Stale: lifetime changed')).toHaveCount(0)
  await expect(ann.getByRole('deletion')).toHaveText('heer')
  await expect(ann.getByRole('insertion')).toHaveText('here')
  await expectNoSidewaysScroll(ann)
  const looked = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage()
  await looked.goto(at)
  await expectAccessible(looked)
  await expectNoSidewaysScroll(looked)
  await looked.close()

  // Whoever opened a thread says where it stands in the new revision.
  await reva.goto(`/rfc/${slug}/t/1?pin=1#pin`)
  await reva.getByLabel(/passage of v2 that thread #1 is about/).selectOption({ index: 2 })
  await reva.getByRole('button', { name: 'Place #1 there' }).click()
  await expect(reva.getByText(/placed by hand/).first()).toBeVisible()

  // A reviewer stands aside, the time passes, and a maintainer decides.
  await say(reva, 'stands aside', 'I work for a vendor of it.')
  await press(max, 'Call last call', 'Last call runs')
  await state(max, 'Accept is not possible now')
  await sql("UPDATE proposal SET last_call_ends_at = now() - interval '1 minute' WHERE slug = $1", slug)
  await max.goto(at)
  await max.getByLabel('Why, if you want to say it').first().fill('It answers what was asked.')
  await max.getByRole('button', { name: 'Accept', exact: true }).click()
  await expect(max.getByRole('status')).toContainText('The proposal is accepted')
  await expect(max.getByRole('heading', { name: 'Decision' })).toBeVisible()
  await expect(max.getByText('Because: It answers what was asked.')).toBeVisible()
  for (const page of [ann, reva, max]) await page.context().close()
})
