/**
 * What a step changed, in the words of the model: two states are flattened to named values and compared.
 *
 * Both the table of variables and the story read this. It works on views, not on cells, so a reader is never
 * told of a change that he cannot find by name, and a process that ends or starts is a change too.
 */
import type { ChannelView, StateView, VariableView } from '#lib/promela/machine/view.ts'
import type { Naming, Place } from '#lib/promela/trace/naming.ts'

/** Who a value belongs to: everybody, one process, or a channel. */
export type Owner =
  | { readonly kind: 'global' }
  | { readonly kind: 'local'; readonly pid: number; readonly process: string }
  | { readonly kind: 'channel' }

/** One named value: a scalar, an element of an array, a field, or the content of a channel. */
export type ValueRow = {
  /** Unique in its state, and the same in the next one: what two states are compared by. */
  readonly key: string
  readonly owner: Owner
  /** As one would write it: `queued[1]`, `msg.kind`. */
  readonly path: string
  readonly type: string
  readonly text: string
}

export type Change =
  | {
      readonly kind: 'value'
      readonly key: string
      readonly owner: Owner
      readonly path: string
      /** `null` for a channel that was just made. */
      readonly before: string | null
      readonly after: string
    }
  | { readonly kind: 'started' | 'ended'; readonly pid: number; readonly process: string }

/** All values of a state: globals, then channels, then the locals by pid. */
export function valueRows(view: StateView): readonly ValueRow[] {
  const rows: ValueRow[] = []
  for (const variable of view.globals) addVariable(rows, 'g', { kind: 'global' }, variable.name, variable)
  for (const channel of view.channels) {
    rows.push({
      key: `c${channel.id}`,
      owner: { kind: 'channel' },
      path: channel.name,
      type: channel.capacity === 0 ? 'rendezvous' : `chan [${channel.capacity}]`,
      text: channelText(channel),
    })
  }
  for (const process of view.processes) {
    const owner: Owner = { kind: 'local', pid: process.pid, process: process.name }
    // The proctype is part of the key: pids are reused, and a new process is not the old one with new values.
    const prefix = `p${process.pid}.${process.proctype}`
    for (const variable of process.locals) addVariable(rows, prefix, owner, variable.name, variable)
  }
  return rows
}

function addVariable(rows: ValueRow[], prefix: string, owner: Owner, path: string, variable: VariableView) {
  if (!variable.elements) {
    rows.push({ key: `${prefix}:${path}`, owner, path, type: variable.type, text: variable.text })
    return
  }
  for (const element of variable.elements) {
    const inner = element.name.startsWith('[') ? `${path}${element.name}` : `${path}.${element.name}`
    addVariable(rows, prefix, owner, inner, element)
  }
}

/** `⟨red, 1⟩ ⟨blue, 2⟩`, head first; "empty" when nothing is in it. */
function channelText(channel: ChannelView): string {
  if (channel.messages.length === 0) return 'empty'
  return channel.messages.map((fields) => `⟨${fields.join(', ')}⟩`).join(' ')
}

/** What differs, values in the order of `valueRows(after)`, then processes by pid. */
export function changesBetween(before: StateView, after: StateView): readonly Change[] {
  const old = new Map(valueRows(before).map((row) => [row.key, row.text]))
  const changes: Change[] = []
  for (const row of valueRows(after)) {
    const was = old.get(row.key) ?? null
    if (was === row.text) continue
    // A local that was not there belongs to a process that has just started, and that is told below.
    if (was === null && row.owner.kind === 'local') continue
    changes.push({
      kind: 'value',
      key: row.key,
      owner: row.owner,
      path: row.path,
      before: was,
      after: row.text,
    })
  }
  for (const process of after.processes) {
    const was = before.processes.find((other) => other.pid === process.pid)
    if (startedIn(before, process.pid, process.proctype)) {
      changes.push({ kind: 'started', pid: process.pid, process: process.name })
    } else if (was?.alive && !process.alive) {
      changes.push({ kind: 'ended', pid: process.pid, process: process.name })
    }
  }
  for (const process of before.processes) {
    // Its end was told when it stopped being alive; a process may also go without that.
    const gone = !after.processes.some((other) => other.pid === process.pid)
    if (gone && process.alive) changes.push({ kind: 'ended', pid: process.pid, process: process.name })
  }
  return changes
}

function startedIn(before: StateView, pid: number, proctype: string): boolean {
  return !before.processes.some((process) => process.pid === pid && process.proctype === proctype)
}

/** Where a value is, for whoever has words for it. */
export function placeOf({ owner, path }: Pick<ValueRow, 'owner' | 'path'>): Place {
  return { proctype: owner.kind === 'local' ? proctypeOf(owner.process) : null, path }
}

/** `waiter` of `waiter:1`. */
export function proctypeOf(process: string): string {
  return process.replace(/:\d+$/, '')
}

/** "hb_waiters 0 → 1", "waiter:1 uval 0 → 1", "waiter:2 ended". */
export function changeWords(change: Change): string {
  if (change.kind !== 'value') return `${change.process} ${change.kind}`
  const owner = change.owner.kind === 'local' ? `${change.owner.process} ` : ''
  return `${owner}${change.path} ${change.before ?? 'new'} → ${change.after}`
}

/**
 * The same in the words of a vocabulary, where it has some: "hb->lock: free → held by waker".
 *
 * @param pids the names of processes, for values that say who holds something
 */
export function changeTold(change: Change, naming: Naming, pids: ReadonlyMap<number, string>): string {
  if (change.kind !== 'value') return `${naming.process(change.process)} ${change.kind}`
  const { owner, path, before, after } = change
  const whose = owner.kind === 'local' ? `${naming.process(owner.process)} ` : ''
  const place = placeOf(change)
  const known = naming.variable(place)
  if (!known) return `${whose}${path} ${before ?? 'new'} → ${after}`
  const [from, to] = [before, after].map((text) => (text === null ? 'new' : naming.value(place, text, pids)))
  return `${whose}${known.words || path}: ${from} → ${to}`
}
