import { expect, type Page } from '@playwright/test'

let count = 0

export type Account = { readonly name: string; readonly email: string; readonly password: string }

/** A person nobody else uses, so that journeys do not meet. */
export function newAccount(name = 'Reva Reviewer'): Account {
  count += 1
  const unique = `${process.pid}-${Date.now()}-${count}`
  return { name, email: `reva-${unique}@example.org`, password: `correct horse ${unique}` }
}

/** By the form, as a person would: works with and without JavaScript. */
export async function signUp(page: Page, account: Account, next = '/'): Promise<void> {
  await page.goto(`/sign-up?next=${encodeURIComponent(next)}`)
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
}

export async function signIn(page: Page, account: Account): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
}
