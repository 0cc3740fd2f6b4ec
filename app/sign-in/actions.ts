'use server'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { type AccountFormState, rejected } from '#components/person/account-form-state.ts'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import { becomeFirstAdmin, isFirstAdminToken } from '#lib/review/account/first-admin.server.ts'
import {
  KNOWN_BROWSER_AGE,
  KNOWN_BROWSER_COOKIE,
  knownBrowserCookie,
} from '#lib/review/account/known-browser.server.ts'
import { askReset, disownAccount, resetPassword } from '#lib/review/account/password.server.ts'
import { signIn, signOut, signUp } from '#lib/review/account/sign-in.server.ts'
import {
  AddressInput,
  NewPassword,
  SignInInput,
  SignUpInput,
  safeReturnPath,
} from '#lib/review/account/sign-in.ts'
import { giveShippedToFirstAdministrator } from '#lib/review/acts/own-shipped.server.ts'
import { askForAccount, confirmsSignUps, finishSignUp } from '#lib/review/incoming/sign-up.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { BUSY, nameWords } from './account-words.ts'

const failed = (typed: AccountFormState['typed'], errors: AccountFormState['errors']): AccountFormState => ({
  typed,
  errors,
})

export async function signInAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const typed = { email: formText(form, 'email').slice(0, 320) }
  const input = SignInInput.safeParse({ ...typed, password: formText(form, 'password') })
  if (!input.success) return rejected(typed, input.error)
  const jar = await cookies()
  const signedIn = await signIn(input.data, await headers(), jar.get(KNOWN_BROWSER_COOKIE)?.value)
  if (!signedIn.ok) {
    const words: Record<typeof signedIn.error, string> = {
      'wrong-password': 'No account has this address and password.',
      'too-many-tries':
        'Too many tries for this address. Wait 15 minutes, or set a new password by the link below.',
      busy: BUSY,
      blocked: 'An administrator blocked this account. Reading needs none.',
    }
    return failed(typed, { form: words[signedIn.error] })
  }
  await rememberBrowser(input.data.email)
  redirect(safeReturnPath(formText(form, 'next')))
}

async function rememberBrowser(email: string): Promise<void> {
  const jar = await cookies()
  jar.set(KNOWN_BROWSER_COOKIE, knownBrowserCookie(email), {
    httpOnly: true,
    sameSite: 'lax',
    secure: env.publicUrl.startsWith('https:'),
    path: site.signIn(),
    maxAge: KNOWN_BROWSER_AGE,
  })
}

export async function signUpAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const typed = { name: formText(form, 'name').slice(0, 400), email: formText(form, 'email').slice(0, 320) }
  const input = SignUpInput.safeParse({ ...typed, password: formText(form, 'password') })
  if (!input.success) return rejected(typed, input.error)
  const token = formText(form, 'firstAdminToken')
  // Whoever has the first administrator's link has it from the operator, whose mail server may not work yet.
  const isFirst = token !== '' && (await isFirstAdminToken(token))
  const next = safeReturnPath(formText(form, 'next'))
  if (confirmsSignUps() && !isFirst) {
    const asked = await askForAccount(input.data, next, await headers(), new Date())
    if (asked.ok)
      return {
        ...failed(typed, {}),
        done: `A mail is on its way to ${input.data.email}. Open the link in it within a day: it makes the account.`,
      }
    const errors: Record<typeof asked.error, AccountFormState['errors']> = {
      'name-of-account': { name: nameWords('name-of-account', true) },
      'name-of-mail': { name: nameWords('name-of-mail', true) },
      'too-many': { form: 'Too many new accounts at the moment. Try again in ten minutes.' },
      'too-many-mails': {
        email: 'This address got several mails of ours within a day. Wait until tomorrow.',
      },
      'not-sent': {
        email: 'No mail could be sent to this address now, so there is no account. Try again later.',
      },
      busy: { form: BUSY },
    }
    return failed(typed, errors[asked.error])
  }
  const signedUp = await signUp(input.data, await headers())
  if (!signedUp.ok) {
    const errors: Record<typeof signedUp.error, AccountFormState['errors']> = {
      'address-taken': { email: 'An account with this address exists. Sign in instead.' },
      'name-of-account': { name: nameWords('name-of-account', confirmsSignUps()) },
      'name-of-mail': { name: nameWords('name-of-mail', confirmsSignUps()) },
      'too-many': { form: 'Too many new accounts at the moment. Try again in ten minutes.' },
      busy: { form: BUSY },
    }
    return failed(typed, errors[signedUp.error])
  }
  if (isFirst) {
    const viewer = { personId: signedUp.value.personId, name: input.data.name, administrator: false }
    if ((await becomeFirstAdmin(viewer, token)).ok) await giveShipped()
  }
  await rememberBrowser(input.data.email)
  redirect(next)
}

