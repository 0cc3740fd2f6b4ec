import { expect, type Page, test } from '@playwright/test'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { serveBeside } from './launched.ts'
import { newSlug, pressState, publish, someone } from './own-proposal.ts'
import { sql } from './sql.ts'

/** What waited for a week comes as a mail to who asked for mail, with its age: to nobody who did not, is away, or put it off. */
test.slow()

const mails = new LoopbackServer()

test('a turn of nine days is told by mail, with its age and the way to it, once in a week, and stands so on the pages', async ({
  browser,
}) => {
  const slug = newSlug('reminded')
  const title = `Waits for review ${slug}`
  publish(slug, { title })
  const ann = await someone(browser, 'Ann', slug, 'author')
  const wanting = {
    max: await someone(browser, 'Max', slug, 'maintainer'),
    away: await someone(browser, 'Mia', slug, 'maintainer'),
    later: await someone(browser, 'Lena', slug, 'maintainer'),
  }
  const silent = await someone(browser, 'Noah', slug, 'maintainer')
  await pressState(ann, slug, 'Ask for review', 'Review is asked for')
  for (const page of Object.values(wanting)) {
    await page.goto(`/rfc/${slug}/export/digest`)
    await page.getByRole('button', { name: 'One mail a day' }).click()
    await expect(page.getByText('New comments of others come to')).toBeVisible()
  }
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  await wanting.later.goto('/')
  await wanting.later.getByLabel(`Put off until a day: ${title}`).fill(inDays(5))
  const item = wanting.later.getByRole('listitem').filter({ hasText: title })
  await item.getByRole('button', { name: 'Put off' }).click()
  await expect(wanting.later.getByText(/^Put off: \d+$/)).toBeVisible()
  await wanting.away.goto('/me')
  await wanting.away.getByLabel('Away until').fill(inDays(5))
  await wanting.away.getByRole('button', { name: 'Say so' }).click()
  await expect(wanting.away.getByText('You are away until')).toBeVisible()

  // Nine days later.
  await sql(`UPDATE turn SET since = since - interval '9 days'
    WHERE proposal_id = (SELECT id FROM proposal WHERE slug = '${slug}')`)
  await sql(`UPDATE mail_digest SET told_until = told_until - interval '9 days'
    WHERE proposal_id = (SELECT id FROM proposal WHERE slug = '${slug}')`)
  const age = async (page: Page) => {
    await page.goto('/')
    await expect(
      page.getByRole('listitem').filter({ hasText: title }).getByText('for 9 days').first(),
    ).toBeVisible()
  }
  await age(wanting.max)
  await age(silent)
  await ann.goto(`/rfc/${slug}/state`)
  await expect(ann.getByRole('listitem').filter({ hasText: 'review it' }).first()).toContainText('for 9 days')

  const { app, origin } = await serveBeside({
    COHERENT_SMTP_URL: `smtp://127.0.0.1:${await mails.listen()}`,
    COHERENT_MAIL_FROM: 'bounces@example.org',
  })
  try {
    const about = () => mails.received.filter(({ bytes }) => String(bytes).includes(slug))
    await expect.poll(() => about().length, { timeout: 200_000 }).toBeGreaterThan(0)
    const [mail] = about()
    const text = String(mail?.bytes)
    expect(text).toContain('Your turn:')
    expect(text).toMatch(/review it, for 9 days/)
    expect(text).toContain(`${origin}/rfc/${slug}`)
    // Who is away, put it off or asked for no mail has none, in the round of this one and in the next.
    await sql(`UPDATE mail_digest SET told_until = told_until - interval '9 days' WHERE proposal_id =
      (SELECT id FROM proposal WHERE slug = '${slug}') AND person_id = (SELECT person_id FROM person_address WHERE address = '${mail?.to}')`)
    await expect.poll(() => about().length, { timeout: 200_000 }).toBe(2)
    expect(new Set(about().map(({ to }) => to)).size).toBe(1)
  } finally {
    app.kill('SIGTERM')
    await mails.close()
  }
  // The mail's link is the way to it: done there, nothing waits any more.
  await wanting.max.goto(`/rfc/${slug}/state`)
  await wanting.max.getByLabel(/^Of v\d you say$/).selectOption('has no objection')
  await wanting.max.getByRole('button', { name: 'Say it' }).click()
  await expect(wanting.max.getByRole('status')).toContainText('Your stance is kept')
  await wanting.max.goto('/')
  await expect(wanting.max.getByRole('link', { name: 'review it' }).filter({ hasText: title })).toHaveCount(0)
  for (const page of [ann, silent, ...Object.values(wanting)]) await page.context().close()
})
