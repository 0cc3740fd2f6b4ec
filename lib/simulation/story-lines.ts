/**
 * A story as it goes by mail: one column for each process, time downwards, plain ASCII.
 *
 *     CPU0                                CPU1
 *     ring request                        waker
 *     ----------------------------------  ----------------------------------
 *     get_futex_value(uval)
 *                                         futex_wake()
 *                                           sees hb->waiters is 0
 *                                           wake_returned false -> true
 *     ^^^ Step 13, ring request: this does not hold: nobody queues behind a
 *       wake that has returned (the assertion !wake_returned, line 71).
 */
import type { CpuRow } from '#lib/promela/trace/cpu-rows.ts'
import { rowsAsTable } from '#lib/promela/trace/cpu-table.ts'
import type { Story, StoryRow } from './story.ts'

/** Columns of text in a mail. */
const WIDTH = 72

/** Lines without trailing space, none wider than `width`. */
export function storyLines({ rows, end }: Story, width = WIDTH): readonly string[] {
  const told: CpuRow[] = []
  let before: StoryRow | null = null
  for (const row of rows) {
    const { pid, process: name, within, resumes } = row
    const put = (text: string, indent: number) => told.push({ pid, name, text, indent, marked: false })
    // Beside what others do, words stand further in than what they are about.
    const say = (text: string) =>
      told.push({ pid, name, text, indent: within.length + 1, marked: false, prose: true })
    if (row.beginsLoop)
      told.push({ pid, name, text: '--- from here on for ever ---', indent: 0, marked: true })
    const known = row.beginsTurn ? 0 : sharedCalls(row, before)
    for (const [k, call] of within.entries()) if (k >= known) put(`${resumes ? '... ' : ''}${call}`, k)
    put(row.text, within.length)
    // A mail is as long as it is read: what only one process knows (a counter, an index) its statements say.
    if (row.seesShared !== null) say(`sees ${row.seesShared}`)
    for (const { words, local } of row.changes) if (!local) say(words)
    if (row.waits !== null) say(`(${row.waits})`)
    before = row
  }
  if (end.kind !== 'broken') return rowsAsTable(told, width)
  const names = new Map(told.map(({ pid, name }) => [pid, name]))
  const mark = (pid: number, text: string) =>
    told.push({ pid, name: names.get(pid) ?? '', text, indent: 0, marked: true })
  if (end.loopFrom !== null) {
    for (const { pid, words } of end.waiting) if (names.has(pid)) mark(pid, `(${words})`)
  }
  mark(lowest(told, end.pid), `^^^ ${end.sentence}`)
  return rowsAsTable(told, width)
}

/** Opened calls that the row before was in, too. */
function sharedCalls(row: StoryRow, before: StoryRow | null): number {
  const parted = row.within.findIndex((call, k) => before?.within[k] !== call)
  return parted < 0 ? row.within.length : parted
}

/** A sentence begins in the column of who it is about; one about all of them in the first. */
function lowest(rows: readonly CpuRow[], pid: number | null): number {
  if (pid !== null && rows.some((row) => row.pid === pid)) return pid
  return rows.reduce((least, row) => Math.min(least, row.pid), rows[0]?.pid ?? 0)
}
