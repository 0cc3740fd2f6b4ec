import type { ReactNode } from 'react'
import styles from './scrolling.module.css'

/**
 * What is wider than the column and scrolls within itself, by keyboard too. A named group and not a region: a page
 * with twenty tables would have twenty landmarks.
 */
export function Scrolling({
  className,
  label,
  children,
}: {
  className: string | undefined
  label: string
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard needs a place from which to scroll
    <div className={`${styles.edges} ${className ?? ''}`} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
