/**
 * One step at a time: the transition system as the page, the replay and the tests see it.
 *
 * Invariant: `enabledSteps` lists the steps of equal states in the same order. Traces store indices into that
 * list and are replayed from them, so anything that depends on insertion order or on time would break every
 * stored trace. (The order itself is that of `Cursor`, which the search uses too.)
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import { isStoreBufferStep } from '#lib/promela/memory-order/drain-words.ts'
import type { OriginFrame, Span } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'
import { Cursor, type Taken } from './cursor.ts'
import { describeMachine, processName } from './describe.ts'
import { controlStateOf, endFault } from './end-state.ts'
import { EXCLUSIVE } from './layout.ts'
import { Machine } from './machine.ts'
import type { Fault } from './verdict.ts'
import type { StateView } from './view.ts'

/** A snapshot. Never written after it was handed out; survives structured clone. Its cells are private. */
export type State = Int32Array & { readonly brand?: 'State' }

/** A step that can be taken now. */
export type Step = {
  /** Position in `enabledSteps` of its state: what a trace stores. */
  readonly index: number
  readonly pid: number
  /** As `ProcessView.name`. */
  readonly process: string
  /** The statement as the author wrote it; for a rendezvous the send. */
  readonly text: string
  /** The same with inline parameters replaced. */
  readonly expanded: string
  readonly span: Span
  readonly origin: readonly OriginFrame[]
  /** A process must go on at once: the step ends inside an atomic. */
  readonly atomic: boolean
  /** The receiver of a rendezvous. */
  readonly partner: {
    readonly pid: number
    readonly process: string
    readonly text: string
    readonly span: Span
  } | null
}

/** What went wrong while a step was taken. */
export type StepError = Fault

/** The state after a step; `errors` is empty unless the step violated something. */
export type StepResult = {
  readonly state: State
  readonly errors: readonly StepError[]
  readonly printed: string
}

export type BlockedReason = { readonly text: string; readonly span: Span }

/** Compiled once per program; the machine is only used within one call, so sharing it is safe. */
const machines = new WeakMap<Program, Machine>()

function machineOf(program: Program): Machine {
  const known = machines.get(program)
  if (known) return known
  const machine = new Machine(program)
  machine.printing = true
  machines.set(program, machine)
  return machine
}

export function initialState(program: Program): State {
  const machine = machineOf(program)
  machine.reset()
  machine.errors = []
  return machine.save()
}

/** Steps that can be taken, by pid, then in the order of the text. Empty: the run is over (see `endError`). */
export function enabledSteps(program: Program, state: State): readonly Step[] {
  const machine = machineOf(program)
  const steps: Step[] = []
  let now = state
  for (;;) {
    machine.load(now)
    const cursor = new Cursor(machine)
    cursor.start()
    while (cursor.next()) {
      invariant(cursor.taken, 'a cursor that moved knows what it took')
      const atomic = machine.cells[EXCLUSIVE] !== 0
      cursor.restore()
      steps.push(stepOf(machine, cursor.taken, cursor.count - 1, atomic))
    }
    if (steps.length > 0 || (now[EXCLUSIVE] ?? 0) === 0) return steps
    now = released(now)
  }
}

function stepOf(machine: Machine, taken: Taken, index: number, atomic: boolean): Step {
  const { pid, executable, partner } = taken
  const { text, expanded, span, origin } = executable.transition
  return {
    index,
    pid,
    process: processName(machine, pid),
    text,
    expanded,
    span,
    origin,
    atomic,
    partner: partner && {
      pid: partner.pid,
      process: processName(machine, partner.pid),
      text: partner.executable.transition.text,
      span: partner.executable.transition.span,
    },
  }
}

/** The same state once the process that is blocked inside its atomic has lost control. */
function released(state: State): State {
  const copy = state.slice()
  copy[EXCLUSIVE] = 0
  return copy
}

/** Takes `step`, which must come from `enabledSteps(program, state)`. */
export function applyStep(program: Program, state: State, step: Step): StepResult {
  const machine = machineOf(program)
  let now = state
  for (;;) {
    machine.load(now)
    const cursor = new Cursor(machine)
    cursor.start()
    let moved = true
    while (moved && cursor.count <= step.index) {
      machine.printed = ''
      machine.errors = []
      moved = cursor.next()
    }
    if (moved) {
      const result = { state: machine.save(), errors: machine.errors, printed: machine.printed }
      machine.errors = []
      machine.printed = ''
      return result
    }
    invariant((now[EXCLUSIVE] ?? 0) !== 0, 'the step is one of this state')
    now = released(now)
  }
}

/**
 * What is wrong with stopping at this state: a test that fails here (an index out of bounds in a guard), or,
 * when nothing can move, a process that may not end where it stands. `null` when nothing is.
 */
export function endError(program: Program, state: State): StepError | null {
  const machine = machineOf(program)
  machine.load(state)
  machine.errors = []
  const cursor = new Cursor(machine)
  cursor.start()
  while (cursor.next()) machine.errors = []
  const [failure] = cursor.failures
  machine.errors = []
  if (failure) return failure
  if (cursor.count > 0) return null
  if ((state[EXCLUSIVE] ?? 0) !== 0) return endError(program, released(state))
  return endFault(machine, { channelsEmpty: false })
}

export function describeState(program: Program, state: State): StateView {
  const machine = machineOf(program)
  machine.load(state)
  return describeMachine(machine)
}

/** Why `pid` cannot move now; `null` when it can. */
export function blockedReason(program: Program, state: State, pid: number): BlockedReason | null {
  if (enabledSteps(program, state).some((step) => step.pid === pid || step.partner?.pid === pid)) return null
  const machine = machineOf(program)
  machine.load(state)
  const control = pid < machine.processes ? controlStateOf(machine, pid) : undefined
  if (!control) return null
  const { span } = control.place
  const exclusive = (state[EXCLUSIVE] ?? 0) - 1
  if (exclusive >= 0 && exclusive !== pid && enabledSteps(program, state).length > 0) {
    return { text: `waits: ${processName(machine, exclusive)} is inside an atomic and goes on alone`, span }
  }
  if (control.transitions.some((transition) => transition.action.kind === 'end')) {
    return { text: 'has ended; it is gone once all younger processes are', span }
  }
  if (machine.provided[machine.proctypeOf(pid)]?.(machine.base[pid] ?? 0) === 0) {
    return { text: 'its provided clause does not hold', span }
  }
  machine.errors = []
  if (machine.canMove(pid)) {
    const offers = control.transitions.some((transition) => transition.action.kind === 'send')
    if (offers) return { text: `nobody receives: ${words(control.transitions)}`, span }
    return { text: 'a process of higher priority can move', span }
  }
  return { text: `waits for ${words(control.transitions)}`, span }
}

/** The conditions a process waits for, as written. */
function words(
  transitions: readonly { readonly expanded: string; readonly action: { readonly kind: string } }[],
): string {
  const waiting = transitions.filter((item) => item.action.kind !== 'else')
  const texts = waiting.map((item) => item.expanded).filter((text) => !isStoreBufferStep(text))
  return [...new Set(texts)].join('  or  ')
}
