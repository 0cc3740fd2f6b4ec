import type { ReactNode } from 'react'
import type { Broken } from '#components/ui/broken.ts'
import styles from './or-line.module.css'

/**
 * One piece of a page, or a line that says that it is not there. The cause goes to `broken`: an error's own words
 * are for whoever mends the program. A server component cannot catch what its children
 * throw, so `make` calls them as the functions that they are: what breaks, breaks in here, and the page stands.
 *
 * @param what `claim`, `diagram`
 * @param instead what can be done or read all the same
 */
export function orLine(
  what: string,
  { broken }: { readonly broken: Broken },
  make: () => ReactNode,
  instead?: ReactNode,
): ReactNode {
  try {
    return make()
  } catch (error) {
    broken(what, error)
    return (
      <>
        <p role="note" className={styles.line}>
          This {what} cannot be shown; the rest of the page is not touched by it. The cause is in the log of
          this site.
        </p>
        {instead}
      </>
    )
  }
}
