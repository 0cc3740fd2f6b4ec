import styles from './mail-list.module.css'

export type MailListed = {
  readonly messageId: string
  readonly subject: string
  readonly who: string
  /** `Jun 14 2021`. */
  readonly day: string
  /** Mails above it in the thread: 0 for the cover. */
  readonly depth: number
  readonly findings: number
  readonly href: string
}

/** Steps to the right that the list of subjects has room for. */
const DEEPEST = 8

/** The thread as a mail reader lists it: a mail a line, each below the one it answers. */
export function MailList({ mails, shown }: { mails: readonly MailListed[]; shown: string }) {
  return (
    <nav className={styles.list} aria-label="Mails of the thread">
      <ol>
        {mails.map((mail, index) => (
          <li key={mail.messageId} data-depth={Math.min(mail.depth, DEEPEST)}>
            <a href={mail.href} aria-current={mail.messageId === shown ? 'true' : undefined}>
              <span className={styles.subject}>
                {mail.depth > 0 && (
                  <span className={styles.branch} aria-hidden="true">
                    └{' '}
                  </span>
                )}
                {/* As mail readers do: an answer has its parent's subject, and is told by who wrote it. */}
                {isRepeated(mails, index) ? <span className={styles.same}>Re:</span> : mail.subject}
              </span>
              <span className={styles.who}>{mail.who}</span>
              <span className={styles.day}>{mail.day}</span>
              {mail.findings > 0 && (
                <span className={styles.findings}> {mail.findings} found by the linter</span>
              )}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function isRepeated(mails: readonly MailListed[], index: number): boolean {
  const [own, before] = [mails[index], mails[index - 1]]
  return own !== undefined && own.depth > 1 && before !== undefined && before.subject === own.subject
}
