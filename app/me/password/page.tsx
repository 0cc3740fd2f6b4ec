import type { Metadata } from 'next'
import { changePasswordAction } from '#app/me/actions.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import { SignInFirst } from '#components/person/sign-in-first.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Change the password' }

export default async function ChangePasswordPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string>>
}) {
  const { done } = await searchParams
  if (!(await requestViewer())) return <SignInFirst title="Change the password" next={site.ownPassword()} />
  return (
    <div className={page.page}>
      <h1>Change the password</h1>
      {done === 'changed' ? (
        <p role="status">The new password works from now on. You are signed out everywhere else.</p>
      ) : (
        <p>You stay signed in here, and are signed out everywhere else.</p>
      )}
      <AccountForm
        action={changePasswordAction}
        fields={['current', 'password']}
        newPassword
        passwordLabel="New password"
        submit="Change the password"
      />
      <p>
        <a href={site.account()}>Back to your account</a>
      </p>
    </div>
  )
}
