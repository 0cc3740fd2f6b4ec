import type { CommentPreview as Preview } from '#lib/review/export/comment-preview.ts'
import { CommentHtml } from './comment-body.tsx'
import styles from './comment-form.module.css'

/** A comment before it is sent: on the page, and as the mail that leaves. */
export function CommentPreview({ preview: { html, changes, mail } }: { preview: Preview }) {
  return (
    <section aria-label="Preview" className={styles.preview}>
      <h4>Preview</h4>
      <CommentHtml html={html} />
      <Sentences of={changes} />
      <h4>As mail</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1) */}
      <pre className={styles.mail} tabIndex={0}>
        {mail.text}
      </pre>
      <Sentences of={mail.notes} />
      {mail.warnings.length > 0 && <p>A list may not like this; it leaves all the same:</p>}
      <Sentences of={mail.warnings} />
    </section>
  )
}

function Sentences({ of }: { of: readonly string[] }) {
  if (of.length === 0) return null
  return (
    <ul>
      {of.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
