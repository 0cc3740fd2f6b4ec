import type { OutlineEntry } from '#lib/writeup/page/outline.ts'
import styles from './outline.module.css'

/** The table of contents of a revision. */
export function Outline({
  entries,
  hrefOf,
  openIn,
  unreadIn = () => 0,
}: {
  entries: readonly OutlineEntry[]
  /** Where an entry of a write-up leads. */
  hrefOf: (writeup: string, anchor: string) => string
  /** Open threads of a write-up. */
  openIn: (writeup: string) => number
  /** Comments in a write-up that the viewer has not seen. */
  unreadIn?: (writeup: string) => number
}) {
  if (entries.length === 0) return null
  const ofWriteup = (entry: OutlineEntry) => {
    const [open, unread] = [openIn(entry.anchor), unreadIn(entry.anchor)]
    return (
      <li key={entry.anchor}>
        <OutlineLink entry={entry} href={hrefOf(entry.anchor, entry.anchor)} />
        {/* The island counts on, so it is there when there are none. */}
        <small className={styles.open}>
          <span data-open-of={entry.anchor} data-open={open}>
            {open > 0 && `${open} open`}
          </span>
          {unread > 0 && (
            <b data-unread-of={entry.anchor} data-count={unread}>
              {unread} unread
            </b>
          )}
        </small>
        <OutlineList entries={entry.children} hrefOf={(anchor) => hrefOf(entry.anchor, anchor)} />
      </li>
    )
  }
  return (
    <nav className={styles.outline} aria-label="Outline">
      <ol>{entries.map(ofWriteup)}</ol>
    </nav>
  )
}

function OutlineLink({ entry: { number, text }, href }: { entry: OutlineEntry; href: string }) {
  return (
    <a href={href}>
      {number && <span className={styles.number}>{number}</span>}
      <span>{text}</span>
    </a>
  )
}

function OutlineList({
  entries,
  hrefOf,
}: {
  entries: readonly OutlineEntry[]
  hrefOf: (anchor: string) => string
}) {
  if (entries.length === 0) return null
  return (
    <ol>
      {entries.map((entry) => (
        <li key={entry.anchor}>
          <OutlineLink entry={entry} href={hrefOf(entry.anchor)} />
          <OutlineList entries={entry.children} hrefOf={hrefOf} />
        </li>
      ))}
    </ol>
  )
}
