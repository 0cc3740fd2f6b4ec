/**
 * What one process can do in a state, as a function of the state, the end of the batch and the depth in an atomic.
 * It appends the next states to the batch and gives back its new end.
 *
 * The order is that of `machine/cursor.ts`, because traces are numbers in it: statements as in their control state,
 * escapes hiding what follows, `else` after nothing was executable, and for a rendezvous the partners by pid. Code is
 * made for this pid and each control state, so masks, shifts and the pid itself are constants in it.
 *
 * A step that stays inside an atomic goes on at once: written out behind it while that is short, and otherwise by a
 * call of the same function on a record that holds the state in between. A process that blocks there leaves that
 * state behind as a next state.
 */
import type { Action, ControlState, Transition } from '#lib/promela/4-lower/program.ts'
import { cutValues, withChannel } from './channels.ts'
import { Code } from './code.ts'
import { evaluate } from './expressions.ts'
import { add, binary, call, constant, type Expr, type Func, load, local, ONE, truth, ZERO } from './ir.ts'
import type { Channel, ChannelPlace, Slot, SlotProctype } from './layout.ts'
import { MAX_DEPTH } from './memory.ts'
import { attempt, markReached, storeFields } from './statements.ts'
import { maskBits, View } from './view.ts'
import { giveUp, inBranch, type Scene, span, type World } from './world.ts'

/** Parameters of the function. */
const AT = local(0)
const END = local(1)
const LEVEL = local(2)

/** Steps of an atomic that are written out behind each other. */
const MAX_PATH = 6
/** No more of that once a function has so many statements. */
const MAX_WRITTEN_OUT = 6_000

export function processName(pid: number): string {
  return `process${pid}`
}

export function writeProcess(world: World, slot: Slot): Func {
  const code = new Code(3)
  const { words } = world.layout
  const view = new View(code, AT, END, words)
  const { memory } = world
  const usesTimeout = world.program.uses.timeout
  // Inside an atomic nobody waits for a timeout.
  const timeout = usesTimeout ? binary('and', load(ZERO, memory.timeout), binary('eq', LEVEL, ZERO)) : ZERO
  const cases = new Map<number, () => void>()
  let count = 1
  for (const self of slot.occupants) {
    const proctype = world.program.proctypes[self.proctype]
    for (const state of proctype?.states ?? []) {
      const value = self.firstAt + state.id
      count = Math.max(count, value + 1)
      if (state.inDStep) continue
      const scene: Scene = {
        world,
        code,
        view,
        slot,
        self,
        level: LEVEL,
        path: [],
        dStep: 0,
        timeout: usesTimeout ? timeout : ZERO,
      }
      cases.set(value, () => {
        const inside = inBranch(scene)
        const kept = usesTimeout ? { ...inside, timeout: code.keep(timeout) } : inside
        const { provided } = proctype ?? {}
        if (provided) code.when(truth(evaluate(kept, provided)), () => expand(inBranch(kept), state))
        else expand(kept, state)
      })
    }
  }
  code.choose(view.read(slot.at), cases, count)
  code.giveBack(END)
  return code.finish(processName(slot.pid), false)
}

/** All steps of the scene's process from a control state. */
function expand(scene: Scene, state: ControlState): void {
  const { code } = scene
  const { transitions } = state
  const hasEscapes = transitions.some((item) => item.escape !== 0)
  const some = transitions.some(isElse) ? code.variable(ZERO) : null
  const tag = hasEscapes ? code.variable(ZERO) : null
  code.block((leave) => {
    for (const [index, transition] of transitions.entries()) {
      if (tag && index > 0) code.when(hides(tag, transition), leave)
      const mark = (): void => {
        if (some && !isElse(transition)) code.set(some, ONE)
        if (tag) code.set(tag, constant(transition.escape))
      }
      const isLast = index === transitions.length - 1
      if (some && isElse(transition)) {
        code.when(binary('eq', some, ZERO), () => {
          if (!isLast) code.set(some, ONE)
          take(inBranch(scene), state, transition, tag, mark)
        })
      } else take(scene, state, transition, tag, mark)
    }
  })
}

function isElse(transition: Transition): boolean {
  return transition.action.kind === 'else'
}

/** An escape was executable, and this transition is not one of its alternatives. */
function hides(tag: Expr, transition: Transition): Expr {
  const other = binary('ne', tag, constant(transition.escape))
  return transition.escape === 0 ? other : binary('and', other, binary('ne', tag, ZERO))
}

function take(
  scene: Scene,
  state: ControlState,
  transition: Transition,
  tag: Expr | null,
  mark: () => void,
): void {
  attempt(scene, transition, END, (after) => {
    mark()
    if (transition.action.kind !== 'end') after.view.advance(scene.slot.at, transition.target - state.id)
    arrive(after, transition)
  })
  if (transition.action.kind === 'send') handshake(scene, state, transition, transition.action, tag, mark)
}

