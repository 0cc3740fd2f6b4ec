/**
 * A state in plain words and numbers, for whoever shows it. No cell offsets, no control-state numbers that
 * would mean something: names, values, and places in the text.
 */
import type { OriginFrame, Span } from '#lib/promela/source.ts'

/**
 * One variable. `value` is the number; `text` is what a reader expects (`true`, an mtype name, `q#2`). Arrays
 * and structures have `elements` (named `[0]`, `[1]` … or by field) and their `text` is a one-line summary.
 */
export type VariableView = {
  readonly name: string
  readonly type: string
  readonly value: number
  readonly text: string
  readonly elements?: readonly VariableView[]
}

export type ProcessView = {
  readonly pid: number
  readonly proctype: string
  /** `waiter` when it is the only instance, else `waiter:2` with the pid. */
  readonly name: string
  /** False once it reached its end and only waits for younger processes to go. */
  readonly alive: boolean
  /** The statement it stands before; the closing brace once it ended. */
  readonly span: Span
  readonly line: number
  /** Words of that statement. */
  readonly text: string
  readonly origin: readonly OriginFrame[]
  readonly labels: readonly string[]
  readonly locals: readonly VariableView[]
}

export type ChannelView = {
  readonly id: number
  readonly name: string
  /** 0: rendezvous. */
  readonly capacity: number
  /** Head first; each message is a list of field texts. */
  readonly messages: readonly (readonly string[])[]
}

export type StateView = {
  readonly globals: readonly VariableView[]
  readonly processes: readonly ProcessView[]
  readonly channels: readonly ChannelView[]
  /** The process inside an atomic that alone may move now; `null` otherwise. */
  readonly exclusive: number | null
}
