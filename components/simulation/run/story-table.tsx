/**
 * A story as a table, a lane for each process. It needs no script: without `onGo` it is the counterexample as the server
 * draws it, in which calls still unfold.
 *
 * Where lanes are too narrow (many processes, a small screen) all stand in one column, and each row says whose it is.
 */
import { Fragment, memo } from 'react'
import type { Story, StoryRow, StoryStep } from '#lib/simulation/story.ts'
import { verdictShape } from '#lib/simulation/verdict-words.ts'
import { ProcessChip, processColour } from './process-chip.tsx'
import styles from './story.module.css'

/** Side by side; more are read one below the other. */
const MAX_LANES = 3

type StoryTableProps = {
  story: Story
  /** Those that are drawn. */
  rows: readonly StoryRow[]
  /** The place of the first of them among all, from 0. */
  first: number
  /** Of all rows, drawn or not. */
  count: number
  /** Steps taken at the state that is shown; `null`: none is. */
  cursor: number | null
  /** Must not change between renders; absent: rows lead nowhere. */
  onGo?: (step: number) => void
  /** The last row is among those that are drawn, and so what the run comes to stands below it. */
  endsHere: boolean
  caption?: string
}

export function StoryTable(props: StoryTableProps) {
  const { story, rows, first, count, cursor, onGo, endsHere, caption } = props
  const lanes = lanesOf(story)
  const { end } = story
  const loopFrom = end.kind === 'broken' ? end.loopFrom : null
  return (
    <>
      <table
        className={styles.table}
        data-lanes={lanes.length > MAX_LANES ? 'one' : 'each'}
        aria-rowcount={count + 1}
      >
        {caption !== undefined && <caption className={styles.caption}>{caption}</caption>}
        <thead>
          <tr>
            <th scope="col" className={styles.number}>
              step
            </th>
            <th scope="col" className={styles.together}>
              who does what
            </th>
            {lanes.map(({ pid, words }) => (
              <th key={pid} scope="col" className={`${styles.lane} ${processColour(pid)}`}>
                <ProcessChip pid={pid} /> {words}
              </th>
            ))}
            <th scope="col">what it sees and changes</th>
          </tr>
        </thead>
        {turnsOf(rows).map((turn) => (
          <tbody key={turn.rows[0]?.row.from} className={styles.turn}>
            {turn.rows.map(({ row, before }, k) => (
              <StoryLine
                key={row.from}
                row={row}
                unfold={story.unfold}
                index={first + turn.first + k + 2}
                within={sameWithin(row, before) ? '' : row.within.join(', in ')}
                lanes={lanes}
                current={cursor !== null && row.from <= cursor && cursor <= row.to}
                loops={loopFrom !== null && row.to >= loopFrom}
                onGo={onGo}
              />
            ))}
          </tbody>
        ))}
      </table>
      {endsHere && end.kind !== 'open' && <End end={end} />}
    </>
  )
}

/**
 * What the run comes to. It stands below the table: a row of it would have to span the columns that are shown, which only
 * the width of the screen decides, and one that spans more gives those that are hidden a share of the room.
 */
