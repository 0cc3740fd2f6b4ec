import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { CommentMail } from '#lib/review/thread/thread.ts'
import styles from './mail-mark.module.css'

const PROOF = {
  sender: 'by mail, proved by its domain',
  list: 'by mail, through a list; the sender is not proved',
  none: 'by mail, not confirmed',
} as const

/** From which address a comment came, and what proves it. */
export function MailMark({ mail }: { mail: CommentMail }) {
  return (
    <span className={styles.mark}>
      {'<'}
      {mail.address}
      {'>'}, <a href={site.mail(mail.messageId)}>{PROOF[mail.proof]}</a>
    </span>
  )
}

/** Below the words: why they stand here, and whose word their trailers are. */
export function MailNotes({ mail }: { mail: CommentMail }) {
  const notes = mail.flags.map(meaningOf)
  if (notes.length === 0 && mail.trailers.length === 0) return null
  return (
    <ul className={styles.notes}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
      {mail.trailers.map(({ line, counts }) => (
        <li key={line}>
          <code>{line}</code>: {counts ? 'counts' : 'does not count'}
        </li>
      ))}
    </ul>
  )
}
