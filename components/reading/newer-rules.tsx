import type { Problem } from '#lib/writeup/parse/problem.ts'
import styles from './revision-page.module.css'

/** Beyond it nobody reads; the command line says them all. */
const SHOWN = 20

/** For who writes the next revision. This one stands as it was published, for everybody. */
export function NewerRules({
  problems,
}: {
  problems: readonly Pick<Problem, 'file' | 'line' | 'message'>[]
}) {
  if (problems.length === 0) return null
  const one = problems.length === 1
  return (
    <details className={styles.newerRules}>
      <summary>
        {one ? 'One thing' : `${problems.length} things`} here would be refused in a next revision
      </summary>
      <p>
        Rules have come since this was published. It stays as it is, here and on its list; the next revision
        has to obey them. Only authors and maintainers see this.
      </p>
      <ul>
        {problems.slice(0, SHOWN).map(({ file, line, message }) => (
          <li key={`${file}:${line}:${message}`}>
            <code>
              {file}:{line}
            </code>{' '}
            {message}
          </li>
        ))}
      </ul>
      {problems.length > SHOWN && (
        <p>
          And {problems.length - SHOWN} more: <code>coherent check-stored</code> says them all.
        </p>
      )}
    </details>
  )
}
