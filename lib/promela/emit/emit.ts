/**
 * A program as a module: its processes specialised for the slots of a layout, and the search around them.
 *
 * Everything is emitted in principle, because what a statement cannot do in code it leaves to the interpreter, one
 * state at a time. Refused is what would always be left: then code is only a detour.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { mayGoAlone, writeAlone } from './alone.ts'
import { evaluate } from './expressions.ts'
import type { Func, Module } from './ir.ts'
import { type Layout, layOut } from './layout.ts'
import { type MemoryMap, mapMemory } from './memory.ts'
import { writeMayEnd, writeProcess } from './processes.ts'
import type { Profile } from './profile.ts'
import { attempt } from './statements.ts'
import { writeStore } from './store.ts'
import type { World } from './world.ts'

export type EmitOptions = {
  readonly unit: 1 | 4
  readonly lossy: boolean
  readonly channelsEmpty: boolean
  readonly maxStates: number
  readonly maxBytes: number
  /** What the memory may be at most, whatever is asked for. */
  readonly memoryBytes: number
}

export type Emitted = {
  readonly module: Module
  readonly layout: Layout
  readonly memory: MemoryMap
  /** To be put at `memory.tables` before anything runs. */
  readonly tables: Int32Array
}

/** A state of more than 1 KiB: the interpreter's loops are as good as code for each of its words. */
const MAX_WORDS = 256
const MAX_SLOTS = 64
const MAX_STATEMENTS = 150_000

/** The error says what a reader may want to know: why the program is interpreted. */
export function emit(reduction: Reduction, profile: Profile, options: EmitOptions): Result<Emitted, string> {
  const { program } = reduction
  if (program.uses.priorities) return err('it uses priorities')
  if (program.observers.last !== null || program.observers.trace)
    return err('it is observed by _last or a trace')
  const foreign = foreignExpression(program)
  if (foreign) return err(`it asks for ${foreign}`)
  const isHidden = (kept: readonly boolean[]): boolean => kept.includes(false)
  if (isHidden(program.kept) || program.proctypes.some(({ kept }) => isHidden(kept)))
    return err('it has hidden variables')
  if (profile.slots.length > MAX_SLOTS) return err(`it has more than ${MAX_SLOTS} processes`)
  const layout = layOut(program, profile)
  if (reduction.alone && profile.slots.length > 31)
    return err('it has too many processes to choose one that goes alone')
  if (layout.words > MAX_WORDS) return err(`its states have more than ${4 * MAX_WORDS} bytes`)
  const tables: number[] = []
  // Tables come before what their size would move, so they are counted in a first pass over the processes.
  const write = (tableWords: number) => {
    tables.length = 0
    const memory = mapMemory(layout, program.transitions.length, tableWords, options)
    const known = new Map<string, number>()
    const world: World = {
      program,
      reduction,
      layout,
      memory,
      unit: options.unit,
      lossy: options.lossy,
      evaluate,
      attempt,
      table: (values) => {
        const key = values.join()
        const at = known.get(key) ?? tables.length
        if (!known.has(key)) tables.push(...values)
        known.set(key, at)
        return memory.tables + at
      },
    }
    const functions: Func[] = layout.slots.map((slot) => writeProcess(world, slot))
    for (const slot of layout.slots) if (mayGoAlone(world, slot)) functions.push(writeAlone(world, slot))
    functions.push(writeMayEnd(world), ...writeStore(world, options))
    return { functions, memory }
  }
  const draft = write(TABLE_ROOM)
  const { functions, memory } = tables.length <= TABLE_ROOM ? draft : write(tables.length)
  const size = functions.reduce((sum, func) => sum + countStatements(func.body), 0)
  if (size > MAX_STATEMENTS) return err('its code would be too long')
  return ok({ module: { functions, unit: options.unit }, layout, memory, tables: Int32Array.from(tables) })
}

const TABLE_ROOM = 65_536

/** What a process asks about others; the interpreter knows it. */
const FOREIGN: Readonly<Record<string, string>> = {
  enabled: 'enabled()',
  'control-state': 'pc_value()',
  priority: 'get_priority()',
  'at-label': 'the place of another process',
  remote: 'a variable of another process',
  'non-progress': 'np_',
}

function foreignExpression({ proctypes }: Program): string | null {
  let found: string | null = null
  for (const { states, provided, initialise, kind } of proctypes) {
    if (kind === 'never') continue
    const actions = states.flatMap(({ transitions }) => transitions.map(({ action }) => action))
    JSON.stringify([actions, provided, initialise], (key, value: unknown) => {
      if (key === 'kind' && typeof value === 'string') found ??= FOREIGN[value] ?? null
      return value
    })
  }
  return found
}

function countStatements(body: Func['body']): number {
  let count = 0
  for (const stmt of body) {
    count++
    if (stmt.kind === 'if') count += countStatements(stmt.yes) + countStatements(stmt.no)
    else if (stmt.kind === 'block' || stmt.kind === 'loop') count += countStatements(stmt.body)
    else if (stmt.kind === 'switch') for (const part of stmt.cases) count += countStatements(part)
  }
  return count
}
