import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { dropImportedAction } from '#app/import/actions.ts'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { DropImportedForm } from '#components/incoming/decide-forms.tsx'
import { MailView } from '#components/incoming/mail-view.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { findMail, findMessage } from '#lib/review/queue/find-message.server.ts'
import { MailNotHere } from './mail-not-here.tsx'

export const metadata: Metadata = { title: 'A mail', robots: 'noindex' }

type Props = { params: Promise<{ id: string[] }>; searchParams: Promise<{ as?: string }> }

/** Ids may hold slashes and percent signs; what is no valid escape is looked for as it stands. */
function messageIdOf(segments: readonly string[]): string {
  const text = segments.join('/')
  try {
    return decodeURIComponent(text).replace(/^<|>$/g, '')
  } catch {
    return text
  }
}

/** Where a Message-ID leads: to the part or the comment that it names; `?as=mail` shows the mail itself. */
export default async function MessagePage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams])
  const viewer = await requestViewer()
  const messageId = messageIdOf(id)
  const found = asked.as === 'mail' ? await findMail(viewer, messageId) : await findMessage(viewer, messageId)
  if (!found)
    return (
      <NotThere>
        <MailNotHere />
      </NotThere>
    )
  if (found.kind === 'part') {
    const { slug, revision, blockKey } = found
    redirect(blockKey === null ? site.revision(slug, revision) : site.block(slug, revision, blockKey))
  }
  if (found.kind === 'comment') redirect(site.comment(found.place))
  const { mail, places, isRedacted, trailers, acts, mayDrop } = found
  return (
    <div className={page.page}>
      <h1>{mail.subject || '(no subject)'}</h1>
      {places.length > 0 && (
        <p>
          Became{' '}
          {places.map((place, i) => (
            <span key={`${place.thread}-${place.comment}`}>
              {i > 0 && ', '}
              <a href={site.comment(place)}>
                comment {place.comment} of thread {place.thread}
              </a>
            </span>
          ))}
          .
        </p>
      )}
      {isRedacted ? (
        <p>A comment of this mail was deleted, so its words are not shown.</p>
      ) : (
        <MailView mail={mail} />
      )}
      {trailers.length > 0 && (
        <ul>
          {trailers.map(({ line, counts }) => (
            <li key={line}>
              <code>{line}</code>: {counts ? 'counts' : 'does not count'}
            </li>
          ))}
        </ul>
      )}
      {acts.length > 0 && (
        <section aria-label="What its lines did">
          <h2>What its lines did</h2>
          <ul>
            {acts.map(({ line, says }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same line may stand twice
              <li key={`${i} ${line}`}>
                <code>{line}</code>: {says}
              </li>
            ))}
          </ul>
        </section>
      )}
      {mayDrop && (
        <details>
          <summary>Drop this mail with all that it brought</summary>
          <DropImportedForm id={mail.id} comments={places.length} action={dropImportedAction} />
          {mail.from.address && (
            <p>
              <a href={site.dropAll({ sender: mail.from.address })}>Drop all mail from this address</a>
            </p>
          )}
        </details>
      )}
    </div>
  )
}
