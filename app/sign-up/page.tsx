import type { Metadata } from 'next'
import { signUpAction } from '#app/sign-in/actions.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { safeReturnPath } from '#lib/review/account/sign-in.ts'
import { confirmsSignUps } from '#lib/review/incoming/sign-up.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Make an account' }

export default async function SignUpPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string>>
}) {
  const next = safeReturnPath((await searchParams).next)
  return (
    <div className={page.page}>
      <h1>Make an account</h1>
      {confirmsSignUps() && (
        <p>A link is mailed to your address. The account is there once you have opened it.</p>
      )}
      <AccountForm
        action={signUpAction}
        fields={['name', 'email', 'password']}
        newPassword
        submit="Make the account"
        hidden={{ next }}
      />
      <p>
        You have one? <a href={site.signIn(next)}>Sign in</a>.
      </p>
    </div>
  )
}
