'use client'
import { ActionButton } from '#components/ui/action-button.tsx'
import type { Naming } from '#lib/promela/trace/naming.ts'
import { currentMoment, leftStory, type Run, standing } from '#lib/simulation/run.ts'
import { endWords } from '#lib/simulation/session.ts'
import { placeWords, stepTold, stepWords } from '#lib/simulation/step-words.ts'
import { verdictShape } from '#lib/simulation/verdict-words.ts'
import styles from './run-status.module.css'

type RunStatusProps = {
  run: Run
  naming: Naming
  /** Replays the story that the reader left. */
  onReturn: () => void
}

/** Two lines beside the buttons: which story, which step, and what is special about this state. */
export function RunStatus({ run, naming, onReturn }: RunStatusProps) {
  const moment = currentMoment(run)
  const now = standing(run)
  const violated = now.kind === 'stuck' || (now.kind === 'open' && now.failed.length > 0)
  return (
    <div className={styles.status}>
      <p className={styles.step}>
        <span className={styles.count}>
          Step {run.cursor} of {run.moments.length}
        </span>{' '}
        {moment ? (
          <>
            {/* Its author finds it by the model's own words. */}
            <span title={stepWords(moment.step)}>{stepTold(moment.step, naming)}</span>{' '}
            <span className={styles.place}>{placeWords(moment.step.span, moment.step.origin)}</span>
          </>
        ) : (
          'the initial state'
        )}
      </p>
      <p className={styles.standing} data-violated={violated || undefined}>
        {violated && `${verdictShape('violated')} `}
        {endWords(run, naming) || storyLine(run)}
      </p>
      {leftStory(run) && run.story && (
        <ActionButton onAct={onReturn}>Return to {run.story.name}</ActionButton>
      )}
    </div>
  )
}

function storyLine(run: Run): string {
  if (!run.story) return run.moments.length === 0 ? 'Choose a step of a process to begin.' : ''
  if (leftStory(run)) return `You left ${run.story.name}.`
  return run.cursor === 0
    ? `Replaying ${run.story.name}; step forward to follow it.`
    : `In ${run.story.name}.`
}
