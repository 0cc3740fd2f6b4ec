import { When } from '#components/ui/when.tsx'
import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { QueuedMail } from '#lib/review/queue/queue.ts'
import styles from './mail-in.module.css'

/** Mails that wait for somebody, the oldest first, each with why. */
export function QueueList({ mails }: { mails: readonly QueuedMail[] }) {
  return (
    <ol className={styles.queue}>
      {mails.map((mail) => (
        <li key={mail.id}>
          <h2>
            <input
              type="checkbox"
              name="mail"
              value={mail.id}
              aria-label={`Choose ${mail.subject || '(no subject)'}`}
            />{' '}
            <a href={site.queued(mail.id)}>{mail.subject || '(no subject)'}</a>
          </h2>
          <p className={styles.meta}>
            {mail.from.name} {'<'}
            {mail.from.address || 'no sender'}
            {'>'}, came <When at={mail.receivedAt} />
            {mail.slug && (
              <>
                , about <a href={site.proposal(mail.slug)}>{mail.title}</a>
              </>
            )}
          </p>
          <ul className={styles.flags}>
            <li>{mail.status === 'waiting' ? 'Waits for the mail that it answers.' : 'Held.'}</li>
            {mail.flags.map((flag) => (
              <li key={flag}>{meaningOf(flag)}</li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}
