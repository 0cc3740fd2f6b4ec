import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { becomeFirstAdminAction, signUpAction } from '#app/sign-in/actions.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import { KeptForm } from '#components/ui/kept-form.tsx'
import page from '#components/ui/page.module.css'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { isFirstAdminToken } from '#lib/review/account/first-admin.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'First administrator', robots: 'noindex' }

export default async function FirstAdminPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const viewer = await requestViewer()
  const valid = await isFirstAdminToken(token)
  return (
    <div className={page.page}>
      <h1>First administrator</h1>
      {!valid && (
        <p>
          {viewer?.administrator
            ? 'You are an administrator of this installation.'
            : 'This link was used, or a newer one replaced it. The last line that the server logged at its start has the link that works, as long as there is no administrator.'}
        </p>
      )}
      {valid && viewer && (
        <KeptForm action={becomeFirstAdminAction}>
          <p>You are signed in as {viewer.name}. The link makes this account an administrator, once.</p>
          <input type="hidden" name="firstAdminToken" value={token} />
          <SubmitButton>Become administrator</SubmitButton>
        </KeptForm>
      )}
      {valid && !viewer && (
        <>
          <p>The account that you make here administers this installation. The link works once.</p>
          <AccountForm
            action={signUpAction}
            fields={['name', 'email', 'password']}
            newPassword
            submit="Make the administrator’s account"
            hidden={{ firstAdminToken: token, next: '/' }}
          />
          <p>
            You have an account? <a href={site.signIn(site.firstAdmin(token))}>Sign in first</a>, then open
            this link again.
          </p>
        </>
      )}
    </div>
  )
}
