import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { type Asked, Reading } from '#app/rfc/[slug]/reading.tsx'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

type Props = { params: Promise<{ slug: string; revision: string }>; searchParams: Promise<Asked> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, revision } = await params
  return { title: `${await titleOf(slug)} ${revision}` }
}

export default async function RevisionPage({ params, searchParams }: Props) {
  const { slug, revision } = await params
  const number = /^v([1-9]\d{0,2})$/.exec(revision)?.[1]
  if (number === undefined) notFound()
  return <Reading slug={slug} number={Number(number)} asked={await searchParams} />
}
