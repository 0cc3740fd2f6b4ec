import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { ProposalList } from '#components/review/proposal-list.tsx'
import page from '#components/ui/page.module.css'
import { listProposals } from '#lib/review/revisions.server.ts'
import { viewerFrom } from '#lib/review/viewer.server.ts'

export const metadata: Metadata = { title: 'Proposals' }

export default async function ProposalsPage() {
  const viewer = await viewerFrom(await headers())
  return (
    <div className={page.page}>
      <h1>Proposals</h1>
      <section aria-labelledby="all">
        <h2 id="all" className="visually-hidden">
          All proposals
        </h2>
        <ProposalList proposals={await listProposals(viewer)} />
      </section>
    </div>
  )
}
