/**
 * A d_step: several statements as one step. Each goes on with the first statement that is executable, until a state
 * is reached that is not inside; blocking inside, or never getting out, gives the state up.
 *
 * One that is a small tree is written out. Any other runs as a loop over its control states on a record of its own,
 * changed in place.
 */
import type { Action, Transition } from '#lib/promela/4-lower/program.ts'
import { findMessage, withChannel } from './channels.ts'
import { add, binary, constant, type Expr, ONE, truth, ZERO } from './ir.ts'
import { DSTEPS_IN_LINE } from './memory.ts'
import { View } from './view.ts'
import { type Done, giveUp, inBranch, type Scene, span } from './world.ts'

/** Statements that a d_step may have to be written out. */
const MAX_TREE = 24
/** Places where what follows it may then be written again. */
const MAX_LEAVES = 3
/** The interpreter calls a d_step endless after 200,000 statements; it decides. */
const MAX_STATEMENTS = 200_000

export function attemptDStep(
  scene: Scene,
  { entry, guards }: Action & { kind: 'd_step' },
  target: Expr,
  done: Done,
): void {
  if (!guards) {
    giveUpWhereItWaits(scene, entry)
    run(scene, entry, target, done, true)
    return
  }
  if (guards.length === 0) {
    run(scene, entry, target, done, false)
    return
  }
  const first = statesOf(scene)[entry]?.transitions ?? []
  const asked = first.filter((_, position) => guards.includes(position))
  const can = asked.reduce<Expr>(
    (all, transition) => binary('or', all, isExecutable({ ...scene, view: scene.view.fork() }, transition)),
    ZERO,
  )
  scene.code.when(can, () => run(inBranch(scene), entry, target, done, false))
}

/** `mayWait`: nothing executable at its beginning means that it cannot be taken now, and is no fault. */
function run(scene: Scene, entry: number, target: Expr, done: Done, mayWait: boolean): void {
  if (isSmallTree(scene, entry)) writeOut(scene, entry, target, done, mayWait)
  else runLoop(scene, entry, target, done, mayWait)
}

/** A d_step has no time for the partner of a rendezvous: a fault, which the interpreter tells. */
function giveUpWhereItWaits(scene: Scene, entry: number): void {
  for (const { action } of statesOf(scene)[entry]?.transitions ?? []) {
    if (action.kind !== 'send') continue
    withChannel({ ...scene, view: scene.view.fork() }, action.channel, (inside, place) => {
      if (!place.length) giveUp(inside.code, inside.world)
    })
  }
}

/** Can it be done now, by its process alone? */
export function isExecutable(scene: Scene, { action }: Transition): Expr {
  const { code, world, view } = scene
  switch (action.kind) {
    case 'test':
      return action.test.kind === 'run' ? ONE : truth(world.evaluate(scene, action.test))
    case 'send':
    case 'receive': {
      const can = code.variable(ZERO)
      const yes = (): void => code.set(can, ONE)
      withChannel(scene, action.channel, (inside, place) => {
        if (!place.length) return
        if (action.kind === 'receive') findMessage(inside, place, action.fields, action.anywhere, yes)
        else if (world.lossy) yes()
        else code.when(binary('lt', inside.view.read(place.length), constant(place.capacity)), yes)
      })
      return binary('ne', can, ZERO)
    }
    case 'end': {
      const next = world.layout.slots[scene.slot.pid + 1]
      return next ? binary('eq', view.read(next.at), ZERO) : ONE
    }
    case 'd_step': {
      const { entry, guards } = action
      if (guards?.length === 0) return ONE
      const first = statesOf(scene)[entry]?.transitions ?? []
      if (!guards) giveUpWhereItWaits(scene, entry)
      const asked = guards ? first.filter((_, position) => guards.includes(position)) : first
      return asked.reduce<Expr>((any, item) => binary('or', any, isExecutable(inBranch(scene), item)), ZERO)
    }
    default:
      return ONE
  }
}

function statesOf({ world, self }: Scene) {
  return world.program.proctypes[self.proctype]?.states ?? []
}

