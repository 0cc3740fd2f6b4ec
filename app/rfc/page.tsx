import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { ProposalList } from '#components/proposal/proposal-list.tsx'
import page from '#components/ui/page.module.css'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'
import { listProposals } from '#lib/review/revision/revisions.server.ts'

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
