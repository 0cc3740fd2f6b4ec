/**
 * Statements as closures: what must hold before one (`test`) and what it does (`apply`).
 *
 * The two are apart because Promela asks "could it?" in many places (else, timeout, priorities, enabled) and a
 * test must never change anything. A rendezvous needs two processes, so a send on such a channel is not
 * executable alone: it makes an `offer`, and the cursor looks for a receive that `accepts` it.
 */

import type { Action, Reference, Transition } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'
import {
  capacityOf,
  compileChannel,
  compileExpression,
  compileMatch,
  compileReference,
  type Evaluate,
  fieldCount,
  findMessage,
  truncation,
} from './expressions.ts'
import { LENGTH, MAX_FRAMES, MESSAGES, PRIORITY } from './layout.ts'
import type { Executable, Workspace } from './workspace.ts'

/** Statements inside one d_step before it counts as endless. */
const MAX_D_STEP = 200_000

type Parts = Omit<Executable, 'transition' | 'isElse'>

const yes = (): boolean => true
const nothing = (): void => {}
const alone = { offer: null, present: null, accepts: null, take: null } as const

export function compileTransition(machine: Workspace, transition: Transition): Executable {
  const parts = compileAction(machine, transition.action)
  const { test, apply } = parts
  const { id } = transition
  return {
    ...parts,
    transition,
    isElse: transition.action.kind === 'else',
    test: (base) => {
      machine.current = transition
      return test(base)
    },
    apply: (base) => {
      machine.current = transition
      machine.reached[id] = 1
      apply(base)
    },
  }
}

function compileAction(machine: Workspace, action: Action): Parts {
  switch (action.kind) {
    case 'pass':
    case 'else':
      return { ...alone, test: yes, apply: nothing }
    case 'test': {
      const evaluate = compileExpression(machine, action.test)
      if (action.test.kind === 'run') {
        return {
          ...alone,
          test: () => {
            if (machine.processes < MAX_FRAMES) return true
            machine.report(
              'too-many-processes',
              `there is no room for another process: ${MAX_FRAMES} are running`,
            )
            return false
          },
          apply: (base) => {
            evaluate(base)
          },
        }
      }
      return { ...alone, test: (base) => evaluate(base) !== 0, apply: nothing }
    }
    case 'assign': {
      const stores = action.assignments.map(({ to, value }) =>
        compileStore(machine, to, compileExpression(machine, value)),
      )
      const [only, ...more] = stores
      if (only && more.length === 0) return { ...alone, test: yes, apply: only }
      return {
        ...alone,
        test: yes,
        apply: (base) => {
          for (const store of stores) store(base)
        },
      }
    }
    case 'assert': {
      const evaluate = compileExpression(machine, action.test)
      const { text } = action
      return {
        ...alone,
        test: yes,
        apply: (base) => {
          if (evaluate(base) === 0) machine.report('assertion', `assertion violated: ${text}`)
        },
      }
    }
    case 'print': {
      const values = action.arguments.map((argument) => compileExpression(machine, argument))
      const { format } = action
      return {
        ...alone,
        test: yes,
        apply: (base) => {
          const given = values.map((value) => value(base))
          if (machine.printing) machine.printed += formatText(machine, format, given)
        },
      }
    }
    case 'send':
      return compileSend(machine, action)
    case 'receive':
      return compileReceive(machine, action)
    case 'set-priority': {
      const process = compileExpression(machine, action.process)
      const value = compileExpression(machine, action.value)
      return {
        ...alone,
        test: yes,
        apply: (base) => {
          const pid = process(base)
          const priority = value(base)
          if (pid < 0 || pid >= machine.processes) return
          if (priority < 1 || priority > 255)
            machine.report('priority-range', `priority ${priority} is out of range: 1 .. 255`)
          machine.cells[(machine.base[pid] ?? 0) + PRIORITY] = Math.max(1, Math.min(255, priority))
        },
      }
    }
    case 'd_step':
      return compileDStep(machine, action.entry, action.guards)
    case 'end':
      return {
        ...alone,
        test: () => machine.pid === machine.processes - 1,
        apply: () => machine.removeYoungest(),
      }
    default:
      return unreachable(action)
  }
}

