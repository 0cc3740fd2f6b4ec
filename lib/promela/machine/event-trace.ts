/**
 * A `trace` or `notrace` at work: an automaton that is moved by the sends and receives of the channels it names.
 *
 * Only events of a channel and direction that the trace names are its business. It must have a step for each of
 * them; a notrace, to the contrary, must never come to its end, and watches only until it misses one.
 */

import type { EventTrace, TraceEdge } from '#lib/promela/4-lower/program.ts'
import { invariant } from '#lib/result.ts'
import { compileChannel } from './expressions.ts'
import { GLOBALS } from './layout.ts'
import type { Workspace } from './workspace.ts'

/** `at` is the first cell of the message, `frame` that of its channel. */
export type Observer = (kind: 'send' | 'receive', frame: number, at: number) => void

type Edge = TraceEdge & { readonly channel: ((base: number) => number) | null }

export function compileTrace(machine: Workspace): Observer | null {
  const { trace } = machine.program.observers
  if (!trace) return null
  const states = trace.states.map(({ edges }) =>
    edges.map((edge): Edge => {
      return { ...edge, channel: edge.event && compileChannel(machine, edge.event.channel) }
    }),
  )
  const named = states.flat()
  const cell = GLOBALS + trace.cell
  return (kind, frame, at) => {
    const from = machine.cells[cell] ?? 0
    if (from === trace.end) return
    const isNamed = ({ event, channel }: Edge): boolean => event?.kind === kind && channel?.(0) === frame
    if (!named.some(isNamed)) return
    const fits = (edge: Edge): boolean =>
      edge.event === null ||
      (isNamed(edge) &&
        edge.event.fields.every((value, field) => value === null || machine.cells[at + field] === value))
    const edges = states[from]
    invariant(edges, 'a trace stands at a state of its own')
    const next = edges.find(fits)
    if (next) {
      machine.cells[cell] = next.target
      if (trace.negated && next.target === trace.end)
        machine.report('event-trace', 'the events that notrace excludes have all happened')
    } else if (trace.negated) machine.cells[cell] = trace.end
    else machine.report('event-trace', `the trace has no ${kind} like this one here`)
  }
}

/** A run that is stuck here has left the trace half way. */
export function isTraceOpen(machine: Workspace, trace: EventTrace): boolean {
  return !trace.states[machine.cells[GLOBALS + trace.cell] ?? 0]?.validEnd
}
