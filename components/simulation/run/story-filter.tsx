'use client'
/** Which processes and variables of a story are shown. What is chosen belongs to who holds it, so that a link can say it. */
import type { Story, StoryFilter } from '#lib/simulation/story.ts'
import { ProcessChip } from './process-chip.tsx'
import styles from './story.module.css'

type StoryFilterFormProps = {
  story: Pick<Story, 'processes' | 'variables'>
  filter: StoryFilter
  onFilter: (filter: StoryFilter) => void
}

export function StoryFilterForm({ story, filter, onFilter }: StoryFilterFormProps) {
  const { processes, variables } = filter
  const pids = story.processes.map(({ pid }) => pid)
  const names = story.variables.map(({ variable }) => variable)
  return (
    <details className={styles.filter}>
      <summary>
        Shown: {countWords(processes?.length ?? null, 'process', 'processes')},{' '}
        {countWords(variables?.length ?? null, 'variable', 'variables')}
      </summary>
      <fieldset>
        <legend>Processes</legend>
        {story.processes.map(({ pid, words }) => (
          <label key={pid}>
            <input
              type="checkbox"
              checked={processes?.includes(pid) ?? true}
              onChange={() => onFilter({ ...filter, processes: toggled(processes, pids, pid) })}
            />{' '}
            <ProcessChip pid={pid} /> {words}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Variables that change</legend>
        {story.variables.map(({ variable, words }) => (
          <label key={variable}>
            <input
              type="checkbox"
              checked={variables?.includes(variable) ?? true}
              onChange={() => onFilter({ ...filter, variables: toggled(variables, names, variable) })}
            />{' '}
            {words}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

/** All of them is no choice: what comes later is shown, too. */
function toggled<T>(chosen: readonly T[] | null, all: readonly T[], one: T): readonly T[] | null {
  const now = chosen ?? all
  const next = now.includes(one) ? now.filter((other) => other !== one) : [...now, one]
  return all.every((other) => next.includes(other)) ? null : next
}

function countWords(count: number | null, one: string, several: string): string {
  return count === null ? `all ${several}` : `${count} ${count === 1 ? one : several}`
}
