'use server'
import { revalidatePath } from 'next/cache'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { failed, type PeopleFormState, said } from '#components/person/people-form-state.ts'
import { blockPerson, unblockPerson } from '#lib/review/acts/block.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { site } from '#lib/review/proposal/address.ts'

export async function blockAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const reason = formText(form, 'reason').slice(0, 2000)
  const done = await blockPerson(await requestViewer(), { personId: formText(form, 'person'), reason })
  if (!done.ok) return failed(describeRoleFailure(done.error), reason)
  revalidatePath(site.accounts())
  const { name, sessions } = done.value
  return said(`${name} is blocked; ${sessions} ${sessions === 1 ? 'session' : 'sessions'} ended.`)
}

export async function unblockAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const done = await unblockPerson(await requestViewer(), formText(form, 'person'))
  if (!done.ok) return failed(describeRoleFailure(done.error))
  revalidatePath(site.accounts())
  return said('Unblocked.')
}
