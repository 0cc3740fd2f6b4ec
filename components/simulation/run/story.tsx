'use client'
/**
 * The run as a story, from top to bottom, in lanes: who did what, what they saw, what changed by it and who waits for whom.
 * It shows the same run as the time line, in the words of the domain; each row leads to its state.
 *
 * What is told is a value (`lib/simulation/story.ts`). It is told again when the run gets another step, not when somebody
 * goes along it, and only the rows around the step that is shown are drawn, so that a run of thousands reacts at once.
 */
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { ActionButton } from '#components/ui/action-button.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import type { ClaimEnd } from '#lib/promela/machine/verdict.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import type { Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { Run } from '#lib/simulation/run.ts'
import { filterStory, rowOfStep, type Story as StoryOfRun, tellStory } from '#lib/simulation/story.ts'
import { type StoryFilter, WHOLE_STORY } from '#lib/simulation/story-filter.ts'
import { type ItemRange, itemsAround } from '#lib/simulation/time-window.ts'
import styles from './story.module.css'
import { LeftOut, StoryFilterForm } from './story-filter.tsx'
import { StoryTable } from './story-table.tsx'

/** Rows that are drawn at a time: enough to scroll in, few enough to react at once. */
const ROWS = 120
/** The rows that are drawn move in strides, so that most steps draw nothing but the mark of the current row anew. */
const STRIDE = 40

type StoryProps = {
  run: Run
  onGo: (cursor: number) => void
  vocabulary?: Vocabulary | undefined
  /** What is asked of the model, in words. */
  property?: string
  /** Of a counterexample to a claim about runs (`recordedEnd`, `claimEnd`); null: the run ends as it does. */
  end?: ClaimEnd | null
  /** What of it is shown; with `onFilter` the reader chooses. */
  filter?: StoryFilter
  onFilter?: (filter: StoryFilter) => void
}

/** The story of a run, told once for each run: for who marks its end elsewhere, too. `null`: there is no run. */
export function useStory(
  run: Run | null,
  vocabulary: Vocabulary | undefined,
  property: string,
  end: ClaimEnd | null,
): StoryOfRun | null {
  const program = run?.program
  const moments = run?.moments
  const naming = useMemo(() => (program ? namingOf(program, vocabulary) : null), [program, vocabulary])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run has a cursor, on which its story does not depend
  return useMemo(
    () => (run && naming ? tellStory(run, { naming, property, end }) : null),
    [naming, moments, property, end],
  )
}

export function Story(props: StoryProps) {
  const { run, onGo, vocabulary, property = 'safety', end = null, filter = WHOLE_STORY, onFilter } = props
  const { cursor, moments } = run
  const box = useRef<HTMLElement>(null)
  // A step of a long run shows in the source and the values at once, and a moment later here.
  const story = useStory(useDeferredValue(run), vocabulary, property, end)
  const rows = useMemo(() => filterStory(story?.rows ?? [], filter), [story, filter])
  const current = cursor === 0 ? -1 : rowOfStep(rows, cursor)
  // Where the reader looks while they do not go; a step brings them back to where the run is.
  const [looked, setLooked] = useState<number | null>(null)
  const centre = looked ?? (current >= 0 ? current : cursor === 0 ? 0 : rows.length)
  const drawn = inStrides(itemsAround(centre, rows.length, ROWS), rows.length)
  const shown = useMemo(() => rows.slice(drawn.from, drawn.to), [rows, drawn.from, drawn.to])

  // Rows are drawn anew only when what they show changed, and this never does.
  const latest = useRef(onGo)
  useEffect(() => {
    latest.current = onGo
  })
  const go = useCallback((step: number) => latest.current(step), [])

  // The row of the cursor stays in sight inside the story's own box.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when the cursor moved, and reads the DOM
  useLayoutEffect(() => {
    setLooked(null)
    const frame = box.current
    const row = frame?.querySelector<HTMLElement>('[aria-current="step"]')
    if (!frame) return
    if (!row) {
      if (cursor === 0) frame.scrollTop = 0
      return
    }
    const head = frame.querySelector('thead')?.getBoundingClientRect().height ?? 0
    const place = row.getBoundingClientRect()
    const view = frame.getBoundingClientRect()
    if (place.top < view.top + head) frame.scrollTop += place.top - view.top - head
    else if (place.bottom > view.bottom) frame.scrollTop += place.bottom - view.bottom
  }, [cursor, moments])

  if (!story || moments.length === 0) {
    return (
      <p className={styles.empty}>
        Each step that is taken is told here: who did it, what it saw and what changed.
      </p>
    )
  }
  const hidden = story.rows.length - rows.length
  return (
    <div className={styles.whole}>
      {onFilter && <StoryFilterForm story={story} filter={filter} onFilter={onFilter} />}
      <LeftOut hidden={hidden} of={story.rows.length} />
      <ScrollBox as="section" ref={box} className={styles.story} label="Steps of the run">
        {drawn.from > 0 && (
          <p className={styles.note}>
            {drawn.from} rows stand above.{' '}
            <ActionButton onAct={() => setLooked(drawn.from)}>Show them</ActionButton>
          </p>
        )}
        <StoryTable
          story={story}
          rows={shown}
          first={drawn.from}
          count={rows.length}
          cursor={cursor}
          onGo={go}
          endsHere={drawn.to === rows.length}
        />
        {drawn.to < rows.length && (
          <p className={styles.note}>
            {rows.length - drawn.to} rows follow.{' '}
            <ActionButton onAct={() => setLooked(drawn.to)}>Show them</ActionButton>
          </p>
        )}
      </ScrollBox>
    </div>
  )
}

/** The same stretch for neighbouring rows, with at least as much on each side. */
function inStrides({ from, to }: ItemRange, count: number): ItemRange {
  return { from: Math.floor(from / STRIDE) * STRIDE, to: Math.min(count, Math.ceil(to / STRIDE) * STRIDE) }
}
