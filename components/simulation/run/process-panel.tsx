'use client'
/**
 * Every process: where it stands, what it can do now, and if nothing, why.
 *
 * Each process always has at least one button. When it cannot move the button stays, switched off, with the
 * reason as its description: the reader who steps a process until it blocks keeps his focus and is told why.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { type BlockedReason, blockedReason, type State, type Step } from '#lib/promela/machine/step.ts'
import type { ProcessView, StateView } from '#lib/promela/machine/view.ts'
import type { Span } from '#lib/promela/source.ts'
import { blockedWords, type Telling } from '#lib/simulation/blocked-words.ts'
import { placeWords, statementWords } from '#lib/simulation/step-words.ts'
import { ProcessChip, processColour } from './process-chip.tsx'
import styles from './process-panel.module.css'

type ProcessPanelProps = {
  simulationId: string
  program: Program
  state: State
  view: StateView
  /** Those that are offered. */
  steps: readonly Step[]
  /** Something was violated, or nothing can move: no step is offered, also where one could be taken. */
  ended: boolean
  /** In whose words it is told why a process waits; absent: in those of the model. */
  telling?: Telling | undefined
  onTake: (step: Step) => void
  /** The reader points at something; `null` when he stops. */
  onLook: (span: Span | null) => void
  /** The place of a process is to be shown in the source. */
  onReveal: (span: Span) => void
}

export function ProcessPanel(props: ProcessPanelProps) {
  const { simulationId, program, state, view, steps, ended, telling, onTake, onLook, onReveal } = props
  // Processes leave the state youngest first; one that ended before a younger one is still in it, and not alive.
  if (steps.length === 0 && view.processes.every((process) => !process.alive)) {
    return <p className={styles.ended}>All processes have ended.</p>
  }
  return (
    <ul className={styles.processes} aria-label="Processes">
      {view.processes.map((process) => (
        <ProcessRow
          key={process.pid}
          simulationId={simulationId}
          process={process}
          steps={steps.filter((step) => step.pid === process.pid)}
          waitsFor={blockedReason(program, state, process.pid)}
          ended={ended}
          telling={telling}
          view={view}
          exclusive={view.exclusive === process.pid}
          onTake={onTake}
          onLook={onLook}
          onReveal={onReveal}
        />
      ))}
    </ul>
  )
}

type ProcessRowProps = Pick<
  ProcessPanelProps,
  'simulationId' | 'view' | 'ended' | 'telling' | 'onTake' | 'onLook' | 'onReveal'
> & {
  process: ProcessView
  steps: readonly Step[]
  /** Also `null` for the receiver of a rendezvous: its step is listed with the sender. */
  waitsFor: BlockedReason | null
  exclusive: boolean
}

function ProcessRow(props: ProcessRowProps) {
  const {
    simulationId,
    view,
    process,
    steps,
    waitsFor,
    ended,
    telling,
    exclusive,
    onTake,
    onLook,
    onReveal,
  } = props
  const reasonId = `sim-${simulationId}-why-${process.pid}`
  const why = waitsFor && blockedWords(waitsFor, view, process.pid, telling)
  const reason = process.alive
    ? why !== null
      ? `Blocked: ${why}`
      : ended
        ? 'It could go on, but the run has ended.'
        : 'Blocked: it moves together with another process'
    : (why ?? 'has ended')
  return (
    <li
      className={`${styles.process} ${processColour(process.pid)}`}
      data-process={process.pid}
      onMouseLeave={() => onLook(null)}
    >
      <p className={styles.head}>
        <ProcessChip pid={process.pid} />{' '}
        <strong>{telling?.naming.process(process.name) ?? process.name}</strong>
        {exclusive && <span className={styles.atomic}>in an atomic: only it may move</span>}
      </p>
      <div className={styles.steps}>
        {steps.map((step, at) => (
          <button
            // The slot, not the step: focus stays on the n-th button of a process while its steps change.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            type="button"
            className={styles.step}
            onClick={() => onTake(step)}
            onFocus={() => onLook(step.span)}
            onMouseEnter={() => onLook(step.span)}
            onBlur={() => onLook(null)}
          >
            {statementWords(step)}
          </button>
        ))}
        {steps.length === 0 && (
          <button
            key={0}
            type="button"
            className={styles.step}
            aria-disabled="true"
            aria-describedby={reasonId}
            onFocus={() => onLook(waitsFor?.span ?? process.span)}
            onMouseEnter={() => onLook(waitsFor?.span ?? process.span)}
            onBlur={() => onLook(null)}
          >
            {process.alive ? process.text || 'blocked' : 'ended'}
          </button>
        )}
      </div>
      <button type="button" className={styles.place} onClick={() => onReveal(process.span)}>
        {placeWords(process.span, process.origin)}
      </button>
      {steps.length === 0 && (
        <p id={reasonId} className={styles.reason}>
          {reason}
        </p>
      )}
    </li>
  )
}
