/** A trace as plain JSON, for scripts: who did what, where it stands in the text, and what it changed. */

import type { Fault } from '#lib/promela/machine/verdict.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import { describeOrigin } from '#lib/promela/source.ts'
import { contentsOf, type StatementOf, type TraceStep, type TraceSteps, valuesOf } from './trace-steps.ts'

export type JsonPlace = { readonly file: string; readonly line: number; readonly column: number }

export type JsonStatement = JsonPlace & {
  readonly pid: number
  /** `waker`, or `waiter:1` where there are several. */
  readonly process: string
  /** With inline parameters replaced. */
  readonly statement: string
  /** "in spin_lock, called at line 41"; absent for what is written where it stands. */
  readonly through?: string
}

export type JsonFault = JsonPlace & {
  readonly kind: string
  readonly message: string
  readonly pid: number
}

export type JsonStep = JsonStatement & {
  /** from 1 */
  readonly step: number
  /** The receiver of a rendezvous. */
  readonly receiver?: JsonStatement
  readonly changes: readonly {
    readonly name: string
    /** The process whose local it is; absent for what is shared. */
    readonly process?: string
    readonly from: string
    readonly to: string
  }[]
  readonly faults?: readonly JsonFault[]
}

export type JsonTrace = {
  /** Globals and channels (`[1,2] [3,4]`) before the first step. */
  readonly start: Readonly<Record<string, string>>
  readonly steps: readonly JsonStep[]
  /** What is wrong with the last state: nothing can move, or a guard cannot be evaluated. Absent when a step failed. */
  readonly end?: JsonFault
  /**
   * Of a run without end: how many steps come before the part that repeats for ever. All of them when nothing moves
   * any more.
   */
  readonly cycleStart?: number
}

/** `end` is what the verdict says when no step of the trace failed. */
export function traceJson(
  { start, steps }: TraceSteps,
  end: Fault | null,
  cycleStart: number | null = null,
): JsonTrace {
  return {
    start: sharedValues(start),
    steps: steps.map((step, at) => jsonStep(step, at + 1)),
    ...(end ? { end: jsonFault(end) } : {}),
    ...(cycleStart === null ? {} : { cycleStart }),
  }
}

function sharedValues(state: StateView): Readonly<Record<string, string>> {
  return Object.fromEntries([...valuesOf(state.globals), ...contentsOf(state.channels)])
}

function jsonStep(step: TraceStep, number: number): JsonStep {
  return {
    step: number,
    ...jsonStatement(step),
    ...(step.partner ? { receiver: jsonStatement(step.partner) } : {}),
    changes: step.changes.map(({ name, owner, from, to }) => ({
      name,
      ...(owner === null ? {} : { process: step.state.processes[owner]?.name ?? String(owner) }),
      from,
      to,
    })),
    ...(step.faults.length > 0 ? { faults: step.faults.map(jsonFault) } : {}),
  }
}

function jsonStatement({ pid, process, transition }: StatementOf): JsonStatement {
  const { expanded, span, origin } = transition
  return {
    pid,
    process,
    statement: expanded,
    file: span.file,
    line: span.line,
    column: span.column,
    ...(origin.length > 0 ? { through: describeOrigin(origin) } : {}),
  }
}

function jsonFault({ kind, message, pid, span }: Fault): JsonFault {
  return { kind, message, pid, file: span.file, line: span.line, column: span.column }
}
