/**
 * Steps that nobody else can notice, joined to the step before them.
 *
 * Where a process would be expanded alone whatever the others do, and can go on in one way only, there is no need to
 * store the state: the step that leads there takes the next one along, as inside an atomic. So the program is rewritten,
 * and the search needs no rule of its own. (Spin calls it statement merging, and does it inside its automata, too.)
 *
 * A process that blocks in such a place is stored there, as one that blocks inside an atomic. Runs of joined steps end:
 * no loop consists of them alone, and none is longer than `LONGEST`, so that the walk of a move stays short.
 */
import type { ControlState, Proctype, Program, Transition } from '#lib/promela/4-lower/program.ts'
import type { AloneRule, AloneTables } from './reduction.ts'

const LONGEST = 64

export function mergeSteps(program: Program, { rules }: AloneTables): Program {
  const transitions = [...program.transitions]
  const proctypes = program.proctypes.map((proctype): Proctype => {
    const passed = passedStates(proctype, rules[proctype.index] ?? [])
    if (passed.size === 0) return proctype
    const states = proctype.states.map((state): ControlState => {
      if (state.inDStep || !state.transitions.some(({ target }) => passed.has(target))) return state
      return { ...state, transitions: state.transitions.map((item) => joined(item, passed)) }
    })
    for (const state of states)
      for (const item of state.transitions)
        if (item.keepsControl && item.escape === 0) transitions[item.id] = item
    return { ...proctype, states }
  })
  return { ...program, proctypes, transitions }
}

function joined(transition: Transition, passed: ReadonlySet<number>): Transition {
  if (transition.action.kind === 'end' || !passed.has(transition.target)) return transition
  return { ...transition, keepsControl: true }
}

/** States that nobody needs to see: a process that comes there goes on. */
function passedStates(proctype: Proctype, rules: readonly (AloneRule | null)[]): ReadonlySet<number> {
  const passed = new Set<number>()
  for (const state of proctype.states) if (isUnnoticed(state, rules[state.id] ?? null)) passed.add(state.id)
  cutLoops(proctype, passed)
  cutLengths(proctype, passed)
  return passed
}

function isUnnoticed(state: ControlState, rule: AloneRule | null): boolean {
  if (!rule || rule.needs.length > 0 || rule.cells.length > 0 || rule.channels.length > 0) return false
  if (rule.conflicts.some((word) => word !== 0)) return false
  // An atomic or a d_step that begins here may be long: it stays a step of its own.
  if (state.transitions.some(({ action, keepsControl }) => keepsControl || action.kind === 'd_step'))
    return false
  const [first, second, ...more] = state.transitions
  if (!first || more.length > 0) return false
  return !second || (first.action.kind === 'test' && second.action.kind === 'else')
}

/** Takes the states out to which a path of passed states comes back. */
function cutLoops({ states }: Proctype, passed: Set<number>): void {
  const done = new Set<number>()
  for (const start of [...passed]) {
    // A stack of its own: a straight program of many statements would be too deep for the engine's.
    const path: { readonly state: number; next: number }[] = []
    const onPath = new Set<number>()
    const enter = (state: number): void => {
      if (onPath.has(state)) passed.delete(state)
      if (!passed.has(state) || done.has(state)) return
      path.push({ state, next: 0 })
      onPath.add(state)
    }
    enter(start)
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const follow = states[top.state]?.transitions[top.next++]
      if (follow) enter(follow.target)
      else {
        path.pop()
        onPath.delete(top.state)
        done.add(top.state)
      }
    }
  }
}

/** Takes states out so that no path of passed states is longer than `LONGEST`. */
function cutLengths({ states }: Proctype, passed: Set<number>): void {
  const lengths = new Map<number, number>()
  for (const state of inOrder(states, passed)) {
    const length = lengths.get(state) ?? 1
    if (length > LONGEST) passed.delete(state)
    const rest = length > LONGEST ? 1 : length + 1
    for (const { target } of states[state]?.transitions ?? [])
      if (passed.has(target)) lengths.set(target, Math.max(lengths.get(target) ?? 1, rest))
  }
}

/** Each passed state after those that lead to it; there are no loops any more. */
function inOrder(states: readonly ControlState[], passed: ReadonlySet<number>): readonly number[] {
  const before = new Map<number, number>([...passed].map((state) => [state, 0]))
  const eachStep = (state: number, visit: (target: number) => void): void => {
    for (const { target } of states[state]?.transitions ?? []) if (before.has(target)) visit(target)
  }
  for (const state of passed) eachStep(state, (target) => before.set(target, (before.get(target) ?? 0) + 1))
  const order = [...passed].filter((state) => before.get(state) === 0)
  for (const state of order) {
    eachStep(state, (target) => {
      const left = (before.get(target) ?? 0) - 1
      before.set(target, left)
      if (left === 0) order.push(target)
    })
  }
  return order
}
