/**
 * Where things are in a state.
 *
 *     ┌───────────┬──────────┬───────────┬───────────┬─────────┬─────────┬──
 *     │ processes │ channels │ exclusive │ globals … │ frame 0 │ frame 1 │ …
 *     └───────────┴──────────┴───────────┴───────────┴─────────┴─────────┴──
 *
 * A frame is a process (`tag = 2·proctype`, control state, priority, cells) or a channel (`tag = 2·shape + 1`,
 * length, messages). Frames are a stack, as in Spin: a process is made at the top together with its local
 * channels, and only the youngest process can end, taking them along. So equal states are equal rows.
 *
 * `exclusive` is the pid + 1 of a process inside an atomic, 0 for none. States that a search stores have 0.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'

export const PROCESSES = 0
export const CHANNELS = 1
export const EXCLUSIVE = 2
export const GLOBALS = 3

export const TAG = 0
/** In a process frame. */
export const CONTROL = 1
export const PRIORITY = 2
export const LOCALS = 3
/** In a channel frame. */
export const LENGTH = 1
export const MESSAGES = 2

/** Pids and channel numbers are bytes, in Spin and here. */
export const MAX_FRAMES = 255

export function channelFrameSize(program: Program, shape: number): number {
  const channel = program.channelShapes[shape]
  return channel ? MESSAGES + channel.capacity * channel.fields.length : MESSAGES
}

export function processFrameSize(program: Program, proctype: number): number {
  return LOCALS + (program.proctypes[proctype]?.cells.length ?? 0)
}
