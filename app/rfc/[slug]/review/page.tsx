import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { Autosave } from '#components/thread/autosave.tsx'
import { reviewHtml } from '#components/thread/review-html.ts'
import { KeepForms } from '#components/ui/keep-forms.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { figure } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { reviewPageOf } from './review-page.ts'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ done?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  return { title: `Your review of ${await titleOf(await requestViewer(), slug)}` }
}

/** One's own drafts: nobody else has a page of them. */
export default async function ReviewRoute({ params, searchParams }: Props) {
  const [{ slug }, { done = '' }] = await Promise.all([params, searchParams])
  const shown = await reviewPageOf(await requestViewer(), slug, { clientKey: randomUUID(), typed: {} })
  if (!shown) return <NotThere />
  const still = await stillPieces()
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{shown.review.title}</a>
      </p>
      <h1>Your review</h1>
      {/^[1-9]\d{0,2}$/.test(done) && (
        <p role="status">
          Your review is published: {figure(Number(done), 'comment')}.{' '}
          <a href={site.threads(slug)}>The threads</a>
        </p>
      )}
      <StillHtml {...still('review', reviewHtml(shown))} />
      <Autosave />
      <KeepForms isDone={done !== ''} />
    </div>
  )
}
