import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { MailThread } from '#components/mail/mail-thread.tsx'
import page from '#components/ui/page.module.css'
import { formatRfc5322Date } from '#lib/mail/date.ts'
import type { Mailbox } from '#lib/mail/message.ts'
import { exportRevision } from '#lib/review/export.server.ts'
import { viewerFrom } from '#lib/review/viewer.server.ts'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ revision?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).slug} as mail` }
}

const shown = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`)

/** What the list will see: the thread as mail, what the linter says, and the files. */
export default async function ExportPage({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  if (asked.revision !== undefined && !/^[1-9]\d{0,2}$/.test(asked.revision)) notFound()
  const viewer = await viewerFrom(await headers())
  const exported = await exportRevision(
    viewer,
    slug,
    asked.revision === undefined ? null : Number(asked.revision),
  )
  if (!exported) notFound()
  const { messages, lint, notes } = exported.series
  const here = `/rfc/${slug}/v${exported.number}`
  return (
    <div className={page.wide}>
      <p>
        <a href={here}>
          {slug}, v{exported.number}
        </a>
      </p>
      <h1>What the list will see</h1>
      <p>
        {messages.length} mails.{' '}
        {lint.length === 0
          ? 'The linter has nothing to say about them.'
          : `The linter says ${lint.length} ${lint.length === 1 ? 'thing' : 'things'}, shown at each mail.`}{' '}
        Download: <a href={`${here}.mbox`}>mbox</a>, <a href={`${here}.txt`}>plain text</a>.
      </p>
      {notes.length > 0 && (
        <details>
          <summary>
            {notes.length} {notes.length === 1 ? 'place says' : 'places say'} the same in other words than the
            page
          </summary>
          <ul>
            {notes.map((note) => (
              <li key={JSON.stringify(note)}>
                <code>
                  {note.file}:{note.line}
                </code>{' '}
                {note.message}
              </li>
            ))}
          </ul>
        </details>
      )}
      <MailThread
        mails={messages.map((message, index) => ({
          messageId: message.messageId,
          subject: message.subject,
          from: shown(message.from),
          to: [...message.to, ...message.cc].map(shown).join(', '),
          date: formatRfc5322Date(message.date),
          body: message.body,
          findings: lint.filter((finding) => finding.message === index + 1),
        }))}
      />
    </div>
  )
}
