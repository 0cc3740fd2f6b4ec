/**
 * A trace as kernel people write races: one column per process, time downwards, plain ASCII.
 *
 *     CPU0                                 CPU1
 *     waiter:0                             waker
 *     -----------------------------------  -----------------------------------
 *     get_futex_value(uval)
 *                                          futex_word = CHANGED
 *                                          hb_waiters == 0 -> wake_returned =
 *                                            true
 *     futex_queue()
 *       queued[0] = true;
 *         assert(!wake_returned)
 *     ^^^ assertion violated: !wake_returned
 *
 * What makes a row is told in `cpu-rows.ts`. With more processes than columns fit, each line names its process
 * instead.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { ClaimEnd } from '#lib/promela/machine/verdict.ts'
import { type CpuRow, cpuRows } from './cpu-rows.ts'

export type CpuTableOptions = {
  /** Columns of text. Default 72. */
  readonly width?: number
  /** Of a violated claim (`claimEnd`): the part that repeats is marked, and the claim named at the end. */
  readonly end?: ClaimEnd | null
}

/** Three columns in a mail. In narrower ones a call with two arguments no longer fits. */
const MIN_COLUMN = 22
/** One space where two would cost a column its last letter: `io_req_task_work_add(0)` has 23. */
const gapFor = (columns: number): number => (columns > 2 ? 1 : 2)

/** Lines without trailing space, none wider than `width`; what failed is marked with `^^^` and named. */
export function cpuTable(
  program: Program,
  trace: readonly number[],
  options: CpuTableOptions = {},
): readonly string[] {
  return rowsAsTable(cpuRows(program, trace, options.end), options.width ?? 72)
}

/** Rows of whoever tells them, laid out by process. */
export function rowsAsTable(told: readonly CpuRow[], width: number): readonly string[] {
  const rows = told.map((row) => ({ ...row, text: ascii(row.text) }))
  const names = new Map<number, string>()
  for (const row of rows) names.set(row.pid, row.name)
  const pids = [...names.keys()].sort((a, b) => a - b)
  const column = Math.floor((width - gapFor(pids.length) * (pids.length - 1)) / Math.max(1, pids.length))
  if (pids.length === 0) return []
  return column >= MIN_COLUMN ? inColumns(rows, pids, names, column, width) : inLines(rows, width)
}

function inColumns(
  rows: readonly CpuRow[],
  pids: readonly number[],
  names: ReadonlyMap<number, string>,
  column: number,
  width: number,
): string[] {
  const gap = gapFor(pids.length)
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell) => cell.padEnd(column))
      .join(' '.repeat(gap))
      .trimEnd()
  const lines = [
    line(pids.map((_, index) => `CPU${index}`)),
    line(pids.map((pid) => ascii(names.get(pid) ?? '').slice(0, column))),
    line(pids.map(() => '-'.repeat(column))),
  ]
  for (const { pid, text, indent, marked, prose } of rows) {
    const left = pids.indexOf(pid) * (column + gap)
    // What failed is a sentence, not a statement: it may run on to the right edge.
    const pieces = wrap(text, (marked ? width - left : column) - 2 * indent, prose ?? marked)
    for (const piece of pieces) lines.push(`${' '.repeat(left + 2 * indent)}${piece}`)
  }
  return lines
}

function inLines(rows: readonly CpuRow[], width: number): string[] {
  const names = Math.min(20, Math.max(...rows.map((row) => row.name.length)))
  return rows.flatMap((row) => {
    const name = ascii(row.name).slice(0, names).padEnd(names)
    const left = 2 + 2 * row.indent
    return wrap(row.text, width - names - left, row.prose ?? row.marked).map(
      (piece, index) => `${index === 0 ? name : ' '.repeat(names)}${' '.repeat(left)}${piece}`,
    )
  })
}

/** Where a line of code is broken, the best place first: between statements, at operators, at spaces. */
const breaks: readonly RegExp[] = [
  /(?<=;|->) /,
  /(?<=&&|\|\|) /,
  /(?<=[^!<>=]=|[=!<>]=|[<>+*/%^&|]|,| -) /,
  / /,
]
const proseBreaks: readonly RegExp[] = [/ /]

/** Lines of at most `width`, those after the first two spaces in. Brackets are opened last of all. */
function wrap(text: string, width: number, prose: boolean): string[] {
  // A statement so deep in calls that nothing fits beside it: rather odd breaks than a lost end.
  const room = Math.max(8, width - 2)
  const lines: string[] = []
  const fits = (piece: string): boolean => piece.length <= (lines.length > 0 ? room : width)
  const put = (piece: string, level: number): void => {
    const last = lines[lines.length - 1]
    const joined = last === undefined ? '' : `${last} ${piece}`
    if (last !== undefined && joined.length <= (lines.length > 1 ? room : width))
      lines[lines.length - 1] = joined
    else if (fits(piece)) lines.push(piece)
    else if (level < ways.length) for (const part of ways[level]?.(piece) ?? []) put(part, level + 1)
    else lines.push(...cut(piece, room))
  }
  const ways = prose
    ? proseBreaks.map((place) => (piece: string) => piece.split(place))
    : [
        ...breaks.map((place) => (piece: string) => splitOutside(piece, place)),
        ...breaks.map((place) => (piece: string) => piece.split(place)),
      ]
  put(text, 0)
  return lines.map((line, at) => (at === 0 ? line : `  ${line}`))
}

/** A word that alone is too long: behind an opening bracket if there is one, else anywhere. */
function cut(word: string, room: number): string[] {
  const pieces: string[] = []
  let rest = word
  while (rest.length > room) {
    const bracket = Math.max(rest.lastIndexOf('(', room - 1), rest.lastIndexOf('[', room - 1)) + 1
    const at = bracket > 0 ? bracket : room
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...pieces, rest]
}

/** Splits where no bracket is open. */
function splitOutside(text: string, place: RegExp): string[] {
  const parts: string[] = []
  let depth = 0
  for (const part of text.split(place)) {
    if (depth > 0) parts.push(`${parts.pop() ?? ''} ${part}`)
    else parts.push(part)
    for (const character of part) depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0
  }
  return parts
}

function ascii(text: string): string {
  return text
    .replace(/…/g, '...')
    .replace(/→/g, '->')
    .replace(/⇄/g, '<->')
    .replace(/[^\x20-\x7e]/g, '?')
}
