import type { Metadata } from 'next'
import { brokenPiece } from '#app/broken-piece.ts'
import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { Preview } from '#components/draft/preview.tsx'
import page from '#components/ui/page.module.css'
import { NotNow } from '#lib/aside/not-now.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'

type Props = { params: Promise<{ slug: string; writeup: string }> }

export const metadata: Metadata = { title: 'Preview' }

/** One write-up of a working copy as its page will be: the same components, the text as it is saved. */
export default async function PreviewRoute({ params }: Props) {
  const { slug, writeup: asked } = await params
  const writeup = DOCUMENT_IDS.find((id) => id === asked)
  const drawn = writeup && (await heavy.drawCopy(await requestViewer(), slug, writeup).catch(orNotNow))
  if (drawn instanceof NotNow) return <NotNowPage />
  if (!writeup || !drawn) return <NotThere />
  return (
    <div className={page.page}>
      <p>
        <a href={site.edit(slug, { file: `${writeup}.mdx` })}>The text of {writeup}</a>
      </p>
      <h1>Preview</h1>
      <Preview slug={slug} writeup={writeup} drawn={drawn} broken={brokenPiece} />
    </div>
  )
}
