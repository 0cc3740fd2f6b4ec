import { site } from '#lib/review/proposal/address.ts'
import styles from './site.module.css'

/** In the head of each page: a form that only makes an address. The page of results has one of its own, with what was asked. */
export function SearchField() {
  return (
    <search>
      <form action={site.search()} className={styles.search}>
        <input
          name="q"
          type="search"
          aria-label="Search"
          placeholder="Search"
          maxLength={200}
          autoComplete="off"
        />
        <button type="submit">Search</button>
      </form>
    </search>
  )
}