function End({ end }: { end: Exclude<Story['end'], { kind: 'open' }> }) {
  return (
    <div data-end={end.kind} className={styles.end}>
      {end.kind === 'broken' && <span aria-hidden="true">{verdictShape('violated')} </span>}
      {end.sentence}
      {end.kind === 'broken' && end.waiting.length > 0 && end.loopFrom !== null && (
        <ul className={styles.waiting}>
          {end.waiting.map(({ pid, process, words }) => (
            <li key={pid} className={processColour(pid)}>
              <ProcessChip pid={pid} /> {process} {words}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

type Lane = { readonly pid: number; readonly words: string }

/** Who moved, or is left waiting. */
function lanesOf({ rows, end, processes }: Story): readonly Lane[] {
  const pids = new Set(rows.map(({ pid }) => pid))
  for (const { partner } of rows) if (partner !== null) pids.add(partner)
  if (end.kind === 'broken') for (const { pid } of end.waiting) pids.add(pid)
  return processes.filter(({ pid }) => pids.has(pid))
}

type Turn = { first: number; rows: { row: StoryRow; before: StoryRow | null }[] }

function turnsOf(rows: readonly StoryRow[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1] ?? null
    const last = turns.at(-1)
    if (last && before?.turn === row.turn) last.rows.push({ row, before })
    else turns.push({ first: at, rows: [{ row, before: null }] })
  }
  return turns
}

const sameWithin = (row: StoryRow, before: StoryRow | null): boolean =>
  before !== null &&
  before.within.length === row.within.length &&
  row.within.every((call, k) => before.within[k] === call)

type StoryLineProps = {
  row: StoryRow
  /** `Story.unfold`; the same statements whichever telling it is of. */
  unfold: Story['unfold']
  /** Among all rows of the table, its head being the first. */
  index: number
  /** The calls that it is in, where the row before does not say the same. */
  within: string
  lanes: readonly Lane[]
  current: boolean
  /** It is in the part that repeats for ever. */
  loops: boolean
  onGo: ((step: number) => void) | undefined
}

const StoryLine = memo(function StoryLine(props: StoryLineProps) {
  const { row, unfold, index, within, lanes, current, loops, onGo } = props
  const { from, to, pid, partner } = row
  return (
    // The whole row can be pressed; by keyboard the button in it does the same.
    <tr
      className={`${styles.row} ${processColour(pid)}`}
      aria-rowindex={index}
      aria-current={current ? 'step' : undefined}
      data-turn={row.beginsTurn || undefined}
      data-loops={loops || undefined}
      onClick={onGo && ((event) => !isOwn(event.target) && onGo(to))}
    >
      <th scope="row" className={styles.number}>
        {row.beginsLoop && <span className={styles.loop}>↻ from here on for ever </span>}
        {from === to ? to : `${from}–${to}`}
      </th>
      {lanes.map((lane) =>
        lane.pid === pid ? (
          <td key={lane.pid} className={styles.what}>
            <span className={styles.who}>
              <ProcessChip pid={pid} /> {row.process}{' '}
            </span>
            {within !== '' && (
              <span className={styles.within}>
                {row.resumes ? 'goes on in' : 'in'} {within}
              </span>
            )}
            {onGo ? (
              <button type="button" className={styles.step} onClick={() => onGo(to)}>
                <Code text={row.text} />
              </button>
            ) : (
              <Code text={row.text} className={styles.told} />
            )}
            {from < to && <Statements steps={unfold(row)} onGo={onGo} />}
            {row.waits !== null && <span className={styles.waits}>{row.waits}</span>}
          </td>
        ) : (
          <td key={lane.pid} className={`${styles.empty} ${lane.pid === partner ? styles.partner : ''}`}>
            {lane.pid === partner ? '⇄' : null}
          </td>
        ),
      )}
      <td className={styles.changes}>
        {row.sees !== null && <span className={styles.sees}>sees {row.sees}</span>}
        {row.changes.map(({ words }) => (
          <span key={words} className={styles.change}>
            {words}
          </span>
        ))}
        {row.printed !== '' && <span className={styles.change}>printed: {row.printed}</span>}
        {row.faults.map((fault) => (
          <span key={fault} className={styles.fault}>
            ▲ {fault}
          </span>
        ))}
      </td>
    </tr>
  )
})

/** A statement, which breaks where a call opens before it breaks within a name. */
function Code({ text, className }: { text: string; className?: string | undefined }) {
  const [first = '', ...rest] = text.split(/(?<=\w\()/)
  return (
    <code className={className}>
      {first}
      {rest.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, which never move
        <Fragment key={at}>
          <wbr />
          {part}
        </Fragment>
      ))}
    </code>
  )
}

/** What has a meaning of its own when it is pressed. */
function isOwn(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, summary, a') !== null
}

function Statements({ steps, onGo }: { steps: readonly StoryStep[]; onGo: StoryLineProps['onGo'] }) {
  return (
    <details className={styles.statements}>
      <summary>{steps.length} statements</summary>
      <ol>
        {steps.map(({ step, text, place }) => (
          <li key={step} value={step}>
            {onGo ? (
              <button type="button" className={styles.step} onClick={() => onGo(step)}>
                <Code text={text} />
              </button>
            ) : (
              <Code text={text} />
            )}{' '}
            <span className={styles.place}>{place}</span>
          </li>
        ))}
      </ol>
    </details>
  )
}
