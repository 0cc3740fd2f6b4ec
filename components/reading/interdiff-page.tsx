import type { ComponentProps } from 'react'
import type { Html } from '#components/ui/html.ts'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { figure } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import { claimWords, type Interdiff } from '#lib/review/thread/interdiff.ts'
import type { SinceRead as Since } from '#lib/review/thread/since-read.server.ts'
import styles from './interdiff.module.css'
import { documentHtml, INTERDIFF_VIEWS, type InterdiffView } from './interdiff-html.ts'
import { SinceRead } from './since-read.tsx'

const VIEW_WORDS: Readonly<Record<InterdiffView, string>> = {
  marked: 'Changes marked',
  new: 'The new text, with a bar',
  side: 'Side by side',
}

/** What changed from one revision to another, block by block, with the reader's own comments beside it. */
export function InterdiffPage({
  of,
  view,
  titles,
  since = [],
  now = 0,
  still,
}: {
  of: Interdiff
  view: InterdiffView
  /** Of the documents of the newer revision, by id. */
  titles: ReadonlyMap<string, string>
  /** What became of each write-up since the reader read it; with `now`, milliseconds since 1970. */
  since?: readonly Since[]
  now?: number
  still: (name: string, html: Html) => ComponentProps<typeof StillHtml>
}) {
  const { slug, from, to, claims } = of
  const told = of.documents.filter(
    ({ changes }) => changes.some(({ kind }) => kind !== 'same') || view === 'new',
  )
  return (
    <div className={view === 'side' ? page.wide : page.page}>
      <p>
        <a href={site.revision(slug, to)}>{of.title}</a>
      </p>
      <h1>
        What changed from v{from} to v{to}
      </h1>
      {of.changelog !== '' && <p>{of.changelog}</p>}
      <SinceRead slug={slug} number={to} since={since} titles={titles} now={now} />
      <nav className={styles.views} aria-label="Ways to see it">
        {INTERDIFF_VIEWS.map((one) => (
          <a
            key={one}
            href={site.interdiff(slug, from, to, { view: one === 'marked' ? undefined : one })}
            aria-current={one === view ? 'page' : undefined}
          >
            {VIEW_WORDS[one]}
          </a>
        ))}
        <a href={site.interdiffAsText(slug, from, to)}>Plain text</a>
        {of.numbers
          .filter((number) => number !== to && number !== from)
          .map((number) => (
            <a key={number} href={site.interdiff(slug, Math.min(number, to), Math.max(number, to))}>
              v{Math.min(number, to)} to v{Math.max(number, to)}
            </a>
          ))}
      </nav>
      <p>
        {figure(of.marked, 'word')} and signs are in one of the two only, of {figure(of.total, 'word')} in
        both. What moved or was wrapped anew is not marked.
      </p>
      {claims.length > 0 && (
        <section aria-labelledby="claims">
          <h2 id="claims">Claims</h2>
          <ul>
            {claims.map((claim) => (
              <li key={claim.id}>{claimWords(claim)}</li>
            ))}
          </ul>
        </section>
      )}
      {told.map((document) => (
        <section key={document.writeup} id={document.writeup} aria-labelledby={`${document.writeup}-title`}>
          <h2 id={`${document.writeup}-title`}>{titles.get(document.writeup) ?? document.writeup}</h2>
          <StillHtml {...still(`changes ${document.writeup}`, documentHtml(of, document, view))} />
        </section>
      ))}
      {told.length === 0 && <p>No word changed.</p>}
    </div>
  )
}
