import { KeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { When } from '#components/ui/when.tsx'
import styles from './sent-mail.module.css'

export type SentBatchShown = {
  readonly batchId: string
  readonly kind: string
  readonly at: string
  readonly by: string | null
  readonly mails: readonly {
    readonly messageId: string
    readonly subject: string
    readonly recipients: readonly {
      readonly id: string
      readonly address: string
      readonly state: string
      readonly attempts: number
      readonly words: string
      readonly next: string | null
    }[]
  }[]
}

const KINDS: Readonly<Record<string, string>> = {
  series: 'Series',
  reflect: 'A look at the series',
  reply: 'Comments',
}

const STATES: Readonly<Record<string, string>> = {
  queued: 'waits',
  sending: 'on its way',
  unknown: 'unknown',
  sent: 'sent',
  failed: 'refused',
  dropped: 'taken back',
}

type Decide = (form: FormData) => Promise<void>

/** What left, recipient by recipient, with the server's words and what a person can do about each. */
export function SentMail({
  slug,
  batches,
  decide,
}: {
  slug: string
  batches: readonly SentBatchShown[]
  decide: Decide
}) {
  if (batches.length === 0) return <p>Nothing was sent yet.</p>
  return batches.map(({ batchId, kind, at, by, mails }) => {
    const rows = mails.flatMap(({ messageId, subject, recipients }) =>
      recipients.map((recipient) => ({ ...recipient, messageId, subject })),
    )
    const open = rows.filter(({ state }) => state !== 'sent' && state !== 'dropped').length
    return (
      <details key={batchId} className={styles.batch} open={open > 0}>
        <summary>
          {KINDS[kind] ?? kind}, <When at={at} />
          {by !== null && ` by ${by}`}: {rows.length - open} of {rows.length} done
        </summary>
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Mail</th>
                <th scope="col">To</th>
                <th scope="col">State</th>
                <th scope="col">What the server said</th>
                <th scope="col">
                  <span className={styles.unseen}>What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} data-state={row.state}>
                  <td>{row.subject}</td>
                  <td>{row.address}</td>
                  <td>
                    {STATES[row.state] ?? row.state}
                    {row.next !== null && (
                      <>
                        , again <When at={row.next} />
                      </>
                    )}
                  </td>
                  <td>
                    {row.state === 'unknown' && (
                      <>
                        Nobody knows whether it arrived: {row.words}. Look for <code>{row.messageId}</code> in
                        the archive of the list, then say.
                      </>
                    )}
                    {row.state !== 'unknown' && row.words}
                  </td>
                  <td>
                    <div className={styles.actions}>
                      {row.state === 'unknown' && (
                        <Button
                          slug={slug}
                          id={row.id}
                          decision="arrived"
                          words="It arrived"
                          decide={decide}
                        />
                      )}
                      {(row.state === 'unknown' || row.state === 'failed') && (
                        <Button
                          slug={slug}
                          id={row.id}
                          decision="again"
                          words={row.state === 'failed' ? 'Try again' : 'Send it again'}
                          decide={decide}
                        />
                      )}
                      {(row.state === 'queued' || row.state === 'failed') && (
                        <Button
                          slug={slug}
                          id={row.id}
                          decision="drop"
                          words="Take it back"
                          decide={decide}
                        />
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    )
  })
}

function Button(props: { slug: string; id: string; decision: string; words: string; decide: Decide }) {
  return (
    <KeptForm action={props.decide}>
      <input type="hidden" name="slug" value={props.slug} />
      <input type="hidden" name="id" value={props.id} />
      <input type="hidden" name="decision" value={props.decision} />
      <SubmitButton quiet>{props.words}</SubmitButton>
    </KeptForm>
  )
}
