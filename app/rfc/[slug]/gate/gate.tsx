import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { GatePage } from '#components/gate/gate-page.tsx'
import page from '#components/ui/page.module.css'
import { gateOf, lintsOfRevision } from '#lib/review/gate/gate.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { markWeakAction, withdrawWeakAction } from './actions.ts'

/** The page of a gate; `number` null: of the newest revision. */
export async function Gate({ slug, number }: { slug: string; number: number | null }) {
  const viewer = await requestViewer()
  const found = await gateOf(viewer, slug, number)
  if (!found) return <NotThere />
  const [mayMark, lints] = await Promise.all([
    mayInProposal(viewer, 'mark-weak', found.proposalId),
    lintsOfRevision(viewer, slug, found.number),
  ])
  return (
    <div className={page.page}>
      <GatePage
        shown={{ ...found, lints, mayMark, personId: viewer?.personId ?? null }}
        mark={markWeakAction}
        withdraw={withdrawWeakAction}
      />
    </div>
  )
}
