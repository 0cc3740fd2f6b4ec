import { When } from '#components/ui/when.tsx'
import { type Ledger, type LedgerEntry, ledgerState } from '#lib/review/objection/ledger.ts'
import { site } from '#lib/review/proposal/address.ts'
import { blocks } from '#lib/review/thread/state.ts'
import styles from './objection-ledger.module.css'

export function ObjectionLedger({ ledger }: { ledger: Ledger }) {
  const { slug, entries, left } = ledger
  if (entries.length === 0)
    return (
      <p>
        What stands in the way will be listed here. A reviewer objects in a comment on a passage, and says
        what would clear it.
      </p>
    )
  return (
    <>
      <ol className={styles.list}>
        {entries.map((entry) => (
          <Entry key={entry.number} slug={slug} entry={entry} />
        ))}
      </ol>
      {left > 0 && <p>{left} more are not listed; each has its thread.</p>}
    </>
  )
}

function Entry({ slug, entry }: { slug: string; entry: LedgerEntry }) {
  const { number, answer } = entry
  return (
    <li className={styles.entry} data-blocks={blocks({ kind: 'objection', state: entry.state })}>
      <h2 className={styles.head}>
        <a href={site.thread(slug, number)}>#{number}</a> {ledgerState(entry)}
      </h2>
      <p className={styles.facts}>
        {entry.by}, <When at={entry.at} />, on{' '}
        <a href={site.revision(slug, entry.revision)}>v{entry.revision}</a>
      </p>
      <p className={styles.words}>{entry.words === '' ? 'Its words were deleted.' : entry.words}</p>
      <dl>
        <dt>Cleared when</dt>
        <dd className={styles.words}>{entry.clearsWhen ?? 'Not said yet; its opener was asked.'}</dd>
        <Split slug={slug} entry={entry} />
        <dt>Answer</dt>
        <dd>
          {answer ? (
            <>
              {answer.by}, <When at={answer.at} />,{' '}
              {answer.revision === null ? (
                <a href={site.comment({ slug, thread: number, comment: answer.comment ?? 1 })}>
                  in comment {answer.comment ?? 1}
                </a>
              ) : (
                <a href={site.revision(slug, answer.revision)}>in v{answer.revision}</a>
              )}
              {answer.words !== '' && <span className={styles.quoted}>{answer.words}</span>}
            </>
          ) : entry.promised ? (
            'The next revision answers it, as an author says.'
          ) : (
            'None yet.'
          )}
        </dd>
        {entry.evidence.length > 0 && (
          <>
            <dt>Evidence</dt>
            {entry.evidence.map((address) => (
              <dd key={address}>
                <a href={address} rel="nofollow noopener">
                  {address}
                </a>
              </dd>
            ))}
          </>
        )}
        {entry.challenges.map(({ by, at, reason }) => (
          <div key={`${by} ${at}`}>
            <dt>Challenged</dt>
            <dd>
              {by}, <When at={at} />: {reason}
            </dd>
          </div>
        ))}
        {entry.overrideReason !== null && (
          <>
            <dt>Overridden because</dt>
            <dd>{entry.overrideReason}</dd>
          </>
        )}
        {entry.closed && (
          <>
            <dt>Closed</dt>
            <dd>
              {entry.closed.by}, <When at={entry.closed.at} />
            </dd>
          </>
        )}
      </dl>
    </li>
  )
}

function Split({ slug, entry: { splitFrom, points } }: { slug: string; entry: LedgerEntry }) {
  if (splitFrom === null && points.length === 0) return null
  return (
    <>
      <dt>{splitFrom === null ? 'Split into' : 'A point of'}</dt>
      <dd>
        {(splitFrom === null ? points : [splitFrom]).map((number) => (
          <a key={number} href={site.thread(slug, number)}>
            #{number}{' '}
          </a>
        ))}
      </dd>
    </>
  )
}
