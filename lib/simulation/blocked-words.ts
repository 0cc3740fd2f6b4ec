/**
 * Why a process cannot move, with the values that decide it: "waits for hb_lock == 0 (hb_lock is 2)". The condition
 * alone sends the reader to the table of variables; with the values he has the answer where he asked.
 *
 * Where the author of the model gave words for what is waited for, the sentence is in those: "waits for hb->lock, held by
 * waker since step 12".
 */
import type { BlockedReason } from '#lib/promela/machine/step.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import { type Naming, type Place, processNames } from '#lib/promela/trace/naming.ts'
import { type ValueRow, valueRows } from './changes.ts'

/** How it is told: in whose words, and what is known of the run. */
export type Telling = {
  readonly naming: Naming
  /** The step that last changed a value, by its key; `null`: none did. Absent: there is no run. */
  readonly since?: (key: string) => number | null
}

/** A value that stands in a text: where, and what it is. */
export type ReadValue = { readonly row: ValueRow; readonly place: Place }

/** The process's own locals hide globals of the same name. `_pid` counts as a value that everybody knows. */
export function blockedWords(reason: BlockedReason, view: StateView, pid: number, telling?: Telling): string {
  const words = reason.text.replace(/^waits: /, '')
  const values = new ValuesInText(view, pid)
  if (telling) {
    const told = toldWait(words, values, view, telling)
    if (told) return told
  }
  const named = values.readIn(reason.text)
  if (named.length === 0) return words
  return `${words} (${named.map(({ row }) => `${row.path} is ${row.text}`).join(', ')})`
}

/** That somebody else is in an atomic is over a moment later, and who ended waits for nothing. */
export function isWorthTelling({ text }: BlockedReason): boolean {
  return !/is inside an atomic|^has ended/.test(text)
}

/** The values of a state as one process calls them. */
export class ValuesInText {
  readonly #byPath = new Map<string, ValueRow>()
  readonly #pid: number
  readonly #proctype: string

  constructor(view: StateView, pid: number) {
    this.#pid = pid
    this.#proctype = view.processes.find((process) => process.pid === pid)?.proctype ?? ''
    for (const row of valueRows(view)) {
      if (row.owner.kind !== 'local' || row.owner.pid === pid) this.#byPath.set(row.path, row)
    }
  }

  /** Each once, in the order of the text. */
  readIn(text: string): readonly ReadValue[] {
    const found = new Map<string, ReadValue>()
    for (const match of text.matchAll(/[A-Za-z_]\w*(?:\[[^[\]]*\]|\.\w+)*/g)) {
      const read = this.at(match[0])
      if (read) found.set(read.row.key, read)
    }
    return [...found.values()]
  }

  /** `queued[_pid]`, `hb_lock[ptr - 1]`: an index is a number, a name, or one more or less than that. */
  at(reference: string): ReadValue | null {
    const path = reference.replace(/\[([^[\]]*)\]/g, (whole, index: string) => {
      const number = this.#number(index)
      return number === null ? whole : `[${number}]`
    })
    const row = this.#byPath.get(path)
    if (!row) return null
    return { row, place: { proctype: row.owner.kind === 'local' ? this.#proctype : null, path } }
  }

  #number(index: string): number | null {
    const [, name = '', sign, by] = /^\s*\(?\s*(\w+)\s*(?:([+-])\s*(\d+))?\s*\)?\s*$/.exec(index) ?? []
    const text = name === '_pid' ? `${this.#pid}` : /^\d+$/.test(name) ? name : this.#byPath.get(name)?.text
    const number = Number(text ?? Number.NaN)
    if (!Number.isInteger(number)) return null
    return sign === undefined ? number : sign === '+' ? number + Number(by) : number - Number(by)
  }
}

const COMPARISON = /^\(*([A-Za-z_][\w.]*(?:\[[^[\]]*\][\w.]*)*)\s*(==|!=|<=|>=|<|>)\s*(-?\w+)\)*$/
const BARE = /^\(*(!?)\s*([A-Za-z_][\w.]*(?:\[[^[\]]*\][\w.]*)*)\)*$/
const LIMITS: Readonly<Record<string, string>> = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
}

/** null: one of the conditions is about something that has no words. */
function toldWait(words: string, values: ValuesInText, view: StateView, telling: Telling): string | null {
  const [, conditions] = /^waits for (.*)$/s.exec(words) ?? []
  if (conditions === undefined) return null
  const told = conditions.split('  or  ').map((one) => toldCondition(one.trim(), values, view, telling))
  return told.every((one) => one !== null) ? `waits ${told.join(', or ')}` : null
}

function toldCondition(
  condition: string,
  values: ValuesInText,
  view: StateView,
  { naming, since }: Telling,
): string | null {
  const [, left, operator = '', right] = COMPARISON.exec(condition) ?? []
  const [, not, alone] = BARE.exec(condition) ?? []
  const read = values.at(left ?? alone ?? '')
  const known = read && naming.variable(read.place)
  if (!read || !known) return null
  const pids = processNames(naming, view)
  const isTruth = read.row.text === 'true' || read.row.text === 'false'
  const [sign, wanted] = right !== undefined ? [operator, right] : bareMeans(not === '!', isTruth)
  // A constant by its name (`CHANGED`) is gone from the program; a variable on the right is told by its value.
  const value = values.at(wanted)?.row.text ?? wanted
  const now = naming.value(read.place, read.row.text, pids)
  const name = known.words || read.row.path
  const step = since?.(read.row.key)
  const when = step === undefined ? '' : step === null ? ' since the start' : ` since step ${step}`
  if (known.holder && sign === '==' && (value === '0' || value === 'false'))
    return `for ${name}, ${now}${when}`
  const be = naming.value(read.place, value, pids)
  const goal = sign === '==' ? be : sign === '!=' ? `not ${be}` : `${LIMITS[sign]} ${be}`
  return `until ${name} is ${goal} (it ${when === '' ? 'is' : 'has been'} ${now}${when})`
}

/** `queued` alone waits for true, or for what is not 0; `!queued` for false, or 0. */
function bareMeans(not: boolean, isTruth: boolean): [operator: string, value: string] {
  if (isTruth) return ['==', not ? 'false' : 'true']
  return [not ? '==' : '!=', '0']
}
