import { ProposalList } from '#components/proposal/proposal-list.tsx'
import page from '#components/ui/page.module.css'
import { listProposals } from '#lib/review/revision/revisions.server.ts'
import { requestViewer } from './request-viewer.ts'

export default async function HomePage() {
  const viewer = await requestViewer()
  const proposals = await listProposals(viewer)
  return (
    <div className={page.page}>
      <h1>Design review for proposals that have to hold up</h1>
      <p className={page.lead}>
        A proposal here is four write-ups: the problem, the contexts it is integrated in, its interaction with{' '}
        <code>sys_futex</code>, and the rules of lifetime and locking. Claims in the text are bound to Promela
        models, and the checker runs in the page: step through a model, break a claim, see the counterexample.
        Maintainers comment on the passage they mean. Everything leaves as plain text that a mailing list
        accepts.
      </p>
      <p>Reading, running and exporting need no account, and reading needs no JavaScript.</p>
      <section aria-labelledby="proposals">
        <h2 id="proposals">Proposals</h2>
        <ProposalList proposals={proposals} />
      </section>
    </div>
  )
}
