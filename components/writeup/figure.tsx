import type { ReactNode } from 'react'
import { blockId, blockText } from './block.tsx'
import styles from './figure.module.css'

/** A diagram, listing or table with its caption. The number counts within the write-up, as in its mail. */
export function Figure({
  name,
  caption,
  blockKey,
  before,
  children,
}: {
  /** `Figure 4.1`, `Table 3.2`. */
  name: string
  caption: string
  blockKey: string
  /** What stands at the first line of the caption, which is the block's text. */
  before: ReactNode
  children?: ReactNode
}) {
  return (
    <figure className={styles.figure} id={blockId(blockKey)}>
      {children}
      {before}
      <figcaption>
        <span className={styles.number}>{name}.</span> <span {...blockText(blockKey)}>{caption}</span>
      </figcaption>
    </figure>
  )
}
