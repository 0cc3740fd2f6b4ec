import { type VerdictWord, verdictShape } from '#lib/simulation/verdict-words.ts'
import styles from './verdict-mark.module.css'

/** "● holds": the shape is for the eye, the word for everybody. */
export function VerdictMark({
  word,
  isAsClaimed = false,
}: {
  word: VerdictWord
  /** Nobody has to act: a rejected alternative is violated as its claim says. */
  isAsClaimed?: boolean
}) {
  return (
    <strong className={styles.mark} data-verdict={word} data-claimed={isAsClaimed || undefined}>
      <span aria-hidden="true">{verdictShape(word)}</span> {word}
    </strong>
  )
}
