import type { Metadata } from 'next'
import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { suggestionsHtml } from '#components/thread/suggestion-list-html.ts'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  return { title: `Suggestions for ${await titleOf(await requestViewer(), slug)}` }
}

/** What reviewers would write in the text: what authors have to decide, and what they accepted and have not used yet. */
export default async function SuggestionsRoute({ params }: Props) {
  const { slug } = await params
  const viewer = await requestViewer()
  const kept = await heavy.keptSuggestions(viewer, slug).catch(orNotNow)
  if (kept instanceof NotNow) return <NotNowPage />
  if (!kept) return <NotThere />
  const { list, trailers, patch } = kept
  const still = await stillPieces()
  const shown = { list, trailers, hasPatch: patch !== '' }
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{list.title}</a>
      </p>
      <h1>Suggestions</h1>
      <p>
        Other words for the text, which its authors accept or decline one by one. Also as{' '}
        <a href={site.suggestionsAsText(slug)}>text</a> and <a href={site.suggestionsAsJson(slug)}>JSON</a>.
      </p>
      <StillHtml {...still('suggestions', suggestionsHtml(shown))} />
    </div>
  )
}
