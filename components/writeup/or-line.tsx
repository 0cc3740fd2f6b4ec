import type { ReactNode } from 'react'
import styles from './or-line.module.css'

/**
 * One piece of a page, or a line that says why it is not there. A server component cannot catch what its children
 * throw, so `make` calls them as the functions that they are: what breaks, breaks in here, and the page stands.
 *
 * @param what `claim`, `diagram`
 * @param instead what can be done or read all the same
 */
export function orLine(what: string, make: () => ReactNode, instead?: ReactNode): ReactNode {
  try {
    return make()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`a ${what} cannot be shown:`, error)
    return (
      <>
        <p role="note" className={styles.line}>
          This {what} cannot be shown: {reason.slice(0, 200)}.
        </p>
        {instead}
      </>
    )
  }
}
