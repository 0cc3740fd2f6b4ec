/** Statements of a program by their place, with what a trace says of them: their guards, and words for names in them. */
import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import type { OriginFrame, Span } from '#lib/promela/source.ts'
import { frameKey, placeKey } from './calls.ts'

/** Words to put in place of names. */
export type Values = ReadonlyMap<string, string>

/** Finds statements of a program by their place, and what stands around them. */
export class StatementIndex {
  readonly #byPlace = new Map<string, Transition>()
  readonly #guards = new Map<number, Transition | null>()
  /** Names of locals that a call, by `frameKey`, writes to: its results, not its arguments. */
  readonly #written = new Map<string, Set<string>>()

  constructor(program: Program) {
    for (const { variables, states } of program.proctypes) {
      for (const { transitions } of states) {
        const tests = transitions.filter(({ action }) => action.kind !== 'else')
        const [guard] = tests
        for (const transition of transitions) {
          const { span, origin, action, id } = transition
          this.#byPlace.set(statementKey(span, origin), transition)
          if (action.kind === 'else') {
            this.#guards.set(id, guard && tests.length === 1 && guard.action.kind === 'test' ? guard : null)
          }
          const outermost = frameKey(origin.filter(({ kind }) => kind === 'inline').at(-1))
          for (const offset of writtenOffsets(transition)) {
            const name = variables.find((variable) => variable.offset === offset)?.name
            const names = this.#written.get(outermost) ?? new Set()
            this.#written.set(outermost, name ? names.add(name) : names)
          }
        }
      }
    }
  }

  at(span: Span, origin: readonly OriginFrame[]): Transition | null {
    return this.#byPlace.get(statementKey(span, origin)) ?? null
  }

  /** The only guard that an `else` stands beside. */
  guardBeside(transition: Transition): Transition | null {
    return this.#guards.get(transition.id) ?? null
  }

  /** `_pid` and the scalar locals of a process; without those that `call` writes to. */
  valuesAt(view: StateView, pid: number, call: OriginFrame | null): Values {
    const written = call && this.#written.get(frameKey(call))
    const values = new Map([['_pid', String(pid)]])
    for (const { name, text, elements } of view.processes[pid]?.locals ?? []) {
      if (!elements && !written?.has(name)) values.set(name, text)
    }
    return values
  }
}

function statementKey(span: Span, origin: readonly OriginFrame[]): string {
  return [placeKey(span), ...origin.map(frameKey)].join('|')
}

function writtenOffsets({ action }: Transition): readonly number[] {
  const targets =
    action.kind === 'assign'
      ? action.assignments.map(({ to }) => to)
      : action.kind === 'receive'
        ? action.fields.map((field) => (field.kind === 'store' ? field.to : null))
        : []
  return targets.flatMap((to) => (to?.space === 'local' ? [to.offset] : []))
}
