/**
 * Whether a process may be expanded without the others in a state: the rules of `reduce/reduction.ts` as code.
 *
 * A rule compares what the process does now with what each other process may still do from where it stands. Nearly all
 * of that is known for each pair of places when the module is made: it becomes a table by the place of the other. What
 * depends on a value (`queued[i]`) is compared when it runs with the places that the other may mean. What is known of
 * neither is left to the interpreter.
 */
import type { Expression, Reference, Transition } from '#lib/promela/4-lower/program.ts'
import type { AloneRule, CellUse, Future } from '#lib/promela/reduce/reduction.ts'
import { Code } from './code.ts'
import { isExecutable } from './d-steps.ts'
import { evaluate } from './expressions.ts'
import { add, binary, constant, type Expr, type Func, load, local, not, ONE, truth, ZERO } from './ir.ts'
import type { Slot, SlotProctype } from './layout.ts'
import { View } from './view.ts'
import { giveUp, inBranch, type Scene, span, type World } from './world.ts'

export function aloneName(pid: number): string {
  return `alone${pid}`
}

/** Has any place of the slot a rule? */
export function mayGoAlone({ reduction }: World, slot: Slot): boolean {
  return slot.occupants.some(({ proctype }) =>
    reduction.alone?.rules[proctype]?.some((rule) => rule !== null),
  )
}

/** `alone(at)`: 1 when the process of the slot may go alone in the state. */
export function writeAlone(world: World, slot: Slot): Func {
  const code = new Code(1)
  const at = local(0)
  const view = new View(code, at, at, world.layout.words)
  const cases = new Map<number, () => void>()
  let count = 1
  for (const self of slot.occupants) {
    for (const [state, rule] of (world.reduction.alone?.rules[self.proctype] ?? []).entries()) {
      const value = self.firstAt + state
      count = Math.max(count, value + 1)
      if (!rule) continue
      cases.set(value, () => writeRule(sceneAt(world, code, view.fork(), slot, self), state, rule))
    }
  }
  code.choose(view.read(slot.at), cases, count)
  code.giveBack(ZERO)
  return code.finish(aloneName(slot.pid), false)
}

function sceneAt(world: World, code: Code, view: View, slot: Slot, self: SlotProctype): Scene {
  return { world, code, view, slot, self, timeout: ZERO, level: ZERO, path: [], dStep: 0 }
}

/** Gives 1 back where the rule holds, and falls through where it does not. */
function writeRule(scene: Scene, state: number, rule: AloneRule): void {
  const { code, world } = scene
  const transitions = world.program.proctypes[scene.self.proctype]?.states[state]?.transitions ?? []
  code.block((disturbed) => {
    const cells = rule.cells.map((use) => ({ use, number: cellNumber(scene, use.reference, disturbed) }))
    const channels = rule.channels.map(({ channel, avoid }) => {
      const number = code.keep(evaluate(scene, channel))
      checkUsual(scene, number, disturbed)
      return { avoid, number }
    })
    for (const other of world.layout.slots)
      if (other.pid !== scene.slot.pid) compareWith(scene, other, rule, cells, channels, disturbed)
    for (const positions of rule.needs) {
      const asked = positions.flatMap((position) => transitions[position] ?? [])
      code.when(not(anyOf(scene, asked)), disturbed)
    }
    code.when(not(anyOf(scene, transitions)), disturbed)
    code.giveBack(ONE)
  })
}

function anyOf(scene: Scene, transitions: readonly Transition[]): Expr {
  return truth(
    transitions.reduce<Expr>((any, item) => {
      if (any.kind === 'const' && any.value !== 0) return any
      return binary('or', any, isExecutable(inBranch(scene), item))
    }, ZERO),
  )
}

/** The number of a global cell; a place out of bounds is disturbed. */
function cellNumber(scene: Scene, reference: Reference, disturbed: () => void): Expr {
  const { code } = scene
  const number = reference.indices.reduce<Expr>((sum, { index, length, stride }) => {
    const value = code.keep(evaluate(scene, index))
    code.when(binary('geu', value, constant(length)), disturbed)
    return add(sum, binary('mul', value, constant(stride)))
  }, constant(reference.offset))
  return code.keep(number)
}

