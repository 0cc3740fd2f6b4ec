import type { ReactNode } from 'react'
import { StillHtml } from '#components/ui/still-html.tsx'
import { WriteupDocument } from '#components/writeup/document.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { Runs } from '#components/writeup/evidence.tsx'
import { Outline } from '#components/writeup/outline.tsx'
import { OutlineFollow } from '#components/writeup/outline-follow.tsx'
import { Glossary, inOrder } from '#components/writeup/term.tsx'
import { figure } from '#lib/figures.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import { goneFrom } from '#lib/review/thread/port.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { outlineOf } from '#lib/writeup/page/outline.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import { evidenceIn, runsNamedIn } from '#lib/writeup/parse/run-names.ts'
import { termsIn } from '#lib/writeup/parse/term.ts'
import { type RevisionFacts, RevisionHead } from './revision-facts.tsx'
import styles from './revision-page.module.css'

/** A revision as one page, or one write-up of it: outline, text, and around each passage what was said about it. */
export function RevisionPage({
  facts,
  bundle,
  documents,
  alone,
  codes,
  context,
  gone,
  whole,
  lost,
  notice = null,
  turn,
  children,
}: {
  facts: RevisionFacts
  /** The whole: the outline is of all of it. */
  bundle: Pick<Bundle, 'documents' | 'blocks' | 'terms' | 'runs'>
  /** Those that the page has. */
  documents: Bundle['documents']
  /** The one that it has; null: it has all. */
  alone: DocumentId | null
  /** What `compileDocument` made of each of them. */
  codes: readonly string[]
  context: DocumentContext
  /** Of each document: threads from earlier revisions about words that it does not have any more. */
  gone: ReadonlyMap<string, { readonly count: number; readonly threads: Parameters<typeof StillHtml>[0] }>
  /** Of each document: what is said of all of it, and the way to say something. */
  whole: ReadonlyMap<string, Parameters<typeof StillHtml>[0]>
  /** Threads about passages that this text does not have; null: none. */
  lost: Parameters<typeof StillHtml>[0] | null
  /** Below the facts, for some. */
  notice?: ReactNode
  /** Waited for before each document is drawn: all of them at once would keep every other reader waiting. */
  turn: () => Promise<void>
  /** Islands, which draw nothing by themselves. */
  children: ReactNode
}) {
  const { slug, number } = facts
  const partOf = (writeup: string) => site.part(slug, number, writeup)
  const trees = documents.map(({ tree }) => tree)
  const explained = termsIn(trees)
  const [named, shown] = [runsNamedIn(trees), evidenceIn(trees)]
  const outline = (
    <Outline
      entries={outlineOf(bundle.documents, bundle.blocks)}
      hrefOf={(writeup, anchor) =>
        alone === null || alone === writeup ? `#${anchor}` : `${partOf(writeup)}#${anchor}`
      }
      unreadIn={(writeup) =>
        facts.unread.reduce((sum, thread) => sum + (thread.writeup === writeup ? thread.unread : 0), 0)
      }
      openIn={(writeup) => facts.openThreads.filter((thread) => thread.writeup === writeup).length}
    />
  )
  return (
    <div className={styles.frame}>
      <a className="skip" href="#text">
        Skip the outline
      </a>
      <div className={styles.outline} data-outline="">
        {outline}
      </div>
      <article className={styles.text} id="text" tabIndex={-1}>
        <RevisionHead
          facts={facts}
          hrefOfBlock={(key) =>
            alone === null || bundle.blocks.some((block) => block.key === key && block.writeup === alone)
              ? site.blockAnchor(key)
              : site.block(slug, number, key)
          }
        />
        {notice}
        {/* One of the two outlines is displayed, by the width: beside the text, or folded before it. */}
        <details className={styles.foldedOutline}>
          <summary>Contents</summary>
          {outline}
        </details>
        {alone !== null && <Neighbours facts={facts} bundle={bundle} alone={alone} where="above" />}
        {documents.map((document, index) => (
          <InTurn key={document.writeup} turn={turn}>
            <WriteupDocument
              writeup={document.writeup}
              title={document.title}
              code={codes[index] ?? ''}
              context={context}
              alone={alone === null ? partOf(document.writeup) : null}
              whole={wholeAt(whole, document.writeup)}
              gone={goneOf(gone, document.writeup)}
            />
          </InTurn>
        ))}
        <Runs runs={bundle.runs.filter(({ name }) => named.has(name) && !shown.has(name))} />
        <Glossary terms={inOrder(bundle.terms.filter(({ name }) => explained.has(name)))} />
        {alone !== null && <Neighbours facts={facts} bundle={bundle} alone={alone} where="below" />}
        {lost && (
          <section aria-labelledby="lost">
            <h2 id="lost">About passages that are not in this text</h2>
            <StillHtml {...lost} />
          </section>
        )}
      </article>
      <OutlineFollow label="Outline" />
      {children}
    </div>
  )
}

async function InTurn({ turn, children }: { turn: () => Promise<void>; children: ReactNode }) {
  await turn()
  return children
}

/** From one write-up to the next, in the order of the mails, and back to the whole. */
function Neighbours({
  facts: { slug, number },
  bundle: { documents },
  alone,
  where,
}: {
  facts: RevisionFacts
  bundle: Pick<Bundle, 'documents'>
  alone: DocumentId
  /** Two of them stand on a page. */
  where: 'above' | 'below'
}) {
  const at = documents.findIndex(({ writeup }) => writeup === alone)
  const [before, after] = [at > 0 ? documents[at - 1] : undefined, documents[at + 1]]
  return (
    <nav className={styles.neighbours} aria-label={`Parts of the proposal, ${where}`}>
      {before && (
        <a rel="prev" href={site.part(slug, number, before.writeup)}>
          Previous: {before.title}
        </a>
      )}
      <a href={`${site.revision(slug, number)}#${alone}`}>The whole of v{number}</a>
      {after && (
        <a rel="next" href={site.part(slug, number, after.writeup)}>
          Next: {after.title}
        </a>
      )}
    </nav>
  )
}

function wholeAt(whole: Parameters<typeof RevisionPage>[0]['whole'], writeup: string): ReactNode {
  const here = whole.get(writeup)
  return here === undefined ? null : <StillHtml {...here} />
}

function goneOf(
  gone: Parameters<typeof RevisionPage>[0]['gone'],
  writeup: string,
): { count: number; content: ReactNode } | undefined {
  const here = gone.get(writeup)
  if (!here) return undefined
  const id = anchor.block(goneFrom(writeup))
  return {
    count: here.count,
    content: (
      <section className={styles.gone} id={id} aria-label="About words that are gone">
        <p>
          {figure(here.count, 'thread')} from earlier revisions, about words that are gone from this text:
        </p>
        <StillHtml {...here.threads} />
      </section>
    ),
  }
}
