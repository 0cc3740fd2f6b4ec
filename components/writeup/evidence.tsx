import type { ReactNode } from 'react'
import { comparedFacts, knownBy, type RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import { blockId, blockText, NO_TEXT } from './block.tsx'
import styles from './evidence.module.css'

/** A recorded run where the text shows it: one quiet line, with what was done behind it. */
export function Evidence({
  scenario,
  caption,
  blockKey,
  run,
}: {
  scenario: string
  caption?: string | undefined
  blockKey: string
  /** null: the bundle does not have it (any more). */
  run: RecordedRun | null
}) {
  const name = <code className={styles.name}>{scenario}</code>
  const line = (
    <>
      <span className={styles.kind} {...NO_TEXT}>
        Evidence{' '}
      </span>
      {caption !== undefined && <span {...NO_TEXT}>{name} </span>}
      <span {...blockText(blockKey)}>{caption ?? name}</span>
      {run && (
        <span className={styles.known} data-how={run.how}>
          {' '}
          ({knownBy(run)})
        </span>
      )}
    </>
  )
  return (
    <div className={styles.evidence} id={blockId(blockKey)}>
      {run === null ? (
        <p className={styles.line}>{line}</p>
      ) : (
        <details className={styles.run}>
          <summary>{line}</summary>
          <RunBody run={run} />
        </details>
      )}
    </div>
  )
}

/** The runs that a page names in its sentences; what it shows in place stands there. */
export function Runs({ runs }: { runs: readonly RecordedRun[] }): ReactNode {
  if (runs.length === 0) return null
  return (
    <section className={styles.runs} aria-labelledby="runs">
      <h2 id="runs">Recorded runs</h2>
      {runs.map((run) => (
        <details key={run.name} className={styles.run}>
          <summary>
            <code className={styles.name}>{run.name}</code> {run.title}
            <span className={styles.known} data-how={run.how}>
              {' '}
              ({knownBy(run)})
            </span>
          </summary>
          {/* A browser opens what an address leads into, not what it leads to. */}
          <div id={runId(run.name)}>
            <RunBody run={run} />
          </div>
        </details>
      ))}
    </section>
  )
}

export const runId = (name: string): string => `run-${name}`

function RunBody({ run }: { run: RecordedRun }) {
  const facts = comparedFacts(run)
  return (
    <div className={styles.body}>
      <p>
        {run.where}. Source: {run.source}.
      </p>
      {run.did.length > 0 && (
        <ol className={styles.did}>
          {run.did.map((step, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps never move, and the same step may come again
            <li key={at}>{step}</li>
          ))}
        </ol>
      )}
      {facts.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Expected</th>
              <th scope="col">{run.how === 'run' ? 'Seen' : run.how === 'read' ? 'Read' : 'Inferred'}</th>
            </tr>
          </thead>
          <tbody>
            {facts.map(({ name, expected, seen }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{expected ?? '–'}</td>
                <td>
                  {seen ?? '–'}
                  {expected !== null && seen !== null && expected !== seen && (
                    <b className={styles.other}> ≠ expected</b>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
