import type { ShownWindow } from '#lib/review/export/mail-window.server.ts'
import styles from './export.module.css'
import type { FindingShown } from './mail-message.tsx'

/** What the linter found, each with the mail that it is in; null: in the mailbox as a whole. */
export function FoundByLinter({
  findings,
  more,
}: {
  findings: readonly (FindingShown & {
    readonly mail: { readonly subject: string; readonly href: string } | null
  })[]
  /** How many are not among them. */
  more: number
}) {
  if (findings.length === 0) return null
  return (
    <details className={styles.found} open={findings.length <= 5}>
      <summary>What the linter found</summary>
      <ul>
        {findings.map(({ severity, rule, text, source, mail }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may be found twice in one place
          <li key={i}>
            {severity} {rule}
            {mail && (
              <>
                {' '}
                in <a href={mail.href}>{mail.subject}</a>
              </>
            )}
            : {text}
            {source && <> (from {source.href ? <a href={source.href}>{source.words}</a> : source.words})</>}
          </li>
        ))}
        {more > 0 && <li>{more} more, counted at each mail</li>}
      </ul>
    </details>
  )
}

type Note = ShownWindow['series']['notes'][number]

/** Where a mail says in other words what the page shows: a diagram, a model that runs. */
export function OtherWords({ notes, hrefOf }: { notes: readonly Note[]; hrefOf: (note: Note) => string }) {
  if (notes.length === 0) return null
  return (
    <details>
      <summary>
        {notes.length} {notes.length === 1 ? 'place says' : 'places say'} the same in other words than the
        page
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={JSON.stringify(note)}>
            <a href={hrefOf(note)}>
              {note.file}:{note.line}
            </a>{' '}
            {note.message}
          </li>
        ))}
      </ul>
    </details>
  )
}
