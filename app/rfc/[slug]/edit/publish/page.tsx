import type { Metadata } from 'next'
import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { publishHtml } from '#components/draft/publish-html.ts'
import { KeepForms } from '#components/ui/keep-forms.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { site } from '#lib/review/proposal/address.ts'
import { publishPageOf } from './publish-page.ts'

type Props = { params: Promise<{ slug: string }> }

export const metadata: Metadata = { title: 'Publish' }

/** What publishing would do, with the claims checked, and the form for it. */
export default async function PublishRoute({ params }: Props) {
  const { slug } = await params
  const shown = await publishPageOf(await requestViewer(), slug, {}, { claims: true }).catch(orNotNow)
  if (shown instanceof NotNow) return <NotNowPage />
  if (!shown) return <NotThere />
  const still = await stillPieces()
  return (
    <div className={page.page}>
      <p>
        <a href={site.edit(slug)}>The text</a>
      </p>
      <h1>Publish v{shown.number}</h1>
      <StillHtml {...still('publish', publishHtml(shown))} />
      <KeepForms />
    </div>
  )
}
