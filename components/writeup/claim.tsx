import { Fragment, type ReactNode } from 'react'
import { ClaimedMark } from '#components/simulation/check/claimed-mark.tsx'
import { VerdictMark } from '#components/simulation/check/verdict-mark.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { figure } from '#lib/figures.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { CHECKED_UNDER } from '#lib/promela/memory-order/scope.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import { blockId } from './block.tsx'
import styles from './claim.module.css'
import type { ClaimShown } from './document-context.ts'

export type ClaimProps = {
  readonly id: string
  readonly model: string
  readonly variant?: string
  readonly property: string
  readonly expect: string
  readonly required?: string
  readonly blockKey: string
  readonly children?: ReactNode
  /** null: no verdict was recorded. */
  readonly shown: ClaimShown | null
}

/**
 * A claim: the sentence, and below it one line with two marks: what the checker says, and whether that is what the text
 * needs. Behind the verdict are its bounds, the number of states and what was checked with what, because "holds" alone
 * would promise more than was done.
 */
export function Claim({ id, model, variant, expect, required, blockKey, children, shown }: ClaimProps) {
  const word = shown === null ? 'none' : shown.isStale ? 'stale' : shown.report.kind
  const sentenceId = `sentence-${blockKey}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className={styles.claim}
      id={blockId(blockKey)}
      data-verdict={word}
      data-claimed={isAsClaimed(expect, word)}
      role="group"
      aria-labelledby={sentenceId}
    >
      <p className={styles.kind}>
        Claim <span className={styles.id}>{id}</span>
        {required === 'no' && ', not required'}
      </p>
      {/* The block's text is in the paragraph that the author wrote. */}
      <div className={styles.sentence} id={sentenceId} data-block={blockKey}>
        {children}
      </div>
      {shown === null ? (
        <p className={styles.verdict}>
          <strong>
            <span aria-hidden="true">–</span> not checked
          </strong>
          : no verdict was recorded for this revision. Model <b>{model}</b>, variant{' '}
          <b>{variant ?? 'default'}</b>
        </p>
      ) : (
        <Checked model={model} expect={expect} shown={shown} />
      )}
    </div>
  )
}

function Checked({ model, expect, shown }: { model: string; expect: string; shown: ClaimShown }) {
  const { report, trace, table, href } = shown
  const word = shown.isStale ? 'stale' : report.kind
  const isViolated = report.kind === 'violated'
  return (
    <div className={styles.checked}>
      <details className={styles.fold}>
        <summary>
          <VerdictMark word={word} expect={expect} /> <ClaimedMark expect={expect} word={word} />
        </summary>
        <p>{boundsSentence(report)}</p>
        <p>
          Model <b>{model}</b>, variant <b>{shown.variant}</b>
          {shown.parameters !== '' && (
            <>
              {' '}
              (
              {shown.parameters.split(' ').map((define, at) => (
                <Fragment key={define}>
                  {at > 0 && ' '}
                  <span className={styles.define}>{define}</span>
                </Fragment>
              ))}
              )
            </>
          )}
          , checked by {report.checkerVersion} in {Math.max(1, Math.round(report.ms))} ms.
        </p>
        <p>{CHECKED_UNDER}</p>
        {shown.commands.length > 0 && (
          <>
            <p>To repeat it with Spin, in the folder of the revision’s bundle:</p>
            <ScrollBox as="pre" className={styles.trace}>
              {shown.commands.join('\n')}
            </ScrollBox>
          </>
        )}
        {isViolated && (
          <details className={styles.fold}>
            <summary>
              {trace === null ? 'Counterexample' : `Trace ${trace}: the counterexample`} as a table,{' '}
              {figure(report.trace.length, 'statement')}
            </summary>
            <ScrollBox as="pre" className={styles.trace}>
              {table.join('\n')}
            </ScrollBox>
          </details>
        )}
      </details>
      {href && (
        <p>
          <a href={href}>{isViolated ? 'Step through the counterexample' : 'Run the model'}</a>
          {isViolated && trace !== null && ` (Trace ${trace})`}
        </p>
      )}
    </div>
  )
}

function boundsSentence(report: CheckReport): string {
  const states = figure(report.states, 'state')
  const moves = figure(report.depth, 'move')
  switch (report.kind) {
    case 'holds':
      return `All ${states} of the model were searched, up to ${moves} deep.`
    case 'violated':
      return `${sentence(report.error)} (line ${report.line}): ${figure(report.trace.length, 'statement')} from the start, found after ${states}.`
    case 'unfinished':
      return `${sentence(report.message)}. Nothing was found in the ${states} searched so far, which proves nothing about the rest.`
  }
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\.$/, '')
}
