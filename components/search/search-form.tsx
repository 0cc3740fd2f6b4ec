import { site } from '#lib/review/proposal/address.ts'
import { FILTERS, QUERY_LIMIT } from '#lib/review/search/query.ts'
import styles from './search.module.css'

/** With what was asked in it, whatever became of it. */
export function SearchForm({ asked, error }: { asked: string; error: string | null }) {
  return (
    <form action={site.search()} className={styles.form}>
      <label htmlFor="q">Words, a name from the code, a “phrase in quotes”, or a Message-ID</label>
      <div className={styles.row}>
        <input
          id="q"
          name="q"
          type="search"
          maxLength={QUERY_LIMIT}
          autoComplete="off"
          defaultValue={asked}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? 'search-error' : undefined}
        />
        <button type="submit">Search</button>
      </div>
      {error && (
        <p role="alert" id="search-error" className={styles.error}>
          {error}
        </p>
      )}
      <details open={error !== null}>
        <summary>Filters</summary>
        <ul>
          {Object.entries(FILTERS).map(([name, words]) => (
            <li key={name}>
              <code>{name}:</code> {words}
            </li>
          ))}
        </ul>
      </details>
    </form>
  )
}
