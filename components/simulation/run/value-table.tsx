'use client'
/** All values of a state; those that the last step changed are lit, with what they were. */
import type { StateView } from '#lib/promela/machine/view.ts'
import { type Change, type Owner, type ValueRow, valueRows } from '#lib/simulation/changes.ts'
import { ProcessChip } from './process-chip.tsx'
import styles from './value-table.module.css'

type ValueTableProps = {
  view: StateView
  /** Of the step that led here; empty at the start. */
  changes: readonly Change[]
}

/** A table longer than this is not read but searched; the rest is counted. */
const MAX_ROWS = 400

export function ValueTable({ view, changes }: ValueTableProps) {
  const rows = valueRows(view)
  const before = new Map<string, string | null>()
  for (const change of changes) if (change.kind === 'value') before.set(change.key, change.before)
  const groups = groupRows(rows.slice(0, MAX_ROWS))
  return (
    <table className={styles.values}>
      <caption className={styles.caption}>Variables</caption>
      <thead>
        <tr>
          <th scope="col">name</th>
          <th scope="col">value</th>
          <th scope="col">before</th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.key}>
          <tr>
            <th scope="rowgroup" colSpan={3} className={styles.owner}>
              <OwnerName owner={group.owner} />
            </th>
          </tr>
          {group.rows.map((row) => (
            <tr key={row.key} data-changed={before.has(row.key) || undefined}>
              <th scope="row">
                {row.path} <span className={styles.type}>{row.type}</span>
              </th>
              <td>{row.text}</td>
              <td>{before.has(row.key) ? (before.get(row.key) ?? 'new') : ''}</td>
            </tr>
          ))}
        </tbody>
      ))}
      {rows.length > MAX_ROWS && (
        <tbody>
          <tr>
            <td colSpan={3}>{rows.length - MAX_ROWS} more values are not drawn.</td>
          </tr>
        </tbody>
      )}
    </table>
  )
}

function OwnerName({ owner }: { owner: Owner }) {
  switch (owner.kind) {
    case 'global':
      return 'global'
    case 'channel':
      return 'channels'
    case 'local':
      return (
        <>
          <ProcessChip pid={owner.pid} /> {owner.process}
        </>
      )
  }
}

type Group = { key: string; owner: Owner; rows: ValueRow[] }

/** Rows of one owner stand together, as `valueRows` gives them. */
function groupRows(rows: readonly ValueRow[]): readonly Group[] {
  const groups: Group[] = []
  for (const row of rows) {
    const key = row.owner.kind === 'local' ? `local ${row.owner.pid}` : row.owner.kind
    const last = groups.at(-1)
    if (last?.key === key) last.rows.push(row)
    else groups.push({ key, owner: row.owner, rows: [row] })
  }
  return groups
}
