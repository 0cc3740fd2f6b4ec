import { type ChildProcess, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { serveBeside } from './launched.ts'
import { type Account, newAccount, signIn, signUp } from './people.ts'

const root = join(import.meta.dirname, '..')
const NEW_PASSWORD = 'nine lanterns in the fog'

// Each is several journeys in one, with some ten passwords that are hashed.
test.beforeEach(() => test.slow())

function resetLink(address: string): string {
  const made = spawnSync(process.execPath, [join(root, 'dist/coherent.mjs'), 'reset-link', address], {
    encoding: 'utf8',
  })
  expect(made.stderr).toBe('')
  return new URL(/http\S+/.exec(made.stdout)?.[0] ?? '').pathname
}

async function tryToSignIn(page: Page, account: Account): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const isSignedOut = async (page: Page) => {
  await page.goto('/me')
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible()
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a password is changed by who knows the old one, and others are signed out', async ({
      page,
      browser,
    }) => {
      const account = newAccount()
      await signUp(page, account)
      const other = await (await browser.newContext()).newPage()
      await signIn(other, account)

      await page.goto('/me/password')
      if (javaScriptEnabled) await expectAccessible(page)
      const change = async (current: string, next: string) => {
        await page.getByLabel('Password now').fill(current)
        await page.getByLabel('New password').fill(next)
        await page.getByRole('button', { name: 'Change the password' }).click()
      }
      await change('not the old one', NEW_PASSWORD)
      await expect(page.getByText('This is not your password.')).toBeVisible()
      await expect(page.getByLabel('Password now')).toHaveValue('')
      await change(account.password, 'basketball99')
      await expect(page.getByText('on lists that guessers try first')).toBeVisible()
      await change(account.password, NEW_PASSWORD)
      await expect(page.getByText('You are signed out everywhere else.')).toBeVisible()

      await isSignedOut(other)
      await tryToSignIn(other, account)
      await expect(other.getByText('No account has this address and password.')).toBeVisible()
      await signIn(other, { ...account, password: NEW_PASSWORD })
      await other.close()
    })

    test('an operator\u2019s link sets a new password once, and ends every session', async ({
      page,
      browser,
    }) => {
      const account = newAccount()
      await signUp(page, account)
      const link = resetLink(account.email)
      const elsewhere = await (await browser.newContext()).newPage()
      await elsewhere.goto('/sign-in')
      await elsewhere.getByRole('link', { name: 'Set a new one' }).click()
      await expect(elsewhere.getByText('This installation sends no mail.')).toBeVisible()

      await elsewhere.goto(link)
      if (javaScriptEnabled) await expectAccessible(elsewhere)
      await expect(elsewhere.getByText('Nobody has confirmed its address yet.')).toBeVisible()
      await elsewhere.getByLabel('New password').fill('coherent1234')
      await elsewhere.getByRole('button', { name: 'Set the password' }).click()
      await expect(elsewhere.getByText('on lists that guessers try first')).toBeVisible()
      await elsewhere.getByLabel('New password').fill(NEW_PASSWORD)
      await elsewhere.getByRole('button', { name: 'Set the password' }).click()
      await expect(elsewhere.getByText('The new password works from now on')).toBeVisible()
      await isSignedOut(page)
      await signIn(page, { ...account, password: NEW_PASSWORD })
      await elsewhere.goto(link)
      await expect(elsewhere.getByText('This link was used, or is too old.')).toBeVisible()
      await elsewhere.close()
    })

    test('sessions are listed, ended one by one, and all at once', async ({ page, browser }) => {
      const account = newAccount()
      await signUp(page, account)
      const other = await (await browser.newContext()).newPage()
      await signIn(other, account)
      await page.goto('/me/sessions')
      await expect(page.getByText(/^Chrome on/)).toHaveCount(2)
      if (javaScriptEnabled) await expectAccessible(page)
      await page.setViewportSize({ width: 390, height: 800 })
      await expectNoSidewaysScroll(page)
      await page.getByRole('button', { name: 'Sign out there' }).click()
      await expect(page.getByText(/^Chrome on/)).toHaveCount(1)
      await isSignedOut(other)

      await signIn(other, account)
      await page.goto('/me/sessions')
      await page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await expect(page.getByText('You are signed out everywhere.')).toBeVisible()
      await isSignedOut(page)
      await isSignedOut(other)
      await other.close()
    })

    test('an account is deleted with its password, and its name and address are free again', async ({
      page,
    }) => {
      const account = newAccount()
      await signUp(page, account)
      await page.goto('/me')
      await page.getByRole('link', { name: 'What others see of you' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(account.name)
      await expect(page.getByText('Account since')).toBeVisible()
      await expect(page.getByText('No confirmed address')).toBeVisible()
      if (javaScriptEnabled) await expectAccessible(page)
      const own = page.url()

      await page.goto('/me/delete')
      if (javaScriptEnabled) await expectAccessible(page)
      await page.getByLabel('Password').fill('not the password')
      await page.getByRole('button', { name: 'Delete my account for good' }).click()
      await expect(page.getByText('This is not your password.')).toBeVisible()
      await page.getByLabel('Password').fill(account.password)
      await page.getByLabel('Take away the words').check()
      await page.getByRole('button', { name: 'Delete my account for good' }).click()
      await expect(page.getByText('Your account is deleted.')).toBeVisible()
      await page.goto(own)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Deleted account')
      await signUp(page, account)
    })

    test('a name that looks like somebody else\u2019s is refused beside its field, at sign-up and afterwards', async ({
      page,
      browser,
    }) => {
      const account = newAccount()
      await signUp(page, account)
      const other = await (await browser.newContext()).newPage()
      const squatter = newAccount('Quinn')
      await other.goto('/sign-up')
      const signUpAs = async (name: string) => {
        await other.getByLabel('Name').fill(name)
        await other.getByLabel('E-mail address').fill(squatter.email)
        await other.getByLabel('Password').fill(squatter.password)
        await other.getByRole('button', { name: 'Make the account' }).click()
      }
      await signUpAs(account.name.replace(' ', '  ').toUpperCase())
      await expect(other.getByText('Somebody here has this name, or one that looks like it.')).toBeVisible()
      await expect(other.getByLabel('E-mail address')).toHaveValue(squatter.email)
      await signUpAs(`${squatter.name} (administrator)`)
      await expect(other.getByText('A name does not say what somebody may do here')).toBeVisible()
      await signUpAs(squatter.name)
      await expect(other.getByRole('button', { name: 'Sign out' })).toBeVisible()

      await other.goto('/me')
      await other.getByLabel('Name').fill(account.name.replace('Rev', 'R\u00e9v'))
      await other.getByRole('button', { name: 'Change the name' }).click()
      await expect(other.getByText('Somebody here has this name, or one that looks like it.')).toBeVisible()
      await other.getByLabel('Name').fill(`${squatter.name} Q.`)
      await other.getByRole('button', { name: 'Change the name' }).click()
      await expect(other.getByText(`Your name is ${squatter.name} Q. from now on.`)).toBeVisible()
      await other.close()
    })
  })
}

