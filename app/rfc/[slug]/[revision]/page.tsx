import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { Changes } from '#app/rfc/[slug]/changes.tsx'
import { type Asked, Reading } from '#app/rfc/[slug]/reading.tsx'
import { revisionNamed, revisionsNamed } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

type Props = {
  params: Promise<{ slug: string; revision: string }>
  searchParams: Promise<Asked & { view?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, revision } = await params
  return { title: `${await titleOf(await requestViewer(), slug)} ${revision}` }
}

export default async function RevisionPage({ params, searchParams }: Props) {
  const { slug, revision } = await params
  const two = revisionsNamed(revision)
  if (two) return <Changes slug={slug} {...two} view={(await searchParams).view} />
  const number = revisionNamed(revision)
  if (number === null) return <NotThere />
  return <Reading slug={slug} number={number} asked={await searchParams} />
}
