'use client'
import { useState } from 'react'
import { ActionButton } from './action-button.tsx'
import styles from './copy-button.module.css'
import { ScrollBox } from './scroll-box.tsx'

type CopyButtonProps = {
  /** What the button says: "Copy the table". */
  label: string
  /** A function where it is made when it is wanted: a table of a long run is not made on every step. */
  text: string | (() => string)
  /** Shown above the button, for a command that a reader wants to see, or to select without JavaScript. */
  shown?: string
  /** Where a page has one place that says what happened; else the button says it beside itself. */
  onSay?: (words: string) => void
}

/**
 * Copies, and says so. A browser may refuse its clipboard (no HTTPS, no permission): then the text appears in a
 * field, selected, so that the reader can copy it as any other.
 */
export function CopyButton({ label, text, shown, onSay }: CopyButtonProps) {
  const [refused, setRefused] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const say = onSay ?? setSaid
  async function copy() {
    const words = typeof text === 'string' ? text : text()
    try {
      await navigator.clipboard.writeText(words)
      setRefused(null)
      say('Copied.')
    } catch {
      setRefused(words)
      say('The browser does not give access to its clipboard. The text is selected below the button.')
    }
  }
  const button = (
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
      {!onSay && <span role="status">{said}</span>}
    </span>
  )
  if (shown === undefined) return button
  return (
    <div className={styles.shown}>
      <ScrollBox as="pre">{shown}</ScrollBox>
      {button}
    </div>
  )
}
