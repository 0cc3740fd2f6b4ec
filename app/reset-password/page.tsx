import type { Metadata } from 'next'
import { askResetAction } from '#app/sign-in/actions.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { confirmsSignUps } from '#lib/review/incoming/sign-up.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'New password' }

export default function AskResetPage() {
  return (
    <div className={page.page}>
      <h1>New password</h1>
      {confirmsSignUps() ? (
        <>
          <p>A link that sets a new password is mailed to the address that you sign in with.</p>
          <AccountForm action={askResetAction} fields={['email']} submit="Send the link" />
        </>
      ) : (
        <p>
          This installation sends no mail. Ask its operator for a link that sets a new password: they make one
          with <code>coherent reset-link</code> and your address.
        </p>
      )}
      <p>
        <a href={site.signIn()}>Back to signing in</a>
      </p>
    </div>
  )
}
