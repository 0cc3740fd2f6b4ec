import { expect, type Page } from '@playwright/test'
import { sql } from './sql.ts'

let count = 0

export type Account = { readonly name: string; readonly email: string; readonly password: string }

/** In letters, which a name may have; digits pass for letters. */
const letters = (n: number) =>
  Array.from(n.toString(20), (digit) => 'abcdefghjkmnopqrstuv'[Number.parseInt(digit, 20)]).join('')

/**
 * A person nobody else uses, so that journeys do not meet: no two may have names that look alike, so each has a name of its
 * own behind the one that is given.
 *
 * @param isOnly the name as it is, in a journey that a picture is taken of
 */
export function newAccount(given = 'Reva Reviewer', isOnly = false): Account {
  count += 1
  const unique = `${process.pid}-${Date.now()}-${count}`
  const own = letters((Date.now() % 100_000_000) * 100 + count)
  const name = isOnly ? given : `${given} ${own.charAt(0).toUpperCase()}${own.slice(1)}`
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

/** Signs up in the page, with the address confirmed. Who is administrator is set in the database: the one-time link is another journey's. */
export async function enter(page: Page, name: string, { isAdmin = false } = {}): Promise<Account> {
  const account = newAccount(name)
  await signUp(page, account)
  await sql(
    `INSERT INTO person_address (address, person_id, confirmed_at) SELECT email, person_id, now() FROM auth_user WHERE email = $1
     ON CONFLICT (address) DO UPDATE SET confirmed_at = now(), person_id = excluded.person_id`,
    account.email,
  )
  if (isAdmin)
    await sql(
      'UPDATE person SET administrator = true WHERE id = (SELECT person_id FROM auth_user WHERE email = $1)',
      account.email,
    )
  return account
}