/** The step is done, and its process goes on alone or gives up control. */
function arrive(after: Scene, transition: Transition): void {
  if (transition.keepsControl) {
    goOn(after, transition.target)
    return
  }
  if (transition.action.kind !== 'end') clearDead(after, transition.target)
  push(after.code, after.world, after.view)
}

/** What the process will not read again before it writes it is stored as 0. */
function clearDead({ world, self, view }: Scene, state: number): void {
  const masks = new Map<number, number>()
  for (const cell of world.reduction.dead?.[self.proctype]?.[state] ?? []) {
    const place = self.cells[cell]
    if (place?.kind !== 'bits') continue
    masks.set(place.word, (masks.get(place.word) ?? 0) | (maskBits(place.bits) << place.shift))
  }
  for (const [word, mask] of masks) view.clear(word, mask)
}

function push(code: Code, world: World, view: View): void {
  view.finish(END)
  code.set(END, add(END, span(world, world.memory.stride)))
}

/** The next step of an atomic. */
function goOn(after: Scene, target: number): void {
  const { code, world, self } = after
  const proctype = world.program.proctypes[self.proctype]
  const state = proctype?.states[target]
  const fits = after.path.length < MAX_PATH && !after.path.includes(target) && code.size < MAX_WRITTEN_OUT
  if (!state || !fits || after.view.inMemory || proctype?.provided) {
    goOnInCall(after, target)
    return
  }
  const before = code.variable(END)
  expand({ ...after, timeout: ZERO, path: [...after.path, target] }, state)
  if (!canAlwaysMove(state))
    code.when(binary('eq', END, before), () => pushBlocked({ ...after, view: after.view.fork(END) }, target))
}

/** The process blocks inside an atomic: it is stored where it stands. */
function pushBlocked(scene: Scene, state: number): void {
  clearDead(scene, state)
  push(scene.code, scene.world, scene.view)
}

function canAlwaysMove({ transitions }: ControlState): boolean {
  if (transitions.some((item) => item.escape !== 0)) return false
  return transitions.some(({ action }) => ['pass', 'else', 'assign', 'assert', 'print'].includes(action.kind))
}

function goOnInCall(after: Scene, target: number): void {
  const { code, world, view, slot, level } = after
  const { memory, layout } = world
  const record = code.keep(
    add(binary('mul', level, span(world, layout.words)), constant(memory.atomics * world.unit)),
  )
  view.finish(record)
  const isDeep = binary('ge', level, constant(MAX_DEPTH))
  const isFull = binary('geu', END, constant(memory.batchLimit * world.unit))
  code.when(
    binary('or', isDeep, isFull),
    () => giveUp(code, world),
    () => {
      const end = code.keep(call(processName(slot.pid), record, END, add(level, ONE)))
      code.when(
        binary('eq', end, END),
        () => pushBlocked({ ...after, view: new View(code, record, END, layout.words) }, target),
        () => code.set(END, end),
      )
    },
  )
}

// --- Rendezvous -----------------------------------------------------------------------------------------------

/** A send on a channel without room: with every process that waits to receive it. */
function handshake(
  scene: Scene,
  state: ControlState,
  send: Transition,
  action: Action & { kind: 'send' },
  tag: Expr | null,
  mark: () => void,
): void {
  withChannel(scene, action.channel, (inside, place, channel) => {
    if (place.length) return
    const { code, world } = inside
    if (place.fields.length !== action.fields.length) {
      giveUp(code, world)
      return
    }
    const partners = world.layout.slots.filter(
      (slot) => slot.pid !== inside.slot.pid && receives(world, slot),
    )
    const given = action.fields.map((field) => code.keep(evaluate(inside, field)))
    const values = cutValues(inside, place, given)
    const agreed = tag ? code.variable(ZERO) : null
    const markAgreed = (): void => {
      if (agreed) code.set(agreed, ONE)
      mark()
    }
    for (const slot of partners)
      offerTo(inside, slot, { state, send, place, channel, values, mark: markAgreed })
    // Spin forgets with a refused offer that an escape could be taken.
    if (tag && agreed) code.when(binary('eq', agreed, ZERO), () => code.set(tag, ZERO))
  })
}

type Offer = {
  readonly state: ControlState
  readonly send: Transition
  readonly place: ChannelPlace
  readonly channel: Channel
  readonly values: readonly Expr[]
  readonly mark: () => void
}

/** A step of another process in `Scene.path`. */
const ELSEWHERE = -1

type Receive = {
  readonly transition: Transition
  readonly action: Action & { kind: 'receive' }
  /** The first statement of a d_step: what follows is left to the interpreter. */
  readonly opensDStep: boolean
}

