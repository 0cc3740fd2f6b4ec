import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { MailThread } from '#components/mail/mail-thread.tsx'
import page from '#components/ui/page.module.css'
import { formatRfc5322Date } from '#lib/mail/date.ts'
import { lintMbox } from '#lib/mail/lint.ts'
import type { Mailbox, Message } from '#lib/mail/message.ts'
import { inThreadOrder } from '#lib/mail/threading.ts'
import { type ExportedDiscussion, exportDiscussion } from '#lib/review/export.server.ts'
import { mboxOf } from '#lib/review/series.ts'
import { viewerFrom } from '#lib/review/viewer.server.ts'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ revision?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).slug} as mail` }
}

const shown = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`)

/** More are in the file; a page of thousands of mails is none. */
const REPLIES_SHOWN = 100

async function firstReplies({ replies }: ExportedDiscussion): Promise<{ shown: Message[]; isAll: boolean }> {
  const shown: Message[] = []
  for await (const messages of replies) {
    for (const message of messages) {
      // Each mail comes behind the one it answers, so what is shown is a thread without gaps.
      if (shown.length === REPLIES_SHOWN) return { shown, isAll: false }
      shown.push(message)
    }
  }
  return { shown, isAll: true }
}

/** What the list will see: the thread as mail, what the linter says, and the files. */
export default async function ExportPage({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  if (asked.revision !== undefined && !/^[1-9]\d{0,2}$/.test(asked.revision)) notFound()
  const viewer = await viewerFrom(await headers())
  const exported = await exportDiscussion(
    viewer,
    slug,
    asked.revision === undefined ? null : Number(asked.revision),
  )
  if (!exported) notFound()
  const { messages, lint, notes } = exported.series
  const { shown: replies, isAll } = await firstReplies(exported)
  const all = [...messages, ...replies]
  const position = new Map(all.map(({ messageId }, index) => [messageId, index + 1]))
  const findings =
    replies.length === 0
      ? lint
      : [
          ...lint,
          ...lintMbox(mboxOf(all), { kind: 'review' }).filter(({ message }) => message > messages.length),
        ]
  const ofReplies = findings.length - lint.length
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
      {replies.length > 0 && (
        <p>
          {isAll
            ? `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'} from the threads on this revision.`
            : `The first ${replies.length} replies from the threads on this revision; the file has all of them.`}{' '}
          {ofReplies > 0 &&
            `The linter says ${ofReplies} ${ofReplies === 1 ? 'thing' : 'things'} about them. `}
          Download: <a href={`${here}.threads.mbox`}>mbox with the threads</a>.
        </p>
      )}
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
        mails={inThreadOrder(all).map(({ message, depth }) => ({
          messageId: message.messageId,
          subject: message.subject,
          from: shown(message.from),
          to: [...message.to, ...message.cc].map(shown).join(', '),
          date: formatRfc5322Date(message.date),
          body: message.body,
          depth,
          findings: findings.filter((finding) => finding.message === position.get(message.messageId)),
        }))}
      />
    </div>
  )
}
