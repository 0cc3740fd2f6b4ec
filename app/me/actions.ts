'use server'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { BUSY, nameWords } from '#app/sign-in/account-words.ts'
import type { AccountFormState } from '#components/person/account-form-state.ts'
import type { AddressFormState } from '#components/person/address-form.tsx'
import { failed, type PeopleFormState, said } from '#components/person/people-form-state.ts'
import { makeCommandToken, revokeCommandToken } from '#lib/review/account/command-token.server.ts'
import { makeFeedToken, revokeFeedToken } from '#lib/review/account/feed-token.server.ts'
import { changePassword, type PasswordFailure } from '#lib/review/account/password.server.ts'
import { rename } from '#lib/review/account/rename.server.ts'
import { endAllSessions, endSession } from '#lib/review/account/sessions.server.ts'
import { NameInput, NewPassword } from '#lib/review/account/sign-in.ts'
import { deleteAccount } from '#lib/review/acts/delete-account.server.ts'
import {
  type AskFailure,
  askConfirmation,
  type ConfirmFailure,
  confirmAddress,
  takeUnproved,
} from '#lib/review/incoming/confirm-address.server.ts'
import { site } from '#lib/review/proposal/address.ts'

const ASK_WORDS: Readonly<Record<AskFailure, string>> = {
  'signed-out': 'You are not signed in any more. Sign in, then ask again.',
  'not-an-address': 'Write an address alone, such as reva@example.org.',
  'yours-already': 'This address is confirmed as yours already.',
  'too-many': 'You asked five times within a day. Wait until tomorrow.',
  'too-many-to-it': 'This address got five mails of ours within a day. Wait until tomorrow.',
}

const CONFIRM_WORDS: Readonly<Record<ConfirmFailure, string>> = {
  'signed-out': 'You are not signed in any more. Sign in as the one who asked, then open the link again.',
  'no-such-link': 'This link was used, is older than a day, or was asked for by another account.',
  taken: 'Somebody else has confirmed this address as theirs.',
}

export async function askAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const typed = formText(form, 'address').slice(0, 320)
  const asked = await askConfirmation(await requestViewer(), typed, new Date())
  if (!asked.ok) return { typed, error: ASK_WORDS[asked.error], done: null }
  const done =
    asked.value === 'sent'
      ? `A mail is on its way to ${typed}. The link in it works for a day.`
      : 'This installation cannot send a mail to it now: ask its operator for a link that confirms the address.'
  return { typed: '', error: null, done }
}

export async function confirmAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const confirmed = await confirmAddress(await requestViewer(), formText(form, 'token'), new Date())
  if (!confirmed.ok) return { typed: '', error: CONFIRM_WORDS[confirmed.error], done: null }
  revalidatePath('/', 'layout')
  redirect(site.account())
}

export async function takeAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const taken = await takeUnproved(await requestViewer(), formText(form, 'address'))
  if (!taken.ok)
    return { typed: '', error: 'There is nothing to take for this address any more.', done: null }
  revalidatePath('/', 'layout')
  redirect(site.account())
}

export async function renameAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const typed = { name: formText(form, 'name').slice(0, 400) }
  const name = NameInput.safeParse(typed.name)
  if (!name.success) return { typed, errors: { name: name.error.issues[0]?.message ?? '' } }
  const renamed = await rename(await requestViewer(), name.data)
  if (!renamed.ok) {
    const errors: Record<typeof renamed.error, AccountFormState['errors']> = {
      'signed-out': { form: 'You are not signed in any more. Sign in, then try again.' },
      'name-of-account': { name: nameWords('name-of-account', false) },
      'name-of-mail': {
        name: 'Somebody who wrote by mail, or in a proposal, has this name or one that looks like it. If that is you, confirm the address that you wrote from first: it is asked for on this page.',
      },
      'too-many': { form: 'You changed your name five times within a day. Wait until tomorrow.' },
    }
    return { typed, errors: errors[renamed.error] }
  }
  revalidatePath('/', 'layout')
  return { typed: { name: name.data }, errors: {}, done: `Your name is ${name.data} from now on.` }
}

function passwordErrors(failure: PasswordFailure, field: 'current' | 'password'): AccountFormState['errors'] {
  switch (failure) {
    case 'wrong-password':
      return { [field]: 'This is not your password.' }
    case 'too-many-tries':
      return { form: 'Too many wrong passwords. Wait 15 minutes, then try again.' }
    case 'busy':
      return { form: BUSY }
    case 'signed-out':
      return { form: 'You are not signed in any more. Sign in, then try again.' }
  }
}

export async function changePasswordAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const current = formText(form, 'current').slice(0, 128)
  const input = NewPassword.safeParse(formText(form, 'password'))
  const errors: AccountFormState['errors'] = {
    ...(current === '' ? { current: 'Type the password that you have now.' } : {}),
    ...(input.success ? {} : { password: input.error.issues[0]?.message ?? '' }),
  }
  if (!input.success || Object.keys(errors).length > 0) return { typed: {}, errors }
  const changed = await changePassword(await requestViewer(), { current, next: input.data }, await headers())
  if (!changed.ok)
    return {
      typed: {},
      errors:
        typeof changed.error === 'string'
          ? passwordErrors(changed.error, 'current')
          : { password: changed.error.words },
    }
  // The session is a new one, which the page of this answer would not know yet.
  redirect(site.ownPassword({ done: 'changed' }))
}

export async function endSessionAction(form: FormData): Promise<void> {
  await endSession(await requestViewer(), formText(form, 'session'))
  redirect(site.ownSessions())
}

export async function endAllSessionsAction(): Promise<void> {
  await endAllSessions(await requestViewer())
  redirect(`${site.signIn()}?done=signed-out`)
}

export async function deleteAccountAction(_: AccountFormState, form: FormData): Promise<AccountFormState> {
  const password = formText(form, 'password').slice(0, 128)
  if (password === '') return { typed: {}, errors: { password: 'Type your password.' } }
  const redact = formText(form, 'redact') === 'yes'
  const deleted = await deleteAccount(await requestViewer(), { password, redact }, await headers())
  if (!deleted.ok) {
    const errors =
      deleted.error === 'last-administrator'
        ? {
            form: 'You are the only administrator. Make somebody else one first: an installation without any cannot be administered.',
          }
        : passwordErrors(deleted.error, 'password')
    return { typed: {}, errors }
  }
  redirect(`${site.signIn()}?done=deleted`)
}

export async function commandTokenAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const viewer = await requestViewer()
  if (!viewer) return failed('You are not signed in any more. Sign in, then try again.')
  if (formText(form, 'intent') === 'revoke') {
    await revokeCommandToken(viewer)
    revalidatePath(site.account())
    return said('Revoked: the command line is answered with it no more.')
  }
  const token = await makeCommandToken(viewer, new Date())
  revalidatePath(site.account())
  return said('It is shown once. Any token before it is over.', token ?? '')
}

export async function feedAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const viewer = await requestViewer()
  if (!viewer) return failed('You are not signed in any more. Sign in, then try again.')
  if (formText(form, 'intent') === 'revoke') {
    await revokeFeedToken(viewer)
    revalidatePath(site.account())
    return said('Revoked: feeds with it are answered no more.')
  }
  const token = await makeFeedToken(viewer)
  revalidatePath(site.account())
  return said('Put this behind the address of a feed. Any token before it is over.', `?token=${token}`)
}
