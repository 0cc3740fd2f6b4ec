import { When } from '#components/ui/when.tsx'
import { figure as plural } from '#lib/figures.ts'
import type { GateListed } from '#lib/review/gate/gate.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { STATE_WORDS } from '#lib/review/proposal/state.ts'
import type { ProposalListed } from '#lib/review/revision/revisions.server.ts'
import type { TurnInList } from '#lib/review/turn/read-turns.server.ts'
import { ageWords, namesWords } from '#lib/review/turn/turn-links.ts'
import { claimCountWords, claimedShape } from '#lib/simulation/verdict-words.ts'
import styles from './proposal-list.module.css'

export function ProposalList({
  proposals,
  gates,
  turns,
  now,
}: {
  proposals: readonly ProposalListed[]
  /** By slug. */
  gates: ReadonlyMap<string, GateListed>
  turns: ReadonlyMap<string, TurnInList>
  /** Milliseconds since 1970. */
  now: number
}) {
  if (proposals.length === 0) {
    return (
      <p>
        No proposal yet. A proposal is a folder with a cover, four write-ups and its models; put one under{' '}
        <code>content/&lt;slug&gt;/v1</code> and start again, and it stands here.
      </p>
    )
  }
  return (
    <ul className={styles.list}>
      {proposals.map((proposal) => (
        <li key={proposal.slug}>
          <h3>
            <a href={site.proposal(proposal.slug)}>{proposal.title}</a>
          </h3>
          <p className={styles.facts}>
            <span>{proposal.area}</span>
            <a href={site.reviewState(proposal.slug)}>{STATE_WORDS[proposal.state]}</a>
            {proposal.visibility !== 'public' && <strong>{proposal.visibility}</strong>}
            <span>
              v{proposal.revision}, <When at={proposal.publishedAt} />
            </span>
            <span>
              {plural(proposal.threads.open, 'open thread')}
              {proposal.threads.resolved > 0 && `, ${proposal.threads.resolved} resolved`}
            </span>
            <ClaimCount slug={proposal.slug} {...proposal.claims} />
            <GateCount slug={proposal.slug} gate={gates.get(proposal.slug)} />
            <Turn slug={proposal.slug} turn={turns.get(proposal.slug)} now={now} />
          </p>
        </li>
      ))}
    </ul>
  )
}

function GateCount({ slug, gate }: { slug: string; gate: GateListed | undefined }) {
  if (!gate) return null
  const { passes, open, of } = gate
  return (
    <a href={site.gate(slug, null)}>
      {passes ? `all ${of} questions answered` : open > 0 ? `${open} of ${of} questions open` : 'gate open'}
    </a>
  )
}

/** Objections that stand, and who acts next since when. */
function Turn({ slug, turn, now }: { slug: string; turn: TurnInList | undefined; now: number }) {
  if (!turn) return null
  const { objections, holders, since } = turn
  return (
    <>
      {objections > 0 && (
        <a href={site.objections(slug)}>
          {plural(objections, 'objection')} {objections === 1 ? 'blocks' : 'block'}
        </a>
      )}
      {holders.length > 0 && since && (
        <span>
          turn: {namesWords(holders)}, for {ageWords(since.getTime(), now)}
        </span>
      )}
    </>
  )
}

/** Loud only where somebody has to act: the head of the proposal leads to each of them. */
function ClaimCount({ slug, standing, failing }: { slug: string; standing: number; failing: number }) {
  if (standing + failing === 0) return <span>no claims</span>
  const words = claimCountWords(standing, failing)
  if (failing === 0) {
    return (
      <span>
        <span aria-hidden="true">{claimedShape(true)}</span> {words}
      </span>
    )
  }
  return (
    <a className={styles.violated} href={`${site.proposal(slug)}#claims`}>
      <span aria-hidden="true">{claimedShape(false)}</span> {words}
    </a>
  )
}
