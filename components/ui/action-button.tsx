'use client'
import type { ReactNode } from 'react'
import styles from './action-button.module.css'

type ActionButtonProps = {
  onAct: () => void
  children: ReactNode
  /** The key that does the same, as printed beside the words. */
  shortcut?: string
  /** Cannot be done now. The button stays focusable, so that focus is not lost when the run reaches an end. */
  off?: boolean
  pressed?: boolean
  /** The one action that the eye should find first. */
  main?: boolean
}

export function ActionButton({ onAct, children, shortcut, off = false, pressed, main }: ActionButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      data-main={main || undefined}
      aria-disabled={off || undefined}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      onClick={() => {
        if (!off) onAct()
      }}
    >
      {children}
      {shortcut && (
        <span className={styles.key} aria-hidden="true">
          {shortcut}
        </span>
      )}
    </button>
  )
}
