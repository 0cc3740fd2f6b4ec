/** What the text claims of what is shown, above the model: whoever comes from a claim finds its sentence here. */
import { figure } from '#lib/figures.ts'
import { claimsAbout, type SimulationData } from '#lib/simulation/simulation-data.ts'
import styles from './claim-head.module.css'
import { ClaimedMark } from './claimed-mark.tsx'
import { VerdictMark } from './verdict-mark.tsx'

type ClaimHeadProps = {
  data: Pick<SimulationData, 'claims' | 'recorded'>
  variant: string
  property: string
}

export function ClaimHead({ data, variant, property }: ClaimHeadProps) {
  const [claim, ...others] = claimsAbout(data, variant, property)
  if (!claim) return null
  const found = data.recorded.find((item) => item.variant === variant && item.property === property)
  return (
    <p className={styles.claim}>
      <span className={styles.sentence}>{claim.sentence}</span>{' '}
      {found && (
        <span className={styles.marks}>
          <VerdictMark word={found.verdict} expect={claim.expect} />{' '}
          <ClaimedMark expect={claim.expect} word={found.verdict} />
        </span>
      )}
      <span className={styles.others}>
        claim {claim.id}
        {others.length > 0 && ` and ${figure(others.length, 'more claim')} about this variant`}
      </span>
    </p>
  )
}
