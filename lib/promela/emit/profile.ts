/**
 * What a layout assumes about the processes and channels that there will be: which proctypes may have which pid,
 * which cells of theirs nobody changes and have one value there, and which shapes have which channel number.
 *
 * It is found by watching the first states (`observe`) and is an assumption, not an analysis. A state that does not
 * fit is noticed where it would be stored; then the profile learns it and the search begins again.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { type Written, writtenCells } from './constancy.ts'

/** Cells by proctype cell: the one value seen so far, `null` for a cell that is written or had several. */
export type Occupant = { readonly proctype: number; readonly values: (number | null)[] }

export type Profile = {
  readonly written: Written
  /** Values of the globals at the start. */
  readonly start: readonly number[]
  /** By pid. */
  readonly slots: Map<number, Occupant>[]
  /** By channel number - 1: its shapes. */
  readonly channels: Set<number>[]
}

/** One state, as far as a profile cares. */
export type Population = {
  readonly processes: readonly { readonly proctype: number; readonly cells: ArrayLike<number> }[]
  /** Shapes of the channels from number 1 on. */
  readonly channels: readonly number[]
}

export function emptyProfile(program: Program, start: readonly number[]): Profile {
  return { written: writtenCells(program), start, slots: [], channels: [] }
}

/** Takes a state in; whether it was anything new. */
export function observe(profile: Profile, population: Population): boolean {
  let learnt = false
  for (const [pid, { proctype, cells }] of population.processes.entries()) {
    profile.slots[pid] ??= new Map()
    const slot = profile.slots[pid]
    const known = slot.get(proctype)
    if (!known) {
      const written = profile.written.locals[proctype] ?? []
      const values = written.map((changes, cell) => (changes ? null : (cells[cell] ?? 0)))
      slot.set(proctype, { proctype, values })
      learnt = true
      continue
    }
    for (const [cell, value] of known.values.entries()) {
      if (value === null || value === cells[cell]) continue
      known.values[cell] = null
      learnt = true
    }
  }
  for (const [index, shape] of population.channels.entries()) {
    profile.channels[index] ??= new Set()
    const shapes = profile.channels[index]
    if (shapes.has(shape)) continue
    shapes.add(shape)
    learnt = true
  }
  return learnt
}
