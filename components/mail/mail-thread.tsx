import styles from './mail-thread.module.css'

export type MailShown = {
  readonly messageId: string
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly date: string
  readonly body: string
  /** Mails above it in the thread: 0 for the cover. */
  readonly depth: number
  /** What the linter says about this mail. */
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly text: string }[]
}

/** Steps to the right that the list of subjects has room for. */
const DEEPEST = 6

/** The thread as a mail reader shows it: the list of subjects, then each mail in one face, 72 columns. */
export function MailThread({ mails }: { mails: readonly MailShown[] }) {
  return (
    <>
      <ol className={styles.index}>
        {mails.map((mail, index) => (
          <li key={mail.messageId} data-depth={Math.min(mail.depth, DEEPEST)}>
            <a href={`#mail-${index}`}>{mail.subject}</a>
            {mail.depth > 1 && <span className={styles.who}> {mail.from.replace(/ <.*/, '')}</span>}
          </li>
        ))}
      </ol>
      {mails.map((mail, index) => (
        <article
          key={mail.messageId}
          id={`mail-${index}`}
          className={styles.mail}
          aria-labelledby={`mail-${index}-subject`}
        >
          <dl className={styles.head}>
            <Header name="From" value={mail.from} />
            <Header name="To" value={mail.to} />
            <Header name="Date" value={mail.date} />
            <div>
              <dt>Subject</dt>
              <dd id={`mail-${index}-subject`}>
                <strong>{mail.subject}</strong>
              </dd>
            </div>
            <Header name="Message-ID" value={`<${mail.messageId}>`} />
          </dl>
          {mail.findings.length > 0 && (
            <ul className={styles.findings}>
              {mail.findings.map((finding) => (
                <li key={`${finding.rule} ${finding.text}`}>
                  {finding.severity} {finding.rule}: {finding.text}
                </li>
              ))}
            </ul>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen it scrolls by keyboard too */}
          <pre tabIndex={0}>{mail.body}</pre>
        </article>
      ))}
    </>
  )
}

function Header({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
