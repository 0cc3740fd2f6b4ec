'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { requestViewer } from '#app/request-viewer.ts'
import type { AddressFormState } from '#components/person/address-form.tsx'
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
}

const CONFIRM_WORDS: Readonly<Record<ConfirmFailure, string>> = {
  'signed-out': 'You are not signed in any more. Sign in as the one who asked, then open the link again.',
  'no-such-link': 'This link was used, is older than a day, or was asked for by another account.',
  taken: 'Somebody else has confirmed this address as his.',
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '')

export async function askAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const typed = text(form, 'address').slice(0, 320)
  const asked = await askConfirmation(await requestViewer(), typed, new Date())
  if (!asked.ok) return { typed, error: ASK_WORDS[asked.error], done: null }
  const done =
    asked.value === 'sent'
      ? `A mail is on its way to ${typed}. The link in it works for a day.`
      : 'This installation cannot send a mail to it now: ask its operator for a link that confirms the address.'
  return { typed: '', error: null, done }
}

export async function confirmAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const confirmed = await confirmAddress(await requestViewer(), text(form, 'token'), new Date())
  if (!confirmed.ok) return { typed: '', error: CONFIRM_WORDS[confirmed.error], done: null }
  revalidatePath('/', 'layout')
  redirect(site.account())
}

export async function takeAction(_: AddressFormState, form: FormData): Promise<AddressFormState> {
  const taken = await takeUnproved(await requestViewer(), text(form, 'address'))
  if (!taken.ok)
    return { typed: '', error: 'There is nothing to take for this address any more.', done: null }
  revalidatePath('/', 'layout')
  redirect(site.account())
}
