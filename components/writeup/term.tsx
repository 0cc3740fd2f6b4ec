import type { ReactNode } from 'react'
import { NO_TEXT } from './block.tsx'
import styles from './term.module.css'

/**
 * A word with its explanation, which opens behind it in the sentence: by mouse, key and thumb, and without scripts. It pushes
 * the text on rather than stand above it. On paper it stays closed, since the glossary follows.
 */
export function Term({ says, children }: { says: string | null; children?: ReactNode }) {
  if (says === null) return <span>{children}</span>
  return (
    <details className={styles.term}>
      <summary>{children}</summary>
      <span className={styles.says} {...NO_TEXT}>
        {' '}
        ({says})
      </span>
    </details>
  )
}

/** All words that a page explains, by their names. */
export function Glossary({ terms }: { terms: readonly { readonly name: string; readonly says: string }[] }) {
  if (terms.length === 0) return null
  return (
    <section className={styles.glossary} aria-labelledby="glossary">
      <h2 id="glossary">Words</h2>
      <dl>
        {terms.map(({ name, says }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** As a dictionary has them: capitals and signs do not part what belongs together. */
export function inOrder<Named extends { readonly name: string }>(terms: readonly Named[]): Named[] {
  const key = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
  return [...terms].sort((a, b) => {
    const [one, other] = [key(a.name), key(b.name)]
    return one < other ? -1 : one > other ? 1 : 0
  })
}
