import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { reviewStateHtml } from '#components/proposal/review-state-html.ts'
import { KeepForms } from '#components/ui/keep-forms.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { doneWords } from '#lib/review/turn/review-done.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ done?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  return { title: `State of ${await titleOf(await requestViewer(), slug)}` }
}

/** State, decision, turns, holds and stances, with the forms for who may. */
export default async function StateRoute({ params, searchParams }: Props) {
  const [{ slug }, { done = '' }] = await Promise.all([params, searchParams])
  const now = new Date()
  const shown = await reviewStateOf(await requestViewer(), slug, now)
  if (!shown) return <NotThere />
  const still = await stillPieces()
  const said = doneWords(done)
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{shown.title}</a>
      </p>
      <h1>State and stances</h1>
      {said && <p role="status">{said}</p>}
      <StillHtml {...still('state', reviewStateHtml(shown, now.getTime()))} />
      <KeepForms />
    </div>
  )
}