function receivesOf(states: readonly ControlState[], { transitions }: ControlState): readonly Receive[] {
  return transitions.flatMap((transition): readonly Receive[] => {
    const { action } = transition
    if (action.kind === 'receive' && !action.keep) return [{ transition, action, opensDStep: false }]
    const entry = action.kind === 'd_step' ? states[action.entry] : undefined
    return (entry?.transitions ?? []).flatMap(({ action: first }) =>
      first.kind === 'receive' && !first.keep ? [{ transition, action: first, opensDStep: true }] : [],
    )
  })
}

function receives(world: World, slot: Slot): boolean {
  return slot.occupants.some(({ proctype }) =>
    world.program.proctypes[proctype]?.states.some(
      (state, _, states) => !state.inDStep && receivesOf(states, state).length > 0,
    ),
  )
}

function offerTo(scene: Scene, slot: Slot, offer: Offer): void {
  const { code, world } = scene
  const cases = new Map<number, () => void>()
  let count = 1
  for (const self of slot.occupants) {
    const proctype = world.program.proctypes[self.proctype]
    for (const state of proctype?.states ?? []) {
      count = Math.max(count, self.firstAt + state.id + 1)
      const list = state.inDStep ? [] : receivesOf(proctype?.states ?? [], state)
      if (list.length === 0) continue
      cases.set(self.firstAt + state.id, () => {
        const partner: Scene = { ...inBranch(scene), slot, self }
        const { provided } = proctype ?? {}
        const tryAll = (): void =>
          acceptAny({ ...partner, view: partner.view.fork() }, scene, state, list, offer)
        if (provided) code.when(truth(evaluate(partner, provided)), tryAll)
        else tryAll()
      })
    }
  }
  code.choose(scene.view.read(slot.at), cases, count)
}

function acceptAny(
  partner: Scene,
  sender: Scene,
  state: ControlState,
  list: readonly Receive[],
  offer: Offer,
): void {
  const { code } = partner
  const tag = list.some(({ transition }) => transition.escape !== 0) ? code.variable(ZERO) : null
  code.block((leave) => {
    for (const [index, receive] of list.entries()) {
      if (tag && index > 0) code.when(hides(tag, receive.transition), leave)
      accept(partner, receive, offer, (after) => {
        markReached(after, offer.send)
        markReached(after, receive.transition)
        storeFields(after, receive.action, offer.values)
        after.view.advance(sender.slot.at, offer.send.target - offer.state.id)
        after.view.advance(partner.slot.at, receive.transition.target - state.id)
        offer.mark()
        if (tag) code.set(tag, constant(receive.transition.escape))
        arrive({ ...after, path: [...after.path, ELSEWHERE] }, receive.transition)
      })
    }
  })
}

/** Does the receive wait on this channel, and fit the message? */
function accept(partner: Scene, receive: Receive, offer: Offer, done: (after: Scene) => void): void {
  const { code, world, view } = partner
  const { channels, channelCount } = world.layout
  const { action } = receive
  const number = evaluate(partner, action.channel)
  const checked = (): void => {
    if (action.fields.length !== offer.place.fields.length) {
      giveUp(code, world)
      return
    }
    const inside = inBranch(partner)
    const isMatch = action.fields.reduce<Expr>((all, field, index) => {
      if (field.kind === 'store') return all
      const wanted = evaluate(inside, field.value)
      return binary('and', all, binary('eq', offer.values[index] ?? ZERO, wanted))
    }, ONE)
    if (receive.opensDStep) code.when(isMatch, () => giveUp(code, world))
    else code.when(isMatch, () => done({ ...inside, view: inside.view.fork(END) }))
  }
  if (number.kind === 'const' && number.value === offer.channel.number) {
    checked()
    return
  }
  const known = number.kind === 'const' ? channels[number.value - 1] : undefined
  if (known?.always) return
  const last = channelCount ? view.read(channelCount) : constant(channels.length)
  const kept = code.keep(number)
  code.when(binary('geu', add(kept, constant(-1)), last), () => giveUp(code, world))
  if (kept.kind !== 'const') code.when(binary('eq', kept, constant(offer.channel.number)), checked)
}

/** Is every slot free, or at a place where waiting for ever is no fault? 1 or 0. */
export function writeMayEnd(world: World): Func {
  const code = new Code(1)
  const view = new View(code, local(0), local(0), world.layout.words)
  const all = world.layout.slots.reduce<Expr>((sum, slot) => {
    const allowed = world.table(validEnds(world, slot))
    const at = binary('mul', view.read(slot.at), span(world, 1))
    return binary('and', sum, load(at, allowed))
  }, ONE)
  code.giveBack(all)
  return code.finish('mayEnd', false)
}

function validEnds(world: World, slot: Slot): number[] {
  const allowed = [1]
  const add = (self: SlotProctype): void => {
    for (const state of world.program.proctypes[self.proctype]?.states ?? [])
      allowed[self.firstAt + state.id] = state.validEnd ? 1 : 0
  }
  slot.occupants.forEach(add)
  return allowed
}