function compileStore(machine: Workspace, to: Reference, value: Evaluate): (base: number) => void {
  const truncate = truncation(to.cell)
  const locate = compileReference(machine, to)
  return (base) => {
    const result = truncate(value(base))
    const at = locate(base)
    if (at >= 0) machine.cells[at] = result
  }
}

// --- Channels -----------------------------------------------------------------------------------------------

function compileSend(machine: Workspace, action: Action & { kind: 'send' }): Parts {
  const channel = compileChannel(machine, action.channel)
  const values = action.fields.map((field) => compileExpression(machine, field))
  const { sorted } = action
  // Cells of the message in the making; copied at once, so one buffer serves all processes.
  const message = new Int32Array(values.length)
  /** A sorted send compares what is given with what is stored: before it is cut to the types of the fields. */
  const given = new Int32Array(values.length)
  const make = (base: number, frame: number): boolean => {
    const fields = fieldCount(machine, frame)
    if (fields !== values.length) {
      machine.report('channel', `a message of ${fields} fields is needed here, not ${values.length}`)
      return false
    }
    for (let index = 0; index < fields; index++) {
      const value = values[index]?.(base) ?? 0
      given[index] = value
      message[index] = machine.fieldTruncation(frame, index)(value)
    }
    return true
  }
  return {
    accepts: null,
    take: null,
    test: (base) => {
      const frame = channel(base)
      if (frame < 0) return false
      const capacity = capacityOf(machine, frame)
      return capacity > 0 && (machine.lossy || (machine.cells[frame + LENGTH] ?? 0) < capacity)
    },
    apply: (base) => {
      const frame = channel(base)
      if (frame < 0 || !make(base, frame)) return
      const length = machine.cells[frame + LENGTH] ?? 0
      if (length >= capacityOf(machine, frame)) return
      const fields = message.length
      let slot = length
      if (sorted) {
        slot = 0
        while (slot < length && !isBelow(machine, given, frame + MESSAGES + slot * fields)) slot++
      }
      const at = frame + MESSAGES + slot * fields
      machine.cells.copyWithin(at + fields, at, frame + MESSAGES + length * fields)
      machine.cells.set(message, at)
      machine.cells[frame + LENGTH] = length + 1
      machine.observe('send', frame, at)
    },
    offer: (base) => {
      const frame = channel(base)
      return frame >= 0 && capacityOf(machine, frame) === 0 ? frame : -1
    },
    present: (base) => {
      const frame = channel(base)
      if (frame >= 0 && make(base, frame)) machine.cells.set(message, machine.size)
    },
  }
}

/** Is the new message smaller than the one at `at`, field by field from the left? */
function isBelow(machine: Workspace, message: Int32Array, at: number): boolean {
  for (let index = 0; index < message.length; index++) {
    const mine = message[index] ?? 0
    const other = machine.cells[at + index] ?? 0
    if (mine !== other) return mine < other
  }
  return false
}

