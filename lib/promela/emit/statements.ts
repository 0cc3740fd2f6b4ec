/**
 * Statements as code: what must hold, and the state after it.
 *
 * `attempt` writes code that, where the statement is executable, makes the state after it and goes on with what
 * `done` writes. It may write that more than once, one for each channel that a statement may mean; at most one of
 * them runs. What is here changes data; where the process stands afterwards is the business of `processes.ts`.
 */

import type { Action, Expression, Transition } from '#lib/promela/4-lower/program.ts'
import { unreachable } from '#lib/result.ts'
import {
  append,
  findMessage,
  insertSorted,
  packMessage,
  readField,
  removeAt,
  withChannel,
} from './channels.ts'
import { attemptDStep } from './d-steps.ts'
import { evaluate, processCount } from './expressions.ts'
import { binary, constant, type Expr, ONE, truth, ZERO } from './ir.ts'
import type { Slot } from './layout.ts'
import { endProcess, startProcess } from './lives.ts'
import { assign } from './references.ts'
import type { View } from './view.ts'
import { type Done, giveUp, inBranch, type Scene } from './world.ts'

/** The state to be changed: a copy, so that the one before can be tried for the next statement. */
function changing(scene: Scene, target: Expr): Scene {
  return { ...scene, view: scene.view.fork(target) }
}

/** `target`: pointer to the record that the state after it is made in. */
export function attempt(scene: Scene, transition: Transition, target: Expr, done: Done): void {
  const { code } = scene
  const reach: Done = (after) => {
    markReached(after, transition)
    done(after)
  }
  const { action } = transition
  switch (action.kind) {
    case 'pass':
    case 'else':
      reach(changing(scene, target))
      return
    case 'test':
      if (action.test.kind === 'run') {
        attemptRun(scene, action.test, target, null, reach)
        return
      }
      code.when(truth(evaluate(scene, action.test)), () => reach(changing(scene, target)))
      return
    case 'assign':
      attemptAssign(scene, action, target, reach)
      return
    case 'assert': {
      const after = changing(scene, target)
      code.when(binary('eq', evaluate(after, action.test), ZERO), () => giveUp(code, scene.world))
      reach(after)
      return
    }
    case 'print': {
      const after = changing(scene, target)
      // For the faults that an argument may have.
      for (const item of action.arguments) evaluate(after, item)
      reach(after)
      return
    }
    case 'send':
      attemptSend(scene, action, target, reach)
      return
    case 'receive':
      attemptReceive(scene, action, target, reach)
      return
    case 'd_step':
      attemptDStep(scene, action, target, reach)
      return
    case 'end': {
      const next = scene.world.layout.slots[scene.slot.pid + 1]
      const youngest = next ? binary('eq', scene.view.read(next.at), ZERO) : ONE
      code.when(youngest, () => {
        const after = changing(inBranch(scene), target)
        endProcess(after)
        reach(after)
      })
      return
    }
    case 'set-priority':
      giveUp(code, scene.world)
      return
    default:
      unreachable(action)
  }
}

export function markReached({ code, world }: Scene, transition: Transition): void {
  code.store(ZERO, world.memory.reached + transition.id, ONE)
}

function attemptAssign(scene: Scene, action: Action & { kind: 'assign' }, target: Expr, done: Done): void {
  const [first, ...more] = action.assignments
  if (first && more.length === 0 && first.value.kind === 'run') {
    attemptRun(scene, first.value, target, (after, pid) => assign(after, first.to, pid), done)
    return
  }
  const after = changing(scene, target)
  for (const { to, value } of action.assignments) assign(after, to, evaluate(after, value))
  done(after)
}

/** A process is made with the next pid: one piece of code for each that the profile expects it to have. */
function attemptRun(
  scene: Scene,
  run: Expression & { kind: 'run' },
  target: Expr,
  then: ((after: Scene, pid: Expr) => void) | null,
  done: Done,
): void {
  const { code, world } = scene
  const values = run.arguments.map((argument) => code.keep(evaluate(scene, argument)))
  const fits = (slot: Slot): boolean =>
    slot.pid > 0 && slot.occupants.some((item) => item.proctype === run.proctype)
  const count = code.keep(processCount(scene))
  const cases = new Map<number, () => void>()
  for (let pid = 0; pid <= world.layout.slots.length; pid++) {
    const slot = world.layout.slots[pid]
    cases.set(pid, () => {
      if (!slot || !fits(slot)) {
        giveUp(code, world)
        return
      }
      const after = changing(inBranch(scene), target)
      startProcess(after, slot, run.proctype, values)
      then?.(after, constant(pid))
      done(after)
    })
  }
  code.choose(count, cases, world.layout.slots.length + 1)
}

// --- Channels -------------------------------------------------------------------------------------------------

/** Into a channel that keeps messages; a rendezvous takes two (`handshake` in processes.ts). */
function attemptSend(scene: Scene, action: Action & { kind: 'send' }, target: Expr, done: Done): void {
  withChannel(scene, action.channel, (inside, place) => {
    const { code, world } = inside
    if (!place.length) return
    const room = binary('lt', inside.view.read(place.length), constant(place.capacity))
    const put = (): void => {
      const after = changing(inBranch(inside), target)
      if (place.fields.length !== action.fields.length) giveUp(code, world)
      else {
        const given = action.fields.map((field) => code.keep(evaluate(after, field)))
        const message = packMessage(after, place, given)
        if (action.sorted) insertSorted(after, place, given, message)
        else append(after, place, message)
      }
      done(after)
    }
    if (!world.lossy) {
      code.when(room, put)
      return
    }
    code.when(room, put, () => {
      const after = changing(inBranch(inside), target)
      if (place.fields.length !== action.fields.length) giveUp(code, world)
      for (const field of action.fields) evaluate(after, field)
      done(after)
    })
  })
}

function attemptReceive(scene: Scene, action: Action & { kind: 'receive' }, target: Expr, done: Done): void {
  withChannel(scene, action.channel, (inside, place) => {
    const { code, world } = inside
    if (!place.length) return
    if (place.fields.length !== action.fields.length) {
      code.when(truth(inside.view.read(place.length)), () => giveUp(code, world))
      return
    }
    findMessage(inside, place, action.fields, action.anywhere, (found, message) => {
      const after = changing(found, target)
      // All fields first: a later index may use a variable that an earlier field is stored into.
      const values = action.fields.map((field, index) =>
        field.kind === 'store' && field.to ? code.keep(readField(after, place, message, index)) : ZERO,
      )
      storeFields(after, action, values)
      if (!action.keep) removeAt(after, place, message)
      done(after)
    })
  })
}

export function storeFields(
  after: Scene,
  action: Action & { kind: 'receive' },
  values: readonly Expr[],
): void {
  for (const [index, field] of action.fields.entries()) {
    if (field.kind === 'store' && field.to) assign(after, field.to, values[index] ?? ZERO)
  }
}

/** The scene of another process in the same state. */
export function sceneOf(scene: Scene, slot: Slot, occupant: Slot['occupants'][number], view: View): Scene {
  return { ...scene, slot, self: occupant, view }
}
