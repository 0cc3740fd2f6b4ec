/** Whether a run may stop where nothing can move, and whom to name when it may not. */
import { isTraceOpen } from './event-trace.ts'
import { CONTROL, LENGTH } from './layout.ts'
import type { Machine } from './machine.ts'
import type { Fault } from './verdict.ts'

export type EndRules = {
  /** pan's -q: messages left in a channel make an end invalid. */
  readonly channelsEmpty: boolean
}

/** For a state in which nothing can move: the fault of ending here, or `null` when every process may. */
export function endFault(machine: Machine, rules: EndRules): Fault | null {
  const stuck: number[] = []
  for (let pid = 0; pid < machine.processes; pid++)
    if (!controlStateOf(machine, pid)?.validEnd) stuck.push(pid)
  const first = stuck[0]
  if (first === undefined) {
    const { trace } = machine.program.observers
    if (rules.channelsEmpty) return messagesLeft(machine)
    if (!trace || machine.processes === 0 || !isTraceOpen(machine, trace)) return null
    return {
      kind: 'invalid-end-state',
      message: 'the run ends before its trace does',
      span: trace.span,
      pid: 0,
    }
  }
  const place = controlStateOf(machine, first)?.place
  const names = stuck.map((pid) => `${machine.program.proctypes[machine.proctypeOf(pid)]?.name ?? ''}:${pid}`)
  return {
    kind: 'invalid-end-state',
    message: `invalid end state: ${names.join(', ')} can never go on`,
    span: place?.span ?? nowhere(machine),
    pid: first,
  }
}

export function controlStateOf(machine: Machine, pid: number) {
  const base = machine.base[pid] ?? 0
  return machine.program.proctypes[machine.proctypeOf(pid)]?.states[machine.cells[base + CONTROL] ?? 0]
}

function messagesLeft(machine: Machine): Fault | null {
  for (let channel = 1; channel <= machine.channels; channel++) {
    const frame = machine.channelBase[channel] ?? 0
    if ((machine.cells[frame + LENGTH] ?? 0) === 0) continue
    const shape = machine.program.channelShapes[(machine.cells[frame] ?? 0) >> 1]
    return {
      kind: 'invalid-end-state',
      message: `invalid end state: messages are left in ${shape?.name ?? 'a channel'}`,
      span: shape?.span ?? nowhere(machine),
      pid: 0,
    }
  }
  return null
}

function nowhere(machine: Machine) {
  return { file: machine.program.main, line: 1, column: 1, endLine: 1, endColumn: 1 }
}
