import type { Metadata } from 'next'
import { confirmAction } from '#app/me/actions.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { AddressButton } from '#components/person/address-form.tsx'
import page from '#components/ui/page.module.css'
import { addressOfLink } from '#lib/review/incoming/confirm-address.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Confirm an address', robots: 'noindex' }

/** A button, not the link itself, confirms: programs that look at mail follow links. */
export default async function ConfirmPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const viewer = await requestViewer()
  const address = await addressOfLink(viewer, token, new Date())
  return (
    <div className={page.page}>
      <h1>Confirm an address</h1>
      {!viewer && (
        <p>
          <a href={site.signIn(site.confirmation(token))}>Sign in</a> as the one who asked for this link.
        </p>
      )}
      {viewer && address === null && (
        <p>
          This link was used, is older than a day, or was asked for by another account.{' '}
          <a href={site.account()}>Ask again</a>.
        </p>
      )}
      {viewer && address !== null && (
        <>
          <p>
            <code>{address}</code> becomes the address of {viewer.name}, for good, with what was imported
            under it.
          </p>
          <AddressButton action={confirmAction} hidden={{ token }}>
            This address is mine
          </AddressButton>
        </>
      )}
    </div>
  )
}
