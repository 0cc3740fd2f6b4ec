'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { failed, type PeopleFormState, said } from '#components/person/people-form-state.ts'
import { mailInvitation } from '#lib/review/account/mail-invitation.server.ts'
import { giveRole, takeRole } from '#lib/review/acts/change-role.server.ts'
import { invite, revokeInvitation } from '#lib/review/acts/invite.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { GIVEN_ROLES } from '#lib/review/person/roles.ts'
import { VISIBILITIES, VISIBILITY_WORDS } from '#lib/review/person/visibility.ts'
import { SLUG, site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

const slug = z.string().regex(SLUG)
const role = z.enum(GIVEN_ROLES)
const DAMAGED = 'The form is damaged. Load the page again.'
const NO_ADDRESS = 'Write an address, such as reva@example.org.'
const Address = z.email().max(254)

const Wish = z.object({
  slug,
  role,
  intent: z.enum(['give', 'mail', 'link']),
  address: z.string().trim().toLowerCase().max(254),
  clientKey: z.uuid(),
})

export async function giveAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const wish = Wish.safeParse(Object.fromEntries(form.entries()))
  const typed = formText(form, 'address').slice(0, 254)
  if (!wish.success) return failed(DAMAGED, typed)
  const { intent, address, clientKey, ...what } = wish.data
  if (intent !== 'link' && !Address.safeParse(address).success) return failed(NO_ADDRESS, typed)
  const viewer = await requestViewer()
  if (intent === 'give') {
    const given = await giveRole(viewer, { ...what, address })
    if (!given.ok) return failed(describeRoleFailure(given.error), typed)
    revalidatePath(site.proposal(what.slug), 'layout')
    const { name, isNew } = given.value
    return said(isNew ? `${name} is ${what.role} now.` : `${name} is ${what.role} already.`)
  }
  const made = await invite(viewer, { ...what, clientKey, address: intent === 'mail' ? address : null })
  if (!made.ok) return failed(describeRoleFailure(made.error), typed)
  revalidatePath(site.people(what.slug))
  if (intent === 'link')
    return said('Hand this link to whom you invite. It works once, for two weeks.', made.value.link)
  const title = await titleOf(viewer, what.slug)
  const invitation = { link: made.value.link, title, role: what.role }
  const sent = await mailInvitation(address, invitation, viewer?.personId ?? '', new Date())
  if (sent === 'sent') return said(`The invitation is on its way to ${address}.`)
  // The invitation stands, and its link is worth nothing in nobody's hands: it is shown instead.
  const why =
    sent === 'too-many'
      ? 'Too many mails with links went there, or were asked for by you, within a day.'
      : 'The mail server did not take the mail.'
  return said(`${why} Hand on this link yourself, or revoke the invitation below.`, made.value.link)
}

const Taking = z.object({ slug, role, person: z.uuid() })

export async function takeAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const wish = Taking.safeParse(Object.fromEntries(form.entries()))
  if (!wish.success) return failed(DAMAGED)
  const { person: personId, ...what } = wish.data
  const taken = await takeRole(await requestViewer(), { ...what, personId })
  if (!taken.ok) return failed(describeRoleFailure(taken.error))
  revalidatePath(site.proposal(what.slug), 'layout')
  return said('Done.')
}

const Revoking = z.object({ slug, invitation: z.uuid() })

export async function revokeAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const wish = Revoking.safeParse(Object.fromEntries(form.entries()))
  if (!wish.success) return failed(DAMAGED)
  const { slug: of, invitation: id } = wish.data
  const revoked = await revokeInvitation(await requestViewer(), { slug: of, id })
  if (!revoked.ok) return failed(describeRoleFailure(revoked.error))
  revalidatePath(site.people(of))
  return said('Revoked: its link does nothing any more.')
}

const Showing = z.object({ slug, visibility: z.enum(VISIBILITIES) })

export async function visibilityAction(_: PeopleFormState, form: FormData): Promise<PeopleFormState> {
  const wish = Showing.safeParse(Object.fromEntries(form.entries()))
  if (!wish.success) return failed(DAMAGED)
  const { visibility } = wish.data
  const set = await setVisibility(await requestViewer(), wish.data)
  if (!set.ok) return failed(describeRoleFailure(set.error))
  revalidatePath('/', 'layout')
  return said(`It is ${visibility}${set.value ? ' now' : ' already'}. ${VISIBILITY_WORDS[visibility]}`)
}
