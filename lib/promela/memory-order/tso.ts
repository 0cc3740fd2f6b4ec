/**
 * x86-TSO for the variables that a model annotates: a program with store buffers made of one without.
 *
 * Each process that has delayed stores (`effects.ts`) gets a FIFO buffer of a few entries in its own frame. A delayed
 * store goes into the buffer, or waits while that is full; loads see the process's own newest store, else memory; at
 * any moment the oldest entry can drain, a step of its own that the process takes without moving (P. Sewell et al.,
 * "x86-TSO: a rigorous and usable programmer's model for x86 multiprocessors", CACM 53(7), 2010, with buffers of
 * bounded length). The result is an ordinary program: searches, engines and traces need to know nothing.
 *
 * Rejected: a process that drains (as one writes it by hand in Promela). It would change pids, `_nr_pr` and the order
 * in which processes may end.
 *
 * How a statement *waits* for an empty buffer depends on its state. Alone in its state, it gets one more condition.
 * Beside others it must not (an `else` would then fire because the buffer is not empty), so its state is made twice:
 * in the first, with what may be in the buffer, it is missing and so is any `else`; a step of its own, possible when the
 * buffer is empty, leads at once to the second, which has everything.
 *
 * Claims see memory, not buffers. A store may stay in its buffer for ever, so a run without end that breaks an ltl
 * claim may be one that no machine has; a claim that holds, holds.
 */
import type { Model } from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import type {
  Action,
  ControlState,
  Expression,
  Proctype,
  Program,
  StatementPlace,
  Transition,
  Variable,
} from '#lib/promela/4-lower/program.ts'
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import { annotatedVariables, readAnnotation } from './annotation.ts'
import { drainSteps } from './drain-steps.ts'
import { emptyWords } from './drain-words.ts'
import { Effects } from './effects.ts'
import { type Rewrite, rewriteAction, rewriteExpression } from './expression-walk.ts'
import { atomicPlaces } from './regions.ts'
import { binary, StoreBuffer } from './store-buffer.ts'

/** A buffer may be as long as that. */
export const MAX_STORE_BUFFER = 4

/** `model` is what `program` was lowered from. The program as it is when nothing is annotated: that is reported. */
export function withStoreBuffers(
  program: Program,
  model: Model,
  capacity: number,
  diagnostics: DiagnosticList,
): Program {
  const annotation = readAnnotation(program.files, diagnostics)
  const variables = annotatedVariables(annotation, program.globals, program.files, diagnostics)
  if (annotation.tso.length === 0) {
    const start = { file: program.main, line: 1, column: 1, endLine: 1, endColumn: 1 }
    const message = 'no variable has a store buffer: say which with a comment, /* coherent: tso NAME */'
    diagnostics.report('unknown-name', message, start)
  }
  if (diagnostics.hasErrors) return program
  const fences = new Set(annotation.fences.map(({ name }) => name))
  const places = atomicPlaces(model)
  const transitions = [...program.transitions]
  const names = program.mtypes.length
  const drained = new Map<number, ReadonlyMap<number, number>>()
  let cellNames: readonly string[] = []
  const proctypes = program.proctypes.map((proctype) => {
    if (proctype.kind === 'never') return proctype
    const buffered = bufferProctype(
      proctype,
      { variables, fences, places, capacity, names, transitions, program },
      diagnostics,
    )
    if (!buffered) return proctype
    drained.set(proctype.index, buffered.drained)
    cellNames = buffered.buffer.cells.map(({ name }) => name)
    return buffered.proctype
  })
  // A process that waits for its buffer before a label is at the label.
  const labels: Rewrite = {
    load: (from) => ({ kind: 'load', from }),
    label: (index, states) => states.flatMap((state) => [state, ...twin(drained.get(index)?.get(state))]),
  }
  const final = transitions.map((item) => ({ ...item, action: rewriteAction(item.action, labels) }))
  const current = (item: Transition): Transition => ({ ...(final[item.id] ?? item), escape: item.escape })
  return {
    ...program,
    mtypes: [...program.mtypes, { set: 'store buffer', names: cellNames }],
    transitions: final,
    proctypes: proctypes.map((proctype) => ({
      ...proctype,
      provided: proctype.provided && rewriteExpression(proctype.provided, labels),
      states: proctype.states.map((state) => ({ ...state, transitions: state.transitions.map(current) })),
    })),
    claims: program.claims.map((claim) => ({
      ...claim,
      atoms: claim.atoms.map((atom) => rewriteExpression(atom, labels)),
    })),
  }
}

function twin(state: number | undefined): readonly number[] {
  return state === undefined ? [] : [state]
}

type Context = {
  readonly program: Program
  readonly variables: readonly Variable[]
  readonly fences: ReadonlySet<string>
  readonly places: readonly Place[]
  readonly capacity: number
  /** Index of the set of cell names among the mtypes. */
  readonly names: number
  /** All statements by id: changed and added to. */
  readonly transitions: Transition[]
}

type Buffered = {
  readonly proctype: Proctype
  readonly buffer: StoreBuffer
  /** States that were made twice: the second one, entered with an empty buffer. */
  readonly drained: ReadonlyMap<number, number>
}

