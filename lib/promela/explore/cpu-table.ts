/**
 * A trace as kernel people write races: one column per process, time downwards, plain ASCII.
 *
 *     CPU0                                CPU1
 *     waiter                              waker
 *     ----------------------------------  ----------------------------------
 *     uval = futex_word
 *                                         futex_word = 1
 *     assert(!wake_returned)
 *     ^^^ assertion violated: !wake_returned
 *
 * With more processes than columns fit, each line names its process instead.
 */
import type { Program } from '../4-lower/program.ts'
import { blockedReason, describeState } from './step.ts'
import { replay } from './trail.ts'

export type CpuTableOptions = {
  /** Columns of text. Default 72. */
  readonly width?: number
}

/** Below this a statement would be cut into syllables. */
const MIN_COLUMN = 16
const GAP = 2

type Entry = { readonly pid: number; readonly name: string; readonly text: string; readonly marked: boolean }

/** Lines without trailing space, none wider than `width`; what failed is marked with `^^^` and named. */
export function cpuTable(
  program: Program,
  trace: readonly number[],
  options: CpuTableOptions = {},
): readonly string[] {
  const width = options.width ?? 72
  const entries = traceEntries(program, trace)
  const names = new Map<number, string>()
  for (const entry of entries) names.set(entry.pid, entry.name)
  const pids = [...names.keys()].sort((a, b) => a - b)
  const column = Math.floor((width - GAP * (pids.length - 1)) / Math.max(1, pids.length))
  if (pids.length === 0) return []
  return column >= MIN_COLUMN ? inColumns(entries, pids, names, column, width) : inLines(entries, width)
}

function traceEntries(program: Program, trace: readonly number[]): Entry[] {
  const { start, steps, stuck, diverged } = replay(program, trace)
  const entries: Entry[] = []
  const add = (pid: number, name: string, text: string, marked: boolean): void => {
    entries.push({ pid, name, text: ascii(text), marked })
  }
  for (const { step, errors } of steps) {
    add(step.pid, step.process, step.expanded, false)
    if (step.partner) add(step.partner.pid, step.partner.process, step.partner.text, false)
    for (const error of errors) {
      const failing = error.pid === step.partner?.pid ? step.partner : step
      add(error.pid, failing.process, `^^^ ${error.message}`, true)
    }
  }
  const last = steps[steps.length - 1]?.state ?? start
  if (stuck) {
    let failing = ''
    for (const { pid, name, alive } of describeState(program, last).processes) {
      const reason = alive ? blockedReason(program, last, pid) : null
      if (reason && stuck.kind === 'invalid-end-state') add(pid, name, `(${reason.text})`, false)
      if (pid === stuck.pid) failing = name
    }
    add(stuck.pid, failing, `^^^ ${stuck.message}`, true)
  }
  const lastEntry = entries[entries.length - 1]
  if (diverged) add(lastEntry?.pid ?? 0, lastEntry?.name ?? '', `^^^ ${diverged.reason}`, true)
  return entries
}

function inColumns(
  entries: readonly Entry[],
  pids: readonly number[],
  names: ReadonlyMap<number, string>,
  column: number,
  width: number,
): string[] {
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell) => cell.padEnd(column))
      .join(' '.repeat(GAP))
      .trimEnd()
  const lines = [
    row(pids.map((_, index) => `CPU${index}`)),
    row(pids.map((pid) => ascii(names.get(pid) ?? '').slice(0, column))),
    row(pids.map(() => '-'.repeat(column))),
  ]
  for (const entry of entries) {
    const indent = pids.indexOf(entry.pid) * (column + GAP)
    // What failed is a sentence, not a statement: it may run on to the right edge.
    const room = entry.marked ? width - indent : column
    for (const line of wrap(entry.text, room)) lines.push(`${' '.repeat(indent)}${line}`.trimEnd())
  }
  return lines
}

function inLines(entries: readonly Entry[], width: number): string[] {
  const names = Math.min(20, Math.max(...entries.map((entry) => entry.name.length)))
  return entries.flatMap((entry) => {
    const name = ascii(entry.name).slice(0, names).padEnd(names)
    return wrap(entry.text, width - names - GAP).map((line, index) =>
      `${index === 0 ? name : ' '.repeat(names)}${' '.repeat(GAP)}${line}`.trimEnd(),
    )
  })
}

/** Breaks at spaces, in the middle of a word only when it alone is too long; goes on with two spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    const joined = line === '' ? rest : `${line} ${rest}`
    if (joined.length <= width) {
      line = joined
      continue
    }
    if (line.trim() !== '') lines.push(line)
    while (rest.length + 2 > width) {
      lines.push(`${lines.length > 0 ? '  ' : ''}${rest.slice(0, width - 2)}`)
      rest = rest.slice(width - 2)
    }
    line = lines.length > 0 ? `  ${rest}` : rest
  }
  if (line.trim() !== '') lines.push(line)
  return lines
}

function ascii(text: string): string {
  return text.replace(/…/g, '...').replace(/[^\x20-\x7e]/g, '?')
}
