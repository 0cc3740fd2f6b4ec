/**
 * A trace as who wants to write it down needs it: for each step its statement, the state in words before and
 * after, and what changed. Every other form of a trace (`.trail`, JSON, ITF, a diagram) is made of this.
 */

import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import { Cursor } from '#lib/promela/machine/cursor.ts'
import { describeMachine, processName } from '#lib/promela/machine/describe.ts'
import { EXCLUSIVE } from '#lib/promela/machine/layout.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import type { ChannelView, StateView, VariableView } from '#lib/promela/machine/view.ts'
import { invariant } from '#lib/result.ts'

/** One variable that a step changed. `owner` is the process of a local one; `null` when it is shared. */
export type Change = {
  readonly name: string
  readonly owner: number | null
  readonly from: string
  readonly to: string
}

export type StatementOf = {
  readonly pid: number
  readonly process: string
  readonly transition: Transition
}

export type TraceStep = StatementOf & {
  /** The receiver of a rendezvous. */
  readonly partner: StatementOf | null
  /** The state after it. */
  readonly state: StateView
  readonly changes: readonly Change[]
  /** What went wrong in this step. */
  readonly faults: readonly Fault[]
}

export type TraceSteps = { readonly start: StateView; readonly steps: readonly TraceStep[] }

/** `trace` must come from a search of `program` with the same `lossy`; a step that is not there is a bug. */
export function traceSteps(
  program: Program,
  trace: readonly number[],
  options: { readonly lossy?: boolean } = {},
): TraceSteps {
  const machine = new Machine(program)
  machine.lossy = options.lossy ?? false
  machine.reset()
  machine.errors = []
  const start = describeMachine(machine)
  let before = start
  const steps = trace.map((index) => {
    const step = take(machine, index, before)
    before = step.state
    return step
  })
  return { start, steps }
}

function take(machine: Machine, index: number, before: StateView): TraceStep {
  for (;;) {
    const cursor = new Cursor(machine)
    cursor.start()
    let moved = true
    while (moved && cursor.count <= index) {
      machine.errors = []
      moved = cursor.next()
    }
    const { taken } = cursor
    if (moved && taken) {
      const faults = machine.errors
      machine.errors = []
      const state = describeMachine(machine)
      const { pid, executable, partner } = taken
      // Names are those before the step: with it the process may have ended.
      const named = (number: number, transition: Transition): StatementOf => ({
        pid: number,
        process: before.processes[number]?.name ?? processName(machine, number),
        transition,
      })
      return {
        ...named(pid, executable.transition),
        partner: partner && named(partner.pid, partner.executable.transition),
        state,
        changes: changesBetween(before, state),
        faults,
      }
    }
    // Blocked inside its atomic, a process loses control, and everybody may move.
    invariant(machine.cells[EXCLUSIVE] !== 0, 'a trace names steps of its program')
    machine.cells[EXCLUSIVE] = 0
  }
}

/** Globals and channels first, then locals by pid; a process that is new shows what is not 0, one that is gone nothing. */
export function changesBetween(before: StateView, after: StateView): readonly Change[] {
  const changes: Change[] = []
  const compare = (
    owner: number | null,
    old: ReadonlyMap<string, string>,
    now: ReadonlyMap<string, string>,
  ): void => {
    for (const [name, to] of now) {
      const from = old.get(name) ?? ''
      if (from !== to) changes.push({ name, owner, from, to })
    }
  }
  compare(null, valuesOf(before.globals), valuesOf(after.globals))
  compare(null, contentsOf(before.channels), contentsOf(after.channels))
  for (const process of after.processes) {
    const old = before.processes[process.pid]
    const now = valuesOf(process.locals)
    if (old?.proctype === process.proctype) compare(process.pid, valuesOf(old.locals), now)
    else for (const [name, to] of now) if (isSet(to)) changes.push({ name, owner: process.pid, from: '', to })
  }
  return changes
}

function isSet(text: string): boolean {
  return text !== '0' && text !== 'false' && text !== 'none'
}

/** Scalars by their full name: `x`, `a[1]`, `s.f[0]`. */
export function valuesOf(variables: readonly VariableView[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  const add = (prefix: string, { name, text, elements }: VariableView): void => {
    const full = prefix === '' ? name : name.startsWith('[') ? `${prefix}${name}` : `${prefix}.${name}`
    if (elements) for (const element of elements) add(full, element)
    else values.set(full, text)
  }
  for (const variable of variables) add('', variable)
  return values
}

/** Channels by name with their messages: `[1,2] [3,4]`; empty for none. */
export function contentsOf(channels: readonly ChannelView[]): ReadonlyMap<string, string> {
  return new Map(
    channels.map(({ name, messages }) => [name, messages.map((item) => `[${item.join(',')}]`).join(' ')]),
  )
}
