import type { ReactNode } from 'react'
import { blockId, blockText, NO_TEXT } from './block.tsx'
import styles from './document.module.css'

/** A heading with its number. */
export function Heading({
  level: Level,
  id,
  blockKey,
  number,
  children,
}: {
  level: 'h2' | 'h3' | 'h4' | 'h5' | 'h6'
  /** Only of headings that are not blocks, such as the one over footnotes. */
  id: string | undefined
  /** Also the heading's anchor. */
  blockKey: string | undefined
  number: string | undefined
  children: ReactNode
}) {
  if (blockKey === undefined) {
    return (
      <Level id={id} className={styles.plainHeading}>
        {children}
      </Level>
    )
  }
  return (
    <Level id={blockKey} className={styles.heading}>
      {number && (
        <>
          <span className={styles.number} {...NO_TEXT}>
            {number}
          </span>{' '}
        </>
      )}
      <span id={blockId(blockKey)} {...blockText(blockKey)}>
        {children}
      </span>
    </Level>
  )
}
