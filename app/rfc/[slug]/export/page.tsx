import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { requestViewer } from '#app/request-viewer.ts'
import { MailKeys } from '#components/export/mail-keys.tsx'
import { MailList } from '#components/export/mail-list.tsx'
import { MailMessage } from '#components/export/mail-message.tsx'
import page from '#components/ui/page.module.css'
import { inThreadOrder } from '#lib/mail/message/threading.ts'
import { blockAt } from '#lib/review/export/finding-place.ts'
import { commentOfMail, mailWindow } from '#lib/review/export/mail-window.server.ts'
import { ownAddressOf, receiversFor } from '#lib/review/outgoing/receivers.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { revisionNumbered, site } from '#lib/review/proposal/address.ts'
import styles from './export.module.css'
import { Receivers } from './receivers.tsx'
import { headersOf, listed, shownFinding, sourceHref } from './shown.ts'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ revision?: string; mail?: string; page?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).slug} as mail` }
}

const COUNT = /^[1-9]\d{0,4}$/

/** What the list will see: the thread in a mail reader, what the linter says, the files, and how it is sent. */
export default async function ExportPage({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  const number = asked.revision === undefined ? null : revisionNumbered(asked.revision)
  if (asked.revision !== undefined && number === null) notFound()
  if (asked.page !== undefined && !COUNT.test(asked.page)) notFound()
  const viewer = await requestViewer()
  const wanted = { mail: asked.mail ?? null, page: Number(asked.page ?? '1') }
  const window = await mailWindow(viewer, slug, number, wanted)
  if (!window) notFound()

  const { revision, series, replies, places } = window
  const { cover, blocks } = revision.bundle
  const all = [...series.messages, ...replies]
  const ordered = inThreadOrder(all)
  const at = Math.max(
    0,
    ordered.findIndex(({ message }) => message.messageId === asked.mail),
  )
  const shown = ordered[at]?.message
  if (!shown) notFound()
  const position = all.indexOf(shown)
  const of = { revision: revision.number }
  const here = site.revision(slug, revision.number)
  const mailHref = (mail: string) => site.export(slug, { ...of, mail })
  const [receivers, own, maySend, comment] = await Promise.all([
    receiversFor(viewer, revision.proposalId, cover),
    ownAddressOf(viewer),
    mayInProposal(viewer, 'send-mail', revision.proposalId),
    position < series.messages.length ? null : commentOfMail(viewer, shown.messageId),
  ])
  const foundIn = new Map<number, number>()
  for (const { mail } of places) if (mail !== null) foundIn.set(mail, (foundIn.get(mail) ?? 0) + 1)
  const finding = (place: (typeof places)[number]) =>
    shownFinding(place, place.source && sourceHref(slug, revision.number, blockAt(blocks, place.source)))
  const step = (by: 1 | -1): ReactNode => {
    const other = ordered[at + by]?.message
    const [rel, words] = by === 1 ? ['next', 'Next mail (j)'] : ['prev', 'Previous mail (k)']
    return other ? (
      <a rel={rel} href={mailHref(other.messageId)}>
        {words}
      </a>
    ) : (
      <span className={styles.off}>{words}</span>
    )
  }

  return (
    <div className={page.wide}>
      <p>
        <a href={here}>
          {slug}, v{revision.number}
        </a>
      </p>
      <h1>What the list will see</h1>
      <p>
        {series.messages.length} mails
        {replies.length > 0 &&
          `, and ${replies.length} ${replies.length === 1 ? 'reply' : 'replies'} from the threads on this revision${window.isLast && window.page === 1 ? '' : ' on this page'}`}
        . {verdictOf(places.length)}
      </p>
      {places.length > 0 && (
        <details className={styles.found} open={places.length <= 5}>
          <summary>What the linter found</summary>
          <ul>
            {places.map((place, i) => {
              const mail = place.mail === null ? undefined : all[place.mail]
              const { rule, severity, text, line, source } = finding(place)
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may be found twice in one place
                <li key={i}>
                  {severity} {rule}
                  {mail && (
                    <>
                      {' '}
                      in{' '}
                      <a
                        href={site.export(slug, {
                          ...of,
                          mail: mail.messageId,
                          ...(line !== null && { line }),
                        })}
                      >
                        {mail.subject}
                      </a>
                    </>
                  )}
                  : {text}
                  {source && (
                    <> (from {source.href ? <a href={source.href}>{source.words}</a> : source.words})</>
                  )}
                </li>
              )
            })}
          </ul>
        </details>
      )}
      {series.notes.length > 0 && (
        <details>
          <summary>
            {series.notes.length} {series.notes.length === 1 ? 'place says' : 'places say'} the same in other
            words than the page
          </summary>
          <ul>
            {series.notes.map((note) => (
              <li key={JSON.stringify(note)}>
                <a href={sourceHref(slug, revision.number, blockAt(blocks, note)) ?? here}>
                  {note.file}:{note.line}
                </a>{' '}
                {note.message}
              </li>
            ))}
          </ul>
        </details>
      )}

      <MailList
        shown={shown.messageId}
        mails={ordered.map(({ message, depth }) =>
          listed(message, depth, foundIn.get(all.indexOf(message)) ?? 0, mailHref),
        )}
      />
      {(window.page > 1 || !window.isLast) && (
        <p>
          Threads are shown a hundred at a time.{' '}
          {window.page > 1 && (
            <a href={site.export(slug, { ...of, page: window.page - 1 })}>The hundred before</a>
          )}{' '}
          {!window.isLast && (
            <a href={site.export(slug, { ...of, page: window.page + 1 })}>The next hundred</a>
          )}
        </p>
      )}
      <nav id="mail" className={styles.steps} aria-label="Between mails">
        {step(-1)} {step(1)} <a href={mailHref(shown.messageId)}>Link to this mail</a>{' '}
        {comment ? (
          <a href={site.comment({ slug, thread: comment.thread, comment: comment.seq })}>
            The comment on the page
          </a>
        ) : (
          position < series.messages.length && (
            <a href={site.mailFile(slug, revision.number, position)}>This mail as a file (.eml)</a>
          )
        )}
      </nav>
      <MailKeys />
      <MailMessage
        mail={{
          messageId: shown.messageId,
          headers: headersOf(shown),
          subject: shown.subject,
          body: shown.body,
          findings: places.filter(({ mail }) => mail === position).map(finding),
        }}
      />

      {maySend && (
        <p>
          <a href={site.sending(slug, of)}>Send it from here</a>, and see what was sent.
        </p>
      )}
      {viewer && (
        <p>
          <a href={site.digest(slug)}>Have new comments mailed to you</a>, once a day.
        </p>
      )}

      <h2>Files</h2>
      <ul>
        <li>
          <a href={site.revisionAsMailbox(slug, revision.number)}>Mailbox</a> of the series,{' '}
          <a href={site.revisionAsText(slug, revision.number)}>plain text</a>,{' '}
          <a href={site.mailFiles(slug, revision.number)}>one file for each mail</a> (tar of .eml)
        </li>
        {replies.length > 0 && (
          <li>
            <a href={site.discussionAsMailbox(slug, revision.number)}>Mailbox with the threads</a> as replies
          </li>
        )}
      </ul>
      <Receivers slug={slug} number={revision.number} receivers={receivers} own={own} />
    </div>
  )
}

function verdictOf(findings: number): string {
  if (findings === 0) return 'The linter has nothing to say about them.'
  return `The linter says ${findings} ${findings === 1 ? 'thing' : 'things'}, shown at each mail.`
}
