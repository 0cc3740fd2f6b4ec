import type { ReactNode } from 'react'
import { figure } from '#lib/figures.ts'
import { type DocumentId, sectionOf } from '#lib/writeup/parse/document-id.ts'
import styles from './document.module.css'
import type { DocumentContext } from './document-context.ts'
import { documentComponents } from './elements.tsx'
import { evaluateDocument } from './evaluate.ts'
import { orLine } from './or-line.tsx'
import { type FoldedWriteup, filledWriteup, foldWriteup } from './still-writeup.tsx'

/**
 * One document of a revision. `code` is what `compileDocument` made of it. The cover's title is the page's, so only
 * write-ups show theirs; the anchor of the whole is its id (`#lifetime`).
 */
export function WriteupDocument({
  writeup,
  title,
  code,
  context,
  alone = null,
  whole = null,
  gone,
}: {
  writeup: DocumentId
  title: string
  code: string
  context: DocumentContext
  /** Where it stands by itself; null: here. */
  alone?: string | null
  /** What is said of all of it, at its head. */
  whole?: ReactNode
  /** What was said about words that this text does not have any more, at its head; none: nothing was. */
  gone?: { readonly count: number; readonly content: ReactNode } | undefined
}) {
  const section = sectionOf(writeup)
  const content = orLine('write-up', context, () => {
    const draw = (page: DocumentContext) => evaluateDocument(code)({ components: documentComponents(page) })
    const { still } = context
    return still === undefined
      ? draw(context)
      : filledWriteup(writeup, foldedOf(writeup, draw, context), context, still)
  })
  if (section === null) {
    return (
      <div className={styles.document} id={writeup} data-writeup={writeup}>
        {whole}
        {gone?.content}
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
        {gone && (
          <span className={styles.gone}> · {figure(gone.count, 'thread')} on words that are gone</span>
        )}
      </h2>
      {alone !== null && (
        <p className={styles.alone}>
          <a href={alone} aria-label={`This write-up alone: ${title}`}>
            This write-up alone
          </a>
        </p>
      )}
      {whole}
      {gone?.content}
      {content}
    </section>
  )
}

/** By what a revision is drawn from, as long as that is kept; a piece that broke is tried again for the next reader. */
const folds = new WeakMap<object, Map<string, FoldedWriteup>>()
/** Of one revision: its documents, each on the page of the whole and by itself, and once more after a new check. */
const FOLDS_KEPT = 24

function foldedOf(
  writeup: DocumentId,
  draw: (page: DocumentContext) => ReactNode,
  context: DocumentContext,
): FoldedWriteup {
  const { same } = context
  const kept = (same && folds.get(same.of)) ?? new Map<string, FoldedWriteup>()
  const name = `${writeup} ${same?.as}`
  const known = kept.get(name)
  if (known) return known
  let isWhole = true
  const folded = foldWriteup(
    draw({
      ...context,
      broken: (piece, error) => {
        isWhole = false
        context.broken(piece, error)
      },
    }),
  )
  if (!same || !isWhole) return folded
  kept.set(name, folded)
  const oldest = kept.keys().next().value
  if (kept.size > FOLDS_KEPT && oldest !== undefined) kept.delete(oldest)
  folds.set(same.of, kept)
  return folded
}
