import type { Metadata } from 'next'
import { decideManyAction } from '#app/import/actions.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { DecideManyForm } from '#components/incoming/decide-many-form.tsx'
import { QueueFilterForm } from '#components/incoming/queue-filter-form.tsx'
import { QueueList } from '#components/incoming/queue-list.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { DECIDED_AT_ONCE } from '#lib/review/queue/decide-many.server.ts'
import { listQueue, mailStanding, queueChoices, SHOWN } from '#lib/review/queue/queue.server.ts'
import { queueFilter } from '#lib/review/queue/queue-filter.ts'

export const metadata: Metadata = { title: 'Mail that waits' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function QueuePage({ searchParams }: Props) {
  const viewer = await requestViewer()
  const filter = queueFilter(await searchParams)
  const [{ handles }, mails, choices] = await Promise.all([
    mailStanding(viewer),
    listQueue(viewer, filter),
    queueChoices(viewer),
  ])
  const isFiltered = Object.values(filter).some((value) => value !== null)
  const last = mails.length === SHOWN ? mails.at(-1) : undefined
  const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null))
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
      {handles && (mails.length > 0 || isFiltered) && <QueueFilterForm filter={filter} choices={choices} />}
      {isFiltered && mails.length === 0 && <p role="status">No mail that waits is like that.</p>}
      {handles && !isFiltered && mails.length === 0 && (
        <p>Nothing waits. Mail that finds no place, or that nothing proves, comes here.</p>
      )}
      {handles && (
        <DecideManyForm action={decideManyAction} most={DECIDED_AT_ONCE}>
          {mails.length > 0 ? <QueueList mails={mails} /> : null}
        </DecideManyForm>
      )}
      {last && (
        <p>
          <a href={site.queue({ ...asked, after: last.id })}>More, which came later</a>
        </p>
      )}
    </div>
  )
}
