import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

/** It is a part of every page, which may turn out not to be there: so it asks for nothing. */
export default function NotFound() {
  return (
    <div className={page.page}>
      <h1>There is nothing at this address</h1>
      <p>
        A proposal is at <code>/rfc/&lt;slug&gt;</code>, a revision at <code>/rfc/&lt;slug&gt;/v2</code>, a
        thread at <code>/rfc/&lt;slug&gt;/t/7</code>.
      </p>
      <form action="/search" method="get" className={page.search}>
        <label htmlFor="search-words">Search proposals and comments</label>
        <input id="search-words" name="q" type="search" maxLength={200} />
        <button type="submit">Search</button>
      </form>
      <p>
        Or look at <a href={site.proposals()}>all proposals</a>.
      </p>
    </div>
  )
}
