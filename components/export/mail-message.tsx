import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { CITATION } from '#lib/mail/text/line-signs.ts'
import styles from './mail-message.module.css'

export type MailShown = {
  readonly messageId: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly subject: string
  readonly body: string
  readonly findings: readonly FindingShown[]
}

export type FindingShown = {
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly text: string
  /** Of the mail's text, from 1; null for a header. */
  readonly line: number | null
  /** The line of the write-up: `problem.mdx:41`, and the block of the page that it is in. */
  readonly source: { readonly words: string; readonly href: string | null } | null
}

/** One mail as it will be read: headers, then the text in one face, quotes by their depth. */
export function MailMessage({ mail }: { mail: MailShown }) {
  const lines = mail.body.replace(/\n$/, '').split('\n')
  const marked = new Set(mail.findings.map(({ line }) => line))
  return (
    <article className={styles.mail} aria-labelledby="mail-subject">
      <h2 id="mail-subject" className={styles.subject} tabIndex={-1}>
        {mail.subject}
      </h2>
      <dl className={styles.head}>
        {mail.headers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {mail.findings.length > 0 && <Findings findings={mail.findings} />}
      <ScrollBox as="pre" className={styles.body}>
        {lines.map((line, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its position
            key={i}
            id={`L${i + 1}`}
            data-quote={quoteDepth(line) || undefined}
            data-found={marked.has(i + 1) || undefined}
          >
            <Line text={line} />
            {'\n'}
          </span>
        ))}
      </ScrollBox>
    </article>
  )
}

function Findings({ findings }: { findings: readonly FindingShown[] }) {
  return (
    <ul className={styles.findings}>
      {findings.map(({ rule, severity, text, line, source }) => (
        <li key={`${rule} ${line} ${text}`} data-severity={severity}>
          {line === null ? (
            `${severity} ${rule}`
          ) : (
            <a href={`#L${line}`}>
              {severity} {rule}, line {line}
            </a>
          )}
          : {text}
          {source && <> (from {source.href ? <a href={source.href}>{source.words}</a> : source.words})</>}
        </li>
      ))}
    </ul>
  )
}

/** A link definition leads where it says; everything else is text. */
function Line({ text }: { text: string }) {
  const [, number, url] = CITATION.exec(text) ?? []
  if (url === undefined || !/^https?:\/\//.test(url)) return text
  return (
    <>
      [{number}]{' '}
      <a href={url} rel="noreferrer nofollow">
        {url}
      </a>
    </>
  )
}

/** Marks at the line's start, at most four: mail readers have no more colours either. */
export function quoteDepth(line: string): number {
  return Math.min(4, /^>+/.exec(line)?.[0].length ?? 0)
}
