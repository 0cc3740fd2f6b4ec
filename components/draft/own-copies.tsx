import { When } from '#components/ui/when.tsx'
import type { OwnCopy } from '#lib/review/copy/read-copies.server.ts'
import { site } from '#lib/review/proposal/address.ts'

/** The drafts of who looks, last saved first: what is not published is in no other list. */
export function OwnCopies({ copies, now }: { copies: readonly OwnCopy[]; now: number }) {
  if (copies.length === 0) return null
  return (
    <section aria-labelledby="writing">
      <h2 id="writing">What you are writing</h2>
      <ul>
        {copies.map(({ slug, title, updatedAt, baseRevision }) => (
          <li key={slug}>
            <a href={site.edit(slug)}>{title ?? slug}</a>,{' '}
            {baseRevision === 0 ? 'not published' : `from v${baseRevision}`}, saved{' '}
            <When at={updatedAt.toISOString()} now={now} />
          </li>
        ))}
      </ul>
    </section>
  )
}
