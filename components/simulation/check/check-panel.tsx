'use client'
/** "Explore all": start, watch and stop the search of one variant. Its result is `VerdictReport`. */
import type { ReactNode } from 'react'
import { ActionButton } from '#components/ui/action-button.tsx'
import { bytesWords, durationWords, groupDigits } from '#lib/figures.ts'
import type { Check } from '#lib/simulation/check.ts'
import styles from './check-panel.module.css'

type CheckPanelProps = {
  check: Check | null
  /** The name of another variant that is being searched, if one is: a new search would end it. */
  busyWith: string | null
  /** There is a record to compare with. */
  compares: boolean
  onStart: () => void
  onCancel: () => void
  /** How a finished search is shown. */
  report: ReactNode
}

export function CheckPanel({ check, busyWith, compares, onStart, onCancel, report }: CheckPanelProps) {
  const running = check?.kind === 'running'
  return (
    <section className={styles.panel} aria-label="Explore all states">
      <div className={styles.bar}>
        {/* One button for both, so that focus stays where it was when the search ends by itself. */}
        <ActionButton onAct={running ? onCancel : onStart} off={running && check.stopping} main={!check}>
          {running
            ? check.stopping
              ? 'Stopping'
              : 'Cancel'
            : check
              ? 'Explore all again'
              : 'Explore all states'}
        </ActionButton>
        {running && <ProgressFigures check={check} />}
        {!check && (
          <p className={styles.hint}>
            {busyWith
              ? `The search of ${busyWith} is running; this one would take its place.`
              : compares
                ? 'Searches every interleaving, here in your browser, and compares with what was recorded.'
                : 'Searches every interleaving, here in your browser.'}
          </p>
        )}
      </div>
      {check?.kind === 'done' && report}
      {check?.kind === 'rejected' && (
        <p className={styles.failed}>The model does not compile, so nothing was searched.</p>
      )}
      {check?.kind === 'failed' && (
        <p className={styles.failed}>
          The checker itself failed: {check.message}. This says nothing about the model. Try again, or use the
          commands of spin.
        </p>
      )}
    </section>
  )
}

function ProgressFigures({ check }: { check: Extract<Check, { kind: 'running' }> }) {
  const { progress, elapsedMs } = check
  if (!progress) return <p className={styles.hint}>The checker is loading.</p>
  const rate = elapsedMs > 0 ? Math.round((progress.states / elapsedMs) * 1000) : 0
  const figures: readonly (readonly [string, string])[] = [
    ['states', groupDigits(progress.states)],
    ['transitions', groupDigits(progress.transitions)],
    ['depth', groupDigits(progress.depth)],
    ['still to expand', groupDigits(progress.frontier)],
    ['states/s', groupDigits(rate)],
    ['memory', bytesWords(progress.bytes)],
    ['elapsed', durationWords(elapsedMs)],
  ]
  return (
    <dl className={styles.progress}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