function compileReceive(machine: Workspace, action: Action & { kind: 'receive' }): Parts {
  const channel = compileChannel(machine, action.channel)
  const match = compileMatch(machine, action.fields)
  const { anywhere, keep } = action
  const stores = action.fields.flatMap((field, index) => {
    if (field.kind !== 'store' || !field.to) return []
    return [{ index, locate: compileReference(machine, field.to), truncate: truncation(field.to.cell) }]
  })
  // A receive may store into a variable that a later index of its own uses, so the message is copied first.
  const message = new Int32Array(action.fields.length)
  const store = (base: number, at: number): void => {
    for (let index = 0; index < message.length; index++) message[index] = machine.cells[at + index] ?? 0
    for (const item of stores) {
      const to = item.locate(base)
      if (to >= 0) machine.cells[to] = item.truncate(message[item.index] ?? 0)
    }
  }
  const fits = (frame: number): boolean => {
    if (fieldCount(machine, frame) === message.length) return true
    machine.report(
      'channel',
      `messages here have ${fieldCount(machine, frame)} fields, not ${message.length}`,
    )
    return false
  }
  return {
    offer: null,
    present: null,
    test: (base) => {
      const frame = channel(base)
      if (frame < 0 || (machine.cells[frame + LENGTH] ?? 0) === 0) return false
      return fits(frame) && findMessage(machine, frame, match, base, anywhere) >= 0
    },
    apply: (base) => {
      const frame = channel(base)
      const at = findMessage(machine, frame, match, base, anywhere)
      if (at < 0) return
      store(base, at)
      if (keep) return
      machine.observe('receive', frame, at)
      const fields = message.length
      const length = (machine.cells[frame + LENGTH] ?? 0) - 1
      const end = frame + MESSAGES + length * fields
      machine.cells.copyWithin(at, at + fields, end + fields)
      machine.cells.fill(0, end, end + fields)
      machine.cells[frame + LENGTH] = length
    },
    accepts: (base, frame) => !keep && channel(base) === frame && fits(frame) && match(base, machine.size),
    take: (base) => {
      store(base, machine.size)
      machine.observe('send', channel(base), machine.size)
      machine.observe('receive', channel(base), machine.size)
    },
  }
}

// --- d_step -------------------------------------------------------------------------------------------------

function compileDStep(machine: Workspace, entry: number, guards: readonly number[] | undefined): Parts {
  const statesOf = (base: number) => {
    const index = machine.proctypeIndex(base)
    return {
      executables: machine.executables[index] ?? [],
      states: machine.program.proctypes[index]?.states ?? [],
    }
  }
  // The receive that a rendezvous was agreed on, between `accepts` and `take`.
  let agreed: Executable | undefined
  const goOn = (base: number, from: number): void => {
    const { executables, states } = statesOf(base)
    let state = from
    for (let count = 0; states[state]?.inDStep; count++) {
      if (count >= MAX_D_STEP) {
        machine.report('endless-step', `this d_step does not end within ${MAX_D_STEP} statements`)
        return
      }
      const next = (executables[state] ?? []).find((item) => item.test(base))
      if (!next) {
        const offers = (executables[state] ?? []).some((item) => isRendezvous(item, base))
        if (offers) machine.report('channel', 'a d_step cannot wait for the partner of a rendezvous')
        else machine.report('d_step-blocked', 'a statement inside d_step blocks')
        return
      }
      next.apply(base)
      state = next.transition.target
    }
  }
  return {
    offer: null,
    present: null,
    test: (base) => {
      const first = statesOf(base).executables[entry] ?? []
      if (!guards) return first.some((item) => item.test(base) || isRendezvous(item, base))
      return guards.length === 0 || guards.some((at) => first[at]?.test(base))
    },
    apply: (base) => goOn(base, entry),
    // Its first statement may be the receive of a rendezvous; what follows belongs to the same step.
    accepts: (base, frame) => {
      agreed = statesOf(base).executables[entry]?.find((item) => item.accepts?.(base, frame))
      return agreed !== undefined
    },
    take: (base) => {
      if (!agreed?.take) return
      const { transition } = agreed
      machine.reached[transition.id] = 1
      agreed.take(base)
      goOn(base, transition.target)
    },
  }
}

/** A send that waits for a receiver, which a d_step has no time for: a fault, not a reason to wait. */
function isRendezvous(item: Executable, base: number): boolean {
  return (item.offer?.(base) ?? -1) >= 0
}

// --- printf -------------------------------------------------------------------------------------------------

function formatText(machine: Workspace, format: string, values: readonly number[]): string {
  let next = 0
  return format.replace(/%([duocxe%])/g, (_, kind: string) => {
    if (kind === '%') return '%'
    const value = values[next++] ?? 0
    switch (kind) {
      case 'u':
        return String(value >>> 0)
      case 'o':
        return (value >>> 0).toString(8)
      case 'x':
        return (value >>> 0).toString(16)
      case 'c':
        return String.fromCharCode(value & 255)
      case 'e':
        return machine.program.mtypes.map((set) => set.names[value - 1]).find((name) => name) ?? String(value)
      default:
        return String(value)
    }
  })
}
