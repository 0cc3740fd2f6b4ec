import { createHmac } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { serveBeside, TEST_SECRET } from './launched.ts'
import { enter } from './people.ts'
import { sql } from './sql.ts'

test.slow()
const SLUG = 'io-uring-futex'

/** As a digest has it (lib/review/outgoing/follow.database.test.ts looks at the mail). */
async function tokenOf(email: string): Promise<string> {
  const [row] = await sql(
    'SELECT u.person_id::text || p.id::text AS ids FROM auth_user u, proposal p WHERE u.email = $1 AND p.slug = $2',
    ...[email, SLUG],
  )
  const ids = Buffer.from(String(row?.ids).replaceAll('-', ''), 'hex')
  const seal = createHmac('sha256', TEST_SECRET).update('end of mail\n').update(ids).digest()
  return Buffer.concat([ids, seal.subarray(0, 16)]).toString('base64url')
}

test('a digest is ended by the link in it without signing in, by a mail program’s one POST, and on My account', async ({
  page,
  browser,
}) => {
  const reva = await enter(page, 'Reva')
  const choose = async () => {
    await page.goto(`/rfc/${SLUG}/export/digest`)
    await page.getByRole('button', { name: 'One mail a day' }).click()
    await expect(page.getByText('New comments of others come to')).toBeVisible()
  }
  const isWanted = async (wanted: boolean) => {
    await page.goto('/me')
    await expect(page.getByRole('button', { name: `No more mail about ${SLUG}` })).toHaveCount(wanted ? 1 : 0)
    await expect(page.getByText('You get no mail about any proposal.')).toHaveCount(wanted ? 0 : 1)
  }
  await choose()
  // The same installation with a secret that is known here, since the link is signed with it.
  const { app, origin } = await serveBeside({})
  const link = `${origin}/unsubscribe/${await tokenOf(reva.email)}`
  try {
    // Somebody who is not signed in opens it: nothing happens until the button is pressed.
    const context = await browser.newContext({ viewport: { width: 390, height: 700 } })
    const reader = await context.newPage()
    await reader.goto(link)
    await expect(reader.getByRole('heading', { name: 'No more mail?' })).toBeVisible()
    await expectAccessible(reader)
    await expectNoSidewaysScroll(reader)
    await isWanted(true)
    await reader.getByRole('button', { name: 'No more of it' }).click()
    await expect(reader.getByRole('status')).toContainText('You get no mail about')
    await isWanted(false)

    // A forged one ends nothing; a mail program’s POST from elsewhere ends it, and does nothing else here.
    await choose()
    const elsewhere = { origin: 'https://mail.example.net', 'sec-fetch-site': 'cross-site' }
    const post = async (to: string) => {
      const form = { 'List-Unsubscribe': 'One-Click' }
      return (await reader.request.post(to, { form, headers: elsewhere, maxRedirects: 0 })).status()
    }
    expect(await post(`${link.slice(0, -4)}AAAA`)).toBe(404)
    expect(await post(`${origin}/me/away`)).toBe(403)
    await isWanted(true)
    expect(await post(link)).toBe(200)
    await isWanted(false)

    await choose()
    await page.goto('/me')
    await page.getByRole('button', { name: `No more mail about ${SLUG}` }).click()
    // Who goes on at once may cut off what they sent.
    await expect(page.getByText('You get no mail about any proposal.')).toBeVisible()
    await isWanted(false)
    await context.close()
  } finally {
    app.kill('SIGTERM')
  }
})
