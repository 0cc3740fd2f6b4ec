import { expect, test } from '@playwright/test'
import { newAccount } from './people.ts'

// Before there is any other administrator: by itself, and first (playwright.config.ts).

test('the one-time link makes an administrator, once', async ({ page, browser }) => {
  const link = process.env.FIRST_ADMIN_URL ?? ''
  expect(link, 'the start script logs the link').toContain('/first-admin/')
  await page.goto(link)
  const account = newAccount('Ada Adler')
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Make the administrator' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  await page.goto(link)
  await expect(page.getByText('You are an administrator of this installation.')).toBeVisible()

  const stranger = await browser.newPage()
  await stranger.goto(link)
  await expect(stranger.getByText('This link was used')).toBeVisible()
  await stranger.close()
})
