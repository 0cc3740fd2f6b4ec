import type { Metadata } from 'next'
import { deleteAccountAction } from '#app/me/actions.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import { SignInFirst } from '#components/person/sign-in-first.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Delete the account' }

export default async function DeleteAccountPage() {
  const viewer = await requestViewer()
  if (!viewer) return <SignInFirst title="Delete the account" next={site.deleteAccount()} />
  return (
    <div className={page.page}>
      <h1>Delete the account</h1>
      <p>
        Your name, your addresses and your roles go, and you are signed out everywhere. This cannot be taken
        back. You can sign up again, as somebody new.
      </p>
      <p>
        Your comments stay where they stand, by <em>Deleted account</em>, because others have answered them.
        What left by mail stays with those who got it, and mails that came from you are kept as they came.
      </p>
      <AccountForm action={deleteAccountAction} fields={['password']} submit="Delete my account for good">
        <label>
          <input type="checkbox" name="redact" value="yes" /> Take away the words of my comments as well
        </label>
      </AccountForm>
      <p>
        <a href={site.account()}>Keep it</a>
      </p>
    </div>
  )
}
