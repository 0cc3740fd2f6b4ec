/** The recorded counterexample where nothing runs: the same table as in the running page, drawn by the server. */
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { filterStory, type Story } from '#lib/simulation/story.ts'
import { type StoryFilter, WHOLE_STORY } from '#lib/simulation/story-filter.ts'
import { toldStory } from '#lib/simulation/told-story.ts'
import styles from './story.module.css'
import { LeftOut, StillFilterForm } from './story-filter.tsx'
import { StoryTable } from './story-table.tsx'

/** Rows that a page carries for one simulation; the rest is on the model's own page, once it runs. */
const ROWS = 60

type StoryStillProps = {
  data: SimulationData
  caption?: string
  /** The page that it is on, whose query chooses what is shown; absent: nobody chooses. */
  page?: string | undefined
}

export function StoryStill({ data, caption, page }: StoryStillProps) {
  const story = toldStory(data)
  if (!story) return null
  const filter = inStory(story, data.filter ?? WHOLE_STORY)
  const shown = filterStory(story.rows, filter)
  const rows = shown.slice(0, ROWS)
  const left = shown.length - rows.length
  return (
    <div className={styles.still}>
      {page !== undefined && (
        <StillFilterForm
          story={{ processes: story.processes, variables: story.variables }}
          filter={filter}
          action={page}
          fields={[
            ['revision', `${data.revision}`],
            ['variant', data.variant],
            ...(data.claim === undefined ? [] : [['claim', data.claim] as const]),
          ]}
        />
      )}
      <LeftOut hidden={story.rows.length - shown.length} of={story.rows.length} />
      <StoryTable
        story={story}
        rows={rows}
        first={0}
        count={shown.length}
        cursor={null}
        endsHere={left === 0}
        caption={caption ?? 'The recorded run, step by step'}
      />
      {left > 0 && (
        <p className={styles.note}>
          {left} more rows, and then: {story.end.kind === 'open' ? 'the run goes on.' : story.end.sentence}
        </p>
      )}
    </div>
  )
}

/** A form without scripts sends all boxes that are ticked, and all of them is no choice; what the story has not is none. */
function inStory({ processes, variables }: Story, filter: StoryFilter): StoryFilter {
  const chosen = <T,>(all: readonly T[], wanted: readonly T[] | null): readonly T[] | null => {
    const known = wanted && all.filter((one) => wanted.includes(one))
    return known?.length === all.length ? null : known
  }
  return {
    processes: chosen(
      processes.map(({ pid }) => pid),
      filter.processes,
    ),
    variables: chosen(
      variables.map(({ variable }) => variable),
      filter.variables,
    ),
  }
}
