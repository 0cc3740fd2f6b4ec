import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { type VerdictWord, verdictShape } from '#lib/simulation/verdict-words.ts'
import styles from './verdict-mark.module.css'

/** "● holds": the shape is for the eye, the word for everybody. Red only where the text claims something else. */
export function VerdictMark({
  word,
  expect,
}: {
  word: VerdictWord
  /** What the text claims; undefined: nothing, and then nobody has to act. */
  expect?: string | undefined
}) {
  return (
    <strong
      className={styles.mark}
      data-verdict={word}
      data-claimed={expect === undefined ? undefined : isAsClaimed(expect, word)}
    >
      <span aria-hidden="true">{verdictShape(word)}</span> {word}
    </strong>
  )
}
