import { anchor, site } from '#lib/review/proposal/address.ts'
import { carriedWords } from '#lib/review/thread/port.ts'
import type { ThreadPlaces as Places } from '#lib/review/thread/thread-places.server.ts'
import { Quote } from './quote.tsx'

/** What became of the words that a thread is about: those of now, and its place in each revision since. */
export function ThreadPlaces({ slug, places, now }: { slug: string } & Places) {
  const [newest] = places
  if (!newest) return null
  return (
    <section id={anchor.places} aria-label="Its place in later revisions">
      {now ? (
        <Quote {...now}>
          <a href={site.block(slug, now.revision, newest.blockKey)}>This passage in v{now.revision}</a>,{' '}
          {carriedWords(newest.carried)}
        </Quote>
      ) : (
        <p>
          <a href={site.block(slug, newest.revision, newest.blockKey)}>In v{newest.revision}</a>:{' '}
          {carriedWords(newest.carried)}.
        </p>
      )}
      {places.length > 1 && (
        <details>
          <summary>In each revision</summary>
          <ul>
            {places.map(({ revision, blockKey, carried }) => (
              <li key={revision}>
                <a href={site.block(slug, revision, blockKey)}>v{revision}</a>: {carriedWords(carried)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
