import type { ReactNode } from 'react'
import styles from './document.module.css'

/** An aside: what a reader may skip. */
export function Note({ children }: { children?: ReactNode }) {
  return (
    <div role="note" className={styles.note}>
      {children}
    </div>
  )
}
