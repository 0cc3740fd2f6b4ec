import { When } from '#components/ui/when.tsx'
import { figure } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { Stretch } from '#lib/review/search/excerpt.ts'
import type { SearchFound } from '#lib/review/search/search.server.ts'
import styles from './search.module.css'

/** A part of a series that a Message-ID names. */
export type NamedPart = { readonly slug: string; readonly revision: number; readonly messageId: string }

export function SearchResults({
  asked,
  found,
  part,
}: {
  asked: string
  found: SearchFound
  part: NamedPart | null
}) {
  const { proposals, passages, comments, page, pages } = found
  const isNothing = proposals.length + passages.length + comments.length === 0 && part === null
  if (isNothing)
    return (
      <>
        <p role="status">
          {page > 1 ? 'There is no such page of this search.' : `Nothing here has ${asked}.`}
        </p>
        <p>
          Every word has to be there. Try fewer of them, the beginning of a name, or no filter; a phrase in
          quotes is found only as it was said.
        </p>
      </>
    )
  return (
    <>
      <p role="status" className={styles.order}>
        {found.isWithinWords && 'No word begins like this; these have it within one. '}
        {page === 1 && 'Texts first, in their order; then comments, the newest first.'}
        {page > 1 && `Comments, the newest first: page ${page} of ${pages}.`}
      </p>
      {part && (
        <p>
          A part of <a href={site.message(part.messageId)}>{`${part.slug} v${part.revision}`}</a>, as it is
          mailed.
        </p>
      )}
      {proposals.length > 0 && (
        <section aria-labelledby="proposals">
          <h2 id="proposals">Proposals</h2>
          <ul className={styles.hits}>
            {proposals.map(({ slug, title }) => (
              <li key={slug}>
                <a href={site.proposal(slug)}>{title}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {passages.length > 0 && (
        <section aria-labelledby="texts">
          <h2 id="texts">In the texts</h2>
          <ol className={styles.hits}>
            {passages.map((hit) => (
              <li key={`${hit.slug} ${hit.revision} ${hit.blockKey}`}>
                <a href={site.block(hit.slug, hit.revision, hit.blockKey)}>
                  {hit.title}, {hit.writeup}
                </a>{' '}
                <span className={styles.facts}>v{hit.revision}</span>
                <Excerpt stretches={hit.excerpt} />
              </li>
            ))}
          </ol>
          {found.morePassages && (
            <p>More passages have it. Another word, or in: and a proposal, narrows it.</p>
          )}
        </section>
      )}
      {comments.length > 0 && (
        <section aria-labelledby="comments">
          <h2 id="comments">In comments</h2>
          <ol className={styles.hits}>
            {comments.map((hit) => (
              <li key={`${hit.slug} ${hit.thread} ${hit.comment}`}>
                <a href={site.comment(hit)}>
                  {hit.author}, #{hit.thread}
                  {hit.comment > 1 && `, answer ${hit.comment - 1}`}
                </a>{' '}
                <span className={styles.facts}>
                  <span>
                    {hit.state} {hit.kind}
                  </span>
                  <span>
                    {hit.title}, {hit.writeup} v{hit.revision}
                  </span>
                  <When at={hit.at} />
                </span>
                <Excerpt stretches={hit.excerpt} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {pages > 1 && (
        <nav aria-label="Pages" className={styles.pages}>
          {Array.from({ length: pages }, (_, i) => (
            <a
              key={site.search(asked, { page: i + 1 })}
              href={site.search(asked, { page: i + 1 })}
              aria-current={i + 1 === page ? 'page' : undefined}
            >
              {i + 1}
            </a>
          ))}
        </nav>
      )}
      {found.moreComments && page === pages && (
        <p>
          These are the newest {figure(pages * 20, 'comment')}; more have it. Another word or a filter narrows
          it.
        </p>
      )}
    </>
  )
}

function Excerpt({ stretches }: { stretches: readonly Stretch[] }) {
  let at = 0
  return (
    <p className={styles.excerpt}>
      {stretches.map(({ text, isFound }) => {
        const key = at++
        return isFound ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>
      })}
    </p>
  )
}