test.describe('where mail can be sent', () => {
  const mails = new LoopbackServer()
  let app: ChildProcess
  let origin = ''

  test.beforeAll(async () => {
    const smtp = await mails.listen()
    const beside = await serveBeside({
      COHERENT_SMTP_URL: `smtp://127.0.0.1:${smtp}`,
      COHERENT_MAIL_FROM: 'bounces@example.org',
    })
    ;({ app, origin } = beside)
  })
  test.afterAll(async () => {
    app.kill('SIGTERM')
    await mails.close()
  })

  async function linkTo(address: string, path: string): Promise<string> {
    const found = () =>
      mails.received
        .filter(({ to }) => to === address)
        .map(({ bytes }) => new RegExp(`${origin}(/${path}/[\\w-]+)`).exec(String(bytes))?.[1])
        .at(-1)
    await expect.poll(found).toBeTruthy()
    return origin + (found() ?? '')
  }

  for (const javaScriptEnabled of [true, false]) {
    test(`an account is made by the mailed link and the chosen password, and a new password is mailed (${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, async ({
      browser,
    }) => {
      const page = await (await browser.newContext({ javaScriptEnabled, baseURL: origin })).newPage()
      const account = newAccount()
      await page.goto('/sign-up?next=/rfc')
      await page.getByLabel('Name').fill(account.name)
      await page.getByLabel('E-mail address').fill(account.email)
      await page.getByLabel('Password').fill(account.password)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await expect(page.getByText(`A mail is on its way to ${account.email}`)).toBeVisible()
      await tryToSignIn(page, account)
      await expect(page.getByText('No account has this address and password.')).toBeVisible()

      const link = await linkTo(account.email, 'sign-up/confirm')
      await page.goto(link)
      if (javaScriptEnabled) await expectAccessible(page)
      await page.getByLabel('Password').fill('the password of another')
      await page.getByRole('button', { name: 'Make the account' }).click()
      await expect(page.getByText('This is not the password that was chosen')).toBeVisible()
      await page.getByLabel('Password').fill(account.password)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await expect(page).toHaveURL(`${origin}/rfc`)
      await page.goto('/me')
      await expect(page.getByRole('listitem').filter({ hasText: account.email })).toHaveText(
        `${account.email}, confirmed`,
      )
      await page.getByRole('link', { name: 'What others see of you' }).click()
      await expect(page.getByText('Confirmed address at example.org')).toBeVisible()

      for (const address of [account.email, `nobody-${account.email}`]) {
        await page.goto('/reset-password')
        await page.getByLabel('E-mail address').fill(address)
        await page.getByRole('button', { name: 'Send the link' }).click()
        await expect(
          page.getByText(`If ${address} has an account, a mail is on its way to it.`),
        ).toBeVisible()
      }
      await page.goto(await linkTo(account.email, 'reset-password'))
      await expect(page.getByText('It is not mine')).toHaveCount(0)
      await page.getByLabel('New password').fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Set the password' }).click()
      await expect(page.getByText('The new password works from now on')).toBeVisible()
      await signIn(page, { ...account, password: NEW_PASSWORD })
      expect(mails.received.filter(({ to }) => to.startsWith('nobody-'))).toEqual([])
      await page.close()
    })
  }

  test('who reads the mail of an address puts out the account that somebody made with it', async ({
    page,
    browser,
  }) => {
    // Made where no mail is sent; `page` is there.
    const squatter = newAccount('Sam')
    await signUp(page, squatter)
    const owner = await (await browser.newContext({ baseURL: origin })).newPage()
    const account = { ...newAccount('Ona'), email: squatter.email }
    await owner.goto('/sign-up')
    await owner.getByLabel('Name').fill(account.name)
    await owner.getByLabel('E-mail address').fill(account.email)
    await owner.getByLabel('Password').fill(account.password)
    await owner.getByRole('button', { name: 'Make the account' }).click()
    await expect(owner.getByText('A mail is on its way')).toBeVisible()
    await owner.goto(await linkTo(account.email, 'sign-up/confirm'))
    await owner.getByLabel('Password').fill(account.password)
    await owner.getByRole('button', { name: 'Make the account' }).click()
    await expect(owner.getByRole('button', { name: 'Sign out' })).toBeVisible()
    await isSignedOut(page)
    await tryToSignIn(page, squatter)
    await expect(page.getByText('No account has this address and password.')).toBeVisible()
    await owner.close()
  })
})