/** A channel that exists and keeps messages. */
function checkUsual(scene: Scene, number: Expr, disturbed: () => void): void {
  const { code, world, view } = scene
  const { channels, channelCount } = world.layout
  const isUsual = [0, ...channels.map(({ shapes }) => (shapes.every(({ length }) => length) ? 1 : 0))]
  if (channels.some(({ shapes }) => shapes.length > 1)) giveUp(code, world)
  const last = channelCount ? view.read(channelCount) : constant(channels.length)
  code.when(binary('geu', last, number), () => {}, disturbed)
  code.when(not(lookUp(world, isUsual, number)), disturbed)
}

/** A value from a table by index, folded where both are known. */
function lookUp(world: World, values: readonly number[], index: Expr): Expr {
  if (values.every((value) => value === values[0])) return constant(values[0] ?? 0)
  if (index.kind === 'const') return constant(values[index.value] ?? 0)
  return load(binary('mul', index, span(world, 1)), world.table(values))
}

type Use<T> = T & { readonly number: Expr }

/** Leaves to `disturbed` when the other process, where it stands, is in conflict. */
function compareWith(
  scene: Scene,
  other: Slot,
  rule: AloneRule,
  cells: readonly Use<{ readonly use: CellUse }>[],
  channels: readonly Use<{ readonly avoid: number }>[],
  disturbed: () => void,
): void {
  const { code, world, view } = scene
  const certain: number[] = [0]
  const unknown: number[] = [0]
  /** By the use and the number that conflicts with it: by place. */
  const compared = new Map<Expr, Map<number, number[]>>()
  const meet = (mine: Expr, theirs: Expr, at: number): void => {
    if (theirs.kind !== 'const') unknown[at] = 1
    else if (mine.kind !== 'const') {
      const numbers = compared.get(mine) ?? new Map<number, number[]>()
      compared.set(mine, numbers)
      const places = numbers.get(theirs.value) ?? [0]
      numbers.set(theirs.value, places)
      places[at] = 1
    } else if (mine.value === theirs.value) certain[at] = 1
  }
  for (const self of other.occupants) {
    for (const [state, future] of (world.reduction.alone?.futures[self.proctype] ?? []).entries()) {
      const at = self.firstAt + state
      const theirs = known(world, other, self)
      certain[at] = isMasked(rule, future) ? 1 : 0
      unknown[at] = 0
      for (const { use, number } of cells)
        for (const item of future.cells)
          if (use.stores || item.stores) meet(number, theirs.cell(item.reference), at)
      for (const { avoid, number } of channels) {
        if ((future.anyChannel & avoid) !== 0) certain[at] = 1
        for (const item of future.channels)
          if ((item.uses & avoid) !== 0) meet(number, theirs.value(item.channel), at)
      }
    }
  }
  const filled = (places: readonly number[]): readonly number[] =>
    Array.from(certain, (_, at) => places[at] ?? 0)
  const place = view.read(other.at)
  code.when(truth(lookUp(world, filled(certain), place)), disturbed)
  for (const [mine, numbers] of compared) {
    for (const [number, places] of numbers) {
      const isHere = lookUp(world, filled(places), place)
      code.when(binary('and', binary('eq', mine, constant(number)), truth(isHere)), disturbed)
    }
  }
  code.when(truth(lookUp(world, filled(unknown), place)), () => giveUp(code, world))
}

function isMasked(rule: AloneRule, future: Future): boolean {
  return rule.conflicts.some((word, index) => (word & (future.does[index] ?? 0)) !== 0)
}

/** What can be said of another process without a state: its pid and its constants. The code itself is thrown away. */
function known(world: World, slot: Slot, self: SlotProctype) {
  const code = new Code(1)
  const view = new View(code, local(0), local(0), world.layout.words)
  const scene = sceneAt(world, code, view, slot, self)
  const value = (expression: Expression): Expr => evaluate(scene, expression)
  const cell = ({ indices, offset }: Reference): Expr =>
    indices.reduce<Expr>((sum, { index, length, stride }) => {
      const at = value(index)
      const isOutside = at.kind === 'const' && (at.value < 0 || at.value >= length)
      return isOutside ? constant(-1) : add(sum, binary('mul', at, constant(stride)))
    }, constant(offset))
  return { value, cell }
}
