'use client'
/**
 * The run as lanes: one for each process, one column for each step.
 *
 * It is one slider, not thousands of buttons: a keyboard walks it with the arrows and a screen reader hears the
 * step under the cursor. Only the columns in sight are drawn, so a run of thousands of steps costs as much as
 * one of fifty.
 */
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Naming } from '#lib/promela/trace/naming.ts'
import type { Moment, Run } from '#lib/simulation/run.ts'
import { stepTold } from '#lib/simulation/step-words.ts'
import { type ItemRange, scrollToShow, visibleItems } from '#lib/simulation/time-window.ts'
import { ProcessChip, processColour } from './process-chip.tsx'
import styles from './time-line.module.css'

/** Pixels; `--column` and `--lane` of the style sheet are the same numbers. */
const COLUMN = 22
const LANE = 26
/** A jump of Page Up and Page Down. */
const PAGE = 10

type TimeLineProps = {
  run: Run
  naming: Naming
  onGo: (cursor: number) => void
}

export function TimeLine({ run, naming, onGo }: TimeLineProps) {
  const { moments, cursor } = run
  const viewport = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<ItemRange>(() => visibleItems(0, 0, COLUMN, moments.length))
  const lanes = useMemo(() => lanesOf(run.startView.processes, moments), [run.startView, moments])
  const cells = moments
    .slice(shown.from, shown.to)
    .map((drawn, k) => ({ at: shown.from + k + 1, moment: drawn }))
  const moment = moments[cursor - 1]
  const words = moment
    ? `step ${cursor} of ${moments.length}: ${stepTold(moment.step, naming)}`
    : 'at the start'

  // After each step the cursor is brought into sight, in the time line's own box: the page never scrolls.
  useLayoutEffect(() => {
    const box = viewport.current
    if (!box) return
    box.scrollLeft = scrollToShow(cursor, box.scrollLeft, box.clientWidth, COLUMN, moments.length + 1)
    setShown(visibleItems(box.scrollLeft, box.clientWidth, COLUMN, moments.length))
  }, [cursor, moments.length])

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const target = cursorForKey(event.key, cursor, moments.length)
    if (target === null) return
    event.preventDefault()
    onGo(target)
  }

  function goToPointer(event: MouseEvent<HTMLElement>) {
    const box = event.currentTarget
    // A press on the scroll bar has the box itself as its target, and means no step.
    if (event.target === box) return
    const x = event.clientX - box.getBoundingClientRect().left + box.scrollLeft
    onGo(Math.max(0, Math.min(moments.length, Math.floor(x / COLUMN))))
  }

  return (
    <div className={styles.timeline}>
      <div className={styles.labels} aria-hidden="true">
        <span className={styles.axisLabel}>step</span>
        {lanes.map((lane) => (
          <span key={lane.pid} className={styles.label}>
            <ProcessChip pid={lane.pid} /> <span className={styles.name}>{naming.process(lane.name)}</span>
          </span>
        ))}
      </div>
      <div
        ref={viewport}
        className={styles.viewport}
        role="slider"
        tabIndex={0}
        aria-label="Time line"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={moments.length}
        aria-valuenow={cursor}
        aria-valuetext={words}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button === 0 && event.pointerType === 'mouse') goToPointer(event)
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1 && event.pointerType === 'mouse') goToPointer(event)
        }}
        // A finger scrolls; only its tap chooses a step.
        onClick={(event) => {
          const { nativeEvent } = event
          const byMouse =
            nativeEvent instanceof globalThis.PointerEvent && nativeEvent.pointerType === 'mouse'
          if (!byMouse) goToPointer(event)
        }}
        onScroll={(event) => {
          const { scrollLeft, clientWidth } = event.currentTarget
          setShown(visibleItems(scrollLeft, clientWidth, COLUMN, moments.length))
        }}
      >
        {/* Column 0 is the start; column k is the k-th step. */}
        <div
          className={styles.track}
          style={{ width: (moments.length + 1) * COLUMN, height: (lanes.length + 1) * LANE }}
        >
          {lanes.map((lane, row) => (
            <div key={lane.pid} className={styles.lane} style={{ top: (row + 1) * LANE }} />
          ))}
          <div className={styles.cursor} style={{ left: cursor * COLUMN }} />
          {cells.map(({ at, moment: drawn }) => (
            <StepCell key={at} at={at} moment={drawn} lanes={lanes} naming={naming} />
          ))}
        </div>
      </div>
    </div>
  )
}

type StepCellProps = { at: number; moment: Moment; lanes: readonly Lane[]; naming: Naming }

function StepCell({ at, moment, lanes, naming }: StepCellProps) {
  const { step, errors } = moment
  const row = (pid: number) => lanes.findIndex((lane) => lane.pid === pid) + 1
  const left = at * COLUMN
  const title = `${at}: ${stepTold(step, naming)}`
  return (
    <>
      {(at % 5 === 0 || at === 1) && (
        <span className={styles.tick} style={{ left }}>
          {at}
        </span>
      )}
      <span
        className={`${styles.cell} ${processColour(step.pid)}`}
        data-atomic={step.atomic || undefined}
        data-violated={errors.length > 0 || undefined}
        style={{ left, top: row(step.pid) * LANE }}
        title={title}
      >
        {errors.length > 0 ? '▲' : step.pid}
      </span>
      {step.partner && (
        <span
          className={`${styles.cell} ${processColour(step.partner.pid)}`}
          style={{ left, top: row(step.partner.pid) * LANE }}
          title={title}
        >
          ⇄
        </span>
      )}
    </>
  )
}

type Lane = { readonly pid: number; readonly name: string }

/** A lane for each pid that ever moves or is there at the start; named by its first process. */
function lanesOf(
  processes: readonly { readonly pid: number; readonly name: string }[],
  moments: readonly Moment[],
): readonly Lane[] {
  const names = new Map(processes.map((process) => [process.pid, process.name]))
  for (const { step } of moments) {
    if (!names.has(step.pid)) names.set(step.pid, step.process)
    if (step.partner && !names.has(step.partner.pid)) names.set(step.partner.pid, step.partner.process)
  }
  return [...names].map(([pid, name]) => ({ pid, name })).sort((a, b) => a.pid - b.pid)
}

/** `null`: not a key of a slider. */
function cursorForKey(key: string, cursor: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, cursor - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(last, cursor + 1)
    case 'PageUp':
      return Math.min(last, cursor + PAGE)
    case 'PageDown':
      return Math.max(0, cursor - PAGE)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}
