import { CommentBody } from '#components/thread/comment-body.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { When, zoneWords } from '#components/ui/when.tsx'
import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { ShownMail } from '#lib/review/queue/queue.ts'
import styles from './mail-in.module.css'

const SOURCES: Readonly<Record<string, string>> = {
  command: 'imported by the operator',
  upload: 'uploaded',
  lmtp: 'delivered by the mail server',
  api: 'handed in by a program',
}

/** A mail that is held may say what it likes: it leads nowhere within. */
const NO_LINKS = { thread: () => null, mail: () => null }

function proofWords({ proof, proofDetail }: ShownMail): string {
  if (proof === 'sender') return `${proofDetail} vouches for the sender`
  if (proof === 'list') return `came through the list ${proofDetail}; the sender is not proved`
  return proofDetail === '' ? 'nothing proves the sender' : `nothing proves the sender: ${proofDetail}`
}

/** A mail as it came: who says he is who, and the words. Plain text, whatever is in it. */
export function MailView({ mail }: { mail: ShownMail }) {
  const zone = mail.sentAt && mail.sentZone !== null ? zoneWords(mail.sentAt, mail.sentZone) : ''
  return (
    <>
      <dl className={styles.facts}>
        <dt>From</dt>
        <dd>
          {mail.from.name} {'<'}
          {mail.from.address || 'no sender'}
          {'>'}
        </dd>
        <dt>Sent</dt>
        <dd>
          {mail.sentAt ? <When at={mail.sentAt} /> : 'says no date'}
          {zone && `, ${zone}`}
        </dd>
        <dt>Came</dt>
        <dd>
          <When at={mail.receivedAt} />, {SOURCES[mail.source] ?? mail.source}
          {mail.broughtBy && ` by ${mail.broughtBy}`}
        </dd>
        <dt>Proof</dt>
        <dd>{proofWords(mail)}</dd>
        <dt>Message-ID</dt>
        <dd>
          <code>{mail.messageId}</code>
        </dd>
        {mail.decidedBy && (
          <>
            <dt>Decided</dt>
            <dd>
              {mail.decidedBy}: {mail.decision}
            </dd>
          </>
        )}
      </dl>
      {mail.flags.length > 0 && (
        <ul className={styles.flags}>
          {mail.flags.map((flag) => (
            <li key={flag}>{meaningOf(flag)}</li>
          ))}
        </ul>
      )}
      <div className={styles.words}>
        <CommentBody text={mail.text || '(no words)'} links={NO_LINKS} />
      </div>
      {mail.attachments.length > 0 && (
        <p>
          {mail.attachments.length === 1 ? 'An attachment' : 'Attachments'}, as files of whoever sent the
          mail:{' '}
          {mail.attachments.map((name, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: their order is what tells them apart.
            <span key={n}>
              {n > 0 && ', '}
              <a href={site.attachment(mail.id, n)} rel="nofollow">
                {name}
              </a>
            </span>
          ))}
        </p>
      )}
      <details>
        <summary>The whole mail, as it came</summary>
        <ScrollBox as="pre" className={styles.raw}>
          {mail.raw}
        </ScrollBox>
      </details>
    </>
  )
}
