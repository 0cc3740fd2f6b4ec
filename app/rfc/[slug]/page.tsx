import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { type Asked, Reading } from './reading.tsx'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Asked> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await titleOf(await requestViewer(), (await params).slug) }
}

export default async function ProposalPage({ params, searchParams }: Props) {
  return <Reading slug={(await params).slug} number={null} asked={await searchParams} />
}
