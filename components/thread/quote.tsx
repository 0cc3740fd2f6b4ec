import type { ReactNode } from 'react'
import styles from './thread-page.module.css'

/** Words that a thread is about, marked amid those around them. `children`: where they stand. */
export function Quote({
  exact,
  prefix,
  suffix,
  children,
}: {
  exact: string
  prefix: string
  suffix: string
  children: ReactNode
}) {
  return (
    <figure className={styles.quote}>
      <blockquote>
        <span className={styles.around}>{wordsBefore(prefix)}</span>
        <mark>{exact}</mark>
        <span className={styles.around}>{wordsAfter(suffix)}</span>
      </blockquote>
      <figcaption>{children}</figcaption>
    </figure>
  )
}

/** The stored context is cut at 64 units, wherever that is; what is shown begins and ends with whole words. */
const wordsBefore = (prefix: string) => (prefix.length < 64 ? prefix : `… ${prefix.replace(/^\S*\s+/, '')}`)
const wordsAfter = (suffix: string) => (suffix.length < 64 ? suffix : `${suffix.replace(/\s+\S*$/, '')} …`)
