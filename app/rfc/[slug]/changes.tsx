import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { INTERDIFF_VIEWS } from '#components/reading/interdiff-html.ts'
import { InterdiffPage } from '#components/reading/interdiff-page.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { loadRevision, orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { sinceRead } from '#lib/review/thread/since-read.server.ts'

/** What changed between two revisions: `/rfc/<slug>/v2..v3`. */
export async function Changes({
  slug,
  from,
  to,
  view,
}: {
  slug: string
  from: number
  to: number
  view: string | undefined
}) {
  const viewer = await requestViewer()
  const found = await heavy.interdiffOf(viewer, slug, from, to).catch(orNotNow)
  if (found instanceof NotNow) return <NotNowPage />
  if (!found) return <NotThere />
  const revision = await loadRevision(viewer, slug, to).catch(orUnreadable)
  const since = await sinceRead(viewer, slug, to)
  const documents = revision && !(revision instanceof UnreadableRevision) ? revision.bundle.documents : []
  return (
    <InterdiffPage
      of={found}
      view={INTERDIFF_VIEWS.find((one) => one === view) ?? 'marked'}
      titles={new Map(documents.map(({ writeup, title }) => [writeup, title]))}
      since={since}
      now={Date.now()}
      still={await stillPieces()}
    />
  )
}
