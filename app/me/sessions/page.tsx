import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { endAllSessionsAction, endSessionAction } from '#app/me/actions.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { SessionList } from '#components/person/session-list.tsx'
import { SignInFirst } from '#components/person/sign-in-first.tsx'
import { KeptForm } from '#components/ui/kept-form.tsx'
import page from '#components/ui/page.module.css'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { ownSessions } from '#lib/review/account/sessions.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Where you are signed in' }

export default async function SessionsPage() {
  const viewer = await requestViewer()
  if (!viewer) return <SignInFirst title="Where you are signed in" next={site.ownSessions()} />
  const sessions = await ownSessions(viewer, await headers())
  return (
    <div className={page.page}>
      <h1>Where you are signed in</h1>
      <SessionList
        sessions={sessions.map(({ since, seen, ...session }) => ({
          ...session,
          since: since.toISOString(),
          seen: seen.toISOString(),
        }))}
        end={endSessionAction}
      />
      <KeptForm action={endAllSessionsAction}>
        <SubmitButton>Sign out everywhere</SubmitButton>
      </KeptForm>
      <p>
        If you know none of these, <a href={site.ownPassword()}>change the password</a>.{' '}
        <a href={site.account()}>Back to your account</a>
      </p>
    </div>
  )
}
