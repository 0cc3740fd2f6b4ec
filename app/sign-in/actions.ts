'use server'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { requestViewer } from '#app/request-viewer.ts'
import { type AccountFormState, rejected } from '#components/person/account-form-state.ts'
import { env } from '#lib/env.server.ts'
import { becomeFirstAdmin } from '#lib/review/person/first-admin.server.ts'
import {
  KNOWN_BROWSER_AGE,
  KNOWN_BROWSER_COOKIE,
  knownBrowserCookie,
} from '#lib/review/person/known-browser.server.ts'
import { signIn, signOut, signUp } from '#lib/review/person/sign-in.server.ts'
import { SignInInput, SignUpInput, safeReturnPath } from '#lib/review/person/sign-in.ts'
import { site } from '#lib/review/proposal/address.ts'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')

export async function signInAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const typed = { email: text(form, 'email') }
  const input = SignInInput.safeParse({ ...typed, password: text(form, 'password') })
  if (!input.success) return rejected(typed, input.error)
  const jar = await cookies()
  const signedIn = await signIn(input.data, await headers(), jar.get(KNOWN_BROWSER_COOKIE)?.value)
  if (!signedIn.ok) {
    const message =
      signedIn.error === 'wrong-password'
        ? 'No account has this address and password.'
        : 'Too many tries for this address. Wait 15 minutes, then try again.'
    return { typed, errors: { form: message } }
  }
  await rememberBrowser(input.data.email)
  redirect(safeReturnPath(text(form, 'next')))
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
  const typed = { name: text(form, 'name'), email: text(form, 'email') }
  const input = SignUpInput.safeParse({ ...typed, password: text(form, 'password') })
  if (!input.success) return rejected(typed, input.error)
  const signedUp = await signUp(input.data, await headers())
  if (!signedUp.ok) {
    const errors: Record<typeof signedUp.error, AccountFormState['errors']> = {
      'address-taken': { email: 'An account with this address exists. Sign in instead.' },
      'name-taken': {
        name: 'Somebody with a role in a proposal has this name. Add an initial or your list name.',
      },
      'too-many-tries': { form: 'Too many new accounts at the moment. Try again in ten minutes.' },
    }
    return { typed, errors: errors[signedUp.error] }
  }
  const token = text(form, 'firstAdminToken')
  if (token) {
    const viewer = { personId: signedUp.value.personId, name: input.data.name, administrator: false }
    await becomeFirstAdmin(viewer, token)
  }
  await rememberBrowser(input.data.email)
  redirect(safeReturnPath(text(form, 'next')))
}

export async function becomeFirstAdminAction(form: FormData): Promise<void> {
  const done = await becomeFirstAdmin(await requestViewer(), text(form, 'firstAdminToken'))
  if (done.ok) redirect('/')
  redirect(site.firstAdmin(text(form, 'firstAdminToken')))
}

export async function signOutAction(): Promise<void> {
  await signOut(await headers())
  redirect('/')
}
