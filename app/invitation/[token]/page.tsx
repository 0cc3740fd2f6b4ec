import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { PersonButton } from '#components/person/role-forms.tsx'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { findInvitation } from '#lib/review/acts/invite.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { ROLE_WORDS } from '#lib/review/person/roles.ts'
import { site } from '#lib/review/proposal/address.ts'
import { acceptAction } from './actions.ts'

// The address is worth a role: it is in no index. It goes to no other site by a link, as none does (Referrer-Policy:
// same-origin); with `no-referrer` a browser would hide from us, too, where the form was sent from, and it would be refused.
export const metadata: Metadata = { title: 'An invitation', robots: 'noindex' }

/** Opening it changes nothing: mail programs open links before people do. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const [viewer, invitation] = await Promise.all([requestViewer(), findInvitation(token)])
  const here = site.invitation(token)
  return (
    <div className={page.page}>
      <h1>An invitation</h1>
      {!invitation && <p>{describeRoleFailure({ kind: 'no-such-invitation' })}</p>}
      {invitation && (
        <p>
          {invitation.by ?? 'The operator of this site'} invites you as {invitation.role} of{' '}
          <a href={site.proposal(invitation.slug)}>{invitation.title}</a>: who has that role{' '}
          {ROLE_WORDS[invitation.role]}.
        </p>
      )}
      {invitation && !invitation.isOpen && <p>{describeRoleFailure({ kind: 'invitation-over' })}</p>}
      {invitation?.isOpen && viewer && (
        <>
          <p>
            You are signed in as {viewer.name}. The invitation works once, until{' '}
            <When at={invitation.expiresAt} />.
          </p>
          <PersonButton action={acceptAction} hidden={{ token }}>
            Accept it
          </PersonButton>
        </>
      )}
      {invitation?.isOpen && !viewer && (
        <p>
          <a href={site.signIn(here)}>Sign in</a> or <a href={site.signUp(here)}>make an account</a>, then
          accept it here. It works once, until <When at={invitation.expiresAt} />.
        </p>
      )}
    </div>
  )
}
