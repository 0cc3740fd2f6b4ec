/**
 * Why a process cannot move, with the values that decide it: "waits for hb_lock == 0 (hb_lock is 2)". The condition
 * alone sends the reader to the table of variables; with the values he has the answer where he asked.
 */
import type { BlockedReason } from '#lib/promela/machine/step.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import { valueRows } from './changes.ts'

/** The process's own locals hide globals of the same name. `_pid` counts as a value that everybody knows. */
export function blockedWords(reason: BlockedReason, view: StateView, pid: number): string {
  const values = new Map<string, string>()
  for (const { owner, path, text } of valueRows(view)) {
    if (owner.kind !== 'local' || owner.pid === pid) values.set(path, text)
  }
  const named = new Map<string, string>()
  for (const match of reason.text.matchAll(/[A-Za-z_]\w*(?:\[\w+\]|\.\w+)*/g)) {
    const path = match[0].replaceAll('[_pid]', `[${pid}]`)
    const resolved = path.replace(/\[([A-Za-z_]\w*)\]/g, (whole, name) => `[${values.get(name) ?? whole}]`)
    const value = values.get(resolved)
    if (value !== undefined) named.set(resolved, value)
  }
  const words = reason.text.replace(/^waits: /, '')
  if (named.size === 0) return words
  return `${words} (${[...named].map(([path, text]) => `${path} is ${text}`).join(', ')})`
}
