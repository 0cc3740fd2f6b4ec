import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { Gate } from '#app/rfc/[slug]/gate/gate.tsx'
import { revisionNamed } from '#lib/review/proposal/address.ts'

type Props = { params: Promise<{ slug: string; revision: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, revision } = await params
  return { title: `Gate of ${slug} ${revision}` }
}

export default async function GateRoute({ params }: Props) {
  const { slug, revision } = await params
  const number = revisionNamed(revision)
  if (number === null) return <NotThere />
  return <Gate slug={slug} number={number} />
}
