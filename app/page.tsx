import { OwnCopies } from '#components/draft/own-copies.tsx'
import { ProposalList } from '#components/proposal/proposal-list.tsx'
import { MyTurns, RecentlyDecided, WaitingForOthers } from '#components/proposal/turn-lists.tsx'
import page from '#components/ui/page.module.css'
import { ownCopies } from '#lib/review/copy/read-copies.server.ts'
import { gatesListed } from '#lib/review/gate/gate.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { listProposals } from '#lib/review/revision/revisions.server.ts'
import {
  ownTurns,
  recentlyDecided,
  turnsInLists,
  waitingForOthers,
} from '#lib/review/turn/read-turns.server.ts'
import { requestViewer } from './request-viewer.ts'
import { stillPieces } from './still-pieces.ts'

/** Signed in: what waits for whom. Signed out: what this is, and the proposals. */
export default async function HomePage() {
  const viewer = await requestViewer()
  if (viewer) return <Mine viewer={viewer} />
  const [proposals, gates, turns] = await Promise.all([
    listProposals(viewer),
    gatesListed(viewer),
    turnsInLists(viewer),
  ])
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
        <ProposalList proposals={proposals} gates={gates} turns={turns} now={Date.now()} />
      </section>
    </div>
  )
}

async function Mine({ viewer }: { viewer: NonNullable<Viewer> }) {
  const now = new Date()
  const [proposals, gates, turns, mine, waiting, decided, own, still] = await Promise.all([
    listProposals(viewer),
    gatesListed(viewer),
    turnsInLists(viewer),
    ownTurns(viewer, now),
    waitingForOthers(viewer),
    recentlyDecided(viewer, now),
    ownCopies(viewer),
    stillPieces(),
  ])
  return (
    <div className={page.page}>
      <h1>My turn</h1>
      <MyTurns turns={mine} now={now.getTime()} still={still} />
      <OwnCopies copies={own} now={now.getTime()} />
      <section aria-labelledby="waiting">
        <h2 id="waiting">Waiting for others</h2>
        <WaitingForOthers waiting={waiting} now={now.getTime()} />
      </section>
      <section aria-labelledby="decided">
        <h2 id="decided">Recently decided</h2>
        <RecentlyDecided decided={decided} now={now.getTime()} />
      </section>
      <section aria-labelledby="proposals">
        <h2 id="proposals">Proposals</h2>
        <ProposalList proposals={proposals} gates={gates} turns={turns} now={now.getTime()} />
      </section>
    </div>
  )
}
