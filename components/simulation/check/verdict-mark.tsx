import { type VerdictWord, verdictShape } from '#lib/simulation/verdict-words.ts'
import styles from './verdict-mark.module.css'

/** "● holds": the shape is for the eye, the word for everybody. */
export function VerdictMark({ word }: { word: VerdictWord }) {
  return (
    <strong className={styles.mark} data-verdict={word}>
      <span aria-hidden="true">{verdictShape(word)}</span> {word}
    </strong>
  )
}
