/**
 * A trace in the Informal Trace Format, which viewers of TLA+ and Quint traces read
 * (https://apalache-mc.org/docs/adr/015adr-trace.html).
 *
 * The variables are the model's globals with their shape (arrays are lists, structures records), and three that
 * Promela has and TLA+ does not: `_processes` (where each stands, with its locals), `_channels` and `_step` (what
 * led to the state). Their values have one type in all states, since typed readers ask for that; so what differs
 * from process to process is a map from names to words.
 */

import type { StateView, VariableView } from '#lib/promela/machine/view.ts'
import { type TraceStep, type TraceSteps, valuesOf } from './trace-steps.ts'

export type ItfValue =
  | number
  | boolean
  | string
  | readonly ItfValue[]
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | { readonly [field: string]: ItfValue }

export type ItfTrace = {
  readonly '#meta': Readonly<Record<string, string>>
  readonly vars: readonly string[]
  /** Index of the state that follows the last one, in a run without end. */
  readonly loop?: number
  readonly states: readonly { readonly [variable: string]: ItfValue }[]
}

/** `source` is the name of the model, for the reader. As many states as steps and one: the first is the start. */
export function traceItf(
  { start, steps }: TraceSteps,
  source: string,
  cycleStart: number | null = null,
): ItfTrace {
  const globals = start.globals.map(({ name }) => name)
  const own = (name: string): string => (globals.includes(name) ? own(`_${name}`) : name)
  const names = { processes: own('_processes'), channels: own('_channels'), step: own('_step') }
  const state = (view: StateView, step: TraceStep | null, index: number) => ({
    '#meta': { index },
    ...Object.fromEntries(view.globals.map((variable) => [variable.name, itfValue(variable)])),
    [names.processes]: processesOf(view),
    [names.channels]: map(
      view.channels.map(({ name, messages }) => [name, messages.map((fields) => [...fields])]),
    ),
    [names.step]: { process: step?.process ?? '', statement: step ? wordsOf(step) : '' },
  })
  return {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source,
    },
    vars: [...globals, names.processes, names.channels, names.step],
    ...(cycleStart === null ? {} : { loop: cycleStart }),
    states: [state(start, null, 0), ...steps.map((step, at) => state(step.state, step, at + 1))],
  }
}

function wordsOf({ transition, partner }: TraceStep): string {
  return partner ? `${transition.expanded} -> ${partner.transition.expanded}` : transition.expanded
}

function itfValue({ type, value, text, elements }: VariableView): ItfValue {
  if (elements) {
    if (elements.every(({ name }) => name.startsWith('['))) return elements.map(itfValue)
    return Object.fromEntries(elements.map((element) => [element.name, itfValue(element)]))
  }
  if (type === 'bool') return value !== 0
  return type.startsWith('mtype') || type === 'chan' ? text : value
}

function processesOf({ processes }: StateView): ItfValue {
  return map(
    processes.map(({ pid, name, alive, line, span, text, locals }) => [
      pid,
      { name, alive, at: `${span.file}:${line}`, statement: text, locals: map([...valuesOf(locals)]) },
    ]),
  )
}

function map(pairs: readonly (readonly [ItfValue, ItfValue])[]): ItfValue {
  return { '#map': pairs }
}
