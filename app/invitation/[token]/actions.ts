'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { failed, type PeopleFormState } from '#components/person/people-form-state.ts'
import { acceptInvitation } from '#lib/review/acts/invite.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { site } from '#lib/review/proposal/address.ts'

export async function acceptAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const accepted = await acceptInvitation(await requestViewer(), formText(form, 'token'))
  if (!accepted.ok) return failed(describeRoleFailure(accepted.error))
  revalidatePath(site.proposal(accepted.value.slug), 'layout')
  redirect(site.people(accepted.value.slug))
}
