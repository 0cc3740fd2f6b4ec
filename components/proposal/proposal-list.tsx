import { When } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import type { ProposalListed } from '#lib/review/revision/revisions.server.ts'
import styles from './proposal-list.module.css'

export function ProposalList({ proposals }: { proposals: readonly ProposalListed[] }) {
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
            <span>{proposal.state.replace('_', ' ')}</span>
            <span>
              v{proposal.revision}, <When at={proposal.publishedAt} />
            </span>
            <span>
              {plural(proposal.threads.open, 'open thread')}
              {proposal.threads.resolved > 0 && `, ${proposal.threads.resolved} resolved`}
            </span>
            <ClaimCount {...proposal.claims} />
          </p>
        </li>
      ))}
    </ul>
  )
}

function ClaimCount({ standing, failing }: { standing: number; failing: number }) {
  if (standing + failing === 0) return <span>no claims</span>
  if (failing === 0) {
    return (
      <span className={styles.holds}>
        <span aria-hidden="true">●</span> {plural(standing, 'claim')} as stated
      </span>
    )
  }
  return (
    <span className={styles.violated}>
      <span aria-hidden="true">▲</span> {failing} of {plural(standing + failing, 'claim')} not as stated
    </span>
  )
}

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
