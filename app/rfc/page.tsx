import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { ProposalList } from '#components/proposal/proposal-list.tsx'
import page from '#components/ui/page.module.css'
import { gatesListed } from '#lib/review/gate/gate.server.ts'
import { listProposals } from '#lib/review/revision/revisions.server.ts'
import { turnsInLists } from '#lib/review/turn/read-turns.server.ts'

export const metadata: Metadata = { title: 'Proposals' }

export default async function ProposalsPage() {
  const viewer = await requestViewer()
  const [proposals, gates, turns] = await Promise.all([
    listProposals(viewer),
    gatesListed(viewer),
    turnsInLists(viewer),
  ])
  return (
    <div className={page.page}>
      <h1>Proposals</h1>
      <section aria-labelledby="all">
        <h2 id="all" className="visually-hidden">
          All proposals
        </h2>
        <ProposalList proposals={proposals} gates={gates} turns={turns} now={Date.now()} />
      </section>
    </div>
  )
}
