import type { Metadata } from 'next'
import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { ExportPage } from '#components/export/export-page.tsx'
import { Receivers } from '#components/export/receivers.tsx'
import { UnreadableRevisionPage } from '#components/reading/unreadable-revision.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { commentOfMail } from '#lib/review/export/mail-window.server.ts'
import { openMail } from '#lib/review/export/open-mail.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { ownAddressOf, receiversFor } from '#lib/review/outgoing/receivers.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { revisionNumbered } from '#lib/review/proposal/address.ts'
import { orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ revision?: string; mail?: string; page?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).slug} as mail` }
}

const COUNT = /^[1-9]\d{0,4}$/

export default async function ExportRoute({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  const number = asked.revision === undefined ? null : revisionNumbered(asked.revision)
  if (asked.revision !== undefined && number === null) return <NotThere />
  if (asked.page !== undefined && !COUNT.test(asked.page)) return <NotThere />
  const viewer = await requestViewer()
  const wanted = { mail: asked.mail ?? null, page: Number(asked.page ?? '1') }
  const window = await heavy.exportPage(viewer, slug, number, wanted).catch(orNotNow).catch(orUnreadable)
  if (window instanceof NotNow) return <NotNowPage />
  if (window instanceof UnreadableRevision)
    return <UnreadableRevisionPage slug={slug} places={window.places} />
  const open = window && openMail(window, wanted.mail)
  if (!window || !open) return <NotThere />
  const { revision, series } = window
  const [receivers, own, maySend, comment] = await Promise.all([
    receiversFor(viewer, revision.proposalId, revision.bundle.cover),
    ownAddressOf(viewer),
    mayInProposal(viewer, 'send-mail', revision.proposalId),
    open.position < series.messages.length ? null : commentOfMail(viewer, open.message.messageId),
  ])
  return (
    <ExportPage
      window={window}
      open={open}
      comment={comment}
      maySend={maySend}
      signedIn={viewer !== null}
      receivers={<Receivers slug={slug} number={revision.number} receivers={receivers} own={own} />}
    />
  )
}
