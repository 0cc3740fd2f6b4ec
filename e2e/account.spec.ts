import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { newAccount, signIn, signUp } from './people.ts'

test('a wrong field is told beside it, and what was typed stays', async ({ page }) => {
  await page.goto('/sign-up')
  await page.getByLabel('Name').fill('Reva')
  await page.getByLabel('E-mail address').fill('not an address')
  await page.getByLabel('Password').fill('short')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByText('Write an address such as reva@example.org.')).toBeVisible()
  await expect(page.getByText('A password has at least 10 characters.')).toBeVisible()
  await expect(page.getByLabel('E-mail address')).toHaveValue('not an address')
  await expect(page.getByLabel('Name')).toHaveValue('Reva')
  await expectAccessible(page)
})

test('an account is made, left and entered again; a wrong password is refused', async ({ page }) => {
  const account = newAccount()
  await signUp(page, account)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()

  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill('something else entirely')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('No account has this address and password.')).toBeVisible()
  await expectAccessible(page)

  await signIn(page, account)
})

test('after ten tries an address waits, but not in a browser that its owner used before', async ({
  page,
  browser,
}) => {
  const account = newAccount()
  await signUp(page, account)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()

  test.slow() // a dozen passwords are hashed
  const stranger = await browser.newPage()
  const tryPassword = async (password: string) => {
    await stranger.goto('/sign-in')
    await stranger.getByLabel('E-mail address').fill(account.email)
    await stranger.getByLabel('Password').fill(password)
    await stranger.getByRole('button', { name: 'Sign in' }).click()
  }
  for (let i = 0; i < 10; i++) {
    await tryPassword(`wrong ${i}`)
    await expect(stranger.getByText('No account has this address and password.')).toBeVisible()
  }
  await tryPassword(account.password)
  await expect(stranger.getByText('Too many tries for this address.')).toBeVisible()
  await stranger.close()

  await signIn(page, account)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('an account is made, left and entered again', async ({ page }) => {
    const account = newAccount()
    await signUp(page, account)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(page, account)
  })

  test('a wrong field is told, and what was typed stays', async ({ page }) => {
    await page.goto('/sign-up')
    await page.getByLabel('Name').fill('Reva')
    await page.getByLabel('E-mail address').fill('not an address')
    await page.getByRole('button', { name: 'Make the account' }).click()
    await expect(page.getByText('Write an address such as reva@example.org.')).toBeVisible()
    await expect(page.getByLabel('E-mail address')).toHaveValue('not an address')
  })

  test('colours are chosen by a button and kept', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('button', { name: 'dark' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.goto('/rfc')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })
})

for (const path of ['/', '/rfc', '/sign-in', '/sign-up', '/nothing-here']) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`${path} in ${scheme} is accessible`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme })
      await page.goto(path)
      await expectAccessible(page)
    })
  }
}