/** `null`: no store of this process is delayed. */
function bufferProctype(proctype: Proctype, context: Context, diagnostics: DiagnosticList): Buffered | null {
  const { variables, fences, places, capacity, names, transitions, program } = context
  const effects = new Effects(proctype, variables, fences, places, diagnostics)
  if (!effects.hasStores) return null
  const escaping = proctype.states.flatMap((state) => state.transitions).find((item) => item.escape !== 0)
  if (escaping) {
    const message =
      'unless in a process with a store buffer is not supported: drains would have no place among escapes'
    diagnostics.report('not-supported', message, escaping.span, escaping.origin)
    return null
  }
  const buffer = new StoreBuffer(variables, capacity, proctype.cells.length, names)
  const states: ControlState[] = [...proctype.states]
  const drained = new Map<number, number>()
  const forwarding: Rewrite = {
    load: (from) => (buffer.holds(from) ? buffer.forward(from) : { kind: 'load', from }),
    label: (_, same) => same,
  }

  const addState = (place: StatementPlace, parts: Partial<ControlState>): number => {
    const id = states.length
    states.push({
      id,
      transitions: [],
      place,
      labels: [],
      inDStep: false,
      validEnd: false,
      accept: false,
      progress: false,
      ...parts,
    })
    return id
  }
  const step = (place: StatementPlace, action: Action, target: number, keepsControl = false): Transition => {
    const { text, expanded, span, origin } = place
    const made = {
      text,
      expanded,
      span,
      origin,
      id: transitions.length,
      action,
      target,
      keepsControl,
      escape: 0,
    }
    transitions.push(made)
    return made
  }
  /** Alternatives of a condition and what is then done, indivisibly. */
  const indivisible = (
    place: StatementPlace,
    options: readonly (readonly [Expression | null, Action])[],
  ): Action => {
    const first = options.map(([test, action]) => {
      if (!test) return step(place, action, proctype.entry)
      const then = addState(place, { inDStep: true, transitions: [step(place, action, proctype.entry)] })
      return step(place, { kind: 'test', test }, then)
    })
    return { kind: 'd_step', entry: addState(place, { inDStep: true, transitions: first }) }
  }

  const rewritten = new Set<number>()
  const rewrite = (original: Transition): void => {
    if (rewritten.has(original.id)) return
    rewritten.add(original.id)
    const action = rewriteAction(original.action, forwarding)
    const [store] = action.kind === 'assign' ? action.assignments : []
    if (store && effects.isDelayed(original)) {
      const append: Action = { kind: 'assign', assignments: buffer.append(store.to, store.value) }
      const inside = buffer.inRange(store.to)
      const room = inside ? binary('&&', inside, buffer.hasRoom) : buffer.hasRoom
      // Out of bounds it is no store: the statement itself complains.
      const outside: [Expression, Action][] = inside
        ? [[{ kind: 'unary', operator: '!', operand: inside }, action]]
        : []
      const body = indivisible(original, [[room, append], ...outside])
      transitions[original.id] = { ...original, action: body }
    } else transitions[original.id] = { ...original, action }
  }
  for (const state of proctype.states) for (const transition of state.transitions) rewrite(transition)

  const guardedIds = new Set<number>()
  const drains = drainSteps(proctype, buffer, effects, program.mtypes)
  for (const state of proctype.states) {
    if (state.inDStep || !effects.mayHold(state.id)) continue
    const waiting = state.transitions.filter((item) => effects.waits(item))
    const storing = state.transitions.some((item) => effects.isDelayed(item))
    const inside = effects.isInside(state.id)
    const [only, ...others] = state.transitions
    let kept = [...state.transitions]
    if (only && others.length === 0 && waiting.length === 1 && canBeGuarded(only)) {
      const { action } = transitions[only.id] ?? only
      // The same statement can be alone in several states: before a block, and as its first.
      if (!guardedIds.has(only.id))
        transitions[only.id] = { ...only, action: guarded(only, action, buffer.isEmpty, indivisible) }
      guardedIds.add(only.id)
    } else if (waiting.length > 0) {
      const second = addState(state.place, { ...state, id: states.length, transitions: state.transitions })
      drained.set(state.id, second)
      const words = emptyWords(proctype.name)
      const wait = step(
        { ...state.place, text: words, expanded: words },
        { kind: 'test', test: buffer.isEmpty },
        second,
        true,
      )
      kept = [...kept.filter((item) => !waiting.includes(item) && item.action.kind !== 'else'), wait]
    } else if (storing) {
      // A store is always possible, also while it waits for room: then `else` is not.
      kept = kept.filter((item) => item.action.kind !== 'else')
    }
    // Inside an atomic a drain shows to nobody; it is needed only to make room, or to get past what waits.
    if (!inside || waiting.length > 0 || storing) {
      for (const { place, test, assignments } of drains) {
        const when = inside && waiting.length === 0 ? binary('&&', buffer.isFull, test) : test
        const action = indivisible(place, [[when, { kind: 'assign', assignments }]])
        kept.push(step(place, action, state.id, inside))
      }
    }
    states[state.id] = { ...state, transitions: kept }
  }
  const taken = new Set(proctype.variables.map(({ name }) => name))
  const slots = Array.from({ length: capacity })
  return {
    buffer,
    drained,
    proctype: {
      ...proctype,
      states,
      provided: proctype.provided && rewriteExpression(proctype.provided, forwarding),
      variables: [...proctype.variables, ...buffer.variables(proctype.span, taken)],
      cells: [
        ...proctype.cells,
        ...slots.map(() => buffer.variableCell),
        ...slots.map(() => buffer.valueCell),
      ],
      kept: [...proctype.kept, ...slots.map(() => true), ...slots.map(() => true)],
    },
  }
}

function canBeGuarded({ action }: Transition): boolean {
  if (action.kind === 'test') return !JSON.stringify(action.test).includes('"kind":"run"')
  return action.kind === 'pass' || action.kind === 'assign'
}

function guarded(
  place: StatementPlace,
  action: Action,
  condition: Expression,
  indivisible: (place: StatementPlace, options: readonly (readonly [Expression, Action])[]) => Action,
): Action {
  if (action.kind === 'pass') return { kind: 'test', test: condition }
  if (action.kind === 'test') return { kind: 'test', test: binary('&&', condition, action.test) }
  return indivisible(place, [[condition, action]])
}
