import type { Metadata } from 'next'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { safeReturnPath } from '#lib/review/person/sign-in.ts'
import { site } from '#lib/review/proposal/address.ts'
import { signInAction } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string>>
}) {
  const next = safeReturnPath((await searchParams).next)
  return (
    <div className={page.page}>
      <h1>Sign in</h1>
      <p>Reading, running models and exporting need no account. Commenting does.</p>
      <AccountForm action={signInAction} fields={['email', 'password']} submit="Sign in" hidden={{ next }} />
      <p>
        No account yet? <a href={site.signUp(next)}>Make one</a>.
      </p>
    </div>
  )
}