function isSmallTree(scene: Scene, entry: number): boolean {
  const states = statesOf(scene)
  let size = 0
  let leaves = 0
  const walk = (id: number, path: readonly number[]): boolean => {
    const state = states[id]
    if (!state?.inDStep) return ++leaves <= MAX_LEAVES
    if (path.includes(id)) return false
    return state.transitions.every((item) => ++size <= MAX_TREE && walk(item.target, [...path, id]))
  }
  return walk(entry, [])
}

/** Is the statement executable whatever the state is? */
function isCertain({ action }: Transition): boolean {
  return ['pass', 'else', 'assign', 'assert', 'print'].includes(action.kind)
}

function writeOut(scene: Scene, id: number, target: Expr, done: Done, first: boolean): void {
  const { code, world } = scene
  const state = statesOf(scene)[id]
  if (!state?.inDStep) {
    done(scene)
    return
  }
  const certain = state.transitions.findIndex(isCertain)
  if (certain === 0) {
    const only = state.transitions[0]
    if (only) world.attempt(scene, only, target, (after) => writeOut(after, only.target, target, done, false))
    return
  }
  const tried = certain < 0 ? state.transitions : state.transitions.slice(0, certain + 1)
  code.block((leave) => {
    for (const transition of tried) {
      // Nothing that another option of the same state has put into the record may be taken over.
      const inside = { ...scene, view: scene.view.fork() }
      world.attempt(inside, transition, target, (after) => {
        writeOut(after, transition.target, target, done, false)
        leave()
      })
    }
    if (!first && certain < 0) giveUp(code, world)
  })
}

function runLoop(scene: Scene, entry: number, target: Expr, done: Done, mayWait: boolean): void {
  const { code, world } = scene
  const states = statesOf(scene)
  const words = world.layout.words
  const step = scene.dStep
  if (step >= DSTEPS_IN_LINE) {
    giveUp(code, world)
    return
  }
  const record = code.keep(
    add(
      binary('mul', scene.level, span(world, DSTEPS_IN_LINE * words)),
      constant((world.memory.dSteps + step * words) * world.unit),
    ),
  )
  scene.view.fork(record).finish(record)
  const inside = [...reachable(states, entry)].sort((a, b) => a - b)
  const numbers = new Map(inside.map((id, index) => [id, index]))
  const at = code.variable(constant(numbers.get(entry) ?? 0))
  const left = code.variable(constant(MAX_STATEMENTS))
  const finished = code.variable(ZERO)
  code.block((end) => {
    code.loop((again) => {
      const cases = new Map<number, () => void>()
      for (const [id, number] of numbers) {
        cases.set(number, () => {
          for (const transition of states[id]?.transitions ?? []) {
            const view = new View(code, record, record, words)
            world.attempt({ ...scene, view, dStep: step + 1 }, transition, record, (after) => {
              after.view.finish(record)
              const next = numbers.get(transition.target)
              if (next === undefined) {
                code.set(finished, ONE)
                end()
                return
              }
              code.set(at, constant(next))
              code.set(left, add(left, constant(-1)))
              code.when(binary('gt', left, ZERO), again)
              giveUp(code, world)
              end()
            })
          }
          // Nothing was executable: of the first statement that is no fault.
          if (id !== entry || !mayWait) giveUp(code, world)
          else code.when(binary('ne', left, constant(MAX_STATEMENTS)), () => giveUp(code, world))
        })
      }
      code.choose(at, cases, numbers.size)
    })
  })
  code.when(binary('ne', finished, ZERO), () => {
    done({ ...scene, view: new View(code, record, target, words), dStep: step + 1 })
  })
}

function reachable(
  states: readonly { readonly inDStep: boolean; readonly transitions: readonly Transition[] }[],
  entry: number,
): Set<number> {
  const found = new Set([entry])
  for (const id of found) {
    for (const { target } of states[id]?.transitions ?? []) if (states[target]?.inDStep) found.add(target)
  }
  return found
}
