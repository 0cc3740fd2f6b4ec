import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

/** A published revision of which the stored parse is broken. Its threads and its files are there all the same. */
export function UnreadableRevisionPage({ slug, places }: { slug: string; places: readonly string[] }) {
  return (
    <div className={page.page}>
      <h1>This revision of {slug} cannot be shown</h1>
      <p role="alert">
        What was stored of it when it was published cannot be read. Its files and its threads are there: the
        threads stand at their own addresses, and another revision can take its place.
      </p>
      <ul>
        {places.slice(0, 20).map((place) => (
          <li key={place}>
            <code>{place}</code>
          </li>
        ))}
      </ul>
      <p>
        <a href={site.proposals()}>All proposals</a>
      </p>
    </div>
  )
}
