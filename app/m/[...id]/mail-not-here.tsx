import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

/** What to do about a mail that nobody brought, or that this viewer may not know of. */
export function MailNotHere() {
  return (
    <div className={page.page}>
      <h1>This mail is not here</h1>
      <p>
        No part of a proposal, no comment and no imported mail has this Message-ID. It may not have been
        imported yet, or it is held until somebody with a role in its proposal lets it in.
      </p>
      <ul>
        <li>
          Have you got the mail? <a href={site.import()}>Import it</a>.
        </li>
        <li>
          Have you a role in the proposal? <a href={site.queue()}>Look among the mail that waits</a>.
        </li>
        <li>
          Kernel lists are archived at <code>https://lore.kernel.org/r/</code> followed by the Message-ID.
        </li>
      </ul>
    </div>
  )
}
