'use client'
/**
 * All values of a state; those that the last step changed are lit, with what they were. Where its author gave words for a
 * variable or a value they come first, and the model's own name beside them, by which it is found in the source.
 */
import type { StateView } from '#lib/promela/machine/view.ts'
import { type Naming, processNames } from '#lib/promela/trace/naming.ts'
import { type Change, type Owner, placeOf, type ValueRow, valueRows } from '#lib/simulation/changes.ts'
import { ProcessChip } from './process-chip.tsx'
import styles from './value-table.module.css'

type ValueTableProps = {
  view: StateView
  /** Of the step that led here; empty at the start. */
  changes: readonly Change[]
  naming: Naming
}

/** A table longer than this is not read but searched; the rest is counted. */
const MAX_ROWS = 400

export function ValueTable({ view, changes, naming }: ValueTableProps) {
  const rows = valueRows(view)
  const before = new Map<string, string | null>()
  for (const change of changes) if (change.kind === 'value') before.set(change.key, change.before)
  const pids = processNames(naming, view)
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
              <OwnerName owner={group.owner} naming={naming} />
            </th>
          </tr>
          {group.rows.map((row) => (
            <tr key={row.key} data-changed={before.has(row.key) || undefined}>
              <th scope="row">
                <Told words={naming.variableWords(placeOf(row))} own={row.path} />{' '}
                <span className={styles.type}>{row.type}</span>
              </th>
              <td>
                <Value row={row} text={row.text} naming={naming} pids={pids} />
              </td>
              <td>
                {before.has(row.key) && (
                  <Value row={row} text={before.get(row.key) ?? null} naming={naming} pids={pids} />
                )}
              </td>
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

type ValueProps = {
  row: ValueRow
  /** `null`: there was none. */
  text: string | null
  naming: Naming
  pids: ReadonlyMap<number, string>
}

function Value({ row, text, naming, pids }: ValueProps) {
  return text === null ? 'new' : <Told words={naming.value(placeOf(row), text, pids)} own={text} />
}

function Told({ words, own }: { words: string; own: string }) {
  if (words === own) return words
  return (
    <>
      <span className={styles.words}>{words}</span> <span className={styles.own}>({own})</span>
    </>
  )
}

function OwnerName({ owner, naming }: { owner: Owner; naming: Naming }) {
  switch (owner.kind) {
    case 'global':
      return 'global'
    case 'channel':
      return 'channels'
    case 'local':
      return (
        <>
          <ProcessChip pid={owner.pid} /> <Told words={naming.process(owner.process)} own={owner.process} />
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
