import type { Metadata } from 'next'
import { disownAction, resetPasswordAction } from '#app/sign-in/actions.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { resetLink } from '#lib/review/account/password.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'New password', robots: 'noindex' }

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const account = await resetLink(token, new Date())
  return (
    <div className={page.page}>
      <h1>New password</h1>
      {account === null && (
        <p>
          This link was used, or is too old. <a href={site.askReset()}>Ask for another one</a>.
        </p>
      )}
      {account !== null && (
        <>
          <p>
            For the account of <strong>{account.name}</strong>, who signs in as <code>{account.address}</code>
            . It is signed out everywhere.
          </p>
          {!account.isConfirmed && (
            <p>
              This account was made on <When at={account.since.toISOString()} />
              {account.comments > 0 &&
                `, and wrote ${account.comments} ${account.comments === 1 ? 'comment' : 'comments'}`}
              . Nobody has confirmed its address yet. Set a password only if you made it.
            </p>
          )}
          <AccountForm
            action={resetPasswordAction}
            fields={['password']}
            newPassword
            passwordLabel="New password"
            submit="Set the password"
            hidden={{ token }}
          />
          {!account.isConfirmed && (
            <>
              <h2>It is not mine</h2>
              <p>
                Then somebody else made an account with your address. It loses the address and can not be
                entered any more; what it wrote stays under its name, and nothing of it becomes yours.
              </p>
              <AccountForm
                action={disownAction}
                fields={[]}
                submit="This account is not mine"
                hidden={{ token }}
              />
            </>
          )}
        </>
      )}
    </div>
  )
}
