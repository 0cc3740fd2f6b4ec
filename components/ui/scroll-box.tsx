import { type CSSProperties, createElement, type ReactNode, type Ref } from 'react'
import styles from './scroll-box.module.css'

/**
 * What is wider or higher than its place and scrolls within itself: the one box of this kind, because the keyboard
 * needs a stop from which to scroll (WCAG 2.1.1), and a linter that knows only elements calls each such stop a mistake.
 *
 * `section` is a landmark and needs a label; a `div` with one is a named group, since a page with twenty tables would
 * have twenty landmarks; `pre` holds text with columns.
 */
export function ScrollBox({
  as,
  label,
  role,
  edges = false,
  className = '',
  style,
  language,
  ref,
  children,
}: {
  as: 'div' | 'pre' | 'section'
  label?: string
  role?: 'img'
  /** Shows at its edges that there is more. */
  edges?: boolean
  className?: string | undefined
  style?: CSSProperties
  /** Of a listing. */
  language?: string | undefined
  ref?: Ref<HTMLElement> | undefined
  children: ReactNode
}) {
  return createElement(
    as,
    {
      ref,
      className: edges ? `${styles.edges} ${className}` : className,
      style,
      role: role ?? (as === 'div' ? 'group' : undefined),
      'aria-label': label,
      'data-language': language,
      tabIndex: 0,
    },
    children,
  )
}
