import type { ReactNode } from 'react'
import { blockId, blockText } from './block.tsx'
import styles from './document.module.css'

/** Folded text. The summary is a block; print shows everything. */
export function Details({
  summary,
  blockKey,
  children,
}: {
  summary: string
  blockKey: string
  children?: ReactNode
}) {
  return (
    <details className={styles.details}>
      <summary id={blockId(blockKey)}>
        <span {...blockText(blockKey)}>{summary}</span>
      </summary>
      {children}
    </details>
  )
}
