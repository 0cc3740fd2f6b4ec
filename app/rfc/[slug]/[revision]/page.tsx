import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { type Asked, Reading } from '#app/rfc/[slug]/reading.tsx'
import { revisionNamed } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

type Props = { params: Promise<{ slug: string; revision: string }>; searchParams: Promise<Asked> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, revision } = await params
  return { title: `${await titleOf(slug)} ${revision}` }
}

export default async function RevisionPage({ params, searchParams }: Props) {
  const { slug, revision } = await params
  const number = revisionNamed(revision)
  if (number === null) notFound()
  return <Reading slug={slug} number={number} asked={await searchParams} />
}
