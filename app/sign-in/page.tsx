import type { Metadata } from 'next'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { safeReturnPath } from '#lib/review/account/sign-in.ts'
import { site } from '#lib/review/proposal/address.ts'
import { signInAction } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

const DONE: Readonly<Record<string, string>> = {
  password: 'The new password works from now on, and the account is signed out everywhere. Sign in with it.',
  'signed-out': 'You are signed out everywhere.',
  deleted: 'Your account is deleted.',
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string>>
}) {
  const { next: given, done } = await searchParams
  const next = safeReturnPath(given)
  const said = typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done] : undefined
  return (
    <div className={page.page}>
      <h1>Sign in</h1>
      {said && <p role="status">{said}</p>}
      <p>Reading, running models and exporting need no account. Commenting does.</p>
      <AccountForm action={signInAction} fields={['email', 'password']} submit="Sign in" hidden={{ next }} />
      <p>
        No account yet? <a href={site.signUp(next)}>Make one</a>. Password forgotten?{' '}
        <a href={site.askReset()}>Set a new one</a>.
      </p>
    </div>
  )
}
