import { ageWords } from '#components/ui/when.tsx'
import { figure } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { SinceRead as Since } from '#lib/review/thread/since-read.server.ts'
import styles from './revision-page.module.css'

/** What became of each write-up since the reader read it, and where that is seen. */
export function SinceRead({
  slug,
  number,
  since,
  titles,
  now,
}: {
  slug: string
  /** The revision that is shown. */
  number: number
  since: readonly Since[]
  /** Of the write-ups, by id. */
  titles: ReadonlyMap<string, string>
  /** Milliseconds since 1970. */
  now: number
}) {
  if (since.length === 0) return null
  return (
    <section className={styles.since} aria-labelledby="since-read">
      <h2 id="since-read">Since you last read this</h2>
      <ul>
        {since.map(({ writeup, revision, readAt, changed, threads }) => (
          <li key={writeup}>
            <b>{titles.get(writeup) ?? writeup}</b> (v{revision}, {ageWords(readAt, now)}):{' '}
            {changed > 0 && (
              <a href={`${site.interdiff(slug, revision, number)}#${writeup}`}>
                {figure(changed, 'block')} changed
              </a>
            )}
            {changed > 0 && threads > 0 && ', '}
            {threads > 0 && (
              <a href={site.threads(slug, { in: writeup, order: 'number' })}>
                {figure(threads, 'new thread')}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