/** The second half of signing up: the link that was mailed, and the password that was chosen. */
export async function finishSignUpAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const finished = await finishSignUp(
    formText(form, 'token'),
    formText(form, 'password').slice(0, 128),
    await headers(),
    new Date(),
  )
  if (!finished.ok) {
    const again = `Sign up again at ${site.signUp()}.`
    const errors: Record<typeof finished.error, AccountFormState['errors']> = {
      'no-such-link': { form: `This link was used, or is older than a day. ${again}` },
      'wrong-password': { password: 'This is not the password that was chosen when the link was asked for.' },
      'too-many-tries': { form: `Too many wrong passwords for this link. ${again}` },
      taken: { form: 'This address has an account meanwhile. Sign in.' },
      'name-of-account': { form: `${nameWords('name-of-account', true)} ${again}` },
      'name-of-mail': { form: `${nameWords('name-of-mail', true)} ${again}` },
      busy: { form: BUSY },
    }
    return failed({}, errors[finished.error])
  }
  await rememberBrowser(finished.value.address)
  redirect(safeReturnPath(finished.value.next))
}

const resetLinkOf = (token: string) => `${env.publicUrl}${site.resetPassword(token)}`

/** Answers the same whether the address has an account, and as fast: the mail leaves behind the answer. */
export async function askResetAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const typed = { email: formText(form, 'email').slice(0, 320) }
  const address = AddressInput.safeParse(typed.email)
  if (!address.success) return failed(typed, { email: address.error.issues[0]?.message ?? '' })
  if (!confirmsSignUps())
    return failed(typed, {
      form: 'This installation sends no mail: ask its operator for a link that sets a new password.',
    })
  const asked = await askReset(address.data, resetLinkOf, await headers(), new Date())
  if (!asked.ok)
    return failed(typed, { form: 'Too many new passwords were asked for from your network. Wait an hour.' })
  asked.value.catch((error: unknown) => log.error('a link to a new password was not sent', { error }))
  return {
    ...failed(typed, {}),
    done: `If ${address.data} has an account, a mail is on its way to it. The link in it works for an hour.`,
  }
}

export async function resetPasswordAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const password = NewPassword.safeParse(formText(form, 'password'))
  if (!password.success) return failed({}, { password: password.error.issues[0]?.message ?? '' })
  const reset = await resetPassword(formText(form, 'token'), password.data, new Date())
  if (!reset.ok) {
    if (typeof reset.error !== 'string') return failed({}, { password: reset.error.words })
    return failed(
      {},
      {
        form: reset.error === 'busy' ? BUSY : 'This link was used, or is too old. Ask for another one.',
      },
    )
  }
  // Whoever reads the mail of the account has tries of their own from here on, whoever else guesses.
  await rememberBrowser(reset.value.address)
  redirect(`${site.signIn()}?done=password`)
}

export async function disownAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const disowned = await disownAccount(formText(form, 'token'), new Date())
  if (!disowned.ok) return failed({}, { form: 'This link was used, or is too old.' })
  redirect(site.signUp())
}

/** They are the administrator in any case; the next start gives what could not be given now. */
async function giveShipped(): Promise<void> {
  try {
    await giveShippedToFirstAdministrator()
  } catch (error) {
    log.error('shipped proposals have no author yet', { error })
  }
}

export async function becomeFirstAdminAction(form: FormData): Promise<void> {
  const done = await becomeFirstAdmin(await requestViewer(), formText(form, 'firstAdminToken'))
  if (done.ok) {
    await giveShipped()
    redirect('/')
  }
  redirect(site.firstAdmin(formText(form, 'firstAdminToken')))
}

export async function signOutAction(): Promise<void> {
  await signOut(await headers())
  redirect('/')
}
