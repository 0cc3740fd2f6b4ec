'use client'
import { useState } from 'react'
import button from './button.module.css'
import styles from './copy-line.module.css'

/** A command to be pasted into a shell. The button appears where it can work; the text can be selected everywhere. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  const [said, setSaid] = useState('')
  return (
    <figure className={styles.line} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls by keyboard too */}
      <pre tabIndex={0}>{text}</pre>
      <p className={styles.copy}>
        <button
          type="button"
          className={button.quiet}
          onClick={async () => {
            try {
              await navigator.clipboard.writeText(text)
              setSaid('Copied.')
            } catch {
              // No clipboard without TLS or permission.
              setSaid('This browser does not let a page copy: select the text.')
            }
          }}
        >
          Copy
        </button>{' '}
        <span role="status">{said}</span>
      </p>
    </figure>
  )
}
