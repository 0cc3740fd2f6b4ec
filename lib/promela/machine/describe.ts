/** A machine's state in the words of `view.ts`. */
import type { Variable } from '#lib/promela/4-lower/program.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import { controlStateOf } from './end-state.ts'
import { EXCLUSIVE, GLOBALS, LENGTH, LOCALS, MESSAGES, TAG } from './layout.ts'
import type { Machine } from './machine.ts'
import type { ChannelView, ProcessView, StateView, VariableView } from './view.ts'

export function describeMachine(machine: Machine): StateView {
  const { program } = machine
  const processes: ProcessView[] = []
  for (let pid = 0; pid < machine.processes; pid++) processes.push(describeProcess(machine, pid))
  const channels: ChannelView[] = []
  for (let id = 1; id <= machine.channels; id++) channels.push(describeChannel(machine, id))
  const exclusive = machine.cells[EXCLUSIVE] ?? 0
  return {
    globals: program.globals.map((variable) => describeVariable(machine, variable, GLOBALS)),
    processes,
    channels,
    exclusive: exclusive === 0 ? null : exclusive - 1,
  }
}

/** `waker` when no other process of that name can be there, else `waiter:1`. */
export function processName(machine: Machine, pid: number): string {
  const { program } = machine
  const index = machine.proctypeOf(pid)
  const name = program.proctypes[index]?.name ?? ''
  const started = program.initial.filter((item) => item === index).length
  return started === 1 && !runsAgain(machine, index) ? name : `${name}:${pid}`
}

const runTargets = new WeakMap<object, ReadonlySet<number>>()

/** Is there a `run` of this proctype anywhere? */
function runsAgain(machine: Machine, index: number): boolean {
  const { program } = machine
  const known = runTargets.get(program)
  if (known) return known.has(index)
  const targets = new Set<number>()
  const look = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) return
    if ('kind' in item && item.kind === 'run' && 'proctype' in item) targets.add(Number(item.proctype))
    for (const value of Object.values(item)) look(value)
  }
  for (const transition of program.transitions) look(transition.action)
  runTargets.set(program, targets)
  return targets.has(index)
}

function describeProcess(machine: Machine, pid: number): ProcessView {
  const base = machine.base[pid] ?? 0
  const proctype = machine.program.proctypes[machine.proctypeOf(pid)]
  const control = controlStateOf(machine, pid)
  const alive = !control?.transitions.some((transition) => transition.action.kind === 'end')
  const first = control?.transitions.length === 1 ? control.transitions[0] : undefined
  const nowhere = { file: machine.program.main, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const place = first ?? control?.place
  const span = place?.span ?? nowhere
  return {
    pid,
    proctype: proctype?.name ?? '',
    name: processName(machine, pid),
    alive,
    span,
    line: span.line,
    text: place?.text ?? '',
    origin: place?.origin ?? [],
    labels: control?.labels ?? [],
    locals: (proctype?.variables ?? []).map((variable) => describeVariable(machine, variable, base + LOCALS)),
  }
}

function describeChannel(machine: Machine, id: number): ChannelView {
  const frame = machine.channelBase[id] ?? 0
  const shape = machine.program.channelShapes[(machine.cells[frame + TAG] ?? 0) >> 1]
  const fields = shape?.fields ?? []
  const messages: string[][] = []
  for (let slot = 0; slot < (machine.cells[frame + LENGTH] ?? 0); slot++) {
    const at = frame + MESSAGES + slot * fields.length
    messages.push(fields.map((field, index) => valueText(machine, field, machine.cells[at + index] ?? 0)))
  }
  const twin = machine.program.channelShapes.filter((other) => other.name === shape?.name).length > 1
  const several = twin || countOf(machine, id) > 1
  const name = shape?.name ?? ''
  return { id, name: several ? `${name}#${id}` : name, capacity: shape?.capacity ?? 0, messages }
}

/** How many live channels were made by the declaration of this one. */
function countOf(machine: Machine, id: number): number {
  const tag = machine.cells[(machine.channelBase[id] ?? 0) + TAG]
  let count = 0
  for (let other = 1; other <= machine.channels; other++) {
    if (machine.cells[(machine.channelBase[other] ?? 0) + TAG] === tag) count++
  }
  return count
}

function describeVariable(machine: Machine, variable: Variable, base: number): VariableView {
  const at = base + variable.offset
  if (variable.length === null) return describeElement(machine, variable, variable.name, at)
  const elements: VariableView[] = []
  for (let index = 0; index < variable.length; index++) {
    elements.push(describeElement(machine, variable, `[${index}]`, at + index * variable.stride))
  }
  return {
    name: variable.name,
    type: `${variable.typeName}[${variable.length}]`,
    value: 0,
    text: `{${elements.map((element) => element.text).join(', ')}}`,
    elements,
  }
}

function describeElement(machine: Machine, variable: Variable, name: string, at: number): VariableView {
  if (!variable.fields) {
    const value = machine.cells[at] ?? 0
    const text = variable.cell ? valueText(machine, variable.cell, value) : String(value)
    return { name, type: variable.typeName, value, text }
  }
  const elements = variable.fields.map((field) => describeVariable(machine, field, at))
  const text = `{${elements.map((element) => `${element.name} ${element.text}`).join(', ')}}`
  return { name, type: variable.typeName, value: 0, text, elements }
}

function valueText(machine: Machine, cell: CellType, value: number): string {
  if (cell.name === 'bool') return value === 0 ? 'false' : 'true'
  if (cell.name === 'chan') return value === 0 ? 'none' : channelName(machine, value)
  if (cell.mtype !== null && value !== 0)
    return machine.program.mtypes[cell.mtype]?.names[value - 1] ?? String(value)
  return String(value)
}

function channelName(machine: Machine, id: number): string {
  if (id > machine.channels) return `channel ${id}`
  const tag = machine.cells[(machine.channelBase[id] ?? 0) + TAG] ?? 0
  return `${machine.program.channelShapes[tag >> 1]?.name ?? 'channel'}#${id}`
}
