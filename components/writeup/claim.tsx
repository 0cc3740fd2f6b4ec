import { Fragment, type ReactNode } from 'react'
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
 * A claim: the sentence, and under it what the checker says about it. The verdict comes with its bounds, the number
 * of states and what was checked with what, because "holds" alone would promise more than was done.
 */
export function Claim({ id, model, variant, expect, required, blockKey, children, shown }: ClaimProps) {
  const word = shown === null ? 'none' : shown.isStale ? 'stale' : shown.report.kind
  const isAsExpected = isAsClaimed(expect, word)
  const sentenceId = `sentence-${blockKey}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className={styles.claim}
      id={blockId(blockKey)}
      data-verdict={word}
      data-claimed={isAsExpected}
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
          : no verdict was recorded for this revision.
        </p>
      ) : (
        <>
          <p className={styles.verdict}>
            <VerdictMark word={shown.isStale ? 'stale' : shown.report.kind} isAsClaimed={isAsExpected} />
            {isAsExpected
              ? expect === 'violated' && ', as it must be for a rejected alternative'
              : `, but the text needs “${expect}”`}
            . {boundsSentence(shown.report)}{' '}
            {shown.href && (
              <a href={shown.href}>
                {shown.report.kind === 'violated' ? 'Step through the counterexample' : 'Run the model'}
              </a>
            )}
          </p>
          {shown.report.kind === 'violated' && (
            <details className={styles.scope}>
              <summary>
                {shown.trace === null ? 'Counterexample' : `Trace ${shown.trace}: the counterexample`} as a
                table, {figure(shown.report.trace.length, 'statement')}
              </summary>
              <ScrollBox as="pre" className={styles.trace}>
                {shown.report.table.join('\n')}
              </ScrollBox>
            </details>
          )}
          <p className={styles.made}>
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
            , checked by {shown.report.checkerVersion} in {Math.max(1, Math.round(shown.report.ms))} ms.
          </p>
          <details className={styles.scope}>
            <summary>What was checked</summary>
            <p>{CHECKED_UNDER}</p>
          </details>
        </>
      )}
      {shown === null && (
        <p className={styles.made}>
          Model <b>{model}</b>, variant <b>{variant ?? 'default'}</b>
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
