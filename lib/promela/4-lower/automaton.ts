/**
 * Elements to control states: where a process can be seen, and what it can do there.
 *
 * Joins, gotos and unlesses are no places of their own: `settle` walks on to the next element that is one. It
 * stops early where an atomic ends, because the step that leaves the atomic is a step (others may run after
 * it). A selection is one state with the first statements of all its options, nested ones flattened; a block
 * has a state of its own with the same steps as its first element.
 */
import { invariant } from '#lib/result.ts'
import type { BuiltProcess, Chain, Element } from './elements.ts'
import type { ControlState, Transition } from './program.ts'

/** A chain of gotos longer than this runs in a circle; Spin gives up at the same length. */
const MAX_HOPS = 500

export type Automaton = {
  readonly states: readonly ControlState[]
  readonly entry: number
  readonly end: number
  /** The state of an element that is one. */
  readonly stateOf: (element: Element) => number | undefined
}

export type UnlessOrder = 'outer-first' | 'inner-first'

/** `statements` grows: its index is the id of a statement over the whole program. */
export function buildAutomaton(built: BuiltProcess, statements: Transition[], order: UnlessOrder): Automaton {
  return new AutomatonBuilder(statements, order).build(built.chain)
}

/** Ties the loose ends of blocks to what follows them. Before `patchGotos`: that one follows the ends. */
export function tieBlocks(chain: Chain): void {
  for (let element = chain.first; element; element = element.next) {
    for (const part of element.parts) {
      if ((element.kind === 'block' || element.kind === 'd_step') && part.last) part.last.next = element.next
      tieBlocks(part)
    }
    if (element === chain.last) return
  }
}

/** A goto out of an atomic gives up control; one from its end into another atomic keeps it. */
export function patchGotos(chain: Chain): void {
  for (let element = chain.first; element; element = element.next) {
    const target = element.destination
    if (element.kind === 'goto' && target) {
      const toAtomic = target.keeps || target.lastOfAtomic
      if ((element.keeps || element.lastOfAtomic) && !toAtomic) {
        element.keeps = false
        element.lastOfAtomic = true
      } else if (element.lastOfAtomic && toAtomic) {
        element.lastOfAtomic = false
        element.keeps = true
      }
    }
    if (element === chain.last) return
    for (const part of element.parts) patchGotos(part)
  }
}

class AutomatonBuilder {
  readonly #statements: Transition[]
  readonly #order: UnlessOrder
  readonly #ids = new Map<Element, number>()
  readonly #queue: Element[] = []
  readonly #leaves = new Map<Element, Transition>()
  readonly #escapeTags = new Map<Element, number>()
  readonly #lists = new Map<Element, Transition[]>()

  constructor(statements: Transition[], order: UnlessOrder) {
    this.#statements = statements
    this.#order = order
  }

  build(chain: Chain): Automaton {
    const { first, last } = chain
    invariant(first && last, 'a process has at least its end')
    const entry = this.#id(settle(first, first.keeps))
    const end = this.#id(last)
    const transitions: Transition[][] = []
    for (let index = 0; index < this.#queue.length; index++) {
      const element = this.#queue[index]
      if (element) transitions.push(this.#transitions(element))
    }
    const flags = this.#flags()
    const states = this.#queue.map((element, id): ControlState => {
      const flag = flags.get(element) ?? noFlags
      return {
        id,
        transitions: transitions[id] ?? [],
        place: element.place,
        labels: element.labels,
        inDStep: element.inDStep,
        validEnd: flag.end || element === last,
        accept: flag.accept,
        progress: flag.progress,
      }
    })
    return { states, entry, end, stateOf: (element) => this.#ids.get(element) }
  }

