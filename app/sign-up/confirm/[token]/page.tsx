import type { Metadata } from 'next'
import { finishSignUpAction } from '#app/sign-in/actions.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { askedBy } from '#lib/review/incoming/sign-up.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Make the account', robots: 'noindex' }

export default async function FinishSignUpPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const asked = await askedBy(token, new Date())
  return (
    <div className={page.page}>
      <h1>Make the account</h1>
      {asked === null ? (
        <p>
          This link was used, or is older than a day. <a href={site.signIn()}>Sign in</a>, or{' '}
          <a href={site.signUp()}>sign up again</a>.
        </p>
      ) : (
        <>
          <p>
            The account of <strong>{asked.name}</strong>, who signs in as <code>{asked.address}</code>. Type
            the password that you chose. If you did not ask for this account, close this page: without that
            password there is none.
          </p>
          <AccountForm
            action={finishSignUpAction}
            fields={['password']}
            submit="Make the account"
            hidden={{ token }}
          />
        </>
      )}
    </div>
  )
}
