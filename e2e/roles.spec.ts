import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { enter, newAccount, signIn } from './people.ts'
import { sql } from './sql.ts'

/**
 * Roles, invitations, blocks and locks as people meet them; one of two browsers has no JavaScript, since all of it are
 * plain forms. Who is administrator is set in the database: the one-time link belongs to another journey.
 */
test.slow()
const SLUG = 'io-uring-futex'
const PEOPLE = `/rfc/${SLUG}/people`

test('a role is given, used and taken; an invitation is accepted once', async ({ page, browser }) => {
  await enter(page, 'Ada', { isAdmin: true })
  const other = await browser.newPage({ javaScriptEnabled: false })
  const max = await enter(other, 'Max')

  await other.goto(PEOPLE)
  await expect(other.getByRole('heading', { name: 'People' })).toBeVisible()
  await expect(other.getByRole('button', { name: 'Give the role' })).toHaveCount(0)

  await page.goto(PEOPLE)
  await page.getByLabel('Role', { exact: true }).selectOption('maintainer')
  await page.getByLabel('Address, as they write to lists').fill('nobody@nowhere.example')
  await page.getByRole('button', { name: 'Give the role' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Nobody here has this address' })).toBeVisible()
  await expect(page.getByLabel('Address, as they write to lists')).toHaveValue('nobody@nowhere.example')
  await page.getByLabel('Role', { exact: true }).selectOption('maintainer')
  await page.getByLabel('Address, as they write to lists').fill(max.email)
  await page.getByRole('button', { name: 'Give the role' }).click()
  await expect(page.getByText(`${max.name} is maintainer now.`)).toBeVisible()
  await expectAccessible(page)

  await other.goto(PEOPLE)
  await other.getByLabel('Role', { exact: true }).selectOption('reviewer')
  await other.getByRole('button', { name: 'Make an invitation link' }).click()
  const link = await other.getByLabel('The link, shown once').inputValue()
  const guest = await browser.newPage({ javaScriptEnabled: false })
  await guest.goto(link)
  await expect(guest.getByText('invites you as reviewer')).toBeVisible()
  await guest.getByRole('link', { name: 'make an account' }).click()
  const rita = newAccount(`Rita ${Date.now()}`)
  await guest.getByLabel('Name').fill(rita.name)
  await guest.getByLabel('E-mail address').fill(rita.email)
  await guest.getByLabel('Password').fill(rita.password)
  await guest.getByRole('button', { name: 'Make the account' }).click()
  await guest.getByRole('button', { name: 'Accept it' }).click()
  await expect(guest).toHaveURL(new RegExp(`${PEOPLE}$`))
  await expect(guest.getByText(`${rita.name} (you): reviewer`)).toBeVisible()
  await page.goto(link)
  await expect(page.getByText('was accepted, was revoked, or is too old')).toBeVisible()

  await guest.getByRole('button', { name: 'Lay down reviewer' }).click()
  await expect(guest.getByText(`${rita.name} (you)`)).toHaveCount(0)
  await page.goto(PEOPLE)
  await page
    .getByRole('form', { name: `Take maintainer, ${max.name}` })
    .getByRole('button')
    .click()
  await expect(page.getByText(max.name, { exact: true })).toHaveCount(0)
  await other.goto(PEOPLE)
  await expect(other.getByRole('button', { name: 'Give the role' })).toHaveCount(0)
  await guest.close()
  await other.close()
})

test('a blocked person reads and does nothing; the audit log says who blocked them', async ({
  page,
  browser,
}) => {
  await enter(page, 'Ada', { isAdmin: true })
  const other = await browser.newPage({ javaScriptEnabled: false })
  const troll = await enter(other, 'Troll')
  await other.goto('/admin/log')
  await expect(other.getByText('Audit log')).toHaveCount(0)

  await page.goto('/me')
  await page.getByRole('link', { name: 'accounts' }).click()
  await page.getByLabel('Address of an account, or of who mails').fill(troll.email)
  await page.getByRole('button', { name: 'Look up' }).click()
  await expectAccessible(page)
  await page.getByLabel(/^Why/).fill('spam in four threads')
  await page.getByRole('button', { name: `Block ${troll.name}` }).click()
  await expect(page.getByText('spam in four threads')).toBeVisible()

  await other.goto(`/rfc/${SLUG}`)
  await expect(other.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(other.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
  await other.goto('/sign-in')
  await other.getByLabel('E-mail address').fill(troll.email)
  await other.getByLabel('Password').fill(troll.password)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.goto('/me')
  await expect(other.getByRole('button', { name: 'Sign out' })).toHaveCount(0)

  await page.getByRole('link', { name: 'Audit log', exact: true }).click()
  await expect(page.getByRole('row', { name: new RegExp(`blocked.*${troll.name}`) })).toBeVisible()
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 800 })
  await expectNoSidewaysScroll(page)
  await page.goto('/admin/accounts')
  await expectNoSidewaysScroll(page)
  await page
    .getByRole('form', { name: `Unblock ${troll.name}` })
    .getByRole('button')
    .click()
  await expect(page.getByText('spam in four threads')).toHaveCount(0)
  await signIn(other, troll)
  await other.close()
})

test('a maintainer locks a thread: others read it and are told, and unlocks it again', async ({
  page,
  browser,
}) => {
  const max = await enter(page, 'Max')
  await sql(
    `INSERT INTO membership SELECT p.id, u.person_id, 'maintainer' FROM proposal p, auth_user u WHERE p.slug = $1 AND u.email = $2`,
    SLUG,
    max.email,
  )
  const [block] = await sql(
    `SELECT b.block_key AS key FROM block b JOIN revision r ON r.id = b.revision_id JOIN proposal p ON p.id = r.proposal_id
     WHERE p.slug = $1 AND r.number = 1 AND b.kind = 'paragraph' ORDER BY b.ord LIMIT 1`,
    SLUG,
  )
  await page.goto(`/rfc/${SLUG}/v1?comment=${String(block?.key)}`)
  const first = `To be locked ${Date.now()}`
  await page.getByRole('textbox', { name: 'Your comment on this passage' }).fill(first)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const article = page.getByRole('article').filter({ hasText: first }).last()
  await page.goto((await article.locator('a[href*="/t/"]').first().getAttribute('href')) ?? '')
  const thread = page.url().replace(/[?#].*$/, '')

  const other = await browser.newPage({ javaScriptEnabled: false })
  await enter(other, 'Sam')
  await other.goto(`${thread}?reply=1`)
  const words = `Late words ${Date.now()}`
  await other.getByRole('textbox').first().fill(words)

  await page.getByRole('button', { name: 'Lock the thread' }).click()
  await expect(page.getByText('only its maintainers add to it')).toBeVisible()
  await expectAccessible(page)
  // The form was open before: its words come back with the reason.
  await other
    .getByRole('button', { name: /^(Send|Reply|Add)/ })
    .first()
    .click()
  await expect(other.getByText('This thread is locked')).toBeVisible()
  await expect(other.getByRole('textbox').first()).toHaveValue(words)
  await other.goto(thread)
  await expect(other.getByText('only its maintainers add to it')).toBeVisible()
  await expect(other.getByRole('link', { name: /^Reply to/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Unlock the thread' }).click()
  await expect(page.getByRole('button', { name: 'Lock the thread', exact: true })).toBeVisible()
  await other.goto(thread)
  await expect(other.getByRole('link', { name: /^Reply to/ }).first()).toBeVisible()
  await other.close()
})
