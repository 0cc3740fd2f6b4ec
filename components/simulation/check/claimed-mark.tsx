import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { claimedShape, claimedWords } from '#lib/simulation/verdict-words.ts'
import styles from './verdict-mark.module.css'

/** "✓ as claimed", quiet; "✗ not as claimed: the text needs “holds”", loud, because somebody has to act. */
export function ClaimedMark({ expect, word }: { expect: string; word: string }) {
  const is = isAsClaimed(expect, word)
  return (
    <span className={styles.claimed} data-claimed={is}>
      <span aria-hidden="true">{claimedShape(is)}</span> {claimedWords(expect, word)}
    </span>
  )
}
