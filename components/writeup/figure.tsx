import type { ReactNode } from 'react'
import { blockId, blockText } from './block.tsx'
import styles from './figure.module.css'

/** A diagram or listing with its caption. The number counts within the write-up, as in its mail. */
export function Figure({
  number,
  caption,
  blockKey,
  children,
}: {
  number: string
  caption: string
  blockKey: string
  children?: ReactNode
}) {
  return (
    <figure className={styles.figure} id={blockId(blockKey)}>
      {children}
      <figcaption>
        <span className={styles.number}>Figure {number}.</span>{' '}
        <span {...blockText(blockKey)}>{caption}</span>
      </figcaption>
    </figure>
  )
}
