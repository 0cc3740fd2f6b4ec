import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { QueueList } from '#components/incoming/queue-list.tsx'
import page from '#components/ui/page.module.css'
import { listQueue, mailStanding } from '#lib/review/incoming/queue.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Mail that waits' }

export default async function QueuePage() {
  const viewer = await requestViewer()
  const [{ handles }, mails] = await Promise.all([mailStanding(viewer), listQueue(viewer)])
  return (
    <div className={page.page}>
      <p>
        <a href={site.import()}>Import mail</a>
      </p>
      <h1>Mail that waits or is held</h1>
      {!viewer && (
        <p>
          <a href={site.signIn(site.queue())}>Sign in</a> to see the mail of your proposals.
        </p>
      )}
      {viewer && !handles && (
        <p>You have no role in a proposal, so there is no mail for you to decide about.</p>
      )}
      {handles && mails.length === 0 && (
        <p>Nothing waits. Mail that finds no place, or that nothing proves, comes here.</p>
      )}
      {mails.length > 0 && <QueueList mails={mails} />}
    </div>
  )
}
