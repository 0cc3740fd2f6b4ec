import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

export default function NotFound() {
  return (
    <div className={page.page}>
      <h1>There is nothing at this address</h1>
      <p>
        A proposal is at <code>/rfc/&lt;slug&gt;</code>, a revision at <code>/rfc/&lt;slug&gt;/v2</code>, a
        thread at <code>/rfc/&lt;slug&gt;/t/7</code>.
      </p>
      <p>
        <a href={site.proposals()}>All proposals</a>
      </p>
    </div>
  )
}
