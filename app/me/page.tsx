import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { AddressButton, AskForm } from '#components/person/address-form.tsx'
import page from '#components/ui/page.module.css'
import { ownAddresses } from '#lib/review/incoming/confirm-address.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { askAction, takeAction } from './actions.ts'

export const metadata: Metadata = { title: 'My account' }

export default async function MePage() {
  const viewer = await requestViewer()
  if (!viewer) {
    return (
      <div className={page.page}>
        <h1>My account</h1>
        <p>
          <a href={site.signIn(site.account())}>Sign in</a> to see your addresses.
        </p>
      </div>
    )
  }
  const addresses = await ownAddresses(viewer)
  return (
    <div className={page.page}>
      <h1>{viewer.name}</h1>
      <h2>Addresses</h2>
      <p>
        Confirm the address that you write to lists from: comments that came by mail from it become yours, its{' '}
        <code>Reviewed-by:</code> counts, and your comments leave under it. An address that is not confirmed
        is shown to nobody.
      </p>
      <ul>
        {addresses.map(({ address, isConfirmed, unproved }) => (
          <li key={address}>
            <code>{address}</code>, {isConfirmed ? 'confirmed' : 'not confirmed: you sign in with it'}
            {unproved > 0 && (
              <>
                <p>
                  {unproved} {unproved === 1 ? 'comment says' : 'comments say'} to come from it, without
                  proof. Take them only if you wrote them all.
                </p>
                <AddressButton action={takeAction} hidden={{ address }}>
                  They are mine
                </AddressButton>
              </>
            )}
          </li>
        ))}
      </ul>
      <AskForm
        action={askAction}
        initial={addresses.find(({ isConfirmed }) => !isConfirmed)?.address ?? ''}
      />
    </div>
  )
}
