import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { QueueFilter } from '#lib/review/queue/queue-filter.ts'
import styles from './mail-in.module.css'

/** Which of the mails are shown: a form that only changes the address. */
export function QueueFilterForm(props: {
  filter: QueueFilter
  choices: {
    readonly reasons: readonly string[]
    readonly lists: readonly string[]
    readonly slugs: readonly string[]
  }
}) {
  const { filter, choices } = props
  return (
    <form method="get" action={site.queue()} className={styles.filter}>
      <Choice
        name="reason"
        label="Reason"
        chosen={filter.reason}
        values={choices.reasons}
        words={meaningOf}
      />
      <label>
        Sender
        <input name="sender" maxLength={320} defaultValue={filter.sender ?? ''} />
      </label>
      <Choice name="list" label="List" chosen={filter.list} values={choices.lists} />
      <Choice name="rfc" label="Proposal" chosen={filter.rfc} values={choices.slugs} />
      <button type="submit">Show</button>
      <a href={site.queue()}>All</a>
    </form>
  )
}

function Choice(props: {
  name: string
  label: string
  chosen: string | null
  values: readonly string[]
  words?: (value: string) => string
}) {
  const { name, label, chosen, values, words = (value) => value } = props
  const all = chosen !== null && !values.includes(chosen) ? [chosen, ...values] : values
  return (
    <label>
      {label}
      <select name={name} defaultValue={chosen ?? ''}>
        <option value="">any</option>
        {all.map((value) => (
          <option key={value} value={value}>
            {words(value)}
          </option>
        ))}
      </select>
    </label>
  )
}
