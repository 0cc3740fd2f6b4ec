import type { OutlineEntry } from '#lib/writeup/page/outline.ts'
import styles from './outline.module.css'

/** The table of contents of a revision. */
export function Outline({ entries }: { entries: readonly OutlineEntry[] }) {
  if (entries.length === 0) return null
  return (
    <nav className={styles.outline} aria-label="Outline">
      <OutlineList entries={entries} />
    </nav>
  )
}

function OutlineList({ entries }: { entries: readonly OutlineEntry[] }) {
  return (
    <ol>
      {entries.map(({ anchor, number, text, children }) => (
        <li key={anchor}>
          <a href={`#${anchor}`}>
            {number && <span className={styles.number}>{number}</span>}
            <span>{text}</span>
          </a>
          {children.length > 0 && <OutlineList entries={children} />}
        </li>
      ))}
    </ol>
  )
}
