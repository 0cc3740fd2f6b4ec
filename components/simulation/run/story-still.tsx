/** The recorded counterexample where nothing runs: the same table as in the running page, drawn by the server. */
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { toldStory } from '#lib/simulation/told-story.ts'
import styles from './story.module.css'
import { StoryTable } from './story-table.tsx'

/** Rows that a page carries for one simulation; the rest is on the model's own page, once it runs. */
const ROWS = 60

export function StoryStill({ data, caption }: { data: SimulationData; caption?: string }) {
  const story = toldStory(data)
  if (!story) return null
  const rows = story.rows.slice(0, ROWS)
  const left = story.rows.length - rows.length
  return (
    <div className={styles.still}>
      <StoryTable
        story={story}
        rows={rows}
        first={0}
        count={story.rows.length}
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
