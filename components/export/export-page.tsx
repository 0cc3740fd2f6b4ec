import type { ReactNode } from 'react'
import page from '#components/ui/page.module.css'
import { formatRfc5322Date } from '#lib/mail/message/date.ts'
import { blockAt } from '#lib/review/export/finding-place.ts'
import type { ShownWindow } from '#lib/review/export/mail-window.server.ts'
import type { OpenMail } from '#lib/review/export/open-mail.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './export.module.css'
import { FoundByLinter, OtherWords } from './found.tsx'
import { MailKeys } from './mail-keys.tsx'
import { MailList } from './mail-list.tsx'
import { MailMessage } from './mail-message.tsx'
import { headersOf, listed, shownFinding, sourceHref } from './shown.ts'

/** What the list will see: the thread in a mail reader, what the linter says, the files, and how it is sent. */
export function ExportPage({
  window,
  open,
  comment,
  maySend,
  signedIn,
  receivers,
}: {
  window: ShownWindow
  open: OpenMail
  /** What the open mail was made of; null: a part of the series. */
  comment: { readonly thread: number; readonly seq: number } | null
  maySend: boolean
  signedIn: boolean
  receivers: ReactNode
}) {
  const { revision, series, replies, places, found, foundIn } = window
  const { slug, number } = revision
  const { blocks } = revision.bundle
  const of = { revision: number }
  const all = [...series.messages, ...replies]
  const positions = new Map(all.map((message, i) => [message, i]))
  const mailHref = (mail: string) => site.export(slug, { ...of, mail })
  const findings = places.map((place) =>
    shownFinding(place, place.source && sourceHref(slug, number, blockAt(blocks, place.source))),
  )
  return (
    <div className={page.wide}>
      <p>
        <a href={site.revision(slug, number)}>
          {slug}, v{number}
        </a>
      </p>
      <h1>What the list will see</h1>
      <p>
        {series.messages.length} mails
        {replies.length > 0 &&
          `, and ${replies.length} ${replies.length === 1 ? 'reply' : 'replies'} from the threads on this revision${window.isLast && window.page === 1 ? '' : ' on this page'}`}
        . {verdictOf(found)}
      </p>
      <FoundByLinter
        more={found - findings.length}
        findings={findings.map((finding, i) => {
          const mail = all[places[i]?.mail ?? -1]
          const { line } = finding
          return {
            ...finding,
            mail: mail
              ? {
                  subject: mail.subject,
                  href: site.export(slug, { ...of, mail: mail.messageId, ...(line !== null && { line }) }),
                }
              : null,
          }
        })}
      />
      <OtherWords
        notes={series.notes}
        hrefOf={(note) => sourceHref(slug, number, blockAt(blocks, note)) ?? site.revision(slug, number)}
      />

      <MailList
        shown={open.message.messageId}
        mails={open.ordered.map(({ message, depth }) =>
          listed(message, depth, foundIn.get(positions.get(message) ?? -1) ?? 0, mailHref),
        )}
      />
      <Windows window={window} />
      <MailSteps window={window} open={open} comment={comment} />
      <MailKeys />
      <MailMessage
        mail={{
          messageId: open.message.messageId,
          headers: headersOf(open.message),
          subject: open.message.subject,
          body: open.message.body,
          findings: findings.filter((_, i) => places[i]?.mail === open.position),
        }}
      />

      {maySend && (
        <p>
          <a href={site.sending(slug, of)}>Send it from here</a>, and see what was sent.
        </p>
      )}
      {signedIn && (
        <p>
          <a href={site.digest(slug)}>Have new comments mailed to you</a>, once a day.
        </p>
      )}

      <h2>Files</h2>
      <ul>
        <li>
          <a href={site.revisionAsMailbox(slug, number)}>Mailbox</a> of the series,{' '}
          <a href={site.revisionAsText(slug, number)}>plain text</a>,{' '}
          <a href={site.mailFiles(slug, number)}>one file for each mail</a> (tar of .eml, to be sent)
        </li>
        {replies.length > 0 && (
          <li>
            <a href={site.discussionAsMailbox(slug, number)}>Mailbox with the threads</a> as replies,{' '}
            <a href={site.discussionAsText(slug, number)}>the same as plain text</a>
          </li>
        )}
      </ul>
      <p>
        Mail that is sent has the Date of the day on which it is sent, from here, by git or from these files;
        once it was sent from here it keeps that one. The mailboxes have the Date of the cover:{' '}
        {series.messages[0] && formatRfc5322Date(series.messages[0].date)}. The Message-IDs are the same in
        all.
      </p>
      {receivers}
    </div>
  )
}

function verdictOf(findings: number): string {
  if (findings === 0) return 'The linter has nothing to say about them.'
  return `The linter says ${findings} ${findings === 1 ? 'thing' : 'things'}, shown at each mail.`
}

function Windows({ window: { revision, page: current, isLast } }: { window: ShownWindow }) {
  if (current === 1 && isLast) return null
  const at = (page: number) => site.export(revision.slug, { revision: revision.number, page })
  return (
    <p>
      Threads are shown a hundred at a time. {current > 1 && <a href={at(current - 1)}>The hundred before</a>}{' '}
      {!isLast && <a href={at(current + 1)}>The next hundred</a>}
    </p>
  )
}

function MailSteps({
  window: { revision, series },
  open: { ordered, at, message, position },
  comment,
}: Pick<Parameters<typeof ExportPage>[0], 'window' | 'open' | 'comment'>) {
  const { slug, number } = revision
  const href = (mail: string) => site.export(slug, { revision: number, mail })
  const step = (by: 1 | -1) => {
    const other = ordered[at + by]?.message
    const [rel, words] = by === 1 ? ['next', 'Next mail (j)'] : ['prev', 'Previous mail (k)']
    return other ? (
      <a rel={rel} href={href(other.messageId)}>
        {words}
      </a>
    ) : (
      <span className={styles.off}>{words}</span>
    )
  }
  return (
    <nav id="mail" className={styles.steps} aria-label="Between mails">
      {step(-1)} {step(1)} <a href={href(message.messageId)}>Link to this mail</a>{' '}
      {comment ? (
        <a href={site.comment({ slug, thread: comment.thread, comment: comment.seq })}>
          The comment on the page
        </a>
      ) : (
        position < series.messages.length && (
          <a href={site.mailFile(slug, number, position)}>This mail as a file (.eml)</a>
        )
      )}
    </nav>
  )
}
