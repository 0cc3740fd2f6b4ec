import styles from './revision-page.module.css'

/** Beyond it nobody reads; the command line says them all. */
const SHOWN = 50

/** What keeps a folder from being shown as it is. */
export function FolderProblems({
  problems,
  isBelowOlder,
}: {
  problems: readonly string[]
  /** What stands below is the folder as it last could be read. */
  isBelowOlder: boolean
}) {
  if (problems.length === 0) return null
  return (
    <section className={styles.newerRules} role="alert" aria-label="Problems of the folder">
      <p>
        {problems.length === 1 ? 'One problem' : `${problems.length} problems`} in the folder.
        {isBelowOlder && ' Below is the text as it last could be read.'}
      </p>
      <ul>
        {problems.slice(0, SHOWN).map((problem) => (
          <li key={problem}>
            <code>{problem}</code>
          </li>
        ))}
      </ul>
      {problems.length > SHOWN && (
        <p>
          And {problems.length - SHOWN} more: <code>coherent check</code> says them all.
        </p>
      )}
    </section>
  )
}
