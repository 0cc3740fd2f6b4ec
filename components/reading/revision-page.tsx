import type { ReactNode } from 'react'
import { StillHtml } from '#components/ui/still-html.tsx'
import { WriteupDocument } from '#components/writeup/document.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { Outline } from '#components/writeup/outline.tsx'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { outlineOf } from '#lib/writeup/page/outline.ts'
import { type RevisionFacts, RevisionHead } from './revision-facts.tsx'
import styles from './revision-page.module.css'

/** The whole revision as one page: outline, text, and behind each passage what was said about it. */
export function RevisionPage({
  facts,
  bundle,
  codes,
  context,
  lost,
  children,
}: {
  facts: RevisionFacts
  bundle: Pick<Bundle, 'documents' | 'blocks'>
  /** What `compileDocument` made of each document. */
  codes: readonly string[]
  context: DocumentContext
  /** Threads about passages that this text does not have; null: none. */
  lost: Parameters<typeof StillHtml>[0] | null
  /** Islands, which draw nothing by themselves. */
  children: ReactNode
}) {
  const outline = <Outline entries={outlineOf(bundle.documents, bundle.blocks)} />
  return (
    <div className={styles.frame}>
      <a className="skip" href="#text">
        Skip the outline
      </a>
      <div className={styles.outline}>{outline}</div>
      <article className={styles.text} id="text" tabIndex={-1}>
        <RevisionHead facts={facts} />
        {/* One of the two outlines is displayed, by the width: beside the text, or folded before it. */}
        <details className={styles.foldedOutline}>
          <summary>Contents</summary>
          {outline}
        </details>
        {bundle.documents.map((document, index) => (
          <WriteupDocument
            key={document.writeup}
            writeup={document.writeup}
            title={document.title}
            code={codes[index] ?? ''}
            context={context}
          />
        ))}
        {lost && (
          <section aria-labelledby="lost">
            <h2 id="lost">About passages that are not in this text</h2>
            <StillHtml {...lost} />
          </section>
        )}
      </article>
      {children}
    </div>
  )
}
