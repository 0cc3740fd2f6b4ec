import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { type MailOutcome, meaningOf, STATUS_WORDS } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './mail-in.module.css'

/** What became of each mail of an upload. */
export function OutcomeTable({ outcomes, fileName }: { outcomes: readonly MailOutcome[]; fileName: string }) {
  const counts = new Map<string, number>()
  for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1)
  const summary = [...counts].map(([status, n]) => `${n} ${STATUS_WORDS[status as MailOutcome['status']]}`)
  return (
    <section aria-labelledby="imported">
      <h2 id="imported">{fileName}</h2>
      <p role="status">
        {summary.length > 0 ? `${summary.join(', ')}.` : 'There are no mails in this file.'}
      </p>
      {outcomes.length > 0 && (
        <ScrollBox as="section" className={styles.scroll} label="What became of each mail">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">What happened</th>
                <th scope="col">Where</th>
                <th scope="col">From</th>
                <th scope="col">Subject</th>
              </tr>
            </thead>
            <tbody>
              {outcomes.map((outcome, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a mail may come twice in a file
                <Row key={i} outcome={outcome} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  )
}

function Row({ outcome: { status, from, subject, comments, flags, mailId } }: { outcome: MailOutcome }) {
  const isQueued = (status === 'waiting' || status === 'quarantined') && mailId !== null
  return (
    <tr>
      <td>
        {STATUS_WORDS[status]}
        {status !== 'duplicate' && flags.length > 0 && (
          <ul className={styles.flags}>
            {flags.map((flag) => (
              <li key={flag}>{meaningOf(flag)}</li>
            ))}
          </ul>
        )}
      </td>
      <td>
        {comments.map((place) => (
          <a key={`${place.thread}-${place.comment}`} className={styles.place} href={site.comment(place)}>
            {place.slug} #{place.thread}
          </a>
        ))}
        {isQueued && <a href={site.queued(mailId)}>in the queue</a>}
      </td>
      <td>{from}</td>
      <td>{subject}</td>
    </tr>
  )
}