  #id(element: Element): number {
    const known = this.#ids.get(element)
    if (known !== undefined) return known
    const id = this.#queue.length
    this.#ids.set(element, id)
    this.#queue.push(element)
    return id
  }

  /**
   * What a process at this element can do: escapes first, in the order of their priority.
   *
   * An escape's own guard can be escaped by an outer unless. Spin copies the steps of the escape as they are at
   * that moment, in the order in which elements were made: an element made after the escape (a block around the
   * whole unless) gets them with their outer escapes, as equal alternatives; one made before gets them bare.
   */
  #transitions(element: Element): Transition[] {
    const known = this.#lists.get(element)
    if (known) return known
    const own = firstSteps(element)
    const plain = own.map((leaf) => this.#leaf(leaf))
    const escapes: Transition[] = []
    for (const leaf of own) {
      // A d_step is left to nobody, once begun: only its own element is guarded.
      if (leaf.kind === 'join' || leaf.inDStep) continue
      for (const chain of [...leaf.escapes].reverse()) {
        const start = chain.first && settle(chain.first, leaf.keeps)
        // An unless that cannot be entered without leaving the atomic has no steps of its own in Spin.
        if (!start || start.kind === 'unless') continue
        const tag = this.#escapeTag(start)
        const steps =
          start.serial < element.serial
            ? this.#transitions(start)
            : firstSteps(start).map((item) => this.#leaf(item))
        for (const step of steps) {
          if (plain.some((item) => item.id === step.id)) continue
          // With -J Spin gives the state an escape once for each statement that it guards there, not once in all.
          if (this.#order === 'outer-first' && escapes.some((item) => item.id === step.id)) continue
          const copy = { ...step, escape: tag }
          if (this.#order === 'outer-first') escapes.unshift(copy)
          else escapes.push(copy)
        }
      }
    }
    const list = [...escapes, ...plain]
    this.#lists.set(element, list)
    return list
  }

  #escapeTag(start: Element): number {
    const tag = this.#escapeTags.get(start) ?? this.#escapeTags.size + 1
    this.#escapeTags.set(start, tag)
    return tag
  }

  #leaf(element: Element): Transition {
    const known = this.#leaves.get(element)
    if (known) return known
    const id = this.#statements.length
    const after = element.kind === 'goto' ? element.destination : element.next
    const target = element.kind === 'end' || !after ? element : settle(after, element.keeps)
    let action = element.action
    if (element.kind === 'd_step') {
      const body = element.parts[0]?.first
      invariant(body, 'a d_step has a first statement')
      const start = settleStart(body)
      const counted = countedGuards(start)
      const steps = firstSteps(start)
      const guards = steps.flatMap((step, at) => (counted?.has(step) ? [at] : []))
      const some = counted !== null && guards.length < steps.length
      action = { kind: 'd_step', entry: this.#id(start), ...(some ? { guards } : {}) }
    }
    const transition: Transition = {
      ...element.place,
      id,
      action,
      target: this.#id(target),
      keepsControl: element.keeps,
      escape: 0,
    }
    this.#statements.push(transition)
    this.#leaves.set(element, transition)
    return transition
  }

  /**
   * Labels make states special by their first letters. Spin lets the label of an option's first statement, which
   * is no state of its own, speak for the state after that statement; and that of a nested selection for the
   * first statements inside it.
   */
  #flags(): Map<Element, Flags> {
    const flags = new Map<Element, Flags>()
    const at = (element: Element): Flags => {
      const known = flags.get(element)
      if (known) return known
      const made = {
        end: element.labels.some((name) => name.startsWith('end')),
        accept: element.labels.some((name) => name.startsWith('accept')),
        progress: element.labels.some((name) => name.startsWith('progress')),
      }
      flags.set(element, made)
      return made
    }
    const inherit = (to: Element, from: Element): void => {
      const source = at(from)
      const target = at(to)
      target.end ||= source.end
      target.accept ||= source.accept
      target.progress ||= source.progress
    }
    for (const element of this.#queue) {
      at(element)
      if (!isComposite(element)) continue
      for (const option of optionStarts(element)) {
        if (isComposite(option)) for (const inner of firstSteps(option)) inherit(inner, option)
      }
    }
    for (const element of this.#queue) {
      if (!isComposite(element)) continue
      for (const leaf of firstSteps(element)) {
        const target = this.#queue[this.#leaf(leaf).target]
        if (target) inherit(target, leaf)
      }
    }
    for (const element of this.#queue) {
      const target = element.kind === 'join' ? this.#queue[this.#leaf(element).target] : undefined
      if (target && at(element).end) at(target).end = true
    }
    return flags
  }
}

type Flags = { end: boolean; accept: boolean; progress: boolean }

const noFlags: Flags = { end: false, accept: false, progress: false }

function isComposite(element: Element): boolean {
  return element.kind === 'choice' || element.kind === 'block'
}

function optionStarts(element: Element): Element[] {
  const parts = element.kind === 'choice' ? element.parts : element.parts.slice(0, 1)
  return parts.flatMap((part) => (part.first ? [settleStart(part.first)] : []))
}

/** The statements that a process at this element may begin with. */
function firstSteps(element: Element): Element[] {
  return isComposite(element) ? optionStarts(element).flatMap(firstSteps) : [element]
}

/**
 * What Spin asks before it begins a d_step: of a selection the conditions, sends, receives and else in front of its
 * options, and of selections that stand there themselves; not of loops, assignments or blocks. `null` when the
 * d_step begins with something else.
 */
function countedGuards(start: Element): ReadonlySet<Element> | null {
  if (start.kind === 'block') {
    const first = start.parts[0]?.first
    return first ? countedGuards(settleStart(first)) : null
  }
  if (start.kind !== 'choice') return null
  const counted = new Set<Element>()
  const collect = (choice: Element): void => {
    for (const option of optionStarts(choice)) {
      const inside = option.kind === 'block' ? option.parts[0]?.first : option
      if (inside?.kind === 'choice' && !inside.isLoop) collect(inside)
      else if (option.kind === 'simple' && guardActions.has(option.action.kind)) counted.add(option)
    }
  }
  collect(start)
  return counted
}

const guardActions: ReadonlySet<string> = new Set(['test', 'pass', 'send', 'receive', 'else'])

/** Where a process stands after a step to `from`; `keeps`: the step was one that keeps control. */
function settle(from: Element, keeps: boolean): Element {
  let element = from
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    let next: Element | null
    if (element.kind === 'goto') next = element.destination
    else if (element.kind === 'join' || element.kind === 'exit') next = element.next
    else if (element.kind === 'unless') next = element.parts[0]?.first ?? null
    else return element
    if (!next || (keeps && !next.keeps)) return element
    element = next
  }
  return element
}

/** Where an option or a block begins: a goto there is a step of its own. */
function settleStart(from: Element): Element {
  let element = from
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    if (element.kind === 'join' && element.next) element = element.next
    else if (element.kind === 'unless' && element.parts[0]?.first) element = element.parts[0].first
    else return element
  }
  return element
}
