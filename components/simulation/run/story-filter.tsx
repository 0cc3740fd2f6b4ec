'use client'
/**
 * Which processes and variables of a story are shown. What is chosen belongs to who holds it, so that a link can say it: in the
 * running page the session, and without scripts the address, which a form makes.
 */
import type { ReactNode } from 'react'
import button from '#components/ui/button.module.css'
import type { Story } from '#lib/simulation/story.ts'
import { PROCESS_FIELD, type StoryFilter, VARIABLE_FIELD } from '#lib/simulation/story-filter.ts'
import { ProcessChip } from './process-chip.tsx'
import styles from './story.module.css'

type ChoicesProps = {
  story: Pick<Story, 'processes' | 'variables'>
  filter: StoryFilter
}

export function StoryFilterForm(props: ChoicesProps & { onFilter: (filter: StoryFilter) => void }) {
  return (
    <details className={styles.filter}>
      <Shown filter={props.filter} />
      <Choices {...props} />
    </details>
  )
}

type StillFilterProps = ChoicesProps & {
  /** The address of the page, without its query. */
  action: string
  /** The rest of its query. */
  fields: readonly (readonly [name: string, value: string])[]
}

/** The same where nothing runs: its answer is the page with the rows that were chosen. */
export function StillFilterForm({ action, fields, ...choices }: StillFilterProps) {
  return (
    <form method="get" action={action} className={styles.filter}>
      <details>
        <Shown filter={choices.filter} />
        {fields.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Choices {...choices} />
        <button type="submit" className={button.quiet}>
          Show these
        </button>
      </details>
    </form>
  )
}

/** What a reader does not see because of it. */
export function LeftOut({ hidden, of }: { hidden: number; of: number }) {
  if (hidden === 0) return null
  return (
    <p className={styles.note}>
      {hidden} of {of} rows are left out by the filter.
    </p>
  )
}

function Shown({ filter: { processes, variables } }: { filter: StoryFilter }) {
  return (
    <summary>
      Shown: {countWords(processes?.length ?? null, 'process', 'processes')},{' '}
      {countWords(variables?.length ?? null, 'variable', 'variables')}
    </summary>
  )
}

/** Without `onFilter` they are fields of a form. */
function Choices({ story, filter, onFilter }: ChoicesProps & { onFilter?: (filter: StoryFilter) => void }) {
  const { processes, variables } = filter
  const pids = story.processes.map(({ pid }) => pid)
  const names = story.variables.map(({ variable }) => variable)
  return (
    <>
      <fieldset>
        <legend>Processes</legend>
        {story.processes.map(({ pid, words }) => (
          <Choice
            key={pid}
            name={PROCESS_FIELD}
            value={pid}
            chosen={processes?.includes(pid) ?? true}
            onToggle={onFilter && (() => onFilter({ ...filter, processes: toggle(processes, pids, pid) }))}
          >
            <ProcessChip pid={pid} /> {words}
          </Choice>
        ))}
      </fieldset>
      <fieldset>
        <legend>Variables that change</legend>
        {story.variables.map(({ variable, words }) => (
          <Choice
            key={variable}
            name={VARIABLE_FIELD}
            value={variable}
            chosen={variables?.includes(variable) ?? true}
            onToggle={
              onFilter && (() => onFilter({ ...filter, variables: toggle(variables, names, variable) }))
            }
          >
            {words}
          </Choice>
        ))}
      </fieldset>
    </>
  )
}

type ChoiceProps = {
  name: string
  value: string | number
  chosen: boolean
  /** Absent: it is a field of a form. */
  onToggle: (() => void) | undefined
  children: ReactNode
}

function Choice({ name, value, chosen, onToggle, children }: ChoiceProps) {
  const state = onToggle ? { checked: chosen, onChange: onToggle } : { name, value, defaultChecked: chosen }
  return (
    <label>
      <input type="checkbox" {...state} /> {children}
    </label>
  )
}

/** All of them is no choice: what comes later is shown, too. */
function toggle<T>(chosen: readonly T[] | null, all: readonly T[], one: T): readonly T[] | null {
  const now = chosen ?? all
  const next = now.includes(one) ? now.filter((other) => other !== one) : [...now, one]
  return all.every((other) => next.includes(other)) ? null : next
}

function countWords(count: number | null, one: string, several: string): string {
  return count === null ? `all ${several}` : `${count} ${count === 1 ? one : several}`
}
