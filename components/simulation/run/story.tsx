'use client'
/**
 * The run as a story, from top to bottom: who did what, where, and what changed by it. It shows the same run as
 * the time line, in words; each line leads to its state.
 */
import { useLayoutEffect, useRef } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { changeWords } from '#lib/simulation/changes.ts'
import type { Moment, Run } from '#lib/simulation/run.ts'
import { endWords } from '#lib/simulation/session.ts'
import { placeWords, statementWords } from '#lib/simulation/step-words.ts'
import { itemsAround } from '#lib/simulation/time-window.ts'
import { ProcessChip, processColour } from './process-chip.tsx'
import styles from './story.module.css'

/** Lines that are drawn at a time, around the cursor: enough to scroll in, few enough to react at once. */
const LINES = 200

type StoryProps = {
  run: Run
  onGo: (cursor: number) => void
}

export function Story({ run, onGo }: StoryProps) {
  const { moments, cursor } = run
  const box = useRef<HTMLElement>(null)
  const drawn = itemsAround(cursor, moments.length, LINES)
  const lines = moments.slice(drawn.from, drawn.to).map((moment, k) => ({ at: drawn.from + k + 1, moment }))

  // The line of the cursor stays in sight inside the story's own box.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when the cursor moved, and reads the DOM
  useLayoutEffect(() => {
    const frame = box.current
    const line = frame?.querySelector<HTMLElement>('[aria-current="step"]')
    if (!frame) return
    if (!line) frame.scrollTop = 0
    else if (line.offsetTop < frame.scrollTop) frame.scrollTop = line.offsetTop
    else {
      const below = line.offsetTop + line.offsetHeight - frame.clientHeight
      if (below > frame.scrollTop) frame.scrollTop = below
    }
  }, [cursor, moments])

  if (moments.length === 0) {
    return (
      <p className={styles.empty}>
        Each step that is taken becomes a line here: process, statement, and what changed.
      </p>
    )
  }
  return (
    <ScrollBox as="section" ref={box} className={styles.story} label="Steps of the run">
      {drawn.from > 0 && <p className={styles.gap}>Steps 1 to {drawn.from} are above; use the time line.</p>}
      <ol start={drawn.from + 1} className={styles.steps}>
        {lines.map(({ at, moment }) => (
          <StoryLine key={at} at={at} moment={moment} current={at === cursor} onGo={onGo} />
        ))}
      </ol>
      {drawn.to < moments.length && (
        <p className={styles.gap}>
          Steps {drawn.to + 1} to {moments.length} follow; use the time line.
        </p>
      )}
      {cursor === moments.length && endWords(run) !== '' && <p className={styles.end}>{endWords(run)}</p>}
    </ScrollBox>
  )
}

type StoryLineProps = { at: number; moment: Moment; current: boolean; onGo: (cursor: number) => void }

function StoryLine({ at, moment, current, onGo }: StoryLineProps) {
  const { step, changes, errors, printed } = moment
  return (
    <li className={`${styles.line} ${processColour(step.pid)}`} aria-current={current ? 'step' : undefined}>
      <button type="button" className={styles.step} onClick={() => onGo(at)}>
        <span className={styles.number}>{at}</span>
        <ProcessChip pid={step.pid} />
        <span className={styles.what}>
          <span className={styles.process}>{step.process}</span>{' '}
          <code className={styles.statement}>{statementWords(step)}</code>{' '}
          <span className={styles.place}>{placeWords(step.span, step.origin)}</span>
          {changes.length > 0 && (
            <span className={styles.changes}>{changes.map(changeWords).join(' · ')}</span>
          )}
          {printed !== '' && <span className={styles.changes}>printed: {printed.trim()}</span>}
          {errors.map((error) => (
            <span key={error.message} className={styles.fault}>
              ▲ {error.message}
            </span>
          ))}
        </span>
      </button>
    </li>
  )
}
