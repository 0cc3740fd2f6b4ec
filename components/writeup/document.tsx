import { type DocumentId, sectionOf } from '#lib/writeup/parse/document-id.ts'
import styles from './document.module.css'
import type { DocumentContext } from './document-context.ts'
import { documentComponents } from './elements.tsx'
import { evaluateDocument } from './evaluate.ts'
import { orLine } from './or-line.tsx'

/**
 * One document of a revision. `code` is what `compileDocument` made of it. The cover's title is the page's, so only
 * write-ups show theirs; the anchor of the whole is its id (`#lifetime`).
 */
export function WriteupDocument({
  writeup,
  title,
  code,
  context,
}: {
  writeup: DocumentId
  title: string
  code: string
  context: DocumentContext
}) {
  const section = sectionOf(writeup)
  const content = orLine('write-up', context, () =>
    evaluateDocument(code)({ components: documentComponents(context) }),
  )
  if (section === null) {
    return (
      <div className={styles.document} id={writeup} data-writeup={writeup}>
        {content}
      </div>
    )
  }
  return (
    <section
      className={styles.document}
      id={writeup}
      data-writeup={writeup}
      aria-labelledby={`${writeup}-title`}
    >
      <h2 className={styles.title} id={`${writeup}-title`}>
        <span className={styles.number}>{section}</span> {title}
      </h2>
      {content}
    </section>
  )
}
