import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import styles from '#components/person/people.module.css'
import { BlockForm, PersonButton } from '#components/person/role-forms.tsx'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { type AccountShown, accountsPage } from '#lib/review/account/accounts-page.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { blockAction, unblockAction } from './actions.ts'

export const metadata: Metadata = { title: 'Accounts', robots: 'noindex' }

type Props = { searchParams: Promise<{ address?: string | string[] }> }

export default async function AccountsRoute({ searchParams }: Props) {
  const { address } = await searchParams
  const asked = typeof address === 'string' ? address.slice(0, 254) : ''
  const accounts = await accountsPage(await requestViewer(), asked)
  if (!accounts) return <NotThere />
  const { found, blocked } = accounts
  return (
    <div className={page.page}>
      <p>
        <a href={site.auditLog()}>Audit log</a>
      </p>
      <h1>Accounts</h1>
      <p>
        Who is blocked reads what is public and does nothing: their sessions end, and their mail is held. What
        they said and which roles they have stays.
      </p>
      <form method="get" action={site.accounts()} className={styles.filter}>
        <label>
          Address of an account, or of who mails
          <input name="address" defaultValue={asked} maxLength={254} />
        </label>
        <button type="submit">Look up</button>
      </form>
      {asked !== '' && !found && <p role="status">Nobody here has this address.</p>}
      {found && <Account account={found} />}
      <section aria-labelledby="blocked">
        <h2 id="blocked">Blocked</h2>
        {blocked.length === 0 && <p>Nobody is blocked.</p>}
        <ul className={styles.list}>
          {blocked.map((account) => (
            <li key={account.id}>
              <p>
                <a href={site.accounts({ address: account.id })}>{account.name}</a>
                {account.blockedAt && (
                  <>
                    , since <When at={account.blockedAt} />
                  </>
                )}
                : {account.reason}
              </p>
              <PersonButton
                action={unblockAction}
                hidden={{ person: account.id }}
                label={`Unblock ${account.name}`}
              >
                Unblock
              </PersonButton>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Account({ account }: { account: AccountShown }) {
  const { id, name, addresses, roles, comments, administrator, blockedAt, hasAccount } = account
  return (
    <section aria-labelledby="found">
      <h2 id="found">{name}</h2>
      <ul>
        <li>{addresses.length === 0 ? 'No address is known.' : addresses.join(', ')}</li>
        <li>
          {hasAccount ? 'An account, known here since ' : 'No account; known from mail since '}
          <When at={account.since} />
        </li>
        <li>
          {comments} {comments === 1 ? 'comment' : 'comments'}
          {roles.length > 0 && `; ${roles.map(({ slug, role }) => `${role} of ${slug}`).join(', ')}`}
        </li>
        <li>
          <a href={site.auditLog({ person: id })}>What the audit log has of them</a>
        </li>
        <li>
          <a href={site.dropAll({ bringer: id })}>Drop all mail that they brought</a>
        </li>
      </ul>
      {administrator && <p>An administrator is not blocked.</p>}
      {!administrator && !blockedAt && <BlockForm action={blockAction} personId={id} name={name} />}
    </section>
  )
}
