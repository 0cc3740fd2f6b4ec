import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { ImportForm } from '#components/incoming/import-form.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { mailStanding } from '#lib/review/queue/queue.server.ts'
import { UPLOAD_LIMIT } from '#lib/review/queue/upload.server.ts'
import { importAction } from './actions.ts'

export const metadata: Metadata = { title: 'Import mail' }

export default async function ImportPage() {
  const viewer = await requestViewer()
  const { handles, slugs } = await mailStanding(viewer)
  return (
    <div className={page.wide}>
      <h1>Import mail</h1>
      <p>
        Replies from a list become comments on the passages that they quote, and replies in the threads that
        they answer. A mail that is here already changes nothing, so the same mailbox can be imported again.
      </p>
      {viewer ? (
        <>
          <p>
            {viewer.administrator || slugs.length > 0
              ? 'Mails are shown at once where you have a role; you vouch for them, and their senders are shown as not confirmed.'
              : 'You have no role in a proposal, so what you import is held until somebody who has one looks at it.'}
          </p>
          <ImportForm action={importAction} limit={`${UPLOAD_LIMIT / 1_000_000} MB`} />
          {handles && (
            <p>
              <a href={site.queue()}>Mail that waits or is held</a>
            </p>
          )}
        </>
      ) : (
        <p>
          <a href={site.signIn(site.import())}>Sign in</a> to import a mailbox.
        </p>
      )}
    </div>
  )
}
