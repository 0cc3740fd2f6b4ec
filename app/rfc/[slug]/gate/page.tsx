import type { Metadata } from 'next'
import { Gate } from './gate.tsx'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Gate of ${(await params).slug}` }
}

export default async function GateRoute({ params }: Props) {
  return <Gate slug={(await params).slug} number={null} />
}
