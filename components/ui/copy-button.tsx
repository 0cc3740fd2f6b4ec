'use client'
import { useState } from 'react'
import { ActionButton } from './action-button.tsx'
import styles from './copy-button.module.css'

type CopyButtonProps = {
  /** What the button says: "Copy the table". */
  label: string
  /** Made when it is wanted: a link or a table of a long run is not made on every step. */
  text: () => string
  onSay: (words: string) => void
}

/**
 * Copies, and says so. A browser may refuse its clipboard (no HTTPS, no permission): then the text appears in a
 * field, selected, so that the reader can copy it himself.
 */
export function CopyButton({ label, text, onSay }: CopyButtonProps) {
  const [refused, setRefused] = useState<string | null>(null)
  async function copy() {
    const words = text()
    try {
      await navigator.clipboard.writeText(words)
      setRefused(null)
      onSay('Copied.')
    } catch {
      setRefused(words)
      onSay('The browser does not give access to its clipboard. The text is selected below the button.')
    }
  }
  return (
    <span className={styles.copy}>
      <ActionButton onAct={copy}>{label}</ActionButton>
      {refused !== null && (
        <textarea
          ref={(field) => field?.select()}
          className={styles.field}
          aria-label={`${label}: the text`}
          readOnly
          rows={refused.includes('\n') ? 6 : 1}
          value={refused}
        />
      )}
    </span>
  )
}
