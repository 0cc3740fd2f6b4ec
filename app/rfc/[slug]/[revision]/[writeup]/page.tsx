import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { type Asked, Reading } from '#app/rfc/[slug]/reading.tsx'
import { revisionNamed } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'

type Props = {
  params: Promise<{ slug: string; revision: string; writeup: string }>
  searchParams: Promise<Asked>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, revision, writeup } = await params
  return { title: `${writeup}: ${await titleOf(await requestViewer(), slug)} ${revision}` }
}

/** One write-up of a revision alone, as it is in its mail. */
export default async function WriteupPage({ params, searchParams }: Props) {
  const { slug, revision, writeup } = await params
  const number = revisionNamed(revision)
  const alone = DOCUMENT_IDS.find((id) => id === writeup)
  if (number === null || alone === undefined) return <NotThere />
  return <Reading slug={slug} number={number} alone={alone} asked={await searchParams} />
}
