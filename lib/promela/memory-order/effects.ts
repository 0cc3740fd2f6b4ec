/**
 * Which statements of a process are delayed, and which wait until nothing is.
 *
 * - *Delayed* is a plain assignment to an annotated variable.
 * - *Locked* is an atomic that reads and writes the same annotated variable, and a d_step that writes one: they stand
 *   for instructions with a lock prefix. They wait for an empty buffer, and write to memory.
 * - *Waiting* for an empty buffer are also: what came through a fence, sends and receives (a kernel's queue has a lock
 *   of its own), `run` and the end of a process (a thread's creation and death are seen after what it did before).
 *
 * An atomic that can block after its first statement is a problem: what is in the buffer there could drain before or
 * after others take their turn, and Promela has no way to say "if nobody else may run". Such an atomic counts as
 * locked when the buffer may hold something in it, and the author is told.
 */
import type { Place } from '#lib/promela/1-parse/token.ts'
import type {
  ControlState,
  Expression,
  Proctype,
  Reference,
  Transition,
  Variable,
} from '#lib/promela/4-lower/program.ts'
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import { cellCount } from './annotation.ts'
import { loadsOf, storesOf } from './expression-walk.ts'
import { regionOf } from './regions.ts'

export class Effects {
  readonly #proctype: Proctype
  readonly #variables: readonly Variable[]
  readonly #fences: ReadonlySet<string>
  readonly #regions = new Map<number, number>()
  readonly #locked = new Set<number>()
  readonly #inside: ReadonlySet<number>
  #mayHold: ReadonlySet<number> = new Set()

  constructor(
    proctype: Proctype,
    variables: readonly Variable[],
    fences: ReadonlySet<string>,
    places: readonly Place[],
    diagnostics: DiagnosticList,
  ) {
    this.#proctype = proctype
    this.#variables = variables
    this.#fences = fences
    this.#inside = new Set(this.#transitions().flatMap((item) => (item.keepsControl ? [item.target] : [])))
    for (const transition of this.#transitions())
      this.#regions.set(transition.id, regionOf(places, transition))
    this.#lockRegions()
    for (;;) {
      this.#mayHold = this.#fixpoint()
      const waiting = this.#blockedInside()
      if (!waiting) return
      this.#locked.add(this.#region(waiting))
      const message =
        'this atomic can wait after its first statement: under TSO it is entered with an empty store buffer'
      diagnostics.report('not-supported', message, waiting.span, waiting.origin, 'warning')
    }
  }

  get hasStores(): boolean {
    return this.#transitions().some((transition) => this.isDelayed(transition))
  }

  /** Never inside a d_step: one that stores is locked as a whole. */
  isDelayed(transition: Transition): boolean {
    const { action, id } = transition
    if (!this.#regions.has(id)) return false
    return action.kind === 'assign' && !this.isLocked(transition) && this.#writes(transition).size > 0
  }

  isLocked(transition: Transition): boolean {
    if (this.#locked.has(this.#region(transition))) return true
    return transition.action.kind === 'd_step' && this.#writes(transition).size > 0
  }

  waits(transition: Transition): boolean {
    const { action, origin } = transition
    if (action.kind === 'end' || action.kind === 'send' || action.kind === 'receive') return true
    if (action.kind === 'test' && startsProcess(action.test)) return true
    return this.isLocked(transition) || origin.some(({ name }) => this.#fences.has(name))
  }

  /** Can something be in the buffer while the process is at this state? */
  mayHold(state: number): boolean {
    return this.#mayHold.has(state)
  }

  /** A process comes here alone, inside an atomic. */
  isInside(state: number): boolean {
    return this.#inside.has(state)
  }

  #region({ id }: Transition): number {
    return this.#regions.get(id) ?? -1
  }

  #states(): readonly ControlState[] {
    return this.#proctype.states.filter(({ inDStep }) => !inDStep)
  }

  /** Of all states where a process can stand; those inside a d_step are reached through its action. */
  #transitions(): readonly Transition[] {
    return this.#states().flatMap(({ transitions }) => transitions)
  }

  #lockRegions(): void {
    const reads = new Map<number, Set<Variable>>()
    const writes = new Map<number, Set<Variable>>()
    for (const transition of this.#transitions()) {
      const region = this.#region(transition)
      if (region < 0) continue
      const written = this.#writes(transition)
      if (transition.action.kind === 'd_step' && written.size > 0) this.#locked.add(region)
      collect(writes, region, written)
      collect(reads, region, this.#reads(transition))
    }
    for (const [region, written] of writes)
      if ([...written].some((variable) => reads.get(region)?.has(variable))) this.#locked.add(region)
  }

  #fixpoint(): Set<number> {
    const holds = new Set<number>()
    for (let before = -1; before !== holds.size; ) {
      before = holds.size
      for (const { id, transitions } of this.#states()) {
        for (const transition of transitions) {
          if (this.isDelayed(transition) || (holds.has(id) && !this.waits(transition)))
            holds.add(transition.target)
        }
      }
    }
    return holds
  }

  #blockedInside(): Transition | undefined {
    for (const { id, transitions } of this.#states()) {
      if (!this.#mayHold.has(id) || !this.isInside(id)) continue
      if (!transitions.every(mayBlock)) continue
      const waiting = transitions.find(
        (transition) => !this.waits(transition) && this.#region(transition) >= 0,
      )
      if (waiting) return waiting
    }
    return undefined
  }

  #reads(transition: Transition): Set<Variable> {
    return this.#annotated(this.#parts(transition).flatMap(({ action }) => loadsOf(action)))
  }

  #writes(transition: Transition): Set<Variable> {
    return this.#annotated(this.#parts(transition).flatMap(({ action }) => storesOf(action)))
  }

  #annotated(references: readonly Reference[]): Set<Variable> {
    return new Set(
      references.flatMap(({ space, offset }) =>
        space === 'local'
          ? []
          : this.#variables.filter((item) => offset >= item.offset && offset < item.offset + cellCount(item)),
      ),
    )
  }

  /** A statement, and of a d_step all statements in it. */
  #parts(transition: Transition): readonly Transition[] {
    const { action } = transition
    if (action.kind !== 'd_step') return [transition]
    const parts: Transition[] = []
    const seen = new Set([action.entry])
    for (const id of seen) {
      const state = this.#proctype.states[id]
      if (!state?.inDStep) continue
      for (const inner of state.transitions) {
        parts.push(inner)
        seen.add(inner.target)
      }
    }
    return parts
  }
}

function mayBlock({ action }: Transition): boolean {
  return (
    action.kind === 'test' || action.kind === 'send' || action.kind === 'receive' || action.kind === 'd_step'
  )
}

function startsProcess(test: Expression): boolean {
  return JSON.stringify(test).includes('"kind":"run"')
}

function collect(into: Map<number, Set<Variable>>, region: number, variables: ReadonlySet<Variable>): void {
  const known = into.get(region) ?? new Set()
  for (const variable of variables) known.add(variable)
  into.set(region, known)
}
